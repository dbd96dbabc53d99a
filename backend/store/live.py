"""Live events of turns: published by whoever runs a turn, followed from any number by anybody.

Numbers only grow, and a later epoch's are higher, so a process that has lost its turn cannot
publish any more. The log is for speed: what counts is in the database, and followers fall back on
it.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
from gevent.event import Event

from backend.store.parts import Part, place_part

# Followers who come late, on a slow phone or after a reload, still get the very events.
KEEP_SECONDS = 600
# So many of an ended turn are kept as they came: they weigh no more than what is around them.
FEW_PIECES = 64
# More of one that was taken over, which is rare: its readers may still be in the middle of an
# earlier attempt.
FEW_EVENTS_TAKEN_OVER = 200
LAST = frozenset({"finished", "failed", "stopped", "handed_over"})
EPOCH_NUMBERS = 1_000_000


def first_number(epoch: int) -> int:
    """Where the numbers of an epoch (1, 2, …) begin."""
    return (epoch - 1) * EPOCH_NUMBERS + 1


def epoch_of(number: int) -> int:
    return (number - 1) // EPOCH_NUMBERS + 1


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One numbered thing that happened in a turn; `data` is JSON, ready for the wire."""

    number: int
    name: str
    data: bytes

    @property
    def last(self) -> bool:
        return self.name in LAST

    def joins(self, number: int) -> bool:
        """Whether a reader who knows all up to `number` misses nothing in between."""
        is_first = self.number % EPOCH_NUMBERS == 1
        is_all_text = self.name == "text" and self.data.startswith(b'{"at":0,')
        return self.number == number + 1 or is_first or is_all_text


@dataclass(frozen=True, slots=True)
class SoFar:
    """What a reader of all events up to `next` has on the screen.

    An end is left out, so that whoever goes on from `next` still learns of it.
    """

    text: str
    parts: Sequence[Part]
    next: int

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.parts)

    def as_events(self) -> list[LiveEvent]:
        """All of it at once, under one number: a reader takes all of them or comes back for them.

        An empty text is there as well: whoever has words of which nothing is left writes over them.
        """
        return [
            text_event(self.next, 0, self.text),
            *(part_event(self.next, part) for part in self.parts),
        ]


def text_event(number: int, at: int, text: str) -> LiveEvent:
    return LiveEvent(number, "text", msgspec.json.encode({"at": at, "text": text}))


def part_event(number: int, part: Part) -> LiveEvent:
    """`part` knows where it stands."""
    payload = {"at": part["at"], "part": part}
    return LiveEvent(number, "part", msgspec.json.encode(payload))


def text_so_far(events: Sequence[LiveEvent]) -> SoFar:
    """Assemble the reply as a reader does: `restart` forgets, `text` is written at its offset, a
    `part` takes the place of the one with its id.
    """
    text, number = bytearray(), 0
    parts: list[Part] = []

    for event in events:
        if event.last:
            continue
        if event.name == "restart":
            text.clear()
            parts = []
        elif event.name == "text":
            piece = msgspec.json.decode(event.data)
            # In place: a reply may have come in thousands of pieces.
            del text[piece["at"] * 2 :]
            text += piece["text"].encode("utf-16-le")
        elif event.name == "part":
            parts = place_part(parts, msgspec.json.decode(event.data)["part"])
        number = event.number

    return SoFar(text.decode("utf-16-le", "ignore"), parts, number)


def condensed(events: Sequence[LiveEvent]) -> list[LiveEvent]:
    """An ended turn's events with its words as one `text` and the parts behind it, which is right
    for readers of any number.

    What earlier attempts have said is left out: a reader of theirs meets the `restart`.
    """
    latest = _latest_attempt(events)
    was_taken_over = len(latest) < len(events)
    pieces = sum(event.name == "text" for event in latest)
    if pieces <= FEW_PIECES:
        return list(events)
    if was_taken_over and len(events) <= FEW_EVENTS_TAKEN_OVER:
        return list(events)

    begin = [event for event in latest if event.name == "restart"]
    ends = [event for event in latest if event.last]
    return [*begin, *text_so_far(latest).as_events(), *ends]


def with_text_once(events: Sequence[LiveEvent]) -> list[LiveEvent]:
    """The latest attempt's events with all words in the last `text`; every number stays as it
    was.
    """
    latest = _latest_attempt(events)
    pieces = [event for event in latest if event.name == "text"]
    if not pieces:
        return latest

    last = pieces[-1]
    whole = text_event(last.number, 0, text_so_far(latest).text)
    return [
        whole if event is last else event
        for event in latest
        if event.name != "text" or event is last
    ]


def _latest_attempt(events: Sequence[LiveEvent]) -> list[LiveEvent]:
    """From the last `restart` on."""
    places = [place for place, event in enumerate(events) if event.name == "restart"]
    return list(events[places[-1] :]) if places else list(events)


class TurnLog:
    """The events of one turn that this process knows, in order."""

    def __init__(self) -> None:
        self._events: list[LiveEvent] = []
        self._changed: Event | None = None
        self.followers = 0

    @property
    def next(self) -> int:
        return self._events[-1].number if self._events else 0

    @property
    def is_whole(self) -> bool:
        """Whether a new reader gets everything from here; not so after the log's store has been
        emptied.
        """
        return bool(self._events) and self._events[0].joins(0)

    @property
    def ended(self) -> bool:
        return bool(self._events) and self._events[-1].last

    def add(self, events: Sequence[LiveEvent]) -> bool:
        """False, and nothing added, when somebody with a later epoch has written."""
        first = events[0]
        is_of_later_epoch = epoch_of(first.number) > epoch_of(self.next)
        is_anew = first.name == "restart" or is_of_later_epoch
        if self.ended and not is_anew or first.number <= self.next:
            return False

        self._events.extend(events)
        # It is kept for those who come late, and a piece for every few letters weighs many times
        # what was said.
        if self.ended and self.is_whole:
            self._events = condensed(self._events)

        self.nudge()
        return True

    def after(self, number: int) -> list[LiveEvent]:
        """Events past `number`; looks from the end, because readers are mostly there."""
        at = len(self._events)
        while at and self._events[at - 1].number > number:
            at -= 1
        return self._events[at:]

    def wait(self, number: int, seconds: float) -> list[LiveEvent]:
        """Events past `number`, waiting up to `seconds` for the first."""
        found = self.after(number)
        if not found and seconds > 0:
            if self._changed is None:
                self._changed = Event()
            self._changed.wait(seconds)
            found = self.after(number)
        return found

    def nudge(self) -> None:
        """Whoever waits for events looks up, and finds none."""
        if self._changed is not None:
            self._changed.set()
            self._changed = None

    def cut(self) -> None:
        """Forget the words, keep the end: readers still learn that it is over."""
        self._events = self._events[-1:]


@dataclass(slots=True)
class Watch:
    """Waits for a change of one conversation: a message, a turn's start, a change of mode."""

    _event: Event = field(default_factory=Event)

    def wait(self, seconds: float) -> bool:
        """True when something changed since this watch began; then begins anew."""
        changed = self._event.wait(seconds)
        self._event.clear()
        return changed

    def wake(self) -> None:
        self._event.set()


class Watches:
    """Who waits for which conversation in this process."""

    def __init__(self) -> None:
        self._by_conversation: dict[str, set[int]] = {}
        self._watches: dict[int, Watch] = {}

    @contextmanager
    def of(self, conversation_id: str) -> Iterator[Watch]:
        watch = Watch()
        self._watches[id(watch)] = watch
        self._by_conversation.setdefault(conversation_id, set()).add(id(watch))

        try:
            yield watch
        finally:
            del self._watches[id(watch)]
            others = self._by_conversation[conversation_id]
            others.discard(id(watch))
            if not others:
                del self._by_conversation[conversation_id]

    def wake(self, conversation_id: str) -> None:
        for watch in list(self._by_conversation.get(conversation_id, ())):
            self._watches[watch].wake()


class MemoryLive:
    """Live events within one process."""

    degraded = False

    def __init__(self) -> None:
        self._logs: dict[str, TurnLog] = {}
        self._ended: list[tuple[float, str]] = []
        self._watches = Watches()

    def start(self) -> None:
        """Nothing to start: everything happens in the caller's process."""

    def log(self, turn_id: str) -> TurnLog | None:
        return self._logs.get(turn_id)

    def adopt(self, turn_id: str, log: TurnLog) -> None:
        """From now on this process publishes into `log`, which may have followers already."""
        self._logs[turn_id] = log
        self._note_end(turn_id, log)

    def release(self, turn_id: str) -> TurnLog:
        """The opposite of `adopt`."""
        return self._logs.pop(turn_id)

    def publish(self, turn_id: str, *events: LiveEvent) -> bool:
        """False when a later epoch has written: the caller has lost the turn."""
        log = self._open(turn_id)
        if not log.add(events):
            return False
        self._note_end(turn_id, log)
        return True

    @contextmanager
    def follow(self, turn_id: str) -> Iterator[TurnLog]:
        """The turn's log, kept up to date inside the block; empty when this process knows nothing
        of it.
        """
        log = self._open(turn_id)
        log.followers += 1
        try:
            yield log
        finally:
            log.followers -= 1
            if not log.followers and not log.next:
                self._logs.pop(turn_id, None)

    def read_ended(self, turn_id: str) -> list[LiveEvent]:
        """All events of a turn whose end was just published here; none when its beginning is not
        known.
        """
        log = self._logs.get(turn_id)
        if log is None or not log.is_whole:
            return []
        return log.after(0)

    def forget(self, turn_ids: Sequence[str]) -> None:
        """The words of these turns are gone from the log at once."""
        for turn_id in turn_ids:
            if turn_id in self._logs:
                self._logs[turn_id].cut()

    def lost(self, turn_id: str) -> None:
        """Another process has ended the turn, or goes on with it: readers are to hear that one."""

    def changed(self, conversation_id: str) -> None:
        self._watches.wake(conversation_id)

    def watch(self, conversation_id: str):  # type: ignore[no-untyped-def]
        """A `with` block in which a Watch sees every change."""
        return self._watches.of(conversation_id)

    def _open(self, turn_id: str) -> TurnLog:
        return self._logs.setdefault(turn_id, TurnLog())

    def _note_end(self, turn_id: str, log: TurnLog) -> None:
        if log.ended:
            self._ended.append((time.monotonic(), turn_id))
            self._drop_old()

    def _drop_old(self) -> None:
        limit = time.monotonic() - KEEP_SECONDS
        while self._ended and self._ended[0][0] < limit:
            _, turn_id = self._ended.pop(0)
            if (
                turn_id in self._logs
                and self._logs[turn_id].ended
                and not self._logs[turn_id].followers
            ):
                del self._logs[turn_id]
