"""What the fake model says and when. It stands in the shopper's message, so every server passes it
on unread.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

# Figures are written as letters: most questions have none, and what a reply states is looked into.
FIGURES, LETTERS = b"0123456789", b"bcdfghjvln"
AS_LETTERS = bytes.maketrans(FIGURES, LETTERS)
AS_FIGURES = bytes.maketrans(LETTERS, FIGURES)
PLAN = re.compile(rb"plan ([bcdfghjvln]+) ([bcdfghjvln]+) ([bcdfghjvln]+)")
# A word is the moment at which the model sent it, in microseconds of the machine's one monotonic
# clock.
WORD = re.compile(rb"q([bcdfghjvln]{6,});")


@dataclass(frozen=True)
class Plan:
    """The first word after `first_ms`, then one each `gap_ms`."""

    first_ms: int
    words: int
    gap_ms: int

    def __str__(self) -> str:
        figures = f"{self.first_ms} {self.words} {self.gap_ms}".encode()
        return f"plan {figures.translate(AS_LETTERS).decode()}"

    @classmethod
    def within(cls, body: bytes) -> Self:
        """The last plan of a request: the rules and earlier messages stand before it."""
        said = PLAN.findall(body)[-1]
        return cls(*(int(letters.translate(AS_FIGURES)) for letters in said))


def now_us() -> int:
    return time.monotonic_ns() // 1_000


def word() -> bytes:
    return b" q%b;" % (b"%d" % now_us()).translate(AS_LETTERS)


def read_words(text: bytes) -> Iterator[int]:
    """When each word in it was sent."""
    for letters in WORD.findall(text):
        yield int(letters.translate(AS_FIGURES))
