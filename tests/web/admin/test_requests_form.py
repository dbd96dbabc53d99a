"""What Mira's page of requests reads: reminders by her shop's clock, lists that there are."""

from datetime import UTC, datetime

import pytest

from backend.errors import Invalid
from backend.flows.request_records import WAITING, RequestFilter
from backend.shops.settings import Settings
from backend.web.admin import requests_form

BERLIN = Settings(time_zone="Europe/Berlin")
# The night before clocks are put back.
NOW = int(datetime(2026, 10, 24, 22, 30, tzinfo=UTC).timestamp() * 1000)


def remind_at(**fields: str) -> datetime | None:
    form = {"state": "tried", **fields}
    read = requests_form.read_outcome(form, BERLIN, NOW)
    if read.remind_at is None:
        return None
    return datetime.fromtimestamp(read.remind_at / 1000, UTC)


def test_a_reminder_comes_at_nine_by_the_shops_clock() -> None:
    assert remind_at() is None
    assert remind_at(remind="hour") == datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    # In Berlin it is the 25th already.
    assert remind_at(remind="tomorrow") == datetime(2026, 10, 26, 8, tzinfo=UTC)
    on_a_day = remind_at(remind="date", remind_on="2027-07-01")
    assert on_a_day == datetime(2027, 7, 1, 7, tzinfo=UTC)


def test_what_is_done_needs_no_reminder() -> None:
    assert remind_at(state="done", remind="hour") is None


@pytest.mark.parametrize("day", ["2026-10-25", "2101-01-01", "0001-01-01", "soon", ""])
def test_a_reminder_lies_ahead(day: str) -> None:
    with pytest.raises(Invalid):
        remind_at(remind="date", remind_on=day)


def test_an_address_says_which_requests() -> None:
    asked = requests_form.read_asked({"view": "due", "assigned": "me", "x": "y"})

    assert asked == {"view": "due", "assigned": "me"}
    assert requests_form.filter_of(asked, "42", 7) == RequestFilter(
        state=WAITING, staff_id="42", due_by=7
    )
    assert requests_form.address_of(asked) == "/admin/requests?view=due&assigned=me"
    assert requests_form.filter_of({}, "42", 7) == RequestFilter(state=WAITING)


def test_the_end_of_a_page_is_read_as_it_was_written() -> None:
    place = (1_795_000_000_000, "a" * 32)

    written = requests_form.write_place(place)

    assert requests_form.read_place({"after": written}) == place
    assert requests_form.read_place({}) is None
