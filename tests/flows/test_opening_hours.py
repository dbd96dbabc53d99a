"""Mira's shop in Berlin is open on weekdays; Otto's keeps no hours."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.flows.opening_hours import WHOLE_DAY, OpeningHours, Span
from backend.shops.settings import Settings

BERLIN = ZoneInfo("Europe/Berlin")
NINE, FIVE = 9 * 60, 17 * 60
MIRAS = OpeningHours("Europe/Berlin", (((NINE, FIVE),),) * 5 + ((),) * 2)
OTTOS = OpeningHours("Europe/Berlin", ((),) * 7)
FRIDAY, SATURDAY = date(2026, 12, 4), date(2026, 12, 5)


def at(day: int, hour: int, month: int = 12) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=BERLIN).timestamp() * 1000)


def test_hours_are_those_of_the_settings() -> None:
    settings = Settings(time_zone="Europe/Berlin", hours=MIRAS.days)

    assert OpeningHours.from_settings(settings) == MIRAS
    assert MIRAS.are_kept
    assert not OTTOS.are_kept


def test_a_shop_is_open_within_its_hours_only() -> None:
    assert MIRAS.is_open(FRIDAY, NINE)
    assert not MIRAS.is_open(FRIDAY, FIVE)
    assert not MIRAS.is_open(SATURDAY, NINE)
    assert OTTOS.is_open(SATURDAY, 3)


def test_without_hours_the_whole_day_is_open() -> None:
    assert OTTOS.openings(SATURDAY) == (WHOLE_DAY,)
    assert list(MIRAS.spans(FRIDAY)) == [Span(at(4, 9), at(4, 17))]


def test_the_rest_of_an_opening_comes_before_the_next() -> None:
    assert MIRAS.opening_from(at(4, 16)) == Span(at(4, 16), at(4, 17))
    assert MIRAS.opening_from(at(4, 17)) == Span(at(7, 9), at(7, 17))


def test_nine_is_nine_on_the_day_on_which_the_clock_changes() -> None:
    assert MIRAS.at_ms(date(2026, 10, 25), NINE) == at(25, 9, month=10)
    assert MIRAS.local(at(25, 9, month=10)).hour == 9


def test_hours_are_told_as_elsewhere() -> None:
    assert MIRAS.describe("en") == "Mon–Fri 9:00–17:00 (Europe/Berlin)"
    assert OTTOS.describe("en") == ""
