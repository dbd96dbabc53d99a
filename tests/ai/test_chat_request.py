"""What a request has of tools and of figures, and what a service that knows neither gets."""

from typing import Any

import pytest

from backend.ai.provider import ChatMessage, ToolCall, ToolDescription
from backend.errors import (
    AssistantRefused,
)
from tests.ai.asking import HI, QUESTION, asking, said
from tests.support.replayed_answers import refusal

LOOK_UP = ToolDescription("look_up", "Looks a word up.", {"type": "object"})


def test_tools_are_sent_when_there_are_any_and_what_they_found_goes_back() -> None:
    call = ToolCall("call_1", "look_up", '{"word": "mug"}')
    spoken_so_far = [
        *QUESTION,
        ChatMessage("assistant", "", calls=(call,)),
        ChatMessage("tool", "Two mugs.", call_id="call_1"),
    ]
    with asking(HI) as (chat, server):
        list(chat.stream(spoken_so_far, [LOOK_UP], seconds=20))

    sent = server.asked[0].json
    assert sent["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "look_up",
                "description": "Looks a word up.",
                "parameters": {"type": "object"},
            },
        }
    ]
    assert sent["messages"][2:] == [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "look_up", "arguments": '{"word": "mug"}'},
                }
            ],
        },
        {"role": "tool", "content": "Two mugs.", "tool_call_id": "call_1"},
    ]


@pytest.mark.parametrize("arguments", ["", '{"word": "mu', "[1]", "[" * 9_000])
def test_a_call_that_is_no_json_is_not_sent_back_as_it_was(arguments: str) -> None:
    """Services read it, and refuse the whole conversation for it."""
    call = ToolCall("call_1", "look_up", arguments)
    with asking(HI) as (chat, server):
        list(chat.stream([*QUESTION, ChatMessage("assistant", "", (call,))], (), 20))

    [sent] = server.asked[0].json["messages"][2]["tool_calls"]
    assert sent["function"]["arguments"] == "{}"


@pytest.mark.parametrize(
    "status, body",
    [
        (400, {"error": {"message": "Unrecognized argument: stream_options"}}),
        (400, {"error": {"code": "unsupported_parameter", "param": "stream_options"}}),
        (422, {"detail": [{"loc": ["body", "stream_options"], "type": "extra"}]}),
    ],
)
def test_a_service_that_cannot_count_is_asked_once_more_and_then_never_to_count(
    status: int, body: Any
) -> None:
    with asking(refusal(status, body), HI) as (chat, server):
        assert said(chat) == "We have mugs."
        assert said(chat) == "We have mugs."

    assert [asked.json.get("stream_options") for asked in server.asked] == [
        {"include_usage": True},
        None,
        None,
    ]
    assert server.asked[0].json["messages"] == server.asked[1].json["messages"]


def test_whoever_writes_of_that_field_changes_nothing_for_the_others() -> None:
    """A service that repeats what it was sent."""
    words = "What are stream_options?"
    echo = refusal(400, {"error": {"message": f"Not understood: {words}"}})
    with asking(echo, HI) as (chat, server):
        with pytest.raises(AssistantRefused):
            list(chat.stream([ChatMessage("user", words)], (), seconds=20))
        assert said(chat) == "We have mugs."

    assert [asked.json["stream_options"] for asked in server.asked] == [
        {"include_usage": True}
    ] * 2
