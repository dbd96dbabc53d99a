"""Following a turn by its numbers: from the live log, and from the database where the log has
nothing to say.
"""

import time
from collections.abc import Iterator, Sequence

import gevent
import msgspec

from backend.chat import messages, turns
from backend.chat.messages import Message
from backend.chat.turns import Turn, last_event
from backend.services import Services
from backend.store.checkpoints import EVERY_SECONDS
from backend.store.live import LiveEvent, SoFar, TurnLog, epoch_of, first_number
from backend.store.open_requests import Held, held_by_nobody
from backend.store.part_display import describe_part

# The log brings everything at once; this often a silent one is compared with what was committed.
CHECK_SECONDS = 5.0
# Without Redis the checkpoints are all that other processes show.
CHECK_DEGRADED_SECONDS = 1.0


def follow(
    services: Services, turn: Turn, after: int, beat: float, held: Held | None = None
) -> Iterator[Sequence[LiveEvent]]:
    """Yield the events past `after`, all that are there at a time, and none after each `beat`
    seconds without one.

    `turn` has just been read. Ends with the turn's last event, or early without one when this
    process stops or `held` is displaced: readers come back with their number.
    """
    held = held or held_by_nobody()
    with services.live.follow(turn.id) as log:
        held.wake = log.nudge
        yield from _Reader(services, turn, log, after).read(beat, held)


class _Reader:
    """One following: how far it has come, and when it has last looked into the database."""

    def __init__(
        self, services: Services, turn: Turn, log: TurnLog, after: int
    ) -> None:
        self._services = services
        self._turn = turn
        self._log = log
        self._after = after
        self._looked_at: float | None = None

    def read(self, beat: float, held: Held) -> Iterator[Sequence[LiveEvent]]:
        while not (self._services.process.stopping or held.displaced):
            is_torn, events = self._look()
            if events is None:
                return

            if events:
                events = _up_to_end(events)
                self._after = events[-1].number
                yield events
                if events[-1].last:
                    return
            elif is_torn:
                yield ()
                # The next checkpoint covers what the log has lost.
                gevent.sleep(EVERY_SECONDS)
            elif not self._log.wait(self._after, beat):
                yield ()

    def _look(self) -> tuple[bool, list[LiveEvent] | None]:
        """Whether the log lacks something, and what follows; None when the turn is gone."""
        events = self._log.after(self._after)
        is_torn = bool(events) and not events[0].joins(self._after)

        if is_torn or not events and self._is_time_to_look():
            return is_torn, self._look_into_store()
        return is_torn, events

    def _is_time_to_look(self) -> bool:
        if self._looked_at is None:
            return True
        degraded = self._services.live.degraded
        patience = CHECK_DEGRADED_SECONDS if degraded else CHECK_SECONDS
        return time.monotonic() - self._looked_at >= patience

    def _look_into_store(self) -> list[LiveEvent] | None:
        is_fresh = self._looked_at is None
        turn = self._turn if is_fresh else _current(self._services, self._turn)
        self._looked_at = time.monotonic()
        return _from_store(self._services, turn, self._after)


def _up_to_end(events: list[LiveEvent]) -> list[LiveEvent]:
    """Behind the end of a failed attempt the next one's events may stand; they are another
    following's.
    """
    ends = (place for place, event in enumerate(events, 1) if event.last)
    return events[: next(ends, len(events))]


def gather(
    services: Services, turn: Turn, after: int, wait: float, held: Held | None = None
) -> list[LiveEvent]:
    """The events past `after` that are there, waiting up to `wait` seconds for the first: one
    answer of a long poll.
    """
    end = time.monotonic() + wait
    found: list[LiveEvent] = []
    for events in follow(services, turn, after, min(1.0, max(wait, 0.001)), held):
        found = [*events]
        if found or time.monotonic() >= end:
            break
    return found


def wait_for_end(
    services: Services, turn: Turn, seconds: float, held: Held | None = None
) -> Turn:
    """The turn as it is when it has ended, after `seconds`, or when `held` is displaced."""
    end = time.monotonic() + seconds
    # An earlier attempt may have ended; what counts comes after it.
    for _ in follow(services, turn, after=turn.last_number, beat=0.5, held=held):
        if time.monotonic() >= end:
            break
    return _current(services, turn) or turn


def reply_of(services: Services, turn: Turn) -> str:
    """The words of an ended turn's stored reply; empty when it has none."""
    reply = _find_reply(services, turn)
    return reply.text if reply is not None else ""


def plain_reply_of(services: Services, turn: Turn) -> str:
    """The same for clients that draw no parts: each is told in a line."""
    reply = _find_reply(services, turn)
    if reply is None:
        return ""
    return "\n".join([reply.text, *map(describe_part, reply.parts or ())])


def _find_reply(services: Services, turn: Turn) -> Message | None:
    if turn.reply_seq is None:
        return None
    with services.db.reading() as connection:
        return messages.find_at(
            connection, turn.shop_id, turn.conversation_id, turn.reply_seq
        )


def _current(services: Services, turn: Turn) -> Turn | None:
    with services.db.reading() as connection:
        return turns.find(connection, turn.shop_id, turn.conversation_id, turn.id)


def _from_store(
    services: Services, turn: Turn | None, after: int
) -> list[LiveEvent] | None:
    """What the database knows of a turn past `after`: all so far at once, and the end; None when
    nothing is left.
    """
    if turn is None:
        return None
    if turn.is_open:
        so_far = SoFar(turn.text, turn.parts or (), turn.last_number)
        return _so_far(turn, so_far, after)
    if turn.last_number <= after:
        return None

    end = LiveEvent(turn.last_number, *last_event(turn))
    reply = _find_reply(services, turn)
    if reply is None:
        return [end]
    whole = SoFar(reply.text, reply.parts or (), turn.last_number - 1)
    return [*_so_far(turn, whole, after), end]


def _so_far(turn: Turn, reply: SoFar, after: int) -> list[LiveEvent]:
    """Readers write over what they have, so whoever may have more words of an earlier attempt has
    to forget them.
    """
    if reply.is_empty or reply.next <= after:
        return []

    begun = first_number(epoch_of(reply.next))
    if not 0 < after < begun:
        return reply.as_events()
    payload = msgspec.json.encode({"attempt": turn.attempt})
    return [LiveEvent(begun, "restart", payload), *reply.as_events()]
