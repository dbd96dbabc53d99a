"""When people of a shop answer, told as calendars write it in eight languages."""

import pytest

from backend.shops.hours_text import WEEKDAYS, describe_hours
from backend.shops.settings import DEFAULTS, Opening, Settings

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
