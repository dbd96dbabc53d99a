"""Who uses one of PostgreSQL's connections next, and how long its answer may take.

A process that much is asked of at once serves everybody in turn; that is no fault of the store's.
It is unavailable once it has answered nobody for a while.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from backend.errors import StoreUnavailable

# Nobody waits longer for their turn, however fast the others are served: whoever asked has given up
# by then, or asks again.
LONGEST_WAIT_SECONDS = 7.5


class WaitingLine:
    """`places` may use the store at once, and each of them has `answer_seconds`."""

    def __init__(self, places: int, answer_seconds: float) -> None:
        self._free = BoundedSemaphore(places)
        self._answer_seconds = answer_seconds
        self._answered_at = 0.0

    @contextmanager
    def place(self) -> Iterator[float]:
        """Yields the seconds that are left for an answer; 0 or less when there are none. Raises
        StoreUnavailable.
        """
        seconds = self._wait_for_place()
        try:
            yield seconds
            self._answered_at = time.monotonic()
        finally:
            self._free.release()

    def _wait_for_place(self) -> float:
        came_at = time.monotonic()

        while True:
            goes_at = came_at + LONGEST_WAIT_SECONDS
            left = min(self._silent_at(came_at), goes_at) - time.monotonic()
            if left <= 0:
                raise StoreUnavailable

            if self._free.acquire(timeout=left):
                # Of a store that is silent, whoever waited has waited a part of it.
                return self._silent_at(came_at) - time.monotonic()

    def _silent_at(self, came_at: float) -> float:
        """When the store counts as silent. An answer to anybody puts it off."""
        return max(came_at, self._answered_at) + self._answer_seconds
