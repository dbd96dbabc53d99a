"""What the scripted model says without a rule. It knows nothing of any shop but what the tools that
it is offered have told it: it understands as the rules assistant does, and calls them over the
wire.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.ai.provider import ChatMessage, ToolCall, ToolDescription
from backend.assistant.rules import RulesAssistant
from backend.shops.settings import DEFAULTS

COUNTING = re.compile(r"(?:count to|zähle? bis) (\d{1,4})", re.IGNORECASE)
LOCALE = re.compile(r"language with the tag ([\w-]+)")
HANDLE = re.compile(r"the product's handle is ([\w-]+)")
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Speech:
    """One step of an answer."""

    text: str
    calls: Sequence[ToolCall] = ()


def speak(asked: Mapping[str, Any], message: str) -> Speech:
    """For the body of a request; `message` is the last thing that its shopper has said."""
    if counting := COUNTING.search(message):
        numbers = range(1, int(counting[1]) + 1)
        return Speech(" ".join(map(str, numbers)))

    messages = [_read_message(each) for each in asked["messages"]]
    told = " ".join(each.content for each in messages if each.role == "system")
    model = RulesAssistant(_locale(told), _page(told), DEFAULTS, None)
    pieces = list(model.stream(messages, _read_tools(asked), SECONDS))

    text = "".join(piece for piece in pieces if isinstance(piece, str))
    calls = [piece for piece in pieces if isinstance(piece, ToolCall)]
    return Speech(text, calls)


def _read_message(message: Mapping[str, Any]) -> ChatMessage:
    content = message["content"] or ""
    calls = [
        ToolCall(each["id"], each["function"]["name"], each["function"]["arguments"])
        for each in message.get("tool_calls") or ()
    ]
    return ChatMessage(
        message["role"],
        content if isinstance(content, str) else "",
        calls=tuple(calls),
        call_id=message.get("tool_call_id", ""),
    )


def _read_tools(asked: Mapping[str, Any]) -> list[ToolDescription]:
    functions = [tool["function"] for tool in asked.get("tools") or ()]
    return [
        ToolDescription(
            function["name"],
            function.get("description", ""),
            function.get("parameters", {}),
        )
        for function in functions
    ]


def _locale(told: str) -> str | None:
    found = LOCALE.search(told)
    return found[1] if found else None


def _page(told: str) -> dict[str, str] | None:
    found = HANDLE.search(told)
    return {"handle": found[1]} if found else None
