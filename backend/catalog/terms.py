"""What a product is found by: terms, each with a weight that says how well it fits.

A term is a word's stem; or it begins with a mark: `#` a concept, `=` an article number, `@` an
option's value, `~` how a word sounds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from backend.catalog import lexicon, sounds
from backend.catalog.folding import bare, fold, is_unspaced, words
from backend.catalog.sizes import option_terms
from backend.catalog.stemming import LATIN_LANGUAGES, stem

# How well a term fits that stands there; nothing weighs more than a title.
TITLE, TYPE, TAG, OPTION, VENDOR, TEXT = 100, 80, 70, 60, 60, 35
# What is said of a broader concept, and of a part of a compound.
BROADER, PART = 0.7, 0.8
MOST_WEIGHT = 100

SCRIPTS = {
    "hi": regex.compile(r"\p{Devanagari}"),
    "ml": regex.compile(r"\p{Malayalam}"),
    "ar": regex.compile(r"\p{Arabic}"),
}
# The shortest word that is looked at as a compound, and the shortest part of one.
SHORTEST_COMPOUND, SHORTEST_PART = 7, 3
LINKS = ("", "s", "n", "en", "es", "er", "e")


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word in the language that its script, or the text around it, tells."""

    text: str
    language: str

    @property
    def stem(self) -> str:
        return stem(self.text, self.language)


@dataclass(frozen=True, slots=True)
class Field:
    """One text of a product, and how much what stands in it weighs."""

    text: str
    weight: int


def language_of(text: str, usual: str = "en") -> str:
    """The language of a text, by its script or its small words; `usual` when neither tells."""
    folded = fold(text)
    for language, script in SCRIPTS.items():
        if script.search(folded):
            return language
    if is_unspaced(folded):
        return "ja"

    found = set(words(folded))
    shared = {each: len(found & _small_words(each)) for each in LATIN_LANGUAGES}
    best = max(shared, key=lambda each: (shared[each], each == usual))
    return best if shared[best] else usual


def weigh(fields: Iterable[Field], language: str) -> dict[str, int]:
    """The terms of a product's texts, each with its weight of 1 to 100."""
    weights: dict[str, int] = {}
    for each in fields:
        for term, part in _terms_of(each.text, language):
            weight = max(1, round(each.weight * part))
            if weights.get(term, 0) < weight:
                weights[term] = weight
    return weights


def weigh_exact(skus: Iterable[str], values: Iterable[str]) -> dict[str, int]:
    """The terms of article numbers and of options' values."""
    numbers = {f"={number}" for sku in skus if (number := bare(sku))}
    options = {term for value in values for term in option_terms(value)}
    return dict.fromkeys(numbers | options, MOST_WEIGHT)


def split(text: str, language: str) -> list[Word]:
    """The words of a text; runs without spaces are cut where the lexicon knows a word."""
    latin = language if language in LATIN_LANGUAGES else "en"
    found = []
    for word in words(fold(text)):
        if is_unspaced(word):
            found += [Word(piece, "ja") for piece in lexicon.cut(word)]
        else:
            found.append(Word(word, language_of_script(word) or latin))
    return found


def language_of_script(word: str) -> str | None:
    """The language that a word's letters tell; None for Latin ones, which many share."""
    for language, script in SCRIPTS.items():
        if script.match(word):
            return language
    return None


@lru_cache(maxsize=16_384)
def parts(word: str) -> tuple[str, ...]:
    """The known words that a German compound is made of; none when it is not one."""
    if len(word) < SHORTEST_COMPOUND:
        return ()

    known = lexicon.phrases("de").meanings
    for place in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        head, rest = word[:place], word[place:]
        if stem(rest, "de") not in known:
            continue
        for link in LINKS:
            if not head.endswith(link):
                continue
            first = head.removesuffix(link) if link else head
            if len(first) >= SHORTEST_PART and stem(first, "de") in known:
                return (first, rest)
    return _tail(word, known)


def _tail(word: str, known: Mapping[str, object]) -> tuple[str, ...]:
    """The last known word of a compound that begins with an unknown one."""
    for place in range(SHORTEST_PART, len(word) - SHORTEST_PART):
        rest = word[place:]
        if len(rest) > SHORTEST_PART and stem(rest, "de") in known:
            return (word[:place], rest)
    return ()


def _terms_of(text: str, language: str) -> Iterator[tuple[str, float]]:
    listed = split(text, language)
    for word in listed:
        yield from _plain(word)

    for start, end, own in _stretches(listed):
        stretch = listed[start:end]
        for concept in _concepts_of(stretch, own):
            yield from _concept(concept, 1.0)
    for word in listed:
        if word.language == "de":
            for part in parts(word.text):
                yield from _part(part)


def _plain(word: Word) -> Iterator[tuple[str, float]]:
    if word.language == "ja":
        for pair in lexicon.pairs(word.text):
            yield pair, 1.0
        if len(word.text) > 2:
            yield word.text, 1.0
        return

    yield word.stem, 1.0
    if word.language in lexicon.ROMANISED:
        yield f"~{sounds.sound_of_script(word.text, word.language)}", 1.0


def _part(part: str) -> Iterator[tuple[str, float]]:
    own = stem(part, "de")
    yield own, PART
    for concept in lexicon.phrases("de").meanings.get(own, ()):
        yield from _concept(concept, PART)


def _concept(name: str, share: float) -> Iterator[tuple[str, float]]:
    yield f"#{name}", share
    for broader in lexicon.concepts()[name].broader:
        yield f"#{broader}", share * BROADER


def _stretches(listed: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
    """Neighbours of one language, with the languages that they are read in."""
    start = 0
    for place in range(1, len(listed) + 1):
        if place == len(listed) or listed[place].language != listed[start].language:
            own = listed[start].language
            yield start, place, own
            if own in LATIN_LANGUAGES and own != "en":
                yield start, place, "en"
            start = place


def _concepts_of(stretch: Sequence[Word], language: str) -> Iterator[str]:
    stems = [stem(word.text, language) for word in stretch]
    yield from lexicon.read(stems, lexicon.phrases(language))


@lru_cache
def _small_words(language: str) -> frozenset[str]:
    listed = lexicon.filler()[language]["stop"]
    return frozenset(fold(word) for word in listed if " " not in word)
