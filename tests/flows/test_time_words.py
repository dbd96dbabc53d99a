"""Words for days and hours are whole in every language, and found in a message."""

import tomllib

import pytest

from backend.catalog.lexicon import LANGUAGES
from backend.flows.time_words import (
    FILE,
    AmbiguousDate,
    Clock,
    DayOfYear,
    cut,
    spoken,
)

WORDS = tomllib.loads(FILE.read_text())


def kinds_of(text: str, language: str = "en") -> list[str]:
    words, _ = cut(text, language)
    return [kind for word in words for kind in word.kinds if kind != "filler"]


def test_every_language_has_every_kind_of_word() -> None:
    assert list(WORDS) == list(LANGUAGES)
    assert len({tuple(kinds) for kinds in WORDS.values()}) == 1


def test_a_week_has_seven_days_and_a_year_twelve_months() -> None:
    for language in LANGUAGES:
        assert len(spoken("days", language)) == 7
        assert len(spoken("months", language)) == 12
        assert len(WORDS[language]["numbers"]) == 12


def test_a_message_is_cut_into_what_it_says() -> None:
    assert kinds_of("tomorrow after 4") == ["tomorrow", "after", "number"]
    assert kinds_of("明日の16時以降", "ja") == ["tomorrow", "clock", "after"]


def test_a_word_inside_another_says_nothing() -> None:
    assert kinds_of("nowhere sunshine") == []


def test_unknown_words_are_counted() -> None:
    _, unknown = cut("purple tomorrow elephants", "en")

    assert unknown == 2


@pytest.mark.parametrize(
    "text, clock",
    [
        ("16:30", Clock(16, 30, True)),
        ("9am", Clock(9, 0, True)),
        ("9 p.m.", Clock(21, 0, True)),
        ("12 am", Clock(0, 0, True)),
        ("4:30", Clock(4, 30, False)),
        ("09:00", Clock(9, 0, True)),
        ("16h30", Clock(16, 30, True)),
        ("16時30分", Clock(16, 30, True)),
    ],
)
def test_a_clock_is_read_as_it_is_written(text: str, clock: Clock) -> None:
    words, _ = cut(text, "en")

    assert words[0].clock == clock


def test_german_says_am_before_a_day() -> None:
    words, _ = cut("um 4 am Freitag", "de")

    assert not any(word.clock for word in words)


@pytest.mark.parametrize(
    "text, language, date",
    [
        ("2026-12-03", "en", DayOfYear(3, 12, 2026)),
        ("December 3", "en", DayOfYear(3, 12)),
        ("3rd of December 2026", "en", DayOfYear(3, 12, 2026)),
        ("3. Dezember", "de", DayOfYear(3, 12)),
        ("3.12.", "de", DayOfYear(3, 12)),
        ("3/12", "fr", DayOfYear(3, 12)),
        ("13/12", "en", DayOfYear(13, 12)),
        ("12/3", "ja", DayOfYear(3, 12)),
        ("12月3日", "ja", DayOfYear(3, 12)),
        ("3 de diciembre", "es", DayOfYear(3, 12)),
        ("٣ ديسمبر", "ar", DayOfYear(3, 12)),
        ("the 3rd", "en", DayOfYear(3)),
    ],
)
def test_a_date_is_read_as_its_language_writes_it(text, language, date) -> None:
    words, _ = cut(text, language)

    assert [word.date for word in words if word.date] == [date]


def test_a_date_that_may_be_two_is_neither() -> None:
    with pytest.raises(AmbiguousDate):
        cut("12/5", "en")
