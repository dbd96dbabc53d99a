"""A shopper's message taken apart: its words as they are compared, and where each stands in it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from backend.catalog.folding import (
    APOSTROPHE,
    INVISIBLE,
    POSSESSIVE,
    UNSPACED,
    fold,
)

# The longest message that is looked at; what anybody wants stands in less.
MOST_CHARACTERS = 600
# A sign that means something beside a number or a word counts as a word.
WORD = regex.compile(
    rf"\p{{N}}+|[%#+]|[{UNSPACED}々]|[[\p{{L}}\p{{M}}]--[{UNSPACED}ー々]]+", regex.V1
)


@dataclass(frozen=True, slots=True)
class Written:
    """One word of a message, folded. Of what is written without spaces each letter is one."""

    folded: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.folded.isdigit()


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is as it was written, but for letters that nobody sees; words stand in it by place."""

    text: str
    words: tuple[Written, ...]

    def only(
        self,
        places: Sequence[int],
    ) -> str:
        """These words as they were written, with what stands between neighbours."""
        pieces = []
        last = -2

        for place in places:
            word = self.words[place]
            start = self.words[last].end if place == last + 1 else word.start
            pieces.append(" " * (place > last + 1) + self.text[start : word.end])
            last = place
        return "".join(pieces).strip()


def read_message(text: str) -> Message:
    seen = INVISIBLE.sub("", text[:MOST_CHARACTERS])
    seen = unicodedata.normalize("NFKC", seen)
    plain = POSSESSIVE.sub(_blank, seen)
    plain = APOSTROPHE.sub(" ", plain)

    found = [
        Written(_folded(match[0]), match.start(), match.end())
        for match in WORD.finditer(plain)
    ]
    return Message(seen, tuple(word for word in found if word.folded))


def _blank(found: regex.Match[str]) -> str:
    """As long as what it stands for, so that every word keeps its place."""
    return " " * len(found[0])


@lru_cache(maxsize=16_384)
def _folded(word: str) -> str:
    return fold(word)
