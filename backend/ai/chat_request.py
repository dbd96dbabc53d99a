"""The body of a Chat Completions request: messages and tools as the wire has them, and nothing that
nobody has set.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from backend.ai.provider import ChatMessage, ToolCall, ToolDescription


@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """How a model is asked. Seconds without any byte: before the first words, and after them."""

    first_seconds: float = 45
    gap_seconds: float = 15
    reasoning_effort: str = ""
    max_tokens: int | None = None
    # Azure's: its address for a deployment, and its form of the key.
    api_version: str = ""


class _Function(msgspec.Struct):
    name: str
    arguments: str


class _Call(msgspec.Struct):
    id: str
    function: _Function
    type: str = "function"


class _Message(msgspec.Struct, omit_defaults=True):
    role: str
    # Also where it is empty: some servers refuse a message without it.
    content: str
    tool_calls: list[_Call] = []
    tool_call_id: str = ""


class _Body(msgspec.Struct, omit_defaults=True):
    model: str
    stream_options: dict[str, bool] | msgspec.UnsetType
    messages: list[_Message]
    tools: msgspec.Raw | msgspec.UnsetType
    stream: bool = False
    store: bool | None = None
    reasoning_effort: str | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None


_encode = msgspec.json.Encoder().encode

USAGE_FIELD = b"stream_options"
USAGE = {"include_usage": True}
_ASKS_FOR_USAGE = b'"%s":%s,' % (USAGE_FIELD, _encode(USAGE))


@dataclass(slots=True)
class ChatRequest:
    """What one model is asked with. `counts_usage`: the service is asked for its own figures."""

    model: str
    options: ModelOptions
    is_openais: bool
    counts_usage: bool = True
    # What was offered last, and how the wire has it.
    _offered: Sequence[ToolDescription] = ()
    _encoded: msgspec.Raw = field(default_factory=msgspec.Raw)

    def body(
        self, messages: Sequence[ChatMessage], tools: Sequence[ToolDescription]
    ) -> bytes:
        most = self.options.max_tokens
        is_new = self.is_openais or bool(self.options.api_version)

        body = _Body(
            self.model,
            USAGE if self.counts_usage else msgspec.UNSET,
            [_message_of(message) for message in messages],
            stream=True,
            tools=self._encode_tools(tools),
            # Only OpenAI keeps answers unless told not to; others refuse a name that they do not
            # know.
            store=False if self.is_openais else None,
            reasoning_effort=self.options.reasoning_effort or None,
            max_tokens=None if is_new else most,
            max_completion_tokens=most if is_new else None,
        )
        return _encode(body)

    def _encode_tools(
        self, tools: Sequence[ToolDescription]
    ) -> msgspec.Raw | msgspec.UnsetType:
        """A process offers the same ones again and again."""
        if not tools:
            return msgspec.UNSET

        if tools is not self._offered:
            described = [_tool_of(tool) for tool in tools]
            self._encoded = msgspec.Raw(_encode(described))
            self._offered = tools
        return self._encoded


def without_usage(body: bytes) -> bytes:
    """The same request, for a service that refuses to be asked for figures."""
    return body.replace(_ASKS_FOR_USAGE, b"", 1)


def _message_of(message: ChatMessage) -> _Message:
    calls = [_call_of(call) for call in message.calls]
    return _Message(message.role, message.content, calls, message.call_id)


def _call_of(call: ToolCall) -> _Call:
    # Services read it as JSON, and refuse a call of their own that is none.
    is_json = _is_object(call.arguments)
    return _Call(call.id, _Function(call.name, call.arguments if is_json else "{}"))


def _is_object(text: str) -> bool:
    try:
        return isinstance(msgspec.json.decode(text), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


def _tool_of(tool: ToolDescription) -> dict[str, Any]:
    function = {
        "name": tool.name,
        "description": tool.purpose,
        "parameters": tool.arguments,
    }
    return {"type": "function", "function": function}
