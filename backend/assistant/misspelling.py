"""Which known word a misspelt one stands for: one letter more, less, other, or two that changed
places.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

# A shorter word is near too many others.
SHORTEST = 6


@dataclass(slots=True)
class Spellings:
    """Known words by what is left of each when one letter is missing."""

    known: frozenset[str]
    by_rest: dict[str, str] = field(default_factory=dict)

    def nearest(
        self,
        word: str,
    ) -> str | None:
        """The known word that this one was meant to be, if it begins with the same letter."""
        if len(word) < SHORTEST or not word.isalpha():
            return None

        for rest in (word, *_without_one(word)):
            meant = self.by_rest.get(rest)
            if meant and meant[0] == word[0] and abs(len(meant) - len(word)) <= 1:
                return meant
        return None


def spellings_of(words: Iterable[str]) -> Spellings:
    """Of two known words that are near a third, the first in the alphabet is meant."""
    known = frozenset(word for word in words if len(word) >= SHORTEST)
    spellings = Spellings(known)
    for word in sorted(known):
        for rest in (word, *_without_one(word)):
            spellings.by_rest.setdefault(rest, word)
    return spellings


def _without_one(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
