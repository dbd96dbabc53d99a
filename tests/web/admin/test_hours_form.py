"""Opening hours and closed dates as Mira writes them, and as she sees them again."""

from datetime import date

import pytest

from backend.web.admin.hours_form import (
    find_overlaps,
    read_date,
    read_last_date,
    read_openings,
    write_openings,
)

MORNING, AFTERNOON, NIGHT = (540, 750), (810, 1080), (1320, 1560)


@pytest.mark.parametrize(
    ("text", "openings"),
    [
        ("", ()),
        (" , ", ()),
        ("9-12.30", (MORNING,)),
        ("9:00–12:30, 13:30 – 18", (MORNING, AFTERNOON)),
        ("0:00–24:00", ((0, 1440),)),
        ("22:00–02:00", (NIGHT,)),
        ("22–0:00", ((1320, 1440),)),
        ("22–24", ((1320, 1440),)),
        ("9–12:30, 22–2", (MORNING, NIGHT)),
        ("18:00–12:00", ((1080, 2160),)),
    ],
)
def test_hours_are_read_however_they_are_written(
    text: str, openings: tuple[tuple[int, int], ...]
) -> None:
    assert read_openings(text) == openings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nine to five", "Write times such as"),
        ("9:75–10", "minutes from 00 to 59"),
        ("9–9", "must end later"),
        ("12–9", "Write 9 in the evening as 21:00"),
        ("9–25", "from 0:00 to 24:00"),
        ("24–2", "from 0:00 to 24:00"),
        ("9–24:30", "from 0:00 to 24:00"),
        ("13:30–18, 9–12:30", "13:30–18:00 and 9:00–12:30 overlap"),
        ("9–13, 12–18", "9:00–13:00 and 12:00–18:00 overlap"),
        ("22–2, 23–24", "22:00–2:00 and 23:00–24:00 overlap"),
    ],
)
def test_what_are_no_hours_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_openings(text)


def test_what_is_shown_can_be_read_again() -> None:
    shown = write_openings([MORNING, AFTERNOON, NIGHT])

    assert shown == "9:00–12:30, 13:30–18:00, 22:00–2:00"
    assert read_openings(shown) == (MORNING, AFTERNOON, NIGHT)


WEEK = ("monday", "tuesday", "sunday")


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        (("22–2", "2–6", ""), {}),
        (("22–2", "", "9–17"), {}),
        (("22–2", "1:59–6", ""), {"tuesday": "The hours on Monday end at 2:00"}),
        (("0:30–6", "", "22–1"), {"monday": "The hours on Sunday end at 1:00"}),
    ],
)
def test_a_night_ends_before_the_next_day_begins(
    days: tuple[str, ...], wrong: dict[str, str]
) -> None:
    found = find_overlaps([read_openings(text) for text in days], WEEK)

    assert found.keys() == wrong.keys()
    assert all(found[day].startswith(said) for day, said in wrong.items())


def test_a_date_is_read_and_the_last_one_may_be_missing() -> None:
    first = read_date("2026-12-24")

    assert first == date(2026, 12, 24)
    assert read_last_date("", first) == first
    assert read_last_date("2027-12-23", first) == date(2027, 12, 23)


@pytest.mark.parametrize(
    "text", ["", "24.12.2026", "2026-02-30", "20261224", "1926-12-24", "٢٠٢٦-12-24"]
)
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="Enter a date such as"):
        read_date(text)


@pytest.mark.parametrize(
    ("last", "said"),
    [("2026-12-23", "on or after"), ("2027-12-24", "within 365 days")],
)
def test_closed_dates_end_after_they_begin_and_within_a_year(
    last: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        read_last_date(last, date(2026, 12, 24))
