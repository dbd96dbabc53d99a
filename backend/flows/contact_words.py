"""What announces a name, a phone number or an e-mail address, in eight languages at once, and the
words that stand around them.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import regex

from backend.catalog.folding import fold
from backend.flows.plain_words import one_of

FILE = Path(__file__).with_name("words") / "contacts.toml"
KINDS = ("other", "email", "phone", "called", "name", "weak")
UNSPACED_LANGUAGE = "ja"
# Arabic writes its "and" in one piece with what follows.
JOINED = r"(?<![\p{L}\p{M}\p{N}])و?"
NO_LETTER = r"(?![\p{L}\p{M}])"
# O'Neill and A. Ruiz begin with no small word.
NO_INITIAL = r"(?!['-]\p{L}|(?<=\b\p{L})\.)"


@cache
def announcements() -> regex.Pattern[str]:
    """One group for each kind, and `sure` for what says that the thing itself follows."""
    kinds = "|".join(f"(?P<{kind}>{_spelt(kind)})" for kind in KINDS)
    copulas = f"(?:{one_of(_spaced_words('copula'))}){NO_LETTER}"
    sure = rf"(?P<sure>(?:\s*[.:=：]+|\s+[-–—])(?:\s*{copulas})?|\s*{copulas})?"
    return regex.compile(rf"(?:{kinds}){sure}\s*", regex.IGNORECASE)


@cache
def ends() -> regex.Pattern[str]:
    """Behind a name, no part of it."""
    spaced = rf"(?:\s+(?:{one_of(_spaced_words('ends'))}))"
    unspaced = rf"(?:\s*(?:{one_of(_unspaced_words('ends'))}))"
    return regex.compile(rf"(?:{spaced}|{unspaced})+\s*[.!。]*$", regex.IGNORECASE)


@cache
def around() -> regex.Pattern[str]:
    """Before or behind what is left of a message."""
    spaced = one_of(_spaced_words("around"))
    unspaced = one_of(_unspaced_words("around"))
    sign = r"[\s,;:.!&+*/|•·、。،؛()\[\]<>\"'=-]"
    before = rf"^(?:{sign}|(?:{spaced}){NO_LETTER}{NO_INITIAL}|(?:{unspaced})(?=[\s、。,]|$))+"
    behind = rf"(?:{sign}|(?<![\p{{L}}\p{{M}}])(?:{spaced}){NO_LETTER})+$"
    alone = rf"^(?:{unspaced})+$"
    return regex.compile(f"{before}|{behind}|{alone}", regex.IGNORECASE)


@cache
def words_of_no_name() -> frozenset[str]:
    """Folded."""
    return frozenset(map(fold, _spaced_words("not_names")))


@cache
def names() -> frozenset[str]:
    """Those that mean something else as well, folded."""
    return frozenset(map(fold, _spaced_words("names")))


@cache
def runs_of_no_name() -> tuple[str, ...]:
    """Folded, of a language without blanks: wherever they stand in a word."""
    return tuple(map(fold, _unspaced_words("not_names")))


def _spelt(kind: str) -> str:
    spaced = one_of(_spaced_words(kind))
    return rf"{JOINED}(?:{spaced}){NO_LETTER}|{one_of(_unspaced_words(kind))}"


def _spaced_words(kind: str) -> Iterator[str]:
    for language, words in _read().items():
        if language != UNSPACED_LANGUAGE:
            yield from words[kind]


def _unspaced_words(kind: str) -> Iterator[str]:
    yield from _read()[UNSPACED_LANGUAGE][kind]


@cache
def _read() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(FILE.read_text())
