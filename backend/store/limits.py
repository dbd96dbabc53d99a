"""How often somebody may do something: fixed windows, per process or shared through Redis."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import redis

from backend.logs import logger
from backend.store.redis_patience import Patience


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` within each window of `seconds`."""

    times: int
    seconds: int = 60

    def halved(self) -> "Limit":
        return Limit(max(1, self.times // 2), self.seconds)

    def window(self) -> int:
        return int(time.time()) // self.seconds

    def left_of_window(self) -> int:
        """Seconds until the next window, at least one."""
        return max(1, self.seconds - int(time.time()) % self.seconds)


Ask = tuple[str, Limit]


class Limits(Protocol):
    def refused(self, asks: Sequence[Ask]) -> Limit | None:
        """Count each (who, limit) once. The first limit that is used up, or None when all allow."""


class MemoryLimits:
    """For one process."""

    def __init__(self) -> None:
        self._window: dict[int, int] = {}
        self._counts: dict[int, dict[str, int]] = {}

    def refused(self, asks: Sequence[Ask]) -> Limit | None:
        over = [limit for who, limit in asks if self._count(who, limit) > limit.times]
        return over[0] if over else None

    def _count(self, who: str, limit: Limit) -> int:
        if self._window.get(limit.seconds) != limit.window():
            self._window[limit.seconds] = limit.window()
            self._counts[limit.seconds] = {}
        counts = self._counts[limit.seconds]
        counts[who] = counts.get(who, 0) + 1
        return counts[who]


class RedisLimits:
    """Shared by every process.

    When Redis is down each process counts for itself, at half the limit: never unlimited, never silent.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client
        self._patience = Patience()
        self._own = MemoryLimits()

    def refused(self, asks: Sequence[Ask]) -> Limit | None:
        try:
            with self._patience.asking(), self._redis.pipeline(transaction=False) as pipe:
                for who, limit in asks:
                    key = f"flux:limit:{who}:{limit.seconds}:{limit.window()}"
                    pipe.incr(key)
                    pipe.expire(key, limit.seconds)
                counts = pipe.execute()[::2]
        except redis.RedisError as error:
            logger().warning("limits are counted per process", because=type(error).__name__)
            return self._own.refused([(who, limit.halved()) for who, limit in asks])
        over = [limit for (_, limit), count in zip(asks, counts, strict=True) if count > limit.times]
        return over[0] if over else None
