"""Live events across processes: a Redis stream per turn, whose entry ids are the events' numbers.

Redis refuses an id that is not higher than the last: just the fence that a lost lease needs. What
this process publishes, its own followers read from memory. With Redis down `degraded` is set and
the database is read instead.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any

import gevent
import redis
from gevent.event import Event
from gevent.lock import BoundedSemaphore

from backend.logs import logger
from backend.store import redis_link
from backend.store.circuit_breaker import CircuitBreaker
from backend.store.live import (
    EPOCH_NUMBERS,
    FEW_PIECES,
    KEEP_SECONDS,
    LiveEvent,
    MemoryLive,
    TurnLog,
    Watches,
    with_text_once,
)

# Events wait at most this long for company before they are sent.
FLUSH_SECONDS = 0.008
# How long one blocking read lasts, and how soon a broken connection is tried again.
READ_MS, RETRY_SECONDS = 2_000, 0.5
CHANGES = "flux:changed"


def _stream(turn_id: str) -> str:
    return f"flux:turn:{turn_id}"


class RedisLive:
    """The same verbs as MemoryLive, for any number of processes.

    One greenlet sends our events out, a pipeline every few milliseconds; one brings everybody
    else's in. When Redis returns after a while, each open turn gets one `text` with all so far, and
    goes on.
    """

    def __init__(self, client: redis.Redis) -> None:
        # The library's annotations mix its synchronous answers with its asynchronous ones.
        self._redis: Any = client
        self._breaker = CircuitBreaker()
        self._own = MemoryLive()
        self._others: dict[str, TurnLog] = {}
        self._watches = Watches()
        self._outbox: list[tuple[str, LiveEvent]] = []
        self._changes: set[str] = set()
        self._missed: set[str] = set()
        self._something_to_send = Event()
        self._flushing = BoundedSemaphore()
        self._wake_key = f"flux:wake:{uuid.uuid4().hex}"
        self.degraded = False

    def start(self) -> None:
        """Begin to send, to read and to listen; once a process."""
        for loop in (self._send_forever, self._read_forever, self._listen_forever):
            gevent.spawn(loop)

    def publish(self, turn_id: str, *events: LiveEvent) -> bool:
        if self._own.log(turn_id) is None:
            log = self._to_take_over(turn_id, events[0])
            if not log.add(events):
                return False
            self._others.pop(turn_id, None)
            self._own.adopt(turn_id, log)
        elif not self._own.publish(turn_id, *events):
            return False

        self._outbox.extend((turn_id, event) for event in events)
        self._something_to_send.set()
        return True

    @contextmanager
    def follow(self, turn_id: str) -> Iterator[TurnLog]:
        log = self._log_to_follow(turn_id)
        log.followers += 1
        try:
            yield log
        finally:
            log.followers -= 1

    def _log_to_follow(self, turn_id: str) -> TurnLog:
        own = self._own.log(turn_id)
        if own is not None and not own.ended:
            return own
        known = self._others.get(turn_id)
        if known is not None and not known.ended:
            return known

        # A turn that ended here may have been retried elsewhere. The log counts as followed before
        # anything waits: the reader drops what nobody follows, and a second follower must meet this
        # log and not make another.
        fresh = self._others[turn_id] = TurnLog()
        fresh.followers += 1
        self._catch_up(fresh, turn_id)
        self._wake_reader()
        fresh.followers -= 1
        return own if own is not None and own.next > fresh.next else fresh

    def read_ended(self, turn_id: str) -> list[LiveEvent]:
        """With what whoever had the turn has sent before its end reached Redis: our copy of the log
        may be behind.
        """
        self._flush()
        sent = TurnLog()
        self._catch_up(sent, turn_id)
        if sent.ended and sent.is_whole:
            return sent.after(0)
        return self._own.read_ended(turn_id)

    def forget(self, turn_ids: Sequence[str]) -> None:
        self._own.forget(turn_ids)
        for turn_id in turn_ids:
            if turn_id in self._others:
                self._others[turn_id].cut()
        self._flush()
        with self._degrading():
            for turn_id in turn_ids:
                self._redis.xtrim(_stream(turn_id), maxlen=1, approximate=False)

    def lost(self, turn_id: str) -> None:
        own = self._own.log(turn_id)
        if own is not None and not own.ended:
            self._others[turn_id] = self._own.release(turn_id)
            self._wake_reader()

    def changed(self, conversation_id: str) -> None:
        self._watches.wake(conversation_id)
        self._changes.add(conversation_id)
        self._something_to_send.set()

    def watch(self, conversation_id: str):  # type: ignore[no-untyped-def]
        return self._watches.of(conversation_id)

    # Sending

    def _to_take_over(self, turn_id: str, first: LiveEvent) -> TurnLog:
        if turn_id in self._others:
            return self._others[turn_id]
        # A turn's very first event has nothing before it; asking Redis would only delay the first
        # words.
        log = TurnLog()
        if first.number != 1:
            self._catch_up(log, turn_id)
        return log

    def _send_forever(self) -> None:
        while True:
            self._something_to_send.wait()
            self._something_to_send.clear()
            self._flush()
            gevent.sleep(RETRY_SECONDS if self.degraded else FLUSH_SECONDS)
            if self._outbox or self._missed:
                self._something_to_send.set()

    def _flush(self) -> None:
        """One at a time: when it returns, all that was published before has been sent."""
        with self._flushing:
            self._send()

    def _send(self) -> None:
        fresh, self._outbox = self._outbox, []
        changes, self._changes = self._changes, set()
        missed, self._missed = self._missed, set()
        known = [item for item in fresh if item[0] not in missed]
        batch = self._all_so_far(missed) + known
        if not batch and not changes:
            return

        with (
            self._degrading(lost=batch),
            self._redis.pipeline(transaction=False) as pipe,
        ):
            for turn_id, event in batch:
                self._add(pipe, turn_id, event)
            for conversation_id in changes:
                pipe.publish(CHANGES, conversation_id)

            outcomes = pipe.execute(raise_on_error=False)
            if any(isinstance(each, redis.ResponseError) for each in outcomes):
                self._hand_over({turn_id for turn_id, _ in batch})

    def _add(self, pipe: Any, turn_id: str, event: LiveEvent) -> None:
        is_cut_short = event.number % EPOCH_NUMBERS == 1
        # Of one that was cut short others may have sent words that our log has not.
        if event.last and not is_cut_short:
            self._condense(pipe, turn_id)

        _add_entry(pipe, turn_id, event)
        if event.last or event.number % EPOCH_NUMBERS == 1:
            pipe.expire(_stream(turn_id), KEEP_SECONDS)

    def _condense(self, pipe: Any, turn_id: str) -> None:
        """Of an ended turn Redis keeps its words once, as our log does; the end comes
        after them.
        """
        own = self._own.log(turn_id)
        shown = own.after(0)[:-1] if own is not None else []
        if not _is_condensed(shown):
            return

        for place, event in enumerate(shown, 1):
            _add_entry(pipe, turn_id, event, place)
        pipe.xtrim(_stream(turn_id), maxlen=len(shown), approximate=False)

    def _hand_over(self, turn_ids: set[str]) -> None:
        """An entry was refused: whichever turns another process has written past us are followed
        from now on.
        """
        for turn_id in turn_ids:
            newest = self._redis.xrevrange(_stream(turn_id), count=1)
            own = self._own.log(turn_id)
            if own is not None and newest and _number(newest[0][0]) > own.next:
                self._others[turn_id] = self._own.release(turn_id)
        self._wake_reader()

    def _all_so_far(self, missed: set[str]) -> list[tuple[str, LiveEvent]]:
        """For turns whose events were lost with Redis: the last restart, all words in one event,
        the parts, and the end. Redis refuses what it has not lost.
        """
        batch = []
        for turn_id in missed:
            own = self._own.log(turn_id)
            events = own.after(0) if own is not None else []
            batch += [(turn_id, event) for event in with_text_once(events)]
        return batch

    # Reading

    def _catch_up(self, log: TurnLog, turn_id: str) -> None:
        """Somebody waits for it; when Redis is away, the reader brings it as soon as it can."""
        with self._degrading(), self._breaker.calling():
            _add_entries(log, self._redis.xrange(_stream(turn_id)))

    def _wake_reader(self) -> None:
        with self._degrading(), self._breaker.calling():
            self._redis.xadd(self._wake_key, {"w": 1}, maxlen=1, approximate=False)

    def _read_forever(self) -> None:
        woken = b"0"
        while True:
            with self._degrading():
                self._redis.expire(self._wake_key, KEEP_SECONDS)
                positions = {
                    _stream(turn_id): f"{log.next}-0"
                    for turn_id, log in self._followed().items()
                }
                positions[self._wake_key] = woken.decode()
                answer = self._redis.xread(positions, block=READ_MS, count=1_000)

                for key, entries in answer or ():
                    name = key.decode()
                    if name == self._wake_key:
                        woken = entries[-1][0]
                    elif log := self._others.get(name.rpartition(":")[2]):
                        _add_entries(log, entries)
                continue

            gevent.sleep(RETRY_SECONDS)

    def _followed(self) -> dict[str, TurnLog]:
        """Ended ones, too, while somebody follows: a retry may go on with them."""
        self._others = {
            turn_id: log for turn_id, log in self._others.items() if log.followers
        }
        return self._others

    def _listen_forever(self) -> None:
        while True:
            with (
                self._degrading(),
                self._redis.pubsub(ignore_subscribe_messages=True) as changes,
            ):
                changes.subscribe(CHANGES)
                while True:
                    message = changes.get_message(timeout=READ_MS / 1000)
                    if message:
                        self._watches.wake(message["data"].decode())

            gevent.sleep(RETRY_SECONDS)

    # Redis comes and goes

    @contextmanager
    def _degrading(self, lost: Sequence[tuple[str, LiveEvent]] = ()) -> Iterator[None]:
        try:
            yield
        except redis.RedisError as error:
            self._missed |= {turn_id for turn_id, _ in lost}
            if not self.degraded:
                logger().warning(
                    "live events go through the database",
                    because=redis_link.reason(error),
                )
            self.degraded = True
        else:
            self.degraded = False


def _number(entry_id: bytes) -> int:
    return int(entry_id.split(b"-")[0])


def _add_entry(pipe: Any, turn_id: str, event: LiveEvent, place: int = 0) -> None:
    """`place` orders events of one number."""
    fields = {"e": event.name, "d": event.data}
    pipe.xadd(_stream(turn_id), fields, id=f"{event.number}-{place}")


def _is_condensed(shown: Sequence[LiveEvent]) -> bool:
    """Whether a log without its end is one `text` and the parts behind it."""
    names = [event.name for event in shown]
    is_once = names[:1] == ["text"] and set(names[1:]) <= {"part"}
    return is_once and shown[0].number > FEW_PIECES


def _add_entries(log: TurnLog, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
    """Events of one number came together, and are taken or refused together."""
    events = [
        LiveEvent(_number(entry_id), fields[b"e"].decode(), fields[b"d"])
        for entry_id, fields in entries
    ]
    for _, same_number in groupby(events, attrgetter("number")):
        log.add(list(same_number))
