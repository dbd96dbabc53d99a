"""Whether somebody is there, and from when on, by the clocks of shops all over the world."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from backend.shops.opening_hours import (
    WHOLE_DAY,
    ClosedDays,
    OpeningHours,
    Span,
    write_opening,
)
from backend.shops.settings import Settings
from backend.web.admin.hours_form import read_openings

BERLIN, NEW_YORK, ADELAIDE = "Europe/Berlin", "America/New_York", "Australia/Adelaide"
KOLKATA, KATHMANDU = "Asia/Kolkata", "Asia/Kathmandu"
LORD_HOWE, APIA = "Australia/Lord_Howe", "Pacific/Apia"
NEVER = "never"


def hours(zone: str, *week: str, closed: tuple[ClosedDays, ...] = ()) -> OpeningHours:
    """From Monday on, as Mira writes them; one for all days, if it is one."""
    written = week * 7 if len(week) == 1 else week + ("",) * (7 - len(week))
    return OpeningHours(zone, tuple(map(read_openings, written)), closed)


def closed(first: str, last: str, yearly: bool = False) -> ClosedDays:
    return ClosedDays(first, last, "away", yearly)


WORKDAYS = ("9:00–18:00",) * 5
CHRISTMAS = closed("2026-12-24", "2026-12-26")
HOLIDAYS = closed("2025-12-24", "2026-01-02", yearly=True)

OFFICE = hours(BERLIN, *WORKDAYS)
LUNCH = hours(BERLIN, *("9:00–12:30, 13:30–18:00",) * 5)
BAR = hours(BERLIN, "", "", "", "", "22:00–2:00", "22:00–2:00", "")
SUNDAYS = hours(BERLIN, "9:00–17:00", "", "", "", "", "", "23:00–1:00")
ALWAYS = hours(BERLIN, "0:00–24:00")
LATE = hours(BERLIN, "18:00–24:00")
UNKEPT = hours(BERLIN, "")

OFFICE_AWAY = hours(BERLIN, *WORKDAYS, closed=(CHRISTMAS,))
OFFICE_YEARLY = hours(BERLIN, *WORKDAYS, closed=(HOLIDAYS,))
BAR_AWAY = hours(BERLIN, "22:00–2:00", closed=(closed("2026-12-24", "2026-12-24"),))
UNKEPT_AWAY = hours(BERLIN, "", closed=(CHRISTMAS,))
NOBODY = hours(BERLIN, "0:00–24:00", closed=(closed("2026-01-01", "2026-12-31", True),))
LEAP_DAY = hours(
    BERLIN, "9:00–18:00", closed=(closed("2028-02-29", "2028-02-29", True),)
)

NIGHT = hours(BERLIN, "2:30–5:00")
UNTIL_HALF = hours(BERLIN, "22:00–2:30")
NY_NIGHT = hours(NEW_YORK, "1:30–4:00")
NY_NINE = hours(NEW_YORK, "9:00–17:00")
SOUTH = hours(ADELAIDE, "2:30–5:00")
SOUTH_NINE = hours(ADELAIDE, "9:00–17:00")
INDIA, NEPAL = hours(KOLKATA, *WORKDAYS), hours(KATHMANDU, *WORKDAYS)
ISLAND = hours(LORD_HOWE, "1:45–9:00")
SAMOA = hours(APIA, "9:00–17:00")
SAMOAN_NIGHT = hours(APIA, "22:00–2:00")


@pytest.mark.parametrize(
    ("shop", "asked", "told"),
    [
        # Weekdays, by the minute
        (OFFICE, "2026-12-04 17:59", "open"),
        (OFFICE, "2026-12-04 18:00", "2026-12-07 09:00"),
        (OFFICE, "2026-12-07 08:59", "2026-12-07 09:00"),
        (OFFICE, "2026-12-07 09:00", "open"),
        (OFFICE, "2026-12-06 12:00", "2026-12-07 09:00"),
        # Several spans a day
        (LUNCH, "2026-12-07 12:29", "open"),
        (LUNCH, "2026-12-07 12:30", "2026-12-07 13:30"),
        (LUNCH, "2026-12-07 13:30", "open"),
        (LUNCH, "2026-12-07 18:00", "2026-12-08 09:00"),
        # Over midnight
        (BAR, "2026-12-04 21:59", "2026-12-04 22:00"),
        (BAR, "2026-12-04 23:30", "open"),
        (BAR, "2026-12-05 01:59", "open"),
        (BAR, "2026-12-05 02:00", "2026-12-05 22:00"),
        (BAR, "2026-12-06 01:00", "open"),
        (BAR, "2026-12-06 02:00", "2026-12-11 22:00"),
        # From Sunday into Monday
        (SUNDAYS, "2026-12-07 00:30", "open"),
        (SUNDAYS, "2026-12-07 01:00", "2026-12-07 09:00"),
        (SUNDAYS, "2026-12-07 17:00", "2026-12-13 23:00"),
        # Around the clock, and until midnight
        (ALWAYS, "2026-12-05 23:59", "open"),
        (ALWAYS, "2026-12-06 00:00", "open"),
        (LATE, "2026-12-06 23:59", "open"),
        (LATE, "2026-12-07 00:00", "2026-12-07 18:00"),
        # No hours are kept
        (UNKEPT, "2026-12-06 03:00", "open"),
        (UNKEPT_AWAY, "2026-12-23 23:59", "open"),
        (UNKEPT_AWAY, "2026-12-25 12:00", "2026-12-27 00:00"),
        # Dates on which nobody answers
        (OFFICE_AWAY, "2026-12-23 17:59", "open"),
        (OFFICE_AWAY, "2026-12-23 18:00", "2026-12-28 09:00"),
        (OFFICE_AWAY, "2026-12-24 10:00", "2026-12-28 09:00"),
        (OFFICE_AWAY, "2027-12-24 10:00", "open"),
        (BAR_AWAY, "2026-12-23 23:59", "open"),
        (BAR_AWAY, "2026-12-24 00:00", "2026-12-25 22:00"),
        (BAR_AWAY, "2026-12-24 22:30", "2026-12-25 22:00"),
        (BAR_AWAY, "2026-12-25 01:00", "2026-12-25 22:00"),
        (BAR_AWAY, "2026-12-26 01:00", "open"),
        # Every year, over New Year, and for ever
        (OFFICE_YEARLY, "2026-12-23 12:00", "open"),
        (OFFICE_YEARLY, "2026-12-31 12:00", "2027-01-04 09:00"),
        (OFFICE_YEARLY, "2031-01-02 12:00", "2031-01-03 09:00"),
        (LEAP_DAY, "2027-03-01 12:00", "open"),
        (LEAP_DAY, "2032-02-29 12:00", "2032-03-01 09:00"),
        (NOBODY, "2026-12-04 12:00", NEVER),
        # Berlin skips 02:00–03:00 on March 29, and has it twice on October 25
        (OFFICE, "2026-03-30 08:59 +0200", "2026-03-30 09:00 +0200"),
        (NIGHT, "2026-03-29 01:59 +0100", "2026-03-29 03:00 +0200"),
        (NIGHT, "2026-03-29 03:00 +0200", "open"),
        (NIGHT, "2026-10-25 02:30 +0200", "open"),
        (NIGHT, "2026-10-25 02:15 +0100", "open"),
        (UNTIL_HALF, "2026-03-29 01:59 +0100", "open"),
        (UNTIL_HALF, "2026-03-29 03:00 +0200", "2026-03-29 22:00 +0200"),
        (UNTIL_HALF, "2026-10-25 02:29 +0200", "open"),
        (UNTIL_HALF, "2026-10-25 02:15 +0100", "2026-10-25 22:00 +0100"),
        # New York: March 8 and November 1
        (NY_NINE, "2026-03-08 08:59 -0400", "2026-03-08 09:00 -0400"),
        (NY_NIGHT, "2026-03-08 03:30 -0400", "open"),
        (NY_NIGHT, "2026-11-01 01:29 -0400", "2026-11-01 01:30 -0400"),
        (NY_NIGHT, "2026-11-01 01:10 -0500", "open"),
        (NY_NINE, "2026-11-01 16:59 -0500", "open"),
        # The south, where summer begins in October and the zone has half an hour
        (SOUTH, "2026-10-04 01:59 +0930", "2026-10-04 03:00 +1030"),
        (SOUTH, "2026-04-05 02:29 +1030", "2026-04-05 02:30 +1030"),
        (SOUTH, "2026-04-05 02:20 +0930", "open"),
        (SOUTH_NINE, "2026-10-04 09:00 +1030", "open"),
        # Half hours, and quarters
        (INDIA, "2026-12-07 03:29 +0000", "2026-12-07 09:00 +0530"),
        (INDIA, "2026-12-07 03:30 +0000", "open"),
        (NEPAL, "2026-12-07 03:14 +0000", "2026-12-07 09:00 +0545"),
        (NEPAL, "2026-12-07 03:15 +0000", "open"),
        # Lord Howe Island moves its clocks by half an hour: 02:00 is 02:30 on October 4
        (ISLAND, "2026-10-04 01:44 +1030", "2026-10-04 01:45 +1030"),
        (ISLAND, "2026-04-05 01:44 +1100", "2026-04-05 01:45 +1100"),
        (ISLAND, "2026-04-05 01:40 +1030", "open"),
        # Samoa had no December 30 in 2011, and is the first to have a day
        (SAMOA, "2011-12-29 17:00 -1000", "2011-12-31 09:00 +1400"),
        (SAMOAN_NIGHT, "2011-12-29 23:59 -1000", "open"),
        (SAMOAN_NIGHT, "2011-12-31 01:59 +1400", "open"),
        (SAMOAN_NIGHT, "2011-12-31 02:00 +1400", "2011-12-31 22:00 +1400"),
        (SAMOA, "2026-12-06 19:59 +0000", "2026-12-07 09:00 +1300"),
    ],
)
def test_somebody_is_there_or_will_be(
    shop: OpeningHours, asked: str, told: str
) -> None:
    at_ms = moment(asked, shop)

    following = shop.next_opening(at_ms)

    assert shop.is_open(at_ms) == (told == "open")
    if told == "open":
        assert following == at_ms
    elif told == NEVER:
        assert following is None
    else:
        assert following is not None
        assert shown(following, shop).startswith(told)


def moment(text: str, shop: OpeningHours) -> int:
    """By the shop's own clock, unless an offset is there."""
    if text.count(" ") == 1:
        zone = ZoneInfo(shop.time_zone)
        found = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    else:
        found = datetime.strptime(text, "%Y-%m-%d %H:%M %z")
    return int(found.timestamp() * 1000)


def shown(at_ms: int, shop: OpeningHours) -> str:
    return shop.local(at_ms).strftime("%Y-%m-%d %H:%M %z")


def test_hours_are_those_of_the_settings() -> None:
    chosen = Settings(time_zone=BERLIN, hours=OFFICE.days, closed_days=(CHRISTMAS,))

    assert chosen.opening_hours == OFFICE_AWAY
    friday = moment("2026-12-04 18:00", OFFICE)
    assert not chosen.is_open(friday)
    assert chosen.next_opening(friday) == moment("2026-12-07 09:00", OFFICE)


def test_without_hours_the_whole_day_is_open() -> None:
    assert UNKEPT.openings(date(2026, 12, 5)) == (WHOLE_DAY,)
    assert not UNKEPT.are_kept


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    friday = date(2026, 12, 4)

    [night] = BAR.spans(friday)

    assert night == Span(
        moment("2026-12-04 22:00", BAR), moment("2026-12-05 02:00", BAR)
    )
    assert write_opening(BAR.openings(friday)[0]) == "22:00–2:00"


def test_the_rest_of_an_opening_comes_before_the_next() -> None:
    one, two = moment("2026-12-05 01:00", BAR), moment("2026-12-05 02:00", BAR)

    assert BAR.find_opening(one) == Span(one, two)
    assert BAR.find_opening(two) == Span(
        moment("2026-12-05 22:00", BAR), moment("2026-12-06 02:00", BAR)
    )
    assert NOBODY.find_opening(one) is None


def test_a_closed_day_says_why() -> None:
    found = OFFICE_AWAY.find_closed_days(date(2026, 12, 25))

    assert found is CHRISTMAS
    assert OFFICE_AWAY.find_closed_days(date(2026, 12, 27)) is None


def test_nine_is_nine_on_the_day_on_which_the_clock_changes() -> None:
    nine = OFFICE.at_ms(date(2026, 10, 25), 9 * 60)

    assert shown(nine, OFFICE) == "2026-10-25 09:00 +0100"
