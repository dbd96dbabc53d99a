"""Calls of tools, put together from the fragments in which servers send them.

OpenAI numbers the calls and sends a name once; others leave out the number or the id, number all
alike, repeat the name, or send a whole call at once. Pure, like all of the reader.
"""

import json
from dataclasses import dataclass
from typing import Any

from backend.ai.provider import ToolCall

# No honest call is longer; a runaway model would write arguments for ever.
MOST_CHARACTERS = 64_000
MOST_CALLS = 32


@dataclass(slots=True)
class _Growing:
    """One call so far; `index` is the server's number for it."""

    id: str = ""
    index: int | None = None
    name: str = ""
    arguments: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the arguments are an object already, so that nothing can follow."""
        if not self.arguments.rstrip().endswith("}"):
            return False
        try:
            return isinstance(json.loads(self.arguments), dict)
        except (ValueError, RecursionError):
            return False

    def take(self, arguments: str) -> None:
        # Some servers begin with an empty object and then write the real one.
        if self.arguments == "{}" and arguments.strip():
            self.arguments = ""

        # Others say all of it once more at the end.
        if not self.is_whole:
            self.arguments += arguments


@dataclass(frozen=True, slots=True)
class _Fragment:
    id: str
    index: int | None
    name: str
    arguments: str


class GrowingCalls:
    """The calls of one step."""

    def __init__(self) -> None:
        self._calls: list[_Growing] = []
        self._length = 0

    def __bool__(self) -> bool:
        return any(call.name for call in self._calls)

    @property
    def is_too_much(self) -> bool:
        return self._length > MOST_CHARACTERS or len(self._calls) > MOST_CALLS

    def whole(self) -> list[ToolCall]:
        """All that have a name, which is all that can be answered."""
        return [
            ToolCall(call.id or f"call_{number}", call.name, call.arguments)
            for number, call in enumerate(self._calls, 1)
            if call.name
        ]

    def add(self, value: Any) -> None:
        """Take what stands in `tool_calls` of a delta or a message, or in `function_call`."""
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                self._add(_fragment_of(one))

    def _add(self, fragment: _Fragment) -> None:
        call = self._find_call(fragment)
        if call is None:
            call = _Growing(index=fragment.index)
            self._calls.append(call)

        call.id = call.id or fragment.id
        call.name = _longer_name(call.name, fragment.name)
        call.take(fragment.arguments)
        self._length += len(fragment.arguments)

    def _find_call(self, fragment: _Fragment) -> _Growing | None:
        """The call that a fragment goes on with; None when it begins another."""
        call = self._latest(fragment)
        if call is None or fragment.id and call.id and fragment.id != call.id:
            return None
        if not fragment.name or fragment.id and fragment.id == call.id:
            return call

        # A name again, without an id to tell: the same one repeated, or the next one's.
        is_another_name = fragment.index is None and fragment.name != call.name
        begins_anew = bool(fragment.arguments.strip()) and call.is_whole
        return None if call.name and (is_another_name or begins_anew) else call

    def _latest(self, fragment: _Fragment) -> _Growing | None:
        for call in reversed(self._calls):
            has_id = fragment.id and call.id == fragment.id
            if fragment.index is None and has_id:
                return call
            if fragment.index is not None and call.index in (fragment.index, None):
                return call

        if fragment.index is None and self._calls:
            return self._calls[-1]
        return None


def _fragment_of(value: dict[str, Any]) -> _Fragment:
    function = value.get("function")
    told = function if isinstance(function, dict) else value
    return _Fragment(
        _text_of(value.get("id")),
        _index_of(value.get("index")),
        _text_of(told.get("name")).strip(),
        _arguments_of(told.get("arguments")),
    )


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _index_of(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _arguments_of(value: Any) -> str:
    """JSON; some servers send the object itself."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return _text_of(value)


def _longer_name(known: str, more: str) -> str:
    """A name comes once; or again and again; or in pieces."""
    if not more or more == known:
        return known
    return more if more.startswith(known) else known + more
