"""How often somebody may do something: fixed windows, per process or shared through Redis."""

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import redis

from backend.logs import logger
from backend.store.circuit_breaker import CircuitBreaker


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` within each window of `seconds`."""

    times: int
    seconds: int = 60

    def halved(self) -> "Limit":
        times = max(1, self.times // 2)
        return Limit(times, self.seconds)

    def window(self) -> int:
        now = int(time.time())
        return now // self.seconds

    def left_of_window(self) -> int:
        """Seconds until the next window, at least one."""
        now = int(time.time())
        passed = now % self.seconds
        return max(1, self.seconds - passed)


Ask = tuple[str, Limit]
# Says which filling of Redis this is: gone with all the rest when it is emptied, then drawn anew.
FILLING = "flux:limits"


class Limits(Protocol):
    def refused(self, asks: Sequence[Ask]) -> Limit | None:
        """Count each (who, limit) once. The first limit that is used up, or None when all allow."""


class MemoryLimits:
    """For one process."""

    def __init__(self) -> None:
        self._window: dict[int, int] = {}
        self._counts: dict[int, dict[str, int]] = {}

    def refused(self, asks: Sequence[Ask]) -> Limit | None:
        counts = [self.count(who, limit) for who, limit in asks]
        return _first_over(asks, counts)

    def count(self, who: str, limit: Limit) -> int:
        """Count once more. Returns how often it was in this window."""
        seconds = limit.seconds
        window = limit.window()
        if self._window.get(seconds) != window:
            self._window[seconds] = window
            self._counts[seconds] = {}

        counts = self._counts[seconds]
        count = counts.get(who, 0) + 1
        counts[who] = count
        return count

    def counted(self) -> dict[str, int]:
        """All counts of the windows that last, by key."""
        found: dict[str, int] = {}
        for seconds, counts in self._counts.items():
            window = self._window[seconds]
            for who, count in counts.items():
                key = _limit_key(who, seconds, window)
                found[key] = count
        return found


class RedisLimits:
    """Shared by every process.

    When Redis is down each process counts for itself, at half the limit: never unlimited, never
    silent. When it comes back with nothing in it, each process tells it once more what it has
    counted itself.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client
        self._breaker = CircuitBreaker()
        self._own = MemoryLimits()
        self._filling = b""
        self._untold: dict[str, int] = {}

    def refused(self, asks: Sequence[Ask]) -> Limit | None:
        own = [self._own.count(who, limit) for who, limit in asks]

        try:
            with self._breaker.calling():
                counts = self._count_all(asks)
                return _first_over(asks, counts)
        except redis.RedisError as error:
            because = type(error).__name__
            logger().warning("limits are counted per process", because=because)

        halved = [(who, limit.halved()) for who, limit in asks]
        return _first_over(halved, own)

    def _count_all(self, asks: Sequence[Ask]) -> list[int]:
        seconds: dict[str, int] = {}
        for who, limit in asks:
            key = _limit_key(who, limit.seconds, limit.window())
            seconds[key] = limit.seconds

        once_more = dict.fromkeys(seconds, 1)
        counts = self._add_counts(once_more, seconds)

        missing = self._take_untold(seconds)
        if missing:
            counts |= self._add_counts(missing, seconds)
        return [counts[key] for key in seconds]

    def _take_untold(self, keys: Iterable[str]) -> dict[str, int]:
        untold: dict[str, int] = {}
        for key in keys:
            count = self._untold.pop(key, 0)
            if count:
                untold[key] = count
        return untold

    def _add_counts(
        self,
        more: Mapping[str, int],
        seconds: Mapping[str, int],
    ) -> dict[str, int]:
        with self._redis.pipeline(transaction=False) as pipe:
            name = uuid.uuid4().hex
            pipe.set(FILLING, name, nx=True)
            pipe.get(FILLING)
            for key, count in more.items():
                pipe.incrby(key, count)
                pipe.expire(key, seconds[key])
            _, filling, *answers = pipe.execute()

        self._note_filling(filling, more)
        # Every other answer is that of `expire`.
        counts = answers[::2]
        return dict(zip(more, counts, strict=True))

    def _note_filling(self, filling: bytes, just_told: Mapping[str, int]) -> None:
        if self._filling == filling:
            return

        self._filling = filling
        self._untold = self._own.counted()
        for key, count in just_told.items():
            if key in self._untold:
                self._untold[key] -= count


def _limit_key(who: str, seconds: int, window: int) -> str:
    return f"flux:limit:{who}:{seconds}:{window}"


def _first_over(asks: Sequence[Ask], counts: Sequence[int]) -> Limit | None:
    for (_, limit), count in zip(asks, counts, strict=True):
        if count > limit.times:
            return limit
    return None
