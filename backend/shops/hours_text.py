"""When people of a shop answer, in a shopper's language: neighbouring days with the same hours are
one entry.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from backend.shops.settings import Opening, Settings

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
    if not settings.keeps_hours:
        return None

    language = (locale or "").partition("-")[0].lower()
    names = WEEKDAYS.get(language, WEEKDAYS["en"])
    entries = BETWEEN_DAYS.get(language, USUAL).join(_entries(settings.hours, names))
    return f"{entries} ({settings.time_zone})"


def _entries(hours: Sequence[Sequence[Opening]], names: Sequence[str]) -> Iterator[str]:
    days = zip(hours, names, strict=True)
    for openings, same in groupby(days, key=_openings_of):
        if not openings:
            continue
        named = [name for _, name in same]
        span = named[0] if len(named) == 1 else f"{named[0]}–{named[-1]}"
        yield f"{span} {USUAL.join(map(_opening, openings))}"


def _openings_of(day: tuple[Sequence[Opening], str]) -> Sequence[Opening]:
    openings, _ = day
    return openings


def _opening(opening: Opening) -> str:
    start, end = opening
    return f"{_clock(start)}–{_clock(end)}"


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
