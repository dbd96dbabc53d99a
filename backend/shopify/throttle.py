"""How much Shopify lets us ask: the bucket of points of each shop, as its answers tell, and the
waiting for room in it.

A bucket is shared by all our processes; what the others have taken, the next answer tells.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import gevent

from backend.errors import ShopifyThrottled

# A bucket that nobody has used for a while is full: forgetting it costs one answer.
MOST_SHOPS = 10_000
# Throttled is throttled, also where the figures say that there was room.
LEAST_PAUSE_SECONDS = 0.5
# However long we are told to stay away, the shop is asked again after that.
MOST_PAUSE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer told: the points of its query, and what the bucket held after it."""

    requested: float
    available: float
    maximum: float
    restore_rate: float


class Bucket:
    """One shop's. Until an answer has told what it holds, nobody waits."""

    def __init__(self) -> None:
        self.available = math.inf
        self.maximum = math.inf
        self.restore_rate = 1.0
        self.told_at = 0.0
        # Of the calls that wait or are on their way: those that came first go first.
        self.reserved = 0.0
        self.closed_until = 0.0

    def seconds_until(self, points: float, now: float) -> float:
        """How long a call of so many points has to wait."""
        since = now - self.told_at
        restored = self.available + since * self.restore_rate
        free = min(self.maximum, restored) - self.reserved

        needed = min(points, self.maximum)
        until_room = (needed - free) / self.restore_rate
        until_open = self.closed_until - now
        return max(0.0, until_room, until_open)


class Throttle:
    """The buckets that this process has met, and what each document costs. No greenlet switches but
    where it waits, so there is nothing to lock.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = gevent.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._points: dict[str, float] = {}

    def deadline(self, patience: float) -> float:
        """The time at which somebody with so many seconds has waited enough."""
        return self._clock() + patience

    @contextmanager
    def turn(
        self,
        shop: str,
        name: str,
        until: float,
    ) -> Iterator[None]:
        """Around one call of the document `name`: waits until there is room for it, in the order of
        arrival.

        Raises ShopifyThrottled at once when that would be after `until`.
        """
        bucket = self._bucket_of(shop)
        points = self._points.get(name, 0.0)

        now = self._clock()
        seconds = bucket.seconds_until(points, now)
        if seconds and now + seconds > until:
            raise ShopifyThrottled(math.ceil(seconds))

        bucket.reserved += points
        try:
            if seconds:
                self._sleep(seconds)
            yield
        finally:
            bucket.reserved -= points

    def learn(self, shop: str, name: str, cost: Cost) -> None:
        """What an answer has told; of answers that overtake one another the last one counts."""
        bucket = self._bucket_of(shop)
        bucket.available = cost.available
        bucket.maximum = cost.maximum
        bucket.restore_rate = cost.restore_rate
        bucket.told_at = self._clock()

        self._points[name] = cost.requested

    def refuse(self, shop: str, name: str) -> None:
        """A call found no room: nobody asks as much again before there can be."""
        bucket = self._bucket_of(shop)
        points = self._points.get(name, 0.0)
        if not points or math.isinf(bucket.available):
            self.close(shop, LEAST_PAUSE_SECONDS)
            return

        restored = LEAST_PAUSE_SECONDS * bucket.restore_rate
        most = min(points, bucket.maximum) - restored
        bucket.available = min(bucket.available, most)
        bucket.told_at = self._clock()

    def close(self, shop: str, seconds: float) -> None:
        """Nobody asks for that long."""
        pause = max(seconds, LEAST_PAUSE_SECONDS)
        until = self._clock() + min(pause, MOST_PAUSE_SECONDS)

        bucket = self._bucket_of(shop)
        bucket.closed_until = max(bucket.closed_until, until)

    def count_shops(self) -> int:
        return len(self._buckets)

    def _bucket_of(self, shop: str) -> Bucket:
        """Whoever waits for one that is forgotten meanwhile goes on; only the order is lost."""
        bucket = self._buckets.get(shop)
        if bucket is None:
            bucket = Bucket()
            self._buckets[shop] = bucket
        self._buckets.move_to_end(shop)

        if len(self._buckets) > MOST_SHOPS:
            self._buckets.popitem(last=False)
        return bucket
