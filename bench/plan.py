"""What the fake model says and when. It stands in the shopper's message, so every server passes it
on unread.
"""

import re
import time
from dataclasses import dataclass
from typing import Self

PLAN = re.compile(rb"plan (\d+) (\d+) (\d+)")
# A word is the moment at which the model sent it, in microseconds of the machine's one monotonic
# clock.
WORD = re.compile(rb"@(\d+);")


@dataclass(frozen=True)
class Plan:
    """The first word after `first_ms`, then one each `gap_ms`."""

    first_ms: int
    words: int
    gap_ms: int

    def __str__(self) -> str:
        return f"plan {self.first_ms} {self.words} {self.gap_ms}"

    @classmethod
    def within(cls, body: bytes) -> Self:
        """The last plan of a request: the rules and earlier messages stand before it."""
        return cls(*map(int, PLAN.findall(body)[-1]))


def now_us() -> int:
    return time.monotonic_ns() // 1_000


def word() -> bytes:
    return b"@%d;" % now_us()
