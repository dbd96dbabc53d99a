"""What was said of a time, on Tuesday the first of December."""

from datetime import date, timedelta

import pytest

from backend.flows.time_reading import SaidTime, Unclear, days_from, understand
from backend.flows.time_words import Clock, cut

TUESDAY = date(2026, 12, 1)


def said(text: str, language: str = "en") -> SaidTime:
    words, unknown = cut(text, language)
    return understand(words, unknown, TUESDAY)


def day(number: int) -> date:
    return TUESDAY.replace(day=number)


@pytest.mark.parametrize(
    "text, days",
    [
        ("today", (day(1),)),
        ("tomorrow", (day(2),)),
        ("the day after tomorrow", (day(3),)),
        ("friday", (day(4),)),
        ("next friday", (day(4),)),
        ("tuesday", (day(1), day(8))),
        ("next tuesday", (day(8),)),
        ("next week on wednesday", (day(9),)),
        ("in 3 days", (day(4),)),
        ("in a week", (day(8),)),
        ("december 24", (day(24),)),
        ("the 7th", (day(7),)),
        ("january 5", (date(2027, 1, 5),)),
        ("november 30", (date(2026, 11, 30),)),
        ("at 4", ()),
    ],
)
def test_a_day_is_named_in_many_ways(text: str, days: tuple[date, ...]) -> None:
    assert said(text).days == days


def test_next_week_is_seven_days() -> None:
    found = said("next week")

    assert found.is_week
    assert found.days == tuple(day(7) + timedelta(days=each) for each in range(7))


@pytest.mark.parametrize(
    "text, language, clocks",
    [
        ("at 4", "en", (Clock(4),)),
        ("at four", "en", (Clock(4),)),
        ("half past four", "en", (Clock(4, 30),)),
        ("quarter to 5", "en", (Clock(4, 45),)),
        ("um halb fünf", "de", (Clock(4, 30),)),
        ("à 4 heures et demie", "fr", (Clock(4, 30),)),
        ("a las 3 y media", "es", (Clock(3, 30),)),
        ("साढ़े चार बजे", "hi", (Clock(4, 30),)),
        ("الرابعة والنصف", "ar", (Clock(4, 30),)),
        ("4時半", "ja", (Clock(4, 30),)),
        ("10 to 12", "en", (Clock(10), Clock(12))),
        ("at 16", "en", (Clock(16, 0, True),)),
    ],
)
def test_an_hour_is_said_in_many_ways(text, language, clocks) -> None:
    assert said(text, language).clocks == clocks


@pytest.mark.parametrize(
    "text, language, minutes",
    [
        ("in two hours", "en", 120),
        ("in half an hour", "en", 30),
        ("in 20 minutes", "en", 20),
        ("in zwei Stunden", "de", 120),
        ("dans deux heures", "fr", 120),
        ("en dos horas", "es", 120),
        ("2 घंटे बाद", "hi", 120),
        ("രണ്ട് മണിക്കൂർ കഴിഞ്ഞ്", "ml", 120),
        ("2時間後", "ja", 120),
        ("بعد ساعتين", "ar", 120),
    ],
)
def test_a_span_from_now_is_a_time_by_itself(text, language, minutes) -> None:
    assert said(text, language).minutes == minutes


def test_before_and_after_are_told_apart() -> None:
    assert said("after 4").is_after
    assert said("before noon").is_before
    assert said("before noon").clocks == (Clock(12, 0, True),)


def test_as_soon_as_possible_is_at_once_unless_a_day_is_named() -> None:
    assert said("as soon as possible").is_at_once
    assert not said("any time on friday").is_at_once


@pytest.mark.parametrize(
    "text",
    ["", "please", "30 february", "at 40", "1630", "10, 11 or 12", "I need 11 remotes"],
)
def test_what_says_no_time_is_unclear(text: str) -> None:
    with pytest.raises(Unclear):
        said(text)


def test_days_are_counted_from_today() -> None:
    assert days_from(TUESDAY, 2) == (day(3),)
