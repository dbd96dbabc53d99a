"""The loop of model and tools: the model is asked for a step, its calls are run, and what they
found goes back to it, until it has answered. Given facts, what it says passes the facts guard.
"""

import contextlib
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

import gevent

from backend.ai.provider import (
    ChatMessage,
    Finish,
    Piece,
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
from backend.assistant.facts import Facts
from backend.assistant.facts_guard import FactsGuard
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


@dataclass(slots=True)
class Means:
    """What an answer is made with. What tools find is added to the `facts`; without any, words are
    shown as the provider says them. `replaced` counts the statements that were none of the facts;
    with `is_silent` no sentence stands in their place.
    """

    provider: Provider
    tools: Tools
    costs: Costs = field(default_factory=Costs)
    facts: Facts | None = None
    is_silent: bool = False
    replaced: int = 0


def answer(
    means: Means, messages: Sequence[ChatMessage], context: ToolContext
) -> Generator[Step, None, None]:
    """Yield what readers are to see as it comes, and `Finish` last. Raises an AssistantError.

    All of it takes no longer than `context.until`. The costs are kept up to date. A TakeBack means
    all that was yielded; what still holds of it is yielded again behind it.
    """
    loop = _Loop(means, context)
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

    def __init__(self, means: Means, context: ToolContext) -> None:
        self._means = means
        self._tools = means.tools
        self._context = context
        self._costs = means.costs
        self._guard: FactsGuard | None = None
        # Whether readers have been told that something could not be confirmed.
        self._is_told = means.is_silent
        # What earlier steps have said and shown: no later one takes it back.
        self._earlier: list[Text | Shown] = []

    def run(self, messages: Sequence[ChatMessage]) -> Generator[Step, None, None]:
        for number in range(MOST_ROUNDS + 1):
            offered = self._tools.descriptions if number < MOST_ROUNDS else ()
            said = yield from self._take_step(messages, offered)
            if not said.calls or not offered or said.finish.cut:
                break

            results = self._run_calls(said.calls)
            self._learn(results)
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
        self._begin_guard()
        seconds = self._context.until - time.monotonic()

        stream = self._means.provider.stream(messages, offered, seconds)
        try:
            # Closed at once when nobody reads any more: the rest would be paid for.
            with contextlib.closing(stream):
                for piece in stream:
                    yield from self._take(piece, said)
            for part in self._end_guard():
                yield from self._say(part, said)
        except AssistantSilent:
            # Nothing to add to what it has said and shown before.
            if not self._earlier:
                raise
        return said

    def _take(self, piece: Piece, said: _Said) -> Sequence[Step]:
        """What readers see of it: a sequence, and no generator of its own for each word."""
        if isinstance(piece, Text):
            return self._take_text(piece, said)

        match piece:
            case TakeBack():
                if self._guard:
                    self._guard.forget()
                return self._say(piece, said)
            case ToolCall():
                self._costs.add_text(piece.arguments)
                said.calls.append(piece)
            case Usage():
                self._costs.count_step(piece)
            case Finish():
                said.finish = piece
        return ()

    def _take_text(self, text: Text, said: _Said) -> Sequence[Step]:
        self._costs.add_text(text)
        if self._guard is None:
            return (self._spaced(text, said),)

        steps: list[Step] = []
        for part in self._guard.feed(text):
            steps += self._say(part, said)
        return steps

    def _say(self, part: Text | TakeBack, said: _Said) -> Sequence[Step]:
        if isinstance(part, Text):
            return (self._spaced(part, said),)

        said.pieces.clear()
        return (part, *self._earlier)

    def _begin_guard(self) -> None:
        facts = self._means.facts
        if facts is not None:
            self._guard = FactsGuard(facts, self._context.locale, self._is_told)

    def _end_guard(self) -> Sequence[Text | TakeBack]:
        """What was held until the end, and what became of it."""
        if self._guard is None:
            return ()

        rest = self._guard.finish()
        self._is_told = self._guard.is_told
        self._means.replaced += self._guard.replaced
        return rest

    def _learn(self, results: Sequence[ToolResult]) -> None:
        facts = self._means.facts
        if facts is not None:
            for result in results:
                facts.add_tool_result(result.text)

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
            # One that has ended is falsy.
            if number in running:
                results.append(running[number].get())
            else:
                results.append(self._tools.call(self._context, call))
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
