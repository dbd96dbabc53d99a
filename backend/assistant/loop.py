"""The loop of model and tools: the model is asked for a step, its calls are run, and what they
found goes back to it, until it has answered.
"""

import contextlib
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

import gevent

from backend.ai.provider import (
    ChatMessage,
    Finish,
    Provider,
    TakeBack,
    Text,
    ToolCall,
    ToolDescription,
    ToolResult,
    Tools,
    Usage,
)
from backend.assistant.costs import Costs
from backend.errors import AssistantSilent
from backend.store.parts import Part
from backend.tools.toolbox import ToolContext

# Steps in which the model may call tools; then it answers with what it has.
MOST_ROUNDS = 4
# Calls of one step that are run; a model that wants more at once is mostly lost.
MOST_CALLS = 8
TOO_MANY = "These are too many calls at once. Answer with what you have."
# The words of two steps are two thoughts.
BETWEEN_STEPS = "\n\n"


@dataclass(frozen=True, slots=True)
class Shown:
    """A part, to be shown where the words now end."""

    part: Part


Step = Text | Shown | TakeBack | Finish


def answer(
    provider: Provider,
    tools: Tools,
    messages: Sequence[ChatMessage],
    context: ToolContext,
    costs: Costs,
) -> Generator[Step, None, None]:
    """Yield what readers are to see as it comes, and `Finish` last. Raises an AssistantError.

    All of it takes no longer than `context.until`. `costs` is kept up to date. A TakeBack means all
    that was yielded; what still holds of it is yielded again behind it.
    """
    loop = _Loop(provider, tools, context, costs)
    return loop.run(messages)


@dataclass(slots=True)
class _Said:
    """One step of the model."""

    pieces: list[Text] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    finish: Finish = field(default_factory=Finish)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class _Loop:
    """One answer on its way."""

    def __init__(
        self, provider: Provider, tools: Tools, context: ToolContext, costs: Costs
    ) -> None:
        self._provider = provider
        self._tools = tools
        self._context = context
        self._costs = costs
        # What earlier steps have said and shown: no later one takes it back.
        self._earlier: list[Text | Shown] = []

    def run(self, messages: Sequence[ChatMessage]) -> Generator[Step, None, None]:
        for number in range(MOST_ROUNDS + 1):
            offered = self._tools.descriptions if number < MOST_ROUNDS else ()
            said = yield from self._take_step(messages, offered)
            if not said.calls or not offered or said.finish.cut:
                break

            results = self._run_calls(said.calls)
            messages = [*messages, *_as_messages(said, results)]
            if said.pieces:
                self._earlier.append(said.text)
            for result in results:
                yield from map(self._show, result.parts)

        yield said.finish

    def _take_step(
        self, messages: Sequence[ChatMessage], offered: Sequence[ToolDescription]
    ) -> Generator[Step, None, _Said]:
        said = _Said()
        self._costs.begin_step(messages)
        seconds = self._context.until - time.monotonic()

        stream = self._provider.stream(messages, offered, seconds)
        try:
            # Closed at once when nobody reads any more: the rest would be paid for.
            with contextlib.closing(stream):
                for piece in stream:
                    # Nearly all of them: the others may cost a generator of their own.
                    if isinstance(piece, Text):
                        self._costs.add_text(piece)
                        yield self._spaced(piece, said)
                    else:
                        yield from self._take(piece, said)
        except AssistantSilent:
            # Nothing to add to what it has said and shown before.
            if not self._earlier:
                raise
        return said

    def _take(
        self, piece: TakeBack | ToolCall | Usage | Finish, said: _Said
    ) -> Iterator[Step]:
        match piece:
            case TakeBack():
                said.pieces.clear()
                yield piece
                yield from self._earlier
            case ToolCall():
                self._costs.add_text(piece.arguments)
                said.calls.append(piece)
            case Usage():
                self._costs.count_step(piece)
            case Finish():
                said.finish = piece

    def _spaced(self, text: str, said: _Said) -> str:
        if not said.pieces and any(isinstance(step, Text) for step in self._earlier):
            text = BETWEEN_STEPS + text.lstrip()

        said.pieces.append(text)
        return text

    def _run_calls(self, calls: Sequence[ToolCall]) -> list[ToolResult]:
        """In the order of the calls; those that may, side by side."""
        wanted, too_many = calls[:MOST_CALLS], calls[MOST_CALLS:]
        running = {
            number: gevent.spawn(self._tools.call, self._context, call)
            for number, call in enumerate(wanted)
            if self._tools.may_run_beside(call.name)
        }
        greenlets = list(running.values())
        try:
            gevent.joinall(greenlets)
        finally:
            gevent.killall(greenlets, block=False)

        results = []
        for number, call in enumerate(wanted):
            known = running.get(number)
            result = known.get() if known else self._tools.call(self._context, call)
            results.append(result)
        return results + [ToolResult(call.id, TOO_MANY) for call in too_many]

    def _show(self, part: Part) -> Shown:
        """One with the id of an earlier one stands in its place."""
        places = {
            step.part["id"]: place
            for place, step in enumerate(self._earlier)
            if isinstance(step, Shown)
        }
        shown = Shown({"id": f"part-{len(places) + 1}"} | part)

        place = places.get(shown.part["id"])
        if place is None:
            self._earlier.append(shown)
        else:
            self._earlier[place] = shown
        return shown


def _as_messages(said: _Said, results: Sequence[ToolResult]) -> list[ChatMessage]:
    """The step as the model reads it in the next one."""
    spoken = ChatMessage("assistant", said.text.strip(), calls=tuple(said.calls))
    found = [
        ChatMessage("tool", result.text, call_id=result.call_id) for result in results
    ]
    return [spoken, *found]
