"""How far the words of a clause are the title of a product."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from backend.catalog import terms
from backend.catalog.folding import fold, words
from backend.catalog.products import Product
from backend.catalog.stemming import stem
from backend.catalog.terms import Field
from backend.flows import variant_values
from backend.flows.order_words import listed
from backend.flows.phrases import Wording, terms_of

# They need not be said.
OPTIONAL = frozenset(
    "a an the of and with for in to on by der die das und mit de la le et y".split()
)
SHORTEST_TYPO, LONG = 4, 7


class Hit(IntEnum):
    """How a word of a clause is met by a product."""

    MISS = 0
    FIELD = 1
    MEANT = 2
    TYPO = 3
    LITERAL = 4


@dataclass(frozen=True, slots=True)
class Title:
    """Its words with the stems of each, and all the terms that it is found by."""

    words: tuple[str, ...]
    stems: tuple[frozenset[str], ...]
    needed: frozenset[int]
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fit:
    """`hits` has one for each word of the clause's content that tells no variant; `covered` are the places of the title's
    words that were said, `used` the words that said them.
    """

    product: Product
    title: Title
    hits: tuple[Hit, ...]
    covered: frozenset[int]
    used: frozenset[str]
    typos: int
    is_exact: bool

    @property
    def is_whole(self) -> bool:
        """Whether the whole title was said."""
        return len(self.covered) >= len(self.title.needed) > 0

    @property
    def names_thing(self) -> bool:
        """Whether its head was said, or what it begins with: `golden spoon` is a Golden Spoon Fishing
        Lure, and `laptop` no Laptop Skin.
        """
        last = max(self.covered, default=-1)
        head = self.title.words[last + 1 :]
        if self.covered and all(word in listed("flourish") for word in head):
            return True
        ordered = sorted(self.title.needed)[: len(self.covered)]
        return len(self.covered) > 1 and ordered == sorted(self.covered)

    @property
    def literal(self) -> int:
        return sum(hit >= Hit.TYPO for hit in self.hits)

    @property
    def missed(self) -> int:
        return sum(hit is Hit.MISS for hit in self.hits)

    def has_all(self, least: Hit) -> bool:
        return bool(self.hits) and min(self.hits) >= least


def measure(wording: Wording, product: Product, languages: Sequence[str]) -> Fit:
    title = title_of_product(product)
    cover = _Cover(title, tuple(languages), wording.strange)
    cover.take(wording.said)

    values = variant_values.values_of(product)
    hits = [
        cover.hit(word, product)
        for word in wording.content
        if word in cover.used or not variant_values.may_tell(word, values)
    ]

    return Fit(
        product,
        title,
        tuple(hits),
        title.needed & frozenset(cover.places),
        cover.used,
        cover.typos,
        all(title.words[place] in cover.used for place in title.needed),
    )


def title_of_product(product: Product) -> Title:
    return title_of(product.title, _language_of(product.title, product.description))


@lru_cache(maxsize=8_192)
def _language_of(title: str, description: str) -> str:
    return terms.language_of(f"{title} {description}")


@lru_cache(maxsize=8_192)
def title_of(text: str, language: str) -> Title:
    said = tuple(words(fold(text)))
    spoken = {language, "en"}
    stems = tuple(
        frozenset({word, *(stem(word, each) for each in spoken)}) for word in said
    )
    needed = frozenset(place for place, word in enumerate(said) if word not in OPTIONAL)
    weighed = terms.weigh([Field(text, terms.TITLE)], language)
    return Title(said, stems, needed, frozenset(weighed))


@lru_cache(maxsize=4_096)
def _all_terms(product: Product) -> frozenset[str]:
    described = Field(product.description, terms.TEXT)
    fields = [Field(product.type, terms.TYPE), Field(product.vendor, terms.VENDOR)]
    fields += [Field(tag, terms.TAG) for tag in product.tags]
    for option in product.options:
        fields += [Field(value, terms.OPTION) for value in option.values]
    return frozenset(terms.weigh([*fields, described], product.language))


class _Cover:
    """Which words of a title were said, each by one word of the clause."""

    def __init__(
        self,
        title: Title,
        languages: tuple[str, ...],
        strange: frozenset[str],
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
        return Hit.FIELD if known.all & _all_terms(product) else Hit.MISS

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
        for first, second in zip(said, said[1:], strict=False):
            for place, known in enumerate(self.title.words):
                if place not in self.places and first + second in (known, f"{known}s"):
                    self.places[place] = first
                    # The other word is explained as well.
                    self.places[-1 - place] = second
