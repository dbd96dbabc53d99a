"""How long a request waits for Redis: a moment; after waiting in vain not at all for a while."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
import redis

# A healthy Redis needs a millisecond; what comes later than this is not worth a shopper's time.
QUICK_SECONDS = 0.25
REST_SECONDS = 1.0


class CircuitBreaker:
    """One for each user of Redis. Raises redis.RedisError in place of a long wait."""

    def __init__(self) -> None:
        self._away_until = 0.0

    @contextmanager
    def calling(self) -> Iterator[None]:
        if time.monotonic() < self._away_until:
            raise redis.ConnectionError("away a moment ago")

        try:
            with gevent.Timeout(QUICK_SECONDS, redis.TimeoutError):
                yield
        except redis.RedisError:
            self._away_until = time.monotonic() + REST_SECONDS
            raise
