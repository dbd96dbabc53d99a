"""Following a turn by its numbers: from the live log, and from the database where the log has
nothing to say.
"""

import time
from collections.abc import Iterator, Sequence

import gevent
import msgspec

from backend.chat import messages, turns
from backend.chat.turns import Turn, last_event
from backend.services import Services
from backend.store.checkpoints import EVERY_SECONDS
from backend.store.live import LiveEvent, TurnLog, epoch_of, first_number
from backend.store.open_requests import Held, held_by_nobody

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
        yield from _follow_log(services, turn, log, after, beat, held)


def _follow_log(
    services: Services, turn: Turn, log: TurnLog, after: int, beat: float, held: Held
) -> Iterator[Sequence[LiveEvent]]:
    checked = 0.0
    while not (services.process.stopping or held.displaced):
        events = log.after(after)
        torn = bool(events) and not events[0].joins(after)
        if torn or not events and time.monotonic() - checked >= _patience(services):
            row = _current(services, turn) if checked else turn
            checked = time.monotonic()
            stored = _from_store(services, row, after)
            if stored is None:
                return
            events = stored
        if torn and not events:
            yield ()
            gevent.sleep(
                EVERY_SECONDS
            )  # the next checkpoint covers what the log has lost
            continue
        if not events and not log.wait(after, beat):
            yield ()
        if events:
            events = _up_to_end(events)
            after = events[-1].number
            yield events
            if events[-1].last:
                return


def _up_to_end(events: list[LiveEvent]) -> list[LiveEvent]:
    """Behind the end of a failed attempt the next one's events may stand; they are another
    following's.
    """
    ends = (place for place, event in enumerate(events, 1) if event.last)
    return events[: next(ends, len(events))]


def _patience(services: Services) -> float:
    return CHECK_DEGRADED_SECONDS if services.live.degraded else CHECK_SECONDS


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
    """The stored reply of an ended turn; empty when it has none."""
    if turn.reply_seq is None:
        return ""
    with services.db.reading() as connection:
        reply = messages.find_at(
            connection, turn.shop_id, turn.conversation_id, turn.reply_seq
        )
    return reply.text if reply is not None else ""


def _current(services: Services, turn: Turn) -> Turn | None:
    with services.db.reading() as connection:
        return turns.find(connection, turn.shop_id, turn.conversation_id, turn.id)


def _from_store(
    services: Services, row: Turn | None, after: int
) -> list[LiveEvent] | None:
    """What a turn's row knows past `after`: all so far as one `text`, and the end; None when
    nothing is left.
    """
    if row is None:
        return None
    if row.is_open:
        return (
            _so_far(row, row.last_number, row.text, after)
            if row.last_number > after and row.text
            else []
        )
    if row.last_number <= after:
        return None
    events = [LiveEvent(row.last_number, *last_event(row))]
    text = reply_of(services, row)
    if text and row.last_number - 1 > after:
        events[:0] = _so_far(row, row.last_number - 1, text, after)
    return events


def _so_far(row: Turn, number: int, text: str, after: int) -> list[LiveEvent]:
    """Readers write over what they have, so whoever may have more words of an earlier attempt has
    to forget them.
    """
    begun = first_number(epoch_of(number))
    forget = (
        [LiveEvent(begun, "restart", msgspec.json.encode({"attempt": row.attempt}))]
        if 0 < after < begun
        else []
    )
    return [
        *forget,
        LiveEvent(number, "text", msgspec.json.encode({"at": 0, "text": text})),
    ]
