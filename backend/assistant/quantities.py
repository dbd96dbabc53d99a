"""How many of what a message counts: `2 blue kettles, 4 tea towels`, `タオル3枚`; and not sizes,
times or money. The words that tell are in `words/quantities.toml`.
"""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend.assistant.message_words import Written, read_message
from backend.assistant.phrase_table import UNSPACED_LANGUAGE, small_words
from backend.catalog import lexicon
from backend.catalog.folding import fold

FILE = Path(__file__).with_name("words") / "quantities.toml"
# A longer row of figures is the number of an order or a telephone.
MOST_FIGURES = 4
# `x4` counts whatever stands before it.
TIMES = frozenset({"x", "×"})
# How many words behind a number its thing may stand.
REACH = 3


@dataclass(frozen=True, slots=True)
class Quantity:
    """`of_thing` tells whether what is counted has a name that we know, `is_first` whether nothing
    stands before it.
    """

    number: int
    of_thing: bool
    is_first: bool

    @property
    def is_clear(self) -> bool:
        return self.of_thing or self.is_first


@dataclass(frozen=True, slots=True)
class _Around:
    """What may stand beside a number, folded."""

    units: frozenset[str]
    before: frozenset[str]
    counters: frozenset[str]
    numbers: Mapping[str, int]


def counted(
    words: Sequence[Written],
    language: str,
    things_at: Collection[int],
) -> list[Quantity]:
    """Each quantity, in the order of the message; `things_at` are the places of words that name a
    thing.
    """
    found = []
    for place, number in _numbers(words, _around(language)):
        next_is_thing = place + 1 in things_at
        # Some numbers are small words as well.
        is_number = words[place].folded not in small_words(language)
        if not (is_number or next_is_thing) or not _counts(words, place, language):
            continue

        behind = range(place + 1, place + 1 + REACH)
        of_thing = any(at in things_at for at in behind)
        found.append(Quantity(number, of_thing, is_first=place == 0))
    return found


def has_uncounted(
    words: Sequence[Written],
    language: str,
) -> bool:
    """Whether a number stands in front of a word that it neither counts nor measures."""
    around = _around(language)
    for place, word in enumerate(words[:-1]):
        behind = words[place + 1 :]
        if not word.is_number or _is_named(words, place, around):
            continue
        if behind[0].folded in small_words(language):
            continue

        if not _begins(behind, around.units | around.counters, language):
            return True
    return False


def _numbers(
    words: Sequence[Written],
    around: _Around,
) -> Iterator[tuple[int, int]]:
    """The place and value of each number, in figures or as a word."""
    for place, word in enumerate(words):
        if word.is_number and len(word.folded) <= MOST_FIGURES:
            yield place, int(word.folded)
        elif word.folded in around.numbers:
            yield place, around.numbers[word.folded]


def _counts(
    words: Sequence[Written],
    place: int,
    language: str,
) -> bool:
    around = _around(language)
    behind = words[place + 1 :]
    if place and words[place - 1].folded in TIMES:
        return True
    if not behind or _is_named(words, place, around):
        return False
    if language == UNSPACED_LANGUAGE or behind[0].folded in around.counters:
        return _begins(behind, around.counters, language)

    later = behind[0].folded
    return not (
        later in around.units or later in small_words(language) or later.isdigit()
    )


def _is_named(
    words: Sequence[Written],
    place: int,
    around: _Around,
) -> bool:
    """Whether a number is a name, or the end of one: `order 12`, `#12`, `s21`."""
    if not place:
        return False

    earlier = words[place - 1]
    is_glued = earlier.end == words[place].start and earlier.folded.isascii()
    return is_glued or earlier.folded in around.before


def _begins(
    words: Sequence[Written],
    listed: frozenset[str],
    language: str,
) -> bool:
    """Whether the words begin with one of the list."""
    if language != UNSPACED_LANGUAGE:
        return words[0].folded in listed

    text = "".join(word.folded for word in words[:REACH])
    return text.startswith(tuple(listed))


@cache
def _around(language: str) -> _Around:
    listed = tomllib.loads(FILE.read_text())[language]
    filler = lexicon.filler()[language]
    money = [word for words in filler["currency"].values() for word in words]

    counters = _single(listed["counters"])
    units = _single([*listed["units"], *money, *filler["size"], "%"])
    before = _single([*listed["before"], "#"])
    return _Around(units - counters, before, counters, _number_words(filler["numbers"]))


def _number_words(numbers: Mapping[str, int]) -> Mapping[str, int]:
    """Of one word each, and without one, which is the article as well."""
    return {
        fold(word): number
        for word, number in numbers.items()
        if number > 1 and " " not in word
    }


def _single(listed: Iterable[str]) -> frozenset[str]:
    """Those of the list that are one word, or are written without spaces."""
    texts = [text for text in listed if " " not in text]
    read = [read_message(text).words for text in texts]
    return frozenset("".join(word.folded for word in words) for words in read) - {""}
