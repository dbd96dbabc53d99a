"""A model that calls one of the assistant's tools before it speaks, and what it was told by it."""

import json
from typing import Any

from tests.support.scripted_model import ScriptedModel

EVENTS = "text/event-stream"


def will_call(ai: ScriptedModel, tool: str, when: str, /, **arguments: Any) -> None:
    """Once, for a message that contains `when`; then it says that it has looked."""
    function = {"name": tool, "arguments": json.dumps(arguments)}
    call = {"index": 0, "id": "call-1", "type": "function", "function": function}
    called = _event({"tool_calls": [call]}, None)
    ended = _event({}, "tool_calls")

    ai.will_say("I have looked.", when=when, gap_ms=0)
    body = f"{called}{ended}data: [DONE]\n\n"
    ai.script(when=when, times=1, content_type=EVENTS, body=body)


def told_of_tools(ai: ScriptedModel) -> list[str]:
    """What the tools have told it, the latest last."""
    told = [
        message["content"]
        for call in ai.calls()
        for message in call["body"]["messages"]
        if message["role"] == "tool"
    ]
    return [str(text) for text in told]


def _event(delta: dict[str, Any], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
    }
    return f"data: {json.dumps(chunk)}\n\n"
