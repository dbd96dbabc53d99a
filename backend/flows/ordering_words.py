"""The words around an order in eight languages: what joins, counts, packs, corrects, and says that
no order is meant. They stand in `words/`, a file for each language.
"""

import tomllib
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from backend.catalog import lexicon
from backend.catalog.folding import fold, is_unspaced, words

FOLDER = Path(__file__).with_name("words")
# Also pieces and pairs; the search's own table has them as numbers.
NO_NUMBERS = ("pair", "a pair", "paar", "par", "paire", "jodi", "ペア")

Phrase = tuple[str, ...]


@dataclass(slots=True)
class PhraseSet:
    """Phrases as their folded words."""

    known: set[Phrase] = field(default_factory=set)
    longest: int = 0

    def add(self, text: str) -> None:
        if phrase := phrase_of(text):
            self.known.add(phrase)
            self.longest = max(self.longest, len(phrase))

    def length_at(
        self,
        said: Sequence[str],
        place: int,
    ) -> int:
        """Words of the longest phrase that begins there; 0 when none does."""
        for length in range(
            min(self.longest, len(said) - place),
            0,
            -1,
        ):
            if tuple(said[place : place + length]) in self.known:
                return length
        return 0

    def is_in(self, said: Sequence[str]) -> bool:
        return any(
            self.length_at(
                said,
                place,
            )
            for place in range(len(said))
        )

    def __contains__(self, word: str) -> bool:
        return (word,) in self.known


def phrase_of(text: str) -> Phrase:
    return tuple(words(fold(text)))


@cache
def listed(kind: str) -> PhraseSet:
    """The phrases of a kind in all languages: a message may mix them."""
    found = PhraseSet()
    for language in lexicon.LANGUAGES:
        for text in _raw(language).get(kind, ()):
            found.add(text)
    return found


@cache
def values(table: str) -> Mapping[str, PhraseSet]:
    """What `sizes`, `layouts` or `headers` are called, by their key."""
    found: dict[str, PhraseSet] = {}
    for language in lexicon.LANGUAGES:
        for key, texts in (
            _raw(language)
            .get(
                table,
                {},
            )
            .items()
        ):
            phrases = found.setdefault(key, PhraseSet())
            for text in texts:
                phrases.add(text)
    return found


@cache
def dozens() -> PhraseSet:
    found = PhraseSet()
    for language in lexicon.LANGUAGES:
        for text in _raw(language)["dozens"]["words"]:
            found.add(text)
    return found


@cache
def numbers(languages: tuple[str, ...]) -> tuple[Mapping[Phrase, int], int]:
    """Number words and the most words that one has; a word of two languages is the first's."""
    table: dict[Phrase, int] = {}
    for language in languages:
        for text, value in _numbers_of(language):
            phrase = phrase_of(text)
            if phrase and phrase not in table:
                table[phrase] = value
    return table, max(map(len, table))


@cache
def small(languages: tuple[str, ...]) -> PhraseSet:
    """Words that say nothing of a product."""
    found = PhraseSet()
    for language in languages:
        table = lexicon.filler()[language]
        for text in (*table["stop"], *table["around"]):
            found.add(text)
    for kind in ("small", "wanting", "again", "size", "each", "and"):
        found.known |= listed(kind).known
    found.longest = max(map(len, found.known))
    return found


@cache
def unspaced() -> tuple[frozenset[str], int]:
    """What is known of a run that is written without spaces, and the longest of it."""
    known = set(lexicon.phrases("ja").meanings)
    for kind, texts in _raw("ja").items():
        if kind not in ("numbers", "headers"):
            known.update(map(fold, _flat(texts)))
    known.update(fold(text) for text, _ in _numbers_of("ja"))

    found = frozenset(word for word in known if word and is_unspaced(word))
    return found, max(map(len, found))


def _flat(texts: Any) -> Iterator[str]:
    if isinstance(texts, dict):
        for inner in texts.values():
            yield from inner
    else:
        yield from texts


def _numbers_of(language: str) -> Iterable[tuple[str, int]]:
    yield from _raw(language)["numbers"].items()
    for text, value in lexicon.filler()[language]["numbers"].items():
        if text not in NO_NUMBERS:
            yield text, value


@cache
def _raw(language: str) -> Mapping[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text())
