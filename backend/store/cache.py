"""Which sessions are hot, and what is about now: speeds things up, tells a pause from a running
talk, never decides.
"""

import time
from collections import OrderedDict
from typing import Protocol

import redis

from backend.logs import logger
from backend.store.circuit_breaker import CircuitBreaker

# Beyond this many the least recently used leave early; they are found in the database again.
MOST = 100_000
# Of texts, which take more room.
MOST_TEXTS = 2_000


class Cache(Protocol):
    def keep(self, key: str, seconds: int) -> None: ...
    def has(self, key: str) -> bool: ...
    def keep_text(self, key: str, seconds: int, text: str) -> None: ...
    def find_text(self, key: str) -> str | None: ...
    def drop(self, key: str) -> None: ...


class MemoryCache:
    """For one process."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()
        self._texts: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def keep(self, key: str, seconds: int) -> None:
        self._until[key] = time.monotonic() + seconds
        self._until.move_to_end(key)
        while len(self._until) > MOST:
            self._until.popitem(last=False)

    def has(self, key: str) -> bool:
        until = self._until.get(key, 0)
        return until > time.monotonic()

    def keep_text(self, key: str, seconds: int, text: str) -> None:
        self._drop_old_texts()
        self._texts[key] = (time.monotonic() + seconds, text)
        self._texts.move_to_end(key)
        while len(self._texts) > MOST_TEXTS:
            self._texts.popitem(last=False)

    def find_text(self, key: str) -> str | None:
        self._drop_old_texts()
        _, text = self._texts.get(key, (0, None))
        return text

    def drop(self, key: str) -> None:
        self._until.pop(key, None)
        self._texts.pop(key, None)

    def _drop_old_texts(self) -> None:
        """People's words are not left lying about, as long as anybody asks for some."""
        now = time.monotonic()
        old = [key for key, (until, _) in self._texts.items() if until <= now]
        for key in old:
            del self._texts[key]


class RedisCache:
    """Shared by all processes. With Redis down nothing is hot, and everything still works."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client
        self._breaker = CircuitBreaker()

    def keep(self, key: str, seconds: int) -> None:
        try:
            with self._breaker.calling():
                self._redis.set(key, 1, ex=seconds)
        except redis.RedisError as error:
            _note_absence(error)

    def has(self, key: str) -> bool:
        try:
            with self._breaker.calling():
                return bool(self._redis.exists(key))
        except redis.RedisError as error:
            _note_absence(error)
            return False

    def keep_text(self, key: str, seconds: int, text: str) -> None:
        try:
            with self._breaker.calling():
                self._redis.set(key, text, ex=seconds)
        except redis.RedisError as error:
            _note_absence(error)

    def find_text(self, key: str) -> str | None:
        try:
            with self._breaker.calling():
                found = self._redis.get(key)
        except redis.RedisError as error:
            _note_absence(error)
            return None
        return found.decode() if isinstance(found, bytes) else None

    def drop(self, key: str) -> None:
        try:
            with self._breaker.calling():
                self._redis.delete(key)
        except redis.RedisError as error:
            _note_absence(error)


def _note_absence(error: redis.RedisError) -> None:
    because = type(error).__name__
    logger().debug("the session cache is away", because=because)
