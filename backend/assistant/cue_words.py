"""The words by which a text is understood in the eight languages: units, currencies, cues, claims.

They are listed in `words/numbers.toml`, in `words/guard.toml` and in the catalog's lexicon.
"""

import tomllib
from collections import defaultdict
from collections.abc import (
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from backend.assistant.text_tokens import Token, tokens_of
from backend.catalog import lexicon
from backend.catalog.folding import fold

FOLDER = Path(__file__).with_name("words")
LANGUAGES = lexicon.LANGUAGES
ANY_ENDING = "*"
MEASURING = ("unit:", "money:")
# No phrase that is written without spaces is longer.
LONGEST_RUN = 12
SHORTEST_STEM = 2
# What Arabic writes before a word: and, so, by, for, like, the.
ARABIC_BEFORE = (
    "لل",
    "ال",
    "و",
    "ف",
    "ب",
    "ل",
    "ك",
)
# A currency's own sign with a country before it is no other country's.
OWN_SIGNS = (
    "us$",
    "u$s",
    "ca$",
    "c$",
    "au$",
    "a$",
    "mx$",
    "r$",
    "e£",
)


class Phrase(NamedTuple):
    """What follows a first word, whether the last word may end in any way, and what is meant."""

    rest: tuple[str, ...]
    is_open: bool
    name: str


Table = Mapping[str, tuple[Phrase, ...]]
Growing = defaultdict[str, list[Phrase]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Phrases by their first word, and by the beginning of it; pieces of runs without spaces."""

    exact: Table
    stems: Table
    pieces: frozenset[str]


@cache
def numbers() -> Mapping[str, Any]:
    path = FOLDER / "numbers.toml"
    return tomllib.loads(path.read_text())


@cache
def guard_words() -> Mapping[str, Mapping[str, str]]:
    path = FOLDER / "guard.toml"
    return tomllib.loads(path.read_text())


def listed(text: str) -> list[str]:
    parts = text.replace("\n", " ").split(",")
    return [each for part in parts if (each := part.strip())]


def names_at(
    tokens: Sequence[Token],
    place: int,
) -> tuple[int, frozenset[str]]:
    """How many tokens the longest phrase has that begins there, and all that it means."""
    longest, names = 0, frozenset[str]()
    for phrase in phrases_of(tokens[place].text):
        length = 1 + len(phrase.rest)
        if length < longest:
            break
        if _follows(tokens, place, phrase):
            longest, names = length, names | {phrase.name}
    return longest, names


def _follows(
    tokens: Sequence[Token],
    place: int,
    phrase: Phrase,
) -> bool:
    after = place + 1
    following = tokens[after : after + len(phrase.rest)]
    if len(following) < len(phrase.rest):
        return False

    for token, word in zip(following, phrase.rest, strict=True):
        is_last = word is phrase.rest[-1]
        is_same = token.text == word
        if not is_same and not (
            is_last and phrase.is_open and token.text.startswith(word)
        ):
            return False
    return True


@lru_cache(16_384)
def phrases_of(word: str) -> tuple[Phrase, ...]:
    """All that may begin with that word, the longest first."""
    found: set[Phrase] = set()
    exact, stems = vocabulary().exact, vocabulary().stems
    for form in forms_of(word):
        found.update(exact.get(form, ()))
        for length in range(SHORTEST_STEM, len(form) + 1):
            found.update(stems.get(form[:length], ()))
    return tuple(sorted(found, key=_longest_first))


def _longest_first(phrase: Phrase) -> tuple[int, str]:
    return -len(phrase.rest), phrase.name


def forms_of(word: str) -> Iterator[str]:
    """The word, and in Arabic what is left of it without what is written before it."""
    yield word
    if not "\u0620" <= word[0] <= "\u064a":
        return
    for before in ARABIC_BEFORE:
        rest = word.removeprefix(before)
        if rest != word and len(rest) > 1:
            yield from forms_of(rest)


def cut(run: str) -> Iterator[str]:
    """A run without spaces: the longest known pieces, and what is left between them."""
    return iter(_cut_known(run))


@lru_cache(4_096)
def _cut_known(run: str) -> tuple[str, ...]:
    return tuple(lexicon.cut_at(run, vocabulary().pieces, LONGEST_RUN))


@cache
def vocabulary() -> Vocabulary:
    exact: Growing = defaultdict(list)
    stems: Growing = defaultdict(list)
    pieces: set[str] = set()

    for name, text in entries():
        is_open = text.endswith(ANY_ENDING)
        folded = fold(text.rstrip(ANY_ENDING))
        tokens = tokens_of(folded, _uncut)
        words = [token.text for token in tokens]
        pieces.update(words)
        first, *rest = words

        phrase = Phrase(tuple(rest), is_open, name)
        table = stems if is_open and not rest else exact
        table[first].append(phrase)

    pieces.update(_numerals())
    return Vocabulary(
        _frozen(exact),
        _frozen(stems),
        frozenset(pieces),
    )


def _uncut(run: str) -> Iterator[str]:
    yield run


def _frozen(found: Growing) -> Table:
    return {word: tuple(phrases) for word, phrases in found.items()}


def _numerals() -> Iterator[str]:
    for table in ("numbers", "times"):
        for word in numbers()["ja"][table]:
            yield fold(word)


def entries() -> Iterator[tuple[str, str]]:
    """Every phrase as it is written, with what it means: `unit:day`, `money:EUR`, `price`."""
    yield from _units()
    yield from _currencies()
    yield from _announcers()
    for name, table in guard_words().items():
        for language in LANGUAGES:
            for text in listed(table[language]):
                yield name, text


def _units() -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        table = numbers()[language]
        for unit, words in table["units"].items():
            for text in listed(words):
                yield f"unit:{unit}", text
        for text in listed(table["ranges"]):
            yield "range", text
        for text in listed(table["choices"]):
            yield "choice", text


def _currencies() -> Iterator[tuple[str, str]]:
    table = numbers()["currencies"]
    for code in listed(table["codes"]):
        yield f"money:{code}", code.lower()
    for code, text in currency_words():
        yield f"money:{code}", text


def currency_words() -> Iterator[tuple[str, str]]:
    """Names and signs of money, each with the code of a currency."""
    table = numbers()["currencies"]
    for code, words in table["words"].items():
        for text in listed(words):
            yield code, text

    left_out = listed(table["not_money"])
    for language in LANGUAGES:
        table = lexicon.filler()[language]
        for code, known in table["currency"].items():
            wanted = [text for text in known if text not in left_out]
            yield from ((code, text) for text in wanted)


def has_unit(names: frozenset[str]) -> bool:
    """Whether a number can be measured by a phrase of these meanings."""
    return any(name.startswith(MEASURING) for name in names)


@cache
def others(name: str) -> frozenset[str]:
    table = numbers()["others"]
    return frozenset(listed(table[name]))


def _announcers() -> Iterator[tuple[str, str]]:
    """What stands before a size or an article number."""
    for language in LANGUAGES:
        table = lexicon.filler()[language]
        for text in table["size"]:
            yield "announcer", text
        for text in table["sku"]:
            yield "announcer", text


@lru_cache(512)
def currencies_of(
    text: str,
    codes: frozenset[str],
) -> frozenset[str]:
    """The currencies that a name or a sign may mean: $ is many countries' dollar."""
    is_code = text.upper() in codes
    is_exact = is_code or " " in text or text in OWN_SIGNS
    return codes if is_exact else codes.union(*_sharing(codes))


def _sharing(codes: frozenset[str]) -> Iterator[list[str]]:
    for row in numbers()["currencies"]["shared"]:
        shared = listed(row)
        if codes & set(shared):
            yield shared


@cache
def stop_words() -> frozenset[str]:
    """Words that never name a thing."""
    return frozenset(
        fold(word)
        for language in LANGUAGES
        for word in lexicon.filler()[language]["stop"]
        if " " not in word
    )
