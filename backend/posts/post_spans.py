"""Spans of days that people name when they look back or ahead: "last week", "in October"."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from backend.catalog.folding import fold
from backend.flows.time_words import AmbiguousDate, DayOfYear, TimeWord, cut, spoken
from backend.posts.post_words import Word

DAYS_OF_WEEK, MONTHS_OF_YEAR = 7, 12
ONE_DAY = timedelta(days=1)
DAYS = {"today": 0, "yesterday": -1, "day_before": -2, "tomorrow": 1}
WEEKS = {"this_week": 0, "last_week": -1, "next_week": 1}
MONTHS = {"this_month": 0, "last_month": -1, "next_month": 1}
YEARS = {"this_year": 0, "last_year": -1}
PAST = ("yesterday", "day_before", "last_week", "last_month", "last_year")
NAMED = (*DAYS, *WEEKS, *MONTHS, *YEARS)


class Span(NamedTuple):
    """Milliseconds, UTC; `until_ms` is the first that is not of it."""

    since_ms: int
    until_ms: int

    def includes(self, at_ms: int | None) -> bool:
        return at_ms is not None and self.since_ms <= at_ms < self.until_ms


def find_span(
    words: Sequence[Word],
    language: str,
    now: int,
    time_zone: str,
    is_ahead: bool = False,
) -> Span | None:
    """The first that is named, in the shop's days; a weekday or a month is the one that was last,
    or `is_ahead`, the next. `now` is in milliseconds.
    """
    zone = ZoneInfo(time_zone)
    today = datetime.fromtimestamp(now / 1000, zone).date()
    days = next(
        _days(
            words,
            language,
            today,
            is_ahead,
        ),
        None,
    )
    if days is None:
        return None

    first, last = days
    return Span(_midnight(first, zone), _midnight(last + ONE_DAY, zone))


def is_month(
    word: Word,
    language: str,
) -> bool:
    return word.text in _months(language)


def _days(
    words: Sequence[Word],
    language: str,
    today: date,
    is_ahead: bool,
) -> Iterator[tuple[date, date]]:
    """First and last day of what each word names."""
    for word in words:
        try:
            days = _named(word, today)
            days = days or _of_calendar(
                word,
                language,
                today,
                is_ahead,
            )
        except (ValueError, OverflowError):
            continue
        if days:
            yield days


def _named(
    word: Word,
    today: date,
) -> tuple[date, date] | None:
    for kind in word.kinds:
        if kind in DAYS:
            day = today + timedelta(days=DAYS[kind])
            return day, day
        if kind in WEEKS:
            monday = today - timedelta(days=today.weekday())
            first = monday + timedelta(days=DAYS_OF_WEEK * WEEKS[kind])
            return first, first + timedelta(days=DAYS_OF_WEEK - 1)
        if kind in MONTHS:
            return _month(today.year, today.month + MONTHS[kind])
        if kind in YEARS:
            year = today.year + YEARS[kind]
            return date(
                year,
                1,
                1,
            ), date(
                year,
                MONTHS_OF_YEAR,
                31,
            )
    return None


def _of_calendar(
    word: Word,
    language: str,
    today: date,
    is_ahead: bool,
) -> tuple[date, date] | None:
    if word.text in (months := _months(language)):
        return _named_month(
            months.index(word.text) + 1,
            today,
            is_ahead,
        )
    if not word.has("time"):
        return None

    for found in _cut(word.text, language):
        if "days" in found.kinds:
            day = _weekday(
                found.kinds["days"],
                today,
                is_ahead,
            )
            return day, day
        if found.date and found.date.month:
            day = _date(
                found.date,
                today,
                is_ahead,
            )
            return day, day
    return None


def _cut(
    text: str,
    language: str,
) -> Sequence[TimeWord]:
    try:
        return cut(text, language)[0]
    except AmbiguousDate:
        return ()


def _months(language: str) -> Sequence[str]:
    return [fold(name) for name in spoken("months", language)]


def _month(
    year: int,
    month: int,
) -> tuple[date, date]:
    """`month` may be 0 or 13."""
    first = date(
        year + (month - 1) // MONTHS_OF_YEAR, (month - 1) % MONTHS_OF_YEAR + 1, 1
    )
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - ONE_DAY


def _named_month(
    month: int,
    today: date,
    is_ahead: bool,
) -> tuple[date, date]:
    year = today.year
    if is_ahead and month < today.month:
        year += 1
    elif not is_ahead and month > today.month:
        year -= 1
    return _month(year, month)


def _weekday(
    weekday: int,
    today: date,
    is_ahead: bool,
) -> date:
    """Today's name means today."""
    if is_ahead:
        return today + timedelta(days=(weekday - today.weekday()) % DAYS_OF_WEEK)
    return today - timedelta(days=(today.weekday() - weekday) % DAYS_OF_WEEK)


def _date(
    said: DayOfYear,
    today: date,
    is_ahead: bool,
) -> date:
    found = date(
        said.year or today.year,
        said.month,
        said.day,
    )
    if said.year:
        return found
    if is_ahead and found < today:
        return found.replace(year=found.year + 1)
    if not is_ahead and found > today:
        return found.replace(year=found.year - 1)
    return found


def _midnight(
    day: date,
    zone: ZoneInfo,
) -> int:
    return (
        int(
            datetime(
                day.year,
                day.month,
                day.day,
                tzinfo=zone,
            ).timestamp()
        )
        * 1000
    )
