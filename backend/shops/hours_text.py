"""When people of a shop answer, in a shopper's language: the hours of a week, and from when on
somebody is there again.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from backend.shops.opening_hours import (
    ClosedDays,
    Opening,
    OpeningHours,
    write_clock,
)
from backend.shops.settings import Settings

WORDS = Path(__file__).with_name("words") / "openings.toml"
DEFAULT = "en"
# There the clock has twice twelve hours.
AMERICAN = "en-us"
DAYS_OF_A_WEEK = 7

# Monday first, as short as calendars write them.
WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
    "fr": ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
    "hi": ("सोम", "मंगल", "बुध", "गुरु", "शुक्र", "शनि", "रवि"),
    "ml": ("തിങ്കൾ", "ചൊവ്വ", "ബുധൻ", "വ്യാഴം", "വെള്ളി", "ശനി", "ഞായർ"),
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
}
BETWEEN_DAYS = {"ja": "・", "ar": "، "}
USUAL = ", "


def describe_hours(settings: Settings, locale: str | None) -> str | None:
    """Such as `Mon–Fri 9:00–17:00 (Europe/Berlin)`; None when the shop keeps no hours."""
    return describe_week(settings.opening_hours, locale)


def describe_week(hours: OpeningHours, locale: str | None) -> str | None:
    """The same, of hours alone. Neighbouring days with the same ones are one entry."""
    if not hours.are_kept:
        return None

    tag = _tag_of(locale)
    language, _, _ = tag.partition("-")
    names = WEEKDAYS.get(language, WEEKDAYS[DEFAULT])
    entries = BETWEEN_DAYS.get(language, USUAL).join(_entries(hours.days, names, tag))
    return f"{entries} ({hours.time_zone})"


def describe_next(settings: Settings, at_ms: int, locale: str | None) -> str | None:
    """From when on somebody is there, such as `Monday at 9:00 (Europe/Berlin)`: today and tomorrow
    are those of the shop. None while somebody is there, and where nobody will be for a year.
    """
    hours = settings.opening_hours
    found = hours.next_opening(at_ms)
    if found is None or hours.is_open(at_ms):
        return None

    told = _say_moment(hours.local(found), hours.local(at_ms).date(), _tag_of(locale))
    return f"{told} ({hours.time_zone})"


def describe_closed_days(closed: ClosedDays) -> str:
    """For the model, such as `2026-12-24 to 2026-12-26, every year (Christmas)`."""
    told = closed.first
    if closed.last != closed.first:
        told = f"{told} to {closed.last}"
    if closed.yearly:
        told = f"{told}, every year"
    return f"{told} ({closed.name})" if closed.name else told


def _say_moment(moment: datetime, today: date, tag: str) -> str:
    language, _, _ = tag.partition("-")
    words = _read().get(tag) or _read().get(language) or _read()[DEFAULT]

    clock = _say_clock(moment.hour * 60 + moment.minute, tag)
    at = words.get("at_one", words["at"]) if moment.hour == 1 else words["at"]
    day = words.get("first", "1") if moment.day == 1 else str(moment.day)

    return words[_form_of(moment.date(), today)].format(
        at=at.format(time=clock),
        weekday=words["weekdays"][moment.weekday()],
        day=day,
        month=words["months"][moment.month - 1],
    )


def _form_of(day: date, today: date) -> str:
    later = (day - today).days
    if later < 2:
        return "tomorrow" if later else "today"
    return "weekday" if later < DAYS_OF_A_WEEK else "date"


def _entries(
    week: Sequence[Sequence[Opening]], names: Sequence[str], tag: str
) -> Iterator[str]:
    days = zip(week, names, strict=True)
    for openings, same in groupby(days, key=_openings_of):
        if not openings:
            continue
        named = [name for _, name in same]
        span = named[0] if len(named) == 1 else f"{named[0]}–{named[-1]}"
        told = [_say_opening(each, tag) for each in openings]
        yield f"{span} {USUAL.join(told)}"


def _openings_of(day: tuple[Sequence[Opening], str]) -> Sequence[Opening]:
    openings, _ = day
    return openings


def _say_opening(opening: Opening, tag: str) -> str:
    start, end = opening
    return f"{_say_clock(start, tag)}–{_say_clock(end, tag)}"


def _say_clock(minute: int, tag: str) -> str:
    if tag != AMERICAN:
        return write_clock(minute)

    hour, rest = divmod(minute, 60)
    half = "PM" if hour % 24 >= 12 else "AM"
    return f"{hour % 12 or 12}:{rest:02d} {half}"


def _tag_of(locale: str | None) -> str:
    return (locale or DEFAULT).lower()


@cache
def _read() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(WORDS.read_text("utf-8"))
