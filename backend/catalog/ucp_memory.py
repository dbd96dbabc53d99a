"""What stores have told lately: never more than so many bytes, however many stores there are."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from sys import getsizeof

MOST_BYTES = 16 * 1024 * 1024
# Of each value: its time, and its place in the memory.
OVERHEAD_BYTES = 400

Key = tuple[str, ...]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Kept:
    value: bytes
    at: float
    size: int


@dataclass(slots=True)
class UcpMemory:
    """Values by their keys; those that nobody has asked for longest go first. `used_bytes` is what
    it takes now.
    """

    most_bytes: int = MOST_BYTES
    clock: Clock = time.monotonic
    used_bytes: int = 0
    _kept: OrderedDict[Key, _Kept] = field(default_factory=OrderedDict)

    def keep(self, key: Key, value: bytes) -> None:
        """In the place of what was known. One that is larger than all of the memory is not kept."""
        self.drop(key)
        now = self.clock()
        size = _size_of(key, value)
        self._kept[key] = _Kept(value, now, size)
        self.used_bytes += size

        while self.used_bytes > self.most_bytes:
            oldest = next(iter(self._kept))
            self.drop(oldest)

    def find(
        self,
        key: Key,
        within_seconds: float,
    ) -> bytes | None:
        """What was kept no longer ago than that."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        age = self.clock() - kept.at
        if age > within_seconds:
            return None

        self._kept.move_to_end(key)
        return kept.value

    def drop(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self.used_bytes -= gone.size


def _size_of(key: Key, value: bytes) -> int:
    parts = sum(map(getsizeof, key))
    return OVERHEAD_BYTES + parts + getsizeof(value)
