"""Words for days and hours in eight languages, and a message cut into them."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import regex

from backend.catalog.folding import UNSPACED, fold
from backend.catalog.lexicon import LANGUAGES
from backend.flows.plain_words import plain

FILE = Path(__file__).with_name("words") / "times.toml"
DEFAULT, UNSPACED_LANGUAGE = "en", "ja"
LISTED = ("days", "months", "numbers")
# Of other languages than the shopper's: what is shorter, in Latin letters, means too many things.
SHORTEST_FOREIGN = 3
HOURS_OF_HALF_A_DAY, HOURS_OF_A_DAY = 12, 24
LAST_MINUTE, LAST_MONTH, LAST_DAY = 59, 12, 31

LETTER = r"[\p{L}\p{M}]"
# Endings are written on the word itself there.
BEHIND = rf"(?:(?<=\p{{Malayalam}})\p{{Malayalam}}*|(?!{LETTER})|(?<=[{UNSPACED}]))"
# "And", "at" and "for" are written on the word in Arabic.
JOINED = r"[وبلف]?(?=\p{Arabic})"
IN_FRONT = (
    rf"(?:(?<!{LETTER}){JOINED}|(?<!{LETTER})|(?<=[{UNSPACED}])|(?=[{UNSPACED}]))"
)
ORDINAL = r"(?:st|nd|rd|th|er)\b"
OF_MONTH = r"(?:of|de|d)?[\s']*"
UNKNOWN = regex.compile(rf"[{UNSPACED}]+?(?=\W|\d|[{UNSPACED}]|$)|(?:{LETTER}|['_-])+")

ISO = regex.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")
JAPANESE = regex.compile(
    r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
)
DOTTED = regex.compile(
    r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>\d{4}))?(?!\d)"
)
SLASHED = regex.compile(
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?(?!\d)"
)
NUMBER = regex.compile(r"\d+")
ONLY_DAY = regex.compile(r"(?P<day>\d{1,2})(?:(?:st|nd|rd|th)\b|日(?!後|以))")


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour as it was said; not `is_exact` if it may be of either half of the day."""

    hour: int
    minute: int = 0
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """`year` and `month` are 0 where none was said."""

    day: int
    month: int = 0
    year: int = 0


@dataclass(frozen=True, slots=True)
class TimeWord:
    """What it may mean, by kind, with its number: the weekday, the month, the count."""

    kinds: Mapping[str, int] = field(default_factory=dict)
    clock: Clock | None = None
    date: DayOfYear | None = None


class AmbiguousDate(Exception):
    """Such as 12/5, where it may be in May or in December."""


def cut(
    text: str,
    language: str,
) -> tuple[Sequence[TimeWord], int]:
    """The words that say something, and how many are unknown. Raises AmbiguousDate."""
    folded = fold(plain(text))
    found: list[TimeWord] = []
    unknown = place = 0

    while place < len(folded):
        word, end = _read_at(folded, place, language)
        if word:
            found.append(word)
        elif other := UNKNOWN.match(folded, place):
            unknown += 1
            end = other.end()
        place = max(end, place + 1)

    return found, unknown


def spoken(
    kind: str,
    language: str,
) -> Sequence[str]:
    """How we write days or months ourselves."""
    words = _read().get(language) or _read()[DEFAULT]
    return [spellings.split(",")[0] for spellings in words[kind]]


Reader = Callable[
    [
        regex.Match[str],
        str,
    ],
    TimeWord | None,
]


def _read_at(
    text: str,
    place: int,
    language: str,
) -> tuple[TimeWord | None, int]:
    for pattern, read in _readers(language):
        found = pattern.match(text, place)
        if found and (word := read(found, language)):
            return word, found.end()
    return None, place


@cache
def _readers(language: str) -> Sequence[tuple[regex.Pattern[str], Reader]]:
    """In the order in which they are tried."""
    return [
        (ISO, _as_date),
        (JAPANESE, _as_date),
        (_day_and_month(), _as_named_date),
        (_month_and_day(), _as_named_date),
        (DOTTED, _as_date),
        (SLASHED, _as_slashed_date),
        (ONLY_DAY, _as_date),
        (_clock(), _as_clock),
        (NUMBER, _as_number),
        (_phrase(language), _as_phrase),
    ]


def _date_word(day: int, month: int, year: int) -> TimeWord:
    """A year of two figures is one of this century."""
    whole_year = year + 2000 * (0 < year < 100)
    return TimeWord({"date": 0}, date=DayOfYear(day, month, whole_year))


def _as_date(
    found: regex.Match[str],
    language: str,
) -> TimeWord | None:
    parts = found.groupdict()
    day, month = int(parts["day"]), int(parts.get("month") or 0)
    year = int(parts.get("year") or 0)
    if not 0 < day <= LAST_DAY or month > LAST_MONTH:
        return None
    return _date_word(day, month, year)


def _as_slashed_date(
    found: regex.Match[str],
    language: str,
) -> TimeWord | None:
    first, second = int(found["day"]), int(found["month"])
    year = int(found["year"] or 0)
    is_either = first <= LAST_MONTH and second <= LAST_MONTH and first != second
    if is_either and language == DEFAULT:
        raise AmbiguousDate

    month_first = second > LAST_MONTH or is_either and language == UNSPACED_LANGUAGE
    day, month = (second, first) if month_first else (first, second)
    if day > LAST_DAY or month > LAST_MONTH:
        return None
    return _date_word(day, month, year)


def _as_named_date(
    found: regex.Match[str],
    language: str,
) -> TimeWord | None:
    month = _months()[found["month"]]
    day, year = int(found["day"]), int(found["year"] or 0)
    if not 0 < day <= LAST_DAY:
        return None
    return TimeWord(
        {"date": 0},
        date=DayOfYear(day, month, year),
    )


def _as_clock(
    found: regex.Match[str],
    language: str,
) -> TimeWord | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["half"] or "")[:1]
    if (
        hour > HOURS_OF_A_DAY
        or minute > LAST_MINUTE
        or half
        and hour > HOURS_OF_HALF_A_DAY
    ):
        return None

    if half:
        hour = hour % HOURS_OF_HALF_A_DAY + HOURS_OF_HALF_A_DAY * (half == "p")
    is_exact = bool(half) or found["hour"].startswith("0") or hour > HOURS_OF_HALF_A_DAY
    return TimeWord(
        {"clock": 0},
        Clock(hour, minute, is_exact),
    )


def _as_number(
    found: regex.Match[str],
    language: str,
) -> TimeWord | None:
    return TimeWord({"number": int(found[0][:6])})


def _as_phrase(
    found: regex.Match[str],
    language: str,
) -> TimeWord | None:
    return TimeWord(_vocabulary(language)[" ".join(found["phrase"].split())])


@cache
def _clock() -> regex.Pattern[str]:
    """German says "am" before a day."""
    german = _read()["de"]
    days = "|".join(fold(day.split(",")[0]) for day in german["days"])
    parts = "nachmittag|vormittag|abend|mittag|morgen"
    half = rf"\s?(?P<half>[ap]\.?\s?m\b\.?)(?!\s+(?:{days}|{parts}|\d))"
    minute = r"(?:(?::|\.|h|\s?uhr\s|時)(?P<minute>[0-5]\d)(?!\d)分?)"
    hour = r"(?P<hour>\d{1,2})"
    return regex.compile(
        rf"{hour}(?:{minute}(?:{half})?"
        rf"|(?P<minute>)(?:{half})"
        rf"|(?P<minute>)(?P<half>)(?:h(?!{LETTER})|時(?!間)))"
    )


@cache
def _day_and_month() -> regex.Pattern[str]:
    months = _any_of(_months())
    return regex.compile(
        rf"(?P<day>\d{{1,2}})(?:{ORDINAL}|\.)?\s*{OF_MONTH}(?P<month>{months})(?!{LETTER})"
        r"(?:\.?,?\s*(?:de\s+)?(?P<year>20\d\d))?(?!\d)"
    )


@cache
def _month_and_day() -> regex.Pattern[str]:
    months = _any_of(_months())
    return regex.compile(
        rf"(?<!{LETTER})(?P<month>{months})\.?\s*(?:the\s+)?(?P<day>\d{{1,2}})(?:{ORDINAL})?"
        r"(?![\d:.h]\d|\s*(?:uhr|[ap]\.?m\b))(?:,?\s+(?P<year>20\d\d))?(?!\d)"
    )


@cache
def _phrase(language: str) -> regex.Pattern[str]:
    return regex.compile(
        rf"{IN_FRONT}(?P<phrase>{_any_of(_vocabulary(language))}){BEHIND}"
    )


@cache
def _months() -> Mapping[str, int]:
    """Of all languages; in Japanese they are figures."""
    months: dict[str, int] = {}
    for language in LANGUAGES:
        if language != UNSPACED_LANGUAGE:
            for number, spellings in enumerate(_read()[language]["months"], start=1):
                for spelling in spellings.split(","):
                    months.setdefault(fold(spelling), number)
    return months


@cache
def _vocabulary(language: str) -> Mapping[str, Mapping[str, int]]:
    """What each folded phrase may mean: to the shopper first, then in English, then to anybody."""
    known: dict[str, dict[str, int]] = {}
    for spoken_by in dict.fromkeys((language, DEFAULT, *LANGUAGES)):
        meanings: dict[str, dict[str, int]] = {}
        for phrase, kind, value in _phrases(spoken_by):
            is_short = phrase.isascii() and len(phrase) < SHORTEST_FOREIGN
            if spoken_by in {language, DEFAULT} or not is_short:
                meanings.setdefault(
                    phrase,
                    {},
                ).setdefault(kind, value)
        for phrase, kinds in meanings.items():
            known.setdefault(phrase, kinds)
    return known


def _phrases(language: str) -> Iterator[tuple[str, str, int]]:
    for kind, listed in _read().get(language, {}).items():
        for number, spellings in enumerate(listed):
            if kind == "months":
                continue
            for spelling in spellings.split(",") if kind in LISTED else [spellings]:
                yield _folded(spelling), kind, number


def _folded(phrase: str) -> str:
    return fold(plain(phrase))


def _any_of(phrases: Mapping[str, object]) -> str:
    longest_first = sorted(
        phrases,
        key=len,
        reverse=True,
    )
    return "|".join(
        regex.escape(each).replace(
            r"\ ",
            r"\s+",
        )
        for each in longest_first
    )


@cache
def _read() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(FILE.read_text())
