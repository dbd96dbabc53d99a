"""The scripted model on the wire: what the official client makes of it, and every fault byte by
byte.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import openai
import pytest

from tests.support.loopback import loopback
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until


@pytest.fixture
def client(ai: ScriptedModel) -> Iterator[openai.OpenAI]:
    http = httpx2.Client(trust_env=False)
    with openai.OpenAI(
        api_key="any", base_url=f"{ai.base}/v1", max_retries=0, http_client=http
    ) as client:
        yield client


def asked(text: str = "hello", **more: Any) -> dict[str, Any]:
    return {
        "model": "scripted",
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        **more,
    }


@contextmanager
def answering(
    ai: ScriptedModel, body: dict[str, Any] | None = None
) -> Iterator[httpx2.Response]:
    headers = {"Authorization": "Bearer any"}
    with loopback.stream(
        "POST", f"{ai.base}/v1/chat/completions", json=body or asked(), headers=headers
    ) as answer:
        yield answer


def whole(ai: ScriptedModel, body: dict[str, Any] | None = None) -> httpx2.Response:
    with answering(ai, body) as answer:
        answer.read()
        return answer


def until_it_breaks(answer: httpx2.Response) -> bytes:
    """What arrived before the connection broke, which it must."""
    received: list[bytes] = []
    with pytest.raises(httpx2.TransportError):
        received.extend(answer.iter_raw())
    return b"".join(received)


def open_answers(ai: ScriptedModel) -> int:
    return int(loopback.get(f"{ai.base}/open").json()["open"])


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


def test_the_newest_rule_that_fits_counts(ai: ScriptedModel) -> None:
    ai.will_say("old", gap_ms=0)
    ai.will_say("new", when="please", gap_ms=0)
    ai.will_say("once", when="please", gap_ms=0, times=1)

    said = [
        words(whole(ai, asked(text)).content) for text in ("yes please", "please", "no")
    ]

    assert said == ["once", "new", "old"]


def test_a_rule_with_a_mistake_is_refused(ai: ScriptedModel) -> None:
    answer = loopback.post(f"{ai.base}/script", json={"drop": 3})

    assert answer.status_code == 400
    assert "drop" in answer.text


def test_without_a_rule_it_knows_the_shop(ai: ScriptedModel) -> None:
    answer = whole(ai, asked("Do you have a mug?"))

    assert "[Harbour Mug](/products/harbour-mug)" in words(answer.content)


def test_drop_is_a_reset_after_exactly_so_many_chunks(ai: ScriptedModel) -> None:
    ai.script(chunks=9, gap_ms=1, drop_after=3)

    with answering(ai) as answer:
        received = until_it_breaks(answer)

    assert words(received) == "w1 w2 w3"


def test_half_an_event_can_go_out_before_the_reset(ai: ScriptedModel) -> None:
    ai.script(chunks=9, gap_ms=1, drop_after=1, half=True)

    with answering(ai) as answer:
        received = until_it_breaks(answer)

    assert received.rpartition(b"\n\n")[2].startswith(b'data: {"id":')


def test_an_end_without_a_reason_is_a_proper_end(ai: ScriptedModel) -> None:
    ai.script(chunks=9, gap_ms=1, end_after=2)

    body = whole(ai).content

    assert words(body) == "w1 w2"
    assert b"[DONE]" not in body
    assert b'"finish_reason":"' not in body


def test_an_error_can_come_within_the_stream(ai: ScriptedModel) -> None:
    ai.script(chunks=9, gap_ms=1, error_after=2)

    *_, last = events(whole(ai).content)

    assert last["error"]["type"] == "server_error"


def test_characters_are_cut_wherever_the_size_falls(ai: ScriptedModel) -> None:
    ai.will_say("Größe 🌊", gap_ms=0, cut_utf8=1)

    with answering(ai) as answer:
        pieces = list(answer.iter_raw())

    assert words(b"".join(pieces)) == "Größe 🌊"
    assert {len(piece) for piece in pieces} == {1}


def test_garbage_is_sent_as_it_is(ai: ScriptedModel) -> None:
    ai.script(
        body="<html>\xff", charset="latin-1", content_type="text/html", status=200
    )

    answer = whole(ai)

    assert (answer.status_code, answer.headers["content-type"], answer.content) == (
        200,
        "text/html",
        b"<html>\xff",
    )


@pytest.mark.parametrize(
    "rule",
    [{"chunks": 3, "gap_ms": 1, "stall_after": 2}, {"chunks": 3, "endless": True}],
)
def test_an_answer_that_never_ends_ends_when_the_asker_leaves(
    ai: ScriptedModel, rule: dict[str, Any]
) -> None:
    ai.script(**rule)

    with answering(ai) as answer:
        pieces = answer.iter_raw()
        while b"w2" not in next(pieces):
            pass
        assert open_answers(ai) == 1

    wait_until(lambda: open_answers(ai) == 0, "the answer given up")


def test_silence_is_not_even_a_header(ai: ScriptedModel) -> None:
    ai.script(silent=True)

    with (
        pytest.raises(httpx2.ReadTimeout),
        httpx2.Client(
            trust_env=False, timeout=0.3, headers={"Authorization": "Bearer any"}
        ) as impatient,
    ):
        impatient.post(f"{ai.base}/v1/chat/completions", json=asked())
    wait_until(lambda: open_answers(ai) == 0, "the answer given up")


def events(body: bytes) -> list[dict[str, Any]]:
    """The whole events of a stream, without [DONE]."""
    blocks = body.split(b"\n\n")[:-1]
    return [
        json.loads(block.removeprefix(b"data: "))
        for block in blocks
        if block != b"data: [DONE]"
    ]


def words(body: bytes) -> str:
    choices = [event["choices"][0] for event in events(body) if event["choices"]]
    return "".join(choice["delta"].get("content", "") for choice in choices)
