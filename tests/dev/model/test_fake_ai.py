"""The scripted model on the wire: what the official client makes of it, and every fault byte by
byte.
"""

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from tests.support.asked_model import (
    asked,
    events,
    whole,
    words,
)
from tests.support.loopback import loopback, loopback_client
from tests.support.scripted_model import ScriptedModel


@pytest.fixture
def client(ai: ScriptedModel) -> Iterator[openai.OpenAI]:
    http = loopback_client()
    with openai.OpenAI(
        api_key="any", base_url=f"{ai.base}/v1", max_retries=0, http_client=http
    ) as client:
        yield client


def test_the_official_client_streams_it(
    ai: ScriptedModel, client: openai.OpenAI
) -> None:
    ai.will_say("one two  three\n", gap_ms=0)

    chunks = list(
        client.chat.completions.create(
            model="scripted",
            messages=[{"role": "user", "content": "count"}],
            stream=True,
            stream_options={"include_usage": True},
        )
    )

    assert [chunk.choices[0].delta.content for chunk in chunks[1:4]] == [
        "one",
        " two",
        "  three\n",
    ]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[4].choices[0].finish_reason == "stop"
    assert chunks[5].choices == []
    assert chunks[5].usage
    assert chunks[5].usage.completion_tokens == 3
    assert all(chunk.usage is None for chunk in chunks[:5])


def test_the_official_client_reads_it_whole(
    ai: ScriptedModel, client: openai.OpenAI
) -> None:
    answer = client.chat.completions.create(
        model="scripted", messages=[{"role": "user", "content": "Please count to 12"}]
    )

    assert answer.choices[0].message.content == "1 2 3 4 5 6 7 8 9 10 11 12"


def test_the_official_client_knows_the_errors(
    ai: ScriptedModel, client: openai.OpenAI
) -> None:
    ai.script(status=429, retry_after=7, times=1)
    with pytest.raises(openai.RateLimitError) as limited:
        client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "hi"}]
        )
    assert limited.value.response.headers["retry-after"] == "7"
    assert limited.value.code == "rate_limit_exceeded"

    ai.script(status=503)
    with pytest.raises(openai.InternalServerError):
        client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "hi"}]
        )


def test_without_a_key_it_refuses(ai: ScriptedModel) -> None:
    answer = loopback.post(f"{ai.base}/v1/chat/completions", json=asked())

    assert answer.status_code == 401
    assert answer.json()["error"].keys() == {"message", "type", "param", "code"}
    assert ai.calls() == []


@pytest.mark.parametrize(
    "body",
    [{"messages": []}, asked() | {"messages": []}, {"model": "m", "messages": [1]}],
)
def test_a_request_that_makes_no_sense_is_refused(
    ai: ScriptedModel, body: dict[str, Any]
) -> None:
    assert whole(ai, body).status_code == 400


def test_it_remembers_who_asked_but_not_their_key(ai: ScriptedModel) -> None:
    whole(ai, asked("Do you have mugs?"))

    [call] = ai.calls()
    assert call["body"] == asked("Do you have mugs?")
    assert "authorization" not in call["headers"]


def test_without_a_rule_it_calls_the_tools_that_it_is_offered(
    ai: ScriptedModel,
) -> None:
    search = {"name": "search_products", "parameters": {"type": "object"}}
    tools = [{"type": "function", "function": search}]

    answer = whole(ai, asked("Do you have a mug?", tools=tools))

    *_, call, end = events(answer.content)
    (delta,) = call["choices"][0]["delta"]["tool_calls"]
    assert delta["function"]["name"] == "search_products"
    assert end["choices"][0]["finish_reason"] == "tool_calls"
    assert not words(answer.content)
