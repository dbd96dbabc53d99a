"""The lexicon: words of eight languages and the concepts that they mean, so that a couch finds a
sofa, and a question in English what is written in Arabic.
"""

import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from backend.catalog import sounds
from backend.catalog.folding import fold, words
from backend.catalog.stemming import stem

FOLDER = Path(__file__).with_name("words")
LANGUAGES = ("en", "de", "es", "fr", "hi", "ml", "ja", "ar")
# Typed in Latin letters as well, as it sounds.
ROMANISED = ("hi", "ml")
FILLER = "filler.toml"
# A shorter phrase may be a part of many a word.
SHORTEST_ASKING = 4


class Kind(StrEnum):
    THING = "thing"
    COLOUR = "colour"
    MATERIAL = "material"
    QUALITY = "quality"
    AUDIENCE = "audience"
    USE = "use"


@dataclass(frozen=True, slots=True)
class Concept:
    """`broader` are what it is a kind of, the nearest first; `close` a fair second choice, or what
    serves a use.
    """

    name: str
    kind: Kind
    broader: tuple[str, ...] = ()
    close: tuple[str, ...] = ()


@dataclass(slots=True)
class Phrases:
    """What a language's phrases mean, by their stems; `longest` is a phrase's length in words, by
    its first.
    """

    meanings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)

    def add(self, stems: Sequence[str], concept: str) -> None:
        phrase, first = " ".join(stems), stems[0]
        known = self.meanings.get(phrase, ())
        if concept not in known:
            self.meanings[phrase] = (*known, concept)
        self.longest[first] = max(len(stems), self.longest.get(first, 0))

    def longest_at(
        self, stems: Sequence[str], place: int
    ) -> tuple[int, tuple[str, ...]]:
        """How many words the longest phrase has that begins there, and what it means."""
        most = min(self.longest.get(stems[place], 0), len(stems) - place)
        for length in range(most, 0, -1):
            phrase = " ".join(stems[place : place + length])
            if meant := self.meanings.get(phrase):
                return length, meant
        return 0, ()


@cache
def concepts() -> Mapping[str, Concept]:
    """All of them, by name."""
    raw = _raw()
    return {
        name: Concept(
            name,
            Kind(table["kind"]),
            tuple(_broader(raw, name)),
            tuple(_listed(table.get("see", ""))),
        )
        for name, table in raw.items()
    }


@cache
def filler() -> Mapping[str, Mapping[str, Any]]:
    """What surrounds the words that matter, by language."""
    return tomllib.loads((FOLDER / FILLER).read_text())


@cache
def small_spellings(language: str) -> frozenset[str]:
    """The words that say nothing, as they are written: folded, the French one for tea is a small
    word of English.
    """
    listed = filler()[language]["stop"]
    return frozenset(word for phrase in listed for word in phrase.casefold().split())


@cache
def small_phrases(language: str) -> frozenset[str]:
    """What says nothing of a product, folded."""
    return frozenset(map(fold, filler()[language]["stop"]))


@cache
def phrases(language: str) -> Phrases:
    """A language in its own script; the romanised spellings are `romanised`'s."""
    found = Phrases()
    for name, text in _entries(language):
        if language in ROMANISED and text.isascii():
            continue
        if stems := [stem(word, language) for word in words(text)]:
            found.add(stems, name)
    return found


@cache
def romanised(language: str) -> Phrases:
    """Hindi or Malayalam by their sounds."""
    found = Phrases()
    for name, text in _entries(language):
        listed = list(words(text))
        if text.isascii():
            keys = [sounds.sound(word) for word in listed]
        else:
            keys = [sounds.sound_of_script(word, language) for word in listed]
        if keys and all(keys):
            found.add(keys, name)
    return found


@cache
def spelt(language: str) -> Sequence[str]:
    """The words of a language that are a phrase by themselves, as they are written."""
    found = {text for _, text in _entries(language) if list(words(text)) == [text]}
    return sorted(found)


def read(stems: Sequence[str], known: Phrases) -> Iterator[str]:
    """What the longest phrases in a row of stems mean, from the left."""
    place = 0
    while place < len(stems):
        length, meant = known.longest_at(stems, place)
        yield from meant
        place += length or 1


def cut(run: str) -> Iterator[str]:
    """Pieces of a run that is written without spaces: the longest known words, and what is left
    between them.
    """
    return cut_at(run, phrases("ja").meanings, _longest_unspaced())


def cut_question(run: str) -> Iterator[str]:
    """The same, where phrases that only ask stand around the words."""
    known, longest = _unspaced_of_questions()
    return cut_at(run, known, longest)


@cache
def _unspaced_of_questions() -> tuple[frozenset[str], int]:
    asking = {fold(phrase) for phrase in filler()["ja"]["stop"]}
    long = {phrase for phrase in asking if len(phrase) >= SHORTEST_ASKING}
    known = frozenset(long.union(phrases("ja").meanings))
    return known, max(map(len, known))


def cut_at(run: str, known: Container[str], longest: int) -> Iterator[str]:
    """The same for any known pieces, of which the longest has so many letters."""
    between, place = "", 0
    while place < len(run):
        length = _known_length(run[place : place + longest], known)
        if not length:
            between += run[place]
            place += 1
            continue

        if between:
            yield between
            between = ""
        yield run[place : place + length]
        place += length

    if between:
        yield between


def _known_length(run: str, known: Container[str]) -> int:
    """Of the longest known piece with which it begins; 0 for none."""
    for length in range(len(run), 0, -1):
        if run[:length] in known:
            return length
    return 0


@cache
def _longest_unspaced() -> int:
    return max(map(len, phrases("ja").meanings))


def pairs(piece: str) -> Iterator[str]:
    """What stands for a piece that nobody knows: each two letters in it."""
    if len(piece) == 1:
        yield piece
    for first, second in pairwise(piece):
        yield first + second


@cache
def _raw() -> Mapping[str, Mapping[str, str]]:
    raw: dict[str, Mapping[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        if path.name == FILLER:
            continue
        tables = tomllib.loads(path.read_text())
        kind = tables.pop("kind")
        raw |= {name: table | {"kind": kind} for name, table in tables.items()}
    return raw


def _broader(raw: Mapping[str, Mapping[str, str]], name: str) -> Iterable[str]:
    found: dict[str, None] = {}
    waiting = _listed(raw[name].get("is", ""))
    while waiting:
        nearest = waiting.pop(0)
        if nearest not in found:
            found[nearest] = None
            waiting += _listed(raw[nearest].get("is", ""))
    return found


def _listed(text: str) -> list[str]:
    return [name for each in text.split(",") if (name := each.strip())]


def _entries(language: str) -> Iterator[tuple[str, str]]:
    """Each concept's words and phrases, folded."""
    for name, table in _raw().items():
        for text in _listed(table[language]):
            yield name, fold(text)
