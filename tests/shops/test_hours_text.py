"""When people of a shop answer, told as calendars write it in eight languages."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.shops.hours_text import (
    WEEKDAYS,
    describe_closed_days,
    describe_hours,
    describe_next,
)
from backend.shops.opening_hours import ClosedDays, Opening
from backend.shops.settings import DEFAULTS, Settings
from tests.support.still_clock import StillClock

MORNING, AFTERNOON = (540, 720), (780, 1_020)
ALL_DAY: tuple[Opening, ...] = ((540, 1_020),)
NONE: tuple[Opening, ...] = ()
BERLIN = "Europe/Berlin"


def settings(*days: tuple[Opening, ...]) -> Settings:
    """From Monday on; days that are not named are closed."""
    closed = (NONE,) * (7 - len(days))
    return Settings(time_zone=BERLIN, hours=(*days, *closed))


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en", "Mon–Fri 9:00–17:00 (Europe/Berlin)"),
        ("de-AT", "Mo–Fr 9:00–17:00 (Europe/Berlin)"),
        ("es", "lun–vie 9:00–17:00 (Europe/Berlin)"),
        ("fr-CA", "lun–ven 9:00–17:00 (Europe/Berlin)"),
        ("hi", "सोम–शुक्र 9:00–17:00 (Europe/Berlin)"),
        ("ml", "തിങ്കൾ–വെള്ളി 9:00–17:00 (Europe/Berlin)"),
        ("ja", "月–金 9:00–17:00 (Europe/Berlin)"),
        ("ar", "الاثنين–الجمعة 9:00–17:00 (Europe/Berlin)"),
        ("pt-BR", "Mon–Fri 9:00–17:00 (Europe/Berlin)"),
        (None, "Mon–Fri 9:00–17:00 (Europe/Berlin)"),
        ("", "Mon–Fri 9:00–17:00 (Europe/Berlin)"),
    ],
)
def test_neighbouring_days_with_the_same_hours_are_one_entry(
    locale: str | None, told: str
) -> None:
    assert describe_hours(settings(*[ALL_DAY] * 5), locale) == told


def test_a_day_may_have_several_openings() -> None:
    split = (MORNING, AFTERNOON)

    assert describe_hours(settings(split), "en") == (
        "Mon 9:00–12:00, 13:00–17:00 (Europe/Berlin)"
    )


def test_other_hours_and_closed_days_begin_another_entry() -> None:
    hours = settings(ALL_DAY, ALL_DAY, NONE, ALL_DAY, (MORNING,), (MORNING,))

    assert describe_hours(hours, "en") == (
        "Mon–Tue 9:00–17:00, Thu 9:00–17:00, Fri–Sat 9:00–12:00 (Europe/Berlin)"
    )


@pytest.mark.parametrize(("locale", "between"), [("ja", "・"), ("ar", "، ")])
def test_entries_stand_apart_as_the_language_has_it(locale: str, between: str) -> None:
    told = describe_hours(settings(ALL_DAY, NONE, ALL_DAY), locale)

    assert told is not None
    assert told.count(between) == 1


def test_minutes_are_told_and_midnight_ends_a_day() -> None:
    assert describe_hours(settings(((0, 485), (1_050, 1_440))), "en") == (
        "Mon 0:00–8:05, 17:30–24:00 (Europe/Berlin)"
    )


def test_a_shop_that_is_always_there_has_one_entry() -> None:
    assert describe_hours(settings(*[((0, 1_440),)] * 7), "en") == (
        "Mon–Sun 0:00–24:00 (Europe/Berlin)"
    )


def test_a_shop_that_keeps_no_hours_tells_none() -> None:
    assert describe_hours(DEFAULTS, "en") is None


@pytest.mark.parametrize("language", WEEKDAYS)
def test_each_language_has_seven_names(language: str) -> None:
    assert len(set(WEEKDAYS[language])) == 7


def test_a_night_is_told_with_the_day_on_which_it_begins() -> None:
    assert describe_hours(settings(((1_320, 1_560),)), "en") == (
        "Mon 22:00–2:00 (Europe/Berlin)"
    )


def test_americans_read_twice_twelve_hours() -> None:
    assert describe_hours(settings(ALL_DAY, ((0, 720), (1_320, 1_560))), "en-US") == (
        "Mon 9:00 AM–5:00 PM, Tue 12:00 AM–12:00 PM, 10:00 PM–2:00 AM (Europe/Berlin)"
    )


# Friday, December 4: people leave at five, and are back on Monday.
FRIDAY_EVENING = datetime(2026, 12, 4, 17, tzinfo=ZoneInfo(BERLIN))
MONDAY_NINE = int((FRIDAY_EVENING + timedelta(days=2, hours=16)).timestamp() * 1_000)
WEEKDAYS_ONLY = settings(*[ALL_DAY] * 5)


def told_next(chosen: Settings, locale: str | None, **later: int) -> str | None:
    at = FRIDAY_EVENING + timedelta(**later)
    return describe_next(chosen, int(at.timestamp() * 1_000), locale)


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en", "Monday at 9:00"),
        ("en-GB", "Monday at 9:00"),
        ("en-US", "Monday at 9:00 AM"),
        ("de-AT", "am Montag um 9:00 Uhr"),
        ("es", "el lunes a las 9:00"),
        ("fr", "lundi à 9:00"),
        ("hi", "सोमवार को 9:00 बजे"),
        ("ml", "തിങ്കളാഴ്ച 9:00-ന്"),
        ("ja", "月曜日の9:00"),
        ("ar", "يوم الاثنين الساعة 9:00"),
        ("sv", "Monday at 9:00"),
        (None, "Monday at 9:00"),
    ],
)
def test_from_when_on_somebody_is_there_is_told_in_the_shoppers_language(
    locale: str | None, told: str
) -> None:
    assert told_next(WEEKDAYS_ONLY, locale) == f"{told} (Europe/Berlin)"


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ({"days": 2, "hours": 6}, "tomorrow at 9:00 (Europe/Berlin)"),
        ({"days": 2, "hours": 7}, "today at 9:00 (Europe/Berlin)"),
        ({"days": 2, "hours": 16}, None),
    ],
)
def test_today_and_tomorrow_have_their_names(
    later: dict[str, int], told: str | None
) -> None:
    assert told_next(WEEKDAYS_ONLY, "en", **later) == told


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en", "on 1 January at 1:00"),
        ("en-US", "on January 1 at 1:00 AM"),
        ("de", "am 1. Januar um 1:00 Uhr"),
        ("es", "el 1 de enero a la 1:00"),
        ("fr", "le 1er janvier à 1:00"),
        ("hi", "1 जनवरी को 1:00 बजे"),
        ("ml", "ജനുവരി 1, 1:00-ന്"),
        ("ja", "1月1日の1:00"),
        ("ar", "يوم 1 يناير الساعة 1:00"),
    ],
)
def test_what_is_a_week_away_or_more_has_its_date(locale: str, told: str) -> None:
    december = ClosedDays("2026-12-01", "2026-12-31")
    chosen = settings(*[((60, 300),)] * 7)

    away = replace(chosen, closed_days=(december,))

    assert told_next(away, locale) == f"{told} (Europe/Berlin)"


def test_where_nobody_ever_is_nothing_is_told() -> None:
    always = ClosedDays("2026-01-01", "2026-12-31", yearly=True)

    assert told_next(replace(WEEKDAYS_ONLY, closed_days=(always,)), "en") is None
    assert told_next(DEFAULTS, "en") is None


@pytest.mark.parametrize(
    ("closed", "told"),
    [
        (ClosedDays("2026-12-24", "2026-12-24"), "2026-12-24"),
        (
            ClosedDays("2026-12-24", "2026-12-26", "Christmas", yearly=True),
            "2026-12-24 to 2026-12-26, every year (Christmas)",
        ),
    ],
)
def test_the_model_is_told_of_closed_days(closed: ClosedDays, told: str) -> None:
    assert describe_closed_days(closed) == told


MONDAY, TOMORROW, TODAY = (
    f"{day} at 9:00 (Europe/Berlin)" for day in ("Monday", "tomorrow", "today")
)


def test_from_friday_at_17_59_to_monday_at_nine_what_is_told_is_true() -> None:
    """Ana looks at the chat again and again; Mira's people leave on Friday at six."""
    office = settings(*[((540, 1_080),)] * 5)
    clock = StillClock()
    heard = []

    for day, hour, minute in [
        (4, 17, 59),
        (4, 18, 0),
        (5, 10, 0),
        (6, 10, 0),
        (7, 0, 0),
        (7, 8, 59),
        (7, 9, 0),
    ]:
        looks = datetime(2026, 12, day, hour, minute, tzinfo=ZoneInfo(BERLIN))
        clock.now = looks.timestamp()
        now = int(clock() * 1_000)

        is_there = office.is_open(now)
        heard.append((is_there, describe_next(office, now, "en")))
        assert office.next_opening(now) == (now if is_there else MONDAY_NINE)

    assert heard == [
        (True, None),
        (False, MONDAY),
        (False, MONDAY),
        (False, TOMORROW),
        (False, TODAY),
        (False, TODAY),
        (True, None),
    ]
