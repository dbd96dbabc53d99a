"""Whole messages that tell a form what to do, in eight languages: back, cancel, yes, no, change,
leave out, and which of a list.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

from backend.catalog.folding import UNSPACED, fold
from backend.catalog.lexicon import LANGUAGES
from backend.flows.plain_words import plain

FILE = Path(__file__).with_name("words") / "commands.toml"
DEFAULT, UNSPACED_LANGUAGE = "en", "ja"
# Longer messages say more than one thing.
LONGEST = 120
SAYING = ("cancel", "no", "back")
# Between the words of an explicit yes stands nothing but politeness: "can you confirm" is none.
POLITE, SMALL = "polite", "small"
STEPS = ("contact", "items", "place", "when")
LISTED = ("pick", "drop")
# The line that is asked about is known to whoever asked; the last one is counted from behind.
ASKED_ABOUT, LAST = 0, -1
ANY_NUMBER, SOME_NUMBER = "{}", "7"

PARTS = regex.compile(r"[,;!\n、。،؛]|\.(?=\s|$)")
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
DIGITS = regex.compile(r"(?<!\d)\d{1,3}(?!\d)")
BETWEEN_UNSPACED = regex.compile(rf"(?<=[{UNSPACED}])\s+(?=[{UNSPACED}])")


@dataclass(frozen=True, slots=True)
class Command:
    """`kind` is back, cancel, yes, no, change (of a `step`), drop or pick (of a `number` from 1,
    LAST or ASKED_ABOUT).
    """

    kind: str
    step: str = ""
    number: int = ASKED_ABOUT


def read_command(
    text: str,
    language: str,
) -> Command | None:
    """None, if the message says anything else as well."""
    if len(text) > LONGEST or "?" in plain(text):
        return None

    said = [each for part in PARTS.split(plain(text)) if (each := _words(part))]
    commands = [
        command
        for each in said
        if (command := _look_up(each, language)) or _means(each, language)
    ]
    if not commands or None in commands:
        return None

    # "No, change the phone" says what is wanted instead.
    if commands[0] == Command("no") and len(commands) > 1:
        commands = commands[1:]
    return commands[0] if len(set(commands)) == 1 else None


def _means(
    said: str,
    language: str,
) -> bool:
    """Whether it has words that change something, in whatever language."""
    return all(
        _without(
            SMALL,
            said,
            each,
        )
        for each in _languages(language)
    )


def _look_up(
    said: str,
    language: str,
) -> Command | None:
    for each in _languages(language):
        if _without(POLITE, said, each) in _agreement(each):
            return Command("yes")

        bare = _without(SMALL, said, each)
        if found := _phrases(each).get(bare) or _look_up_number(bare, each):
            return found
    return None


def _look_up_number(
    said: str,
    language: str,
) -> Command | None:
    numbers = list(
        map(
            int,
            DIGITS.findall(said),
        )
    )
    if len(numbers) != 1 or not numbers[0]:
        return None

    kind = _numbered(language).get(
        DIGITS.sub(
            ANY_NUMBER,
            said,
        )
    )
    return (
        Command(
            kind,
            number=numbers[0],
        )
        if kind
        else None
    )


def _languages(language: str) -> Iterable[str]:
    """The shopper's first: what means two things means what it means to him."""
    return dict.fromkeys((language, DEFAULT, *LANGUAGES))


def _words(text: str) -> str:
    """Folded, with one blank between."""
    return " ".join(
        WORD.findall(
            fold(plain(text)).replace(
                "'",
                "",
            )
        )
    )


def _without(
    kind: str,
    said: str,
    language: str,
) -> str:
    """What is left of it without small words of the language, and of English."""
    for each in dict.fromkeys((language, DEFAULT)):
        said = _left_out(
            kind,
            each,
        ).sub(" ", said)
    return BETWEEN_UNSPACED.sub(
        "",
        " ".join(said.split()),
    )


@cache
def _left_out(
    kind: str,
    language: str,
) -> regex.Pattern[str]:
    listed = map(
        _words,
        _read().get(language, {}).get(kind, []),
    )
    phrases = "|".join(
        map(
            regex.escape,
            sorted(listed, key=len, reverse=True),
        )
    )
    if language == UNSPACED_LANGUAGE:
        return regex.compile(rf"^(?:{phrases})")
    return regex.compile(rf"(?<!\S)(?:{phrases or '$.'})(?!\S)")


@cache
def _agreement(language: str) -> frozenset[str]:
    listed = (
        _read()
        .get(
            language,
            {},
        )
        .get("yes", [])
    )
    return frozenset(
        _without(
            POLITE,
            _words(phrase),
            language,
        )
        for phrase in listed
    )


@cache
def _phrases(language: str) -> Mapping[str, Command]:
    known: dict[str, Command] = {}
    for phrase, command in _listed(language):
        known.setdefault(
            _without(SMALL, _words(phrase), language),
            command,
        )
    return known


def _listed(language: str) -> Iterator[tuple[str, Command]]:
    words = _read().get(
        language,
        {},
    )
    for kind in SAYING:
        for phrase in words.get(kind, []):
            yield phrase, Command(kind)

    for step in STEPS:
        for phrase in _combined(words, "change", words.get(step, [])):
            yield phrase, Command("change", step)
    for kind in LISTED:
        yield from _counted(words, kind)


def _counted(
    words: Mapping[str, Sequence[str]],
    kind: str,
) -> Iterator[tuple[str, Command]]:
    for number, spellings in enumerate(words.get("ordinals", []), start=1):
        for phrase in _combined(words, kind, spellings.split(",")):
            yield phrase, Command(kind, number=number)
    for phrase in _combined(words, kind, words.get("last", [])):
        yield phrase, Command(kind, number=LAST)

    if kind == "drop":
        for phrase in _combined(words, kind, words.get("this", [])):
            yield phrase, Command(kind)


def _combined(
    words: Mapping[str, Sequence[str]],
    patterns: str,
    things: Sequence[str],
) -> Iterator[str]:
    for pattern in words.get(patterns, []):
        for thing in things:
            yield pattern.format(thing)


@cache
def _numbered(language: str) -> Mapping[str, str]:
    """The patterns of pick and drop with any number in figures."""
    words = _read().get(language, {})
    known: dict[str, str] = {}
    for kind in LISTED:
        for phrase in _combined(words, kind, [SOME_NUMBER]):
            spelt = _without(
                SMALL,
                _words(phrase),
                language,
            )
            known.setdefault(
                spelt.replace(SOME_NUMBER, ANY_NUMBER),
                kind,
            )
    return known


@cache
def _read() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(FILE.read_text())
