"""What a scripted model sends for one step, byte by byte: words in the pieces that they are cut
into, and calls of tools.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.scripted_model import ScriptedModel

EVENTS = "text/event-stream"
Call = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Script:
    """A whole answer: steps of calls, if there are any, and then the words."""

    pieces: Sequence[str]
    steps: Sequence[Sequence[Call]] = ()


def teach(model: ScriptedModel, when: str, script: Script) -> None:
    """The model answers so to messages with `when` in them; each step of calls comes once."""
    words = _stream([{"content": piece} for piece in script.pieces], "stop")
    model.script(when=when, content_type=EVENTS, body=words)

    # The newest rule is the first that is used.
    for step in reversed(script.steps):
        asked = [_call(number, call) for number, call in enumerate(step)]
        calls = _stream([{"tool_calls": asked}], "tool_calls")
        model.script(when=when, times=1, content_type=EVENTS, body=calls)


def _call(number: int, call: Call) -> dict[str, Any]:
    name, arguments = call
    function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
    return {
        "index": number,
        "id": f"call-{number}",
        "type": "function",
        "function": function,
    }


def _stream(deltas: Sequence[Mapping[str, Any]], finish: str) -> str:
    choices: list[dict[str, Any]] = [
        {"index": 0, "delta": delta, "finish_reason": None} for delta in deltas
    ]
    choices.append({"index": 0, "delta": {}, "finish_reason": finish})
    return "".join(map(_event, choices)) + "data: [DONE]\n\n"


def _event(choice: Mapping[str, Any]) -> str:
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
    }
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
