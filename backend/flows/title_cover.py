"""Which words of a title were said: as they are, as one word for two, or mistyped."""

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise

from rapidfuzz.distance import OSA

from backend.catalog.products import Product
from backend.flows.phrases import terms_of
from backend.flows.titles import Title, all_terms

SHORTEST_TYPO, LONG = 4, 7


class Hit(IntEnum):
    """How a word of a clause is met by a product."""

    MISS = 0
    FIELD = 1
    MEANT = 2
    TYPO = 3
    LITERAL = 4


class Cover:
    """Which words of a title were said, each by one word of the clause."""

    def __init__(
        self, title: Title, languages: tuple[str, ...], strange: frozenset[str]
    ) -> None:
        self.title = title
        self.languages = languages
        self.strange = strange
        self.places: dict[int, str] = {}
        self.typos = 0

    def take(self, said: Sequence[str]) -> None:
        """Exact words first, then those written as one or as two, then mistyped ones."""
        left = list(said)
        for find in (self._literal, self._joined, self._mistyped):
            left = [word for word in left if not find(word)]
        self._pairs(said)

    @property
    def used(self) -> frozenset[str]:
        return frozenset(self.places.values())

    def hit(self, word: str, product: Product) -> Hit:
        if word in self.used:
            is_exact = self._has_literal(word)
            return Hit.LITERAL if is_exact else Hit.TYPO
        if self._has_literal(word):
            return Hit.LITERAL

        known = terms_of(word, self.languages)
        if known.meant & self.title.terms:
            return Hit.MEANT
        return Hit.FIELD if known.all & all_terms(product) else Hit.MISS

    def _has_literal(self, word: str) -> bool:
        literal = terms_of(word, self.languages).literal
        return any(literal & stems for stems in self.title.stems)

    def _literal(self, word: str) -> bool:
        literal = terms_of(word, self.languages).literal
        for place, stems in enumerate(self.title.stems):
            if place not in self.places and literal & stems:
                self.places[place] = word
                return True
        return False

    def _joined(self, word: str) -> bool:
        """One word for two of the title's."""
        listed = self.title.words
        for place in range(len(listed) - 1):
            pair = listed[place] + listed[place + 1]
            if pair in (word, f"{word}s") or word == f"{pair}s":
                self.places[place] = self.places[place + 1] = word
                return True
        return False

    def _mistyped(self, word: str) -> bool:
        if len(word) < SHORTEST_TYPO or word not in self.strange:
            return False

        allowed = 2 if len(word) >= LONG else 1
        for place, known in enumerate(self.title.words):
            if place in self.places or len(known) < SHORTEST_TYPO:
                continue
            if OSA.distance(word, known, score_cutoff=allowed) <= allowed:
                self.places[place] = word
                self.typos += 1
                return True
        return False

    def _pairs(self, said: Sequence[str]) -> None:
        """Two words for one of the title's."""
        for first, second in pairwise(said):
            for place, known in enumerate(self.title.words):
                if place not in self.places and first + second in (known, f"{known}s"):
                    self.places[place] = first
                    # The other word is explained as well.
                    self.places[-1 - place] = second
