"""What Mira may choose: read from her form, and refused beside the field."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from backend.shops import settings
from backend.shops.opening_hours import ClosedDays
from backend.shops.settings import DEFAULTS, Answered, Greeting, PickupPlace, Settings
from backend.web.admin import settings_form
from backend.web.admin.settings_form import PAGES, Page, Read
from tests.support.chosen_settings import CHOSEN

MOST_PER_MINUTE = 30
KNOWLEDGE, HOURS = PAGES["knowledge"], PAGES["availability"]
ASSISTANT, TEAM, DATA = PAGES["assistant"], PAGES["team"], PAGES["data"]


def write_settings(chosen: Settings) -> dict[str, list[str]]:
    """Every page's fields."""
    form: dict[str, list[str]] = {}
    for page in PAGES.values():
        form |= page.write(chosen)
    return form


def read_settings(
    form: dict[str, list[str]],
    most: int = MOST_PER_MINUTE,
    stored: Settings = DEFAULTS,
) -> Read:
    """As if every page were saved."""
    chosen = stored
    errors: dict[str, str] = {}
    for page in PAGES.values():
        read = settings_form.read_settings(page, form, chosen, most)
        chosen = read.settings or chosen
        errors |= read.errors
    return Read(None if errors else chosen, errors)


def page_of(field: str) -> Page:
    [page] = [page for page in PAGES.values() if field in page.write(CHOSEN)]
    return page


@pytest.mark.parametrize("chosen", [DEFAULTS, CHOSEN], ids=["defaults", "chosen"])
def test_a_form_says_exactly_what_the_preferences_say(chosen: Settings) -> None:
    assert read_settings(write_settings(chosen)).settings == chosen


@pytest.mark.parametrize(
    ("field", "texts", "told_at"),
    [
        ("greeting_language", ["xx", "de"], "greeting_language.0"),
        ("greeting_language", ["de", "de"], "greeting_language.1"),
        ("greeting", ["Moin!", "x" * 501], "greeting.1"),
        ("silence_minutes", ["0"], "silence_minutes"),
        ("silence_minutes", ["241"], "silence_minutes"),
        ("waiting_days", ["91"], "waiting_days"),
        ("assistant_name", ["x" * 41], "assistant_name"),
        ("tone", ["shouting"], "tone"),
        ("welcome", ["x" * 501], "welcome"),
        ("welcome", ["a\0b"], "welcome"),
        (
            "languages",
            [",".join(f"tongue {number}" for number in range(21))],
            "languages",
        ),
        ("instructions", ["x" * 4_001], "instructions"),
        ("knowledge", ["x" * 50_001], "knowledge"),
        ("time_zone", ["Berlin"], "time_zone"),
        ("time_zone", ["../etc/passwd"], "time_zone"),
        ("hours_monday", ["nine to five"], "hours_monday"),
        ("hours_monday", ["12:00-9:00"], "hours_monday"),
        ("hours_monday", ["18:00-9:30"], "hours_tuesday"),
        ("hours_monday", ["9:00-12:00, 11:00-18:00"], "hours_monday"),
        ("hours_monday", ["9:60-12:00"], "hours_monday"),
        ("hours_sunday", ["20:00-25:00"], "hours_sunday"),
        ("hours_sunday", ["22:00-9:00"], "hours_monday"),
        ("closed_first", ["", ""], "closed_first.0"),
        ("closed_first", ["2026-12-24", "soon"], "closed_first.1"),
        ("closed_last", ["2026-12-23", ""], "closed_last.0"),
        ("closed_last", ["", "2027-12-31"], "closed_last.1"),
        ("closed_name", ["", "x" * 81], "closed_name.1"),
        ("closed_first", ["2026-12-24"] * 101, "closed_first.100"),
        ("expiry_count", ["29"], "expiry_count"),
        ("expiry_count", ["43201"], "expiry_count"),
        ("expiry_count", ["-5"], "expiry_count"),
        ("expiry_unit", ["years"], "expiry_count"),
        ("retention_days", ["0"], "retention_days"),
        ("retention_days", ["731"], "retention_days"),
        ("retention_days", ["1.5"], "retention_days"),
        ("retention_days", ["٣"], "retention_days"),
        ("messages_per_minute", [str(MOST_PER_MINUTE + 1)], "messages_per_minute"),
        ("ask_phone", ["sometimes"], "ask_phone"),
        ("ask_email", [""], "ask_email"),
        ("least_pieces", ["0"], "least_pieces"),
        ("least_pieces", ["100001"], "least_pieces"),
        ("least_pieces", ["a dozen"], "least_pieces"),
        ("requests_to", ["some body"], "requests_to"),
        ("requests_to", ["4" * 33], "requests_to"),
        ("replies_per_day", ["1" * 400], "replies_per_day"),
        ("dollars_per_day", ["0"], "dollars_per_day"),
        ("dollars_per_day", ["0.009"], "dollars_per_day"),
        ("dollars_per_day", ["12,50"], "dollars_per_day"),
        ("dollars_per_day", ["1e3"], "dollars_per_day"),
        ("dollars_per_day", ["NaN"], "dollars_per_day"),
        ("dollars_per_day", ["-1"], "dollars_per_day"),
        ("dollars_per_month", ["100000.01"], "dollars_per_month"),
        ("dollars_per_month", ["٣"], "dollars_per_month"),
        ("dollars_per_month", ["9" * 400], "dollars_per_month"),
        ("answer", ["Yes.", ""], "answer.1"),
        ("pickup_address", ["", ""], "pickup_address.0"),
    ],
)
def test_a_field_that_is_wrong_is_named_with_its_problem(
    field: str, texts: list[str], told_at: str
) -> None:
    given = {
        **write_settings(DEFAULTS),
        "question": ["Is oak hard?", "And pine?"],
        "answer": ["Yes.", "Less."],
        "pickup_name": ["Harbour"],
        "pickup_address": ["Quay 4"],
        "hours_monday": ["8:00–18:00"],
        "hours_tuesday": ["9:00–18:00"],
        "closed_first": ["2026-12-24", "2026-12-31"],
        "closed_last": ["2026-12-26", ""],
        "closed_name": ["Christmas", ""],
        "closed_yearly": ["on", ""],
        "expiry_count": ["30"],
        "expiry_unit": ["minutes"],
        "greeting_language": ["de", "fr"],
        "greeting": ["Moin!", "Salut !"],
    }
    assert read_settings(given).errors == {}

    refused = read_settings(given | {field: texts})

    assert refused.settings is None
    assert refused.errors.keys() == {told_at}
    assert refused.errors[told_at].endswith(".")


def test_all_problems_are_told_at_once() -> None:
    given = write_settings(DEFAULTS) | {
        "tone": ["?"],
        "hours_friday": ["?"],
        "retention_days": ["?"],
    }

    assert read_settings(given).errors.keys() == {
        "tone",
        "hours_friday",
        "retention_days",
    }


def test_rows_that_are_blank_are_no_rows() -> None:
    given = write_settings(DEFAULTS) | {
        "question": ["", "Q", " "],
        "answer": [" ", "A", ""],
    }

    chosen = read_settings(given).settings

    assert chosen is not None
    assert chosen.questions == (Answered("Q", "A"),)


def test_the_edges_of_the_clocks_are_within() -> None:
    for count, unit, seconds in [
        ("30", "minutes", 1_800),
        ("30", "days", 2_592_000),
        ("36", "hours", 129_600),
    ]:
        chosen = read_settings(
            write_settings(DEFAULTS) | {"expiry_count": [count], "expiry_unit": [unit]},
        ).settings
        assert chosen is not None
        assert chosen.expiry_seconds == seconds


def test_the_edges_of_the_budgets_are_within() -> None:
    for text, dollars in [("0.01", "0.01"), ("12.5", "12.50"), ("100000", "100000")]:
        chosen = read_settings(
            write_settings(DEFAULTS) | {"dollars_per_day": [text]}
        ).settings
        assert chosen is not None
        assert chosen.dollars_per_day == Decimal(dollars)


def test_hours_are_those_of_the_shops_own_time_zone() -> None:
    monday_nine_in_kolkata = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)

    at = int(monday_nine_in_kolkata.timestamp() * 1000)

    assert CHOSEN.is_open(at)
    assert not CHOSEN.is_open(at - 60_000)
    assert not CHOSEN.is_open(at + 24 * 3_600_000)
    assert DEFAULTS.is_open(at)


def test_hours_follow_a_change_of_summer_time() -> None:
    berlin = Settings(time_zone="Europe/Berlin", hours=(((540, 1020),),) * 7)

    for month, hour in ((7, 7), (12, 8)):
        nine = datetime(2026, month, 15, hour, 0, tzinfo=UTC)
        assert berlin.is_open(int(nine.timestamp() * 1000)), month
        assert not berlin.is_open(int(nine.timestamp() * 1000) - 1), month


def test_without_a_time_zone_it_is_the_shops_own() -> None:
    tokyos = replace(DEFAULTS, time_zone="Asia/Tokyo", shop_zone="Asia/Tokyo")
    form = write_settings(tokyos)
    assert form["time_zone"] == [""]

    own = read_settings(form, stored=tokyos).settings
    form["time_zone"] = ["UTC"]
    other = read_settings(form, stored=tokyos).settings

    assert own == tokyos
    assert other == replace(tokyos, time_zone="UTC")


def test_a_closed_date_needs_its_first_day_only() -> None:
    rows = {
        "closed_first": ["2026-12-31", "", " "],
        "closed_yearly": ["", "on", "on"],
    }

    chosen = read_settings(write_settings(DEFAULTS) | rows).settings

    assert chosen is not None
    assert chosen.closed_days == (ClosedDays("2026-12-31", "2026-12-31"),)


def test_the_form_knows_every_weekday() -> None:
    assert {f"hours_{day}" for day in settings.WEEKDAYS} <= HOURS.write(DEFAULTS).keys()


def test_a_box_that_is_not_checked_sends_nothing() -> None:
    form = write_settings(DEFAULTS)
    assert (form["bulk_orders"], form["delivery"]) == (["on"], [])
    for name in ("bulk_orders", "callbacks"):
        del form[name]

    read = read_settings(form).settings

    assert read is not None
    assert (read.bulk_orders, read.callbacks, read.delivery) == (False, False, False)
    differences = settings_form.find_differences(ASSISTANT, form, DEFAULTS)
    assert differences == {"bulk_orders": "on", "callbacks": "on"}
    form["delivery"] = ["on"]
    found = settings_form.find_differences(ASSISTANT, form, DEFAULTS)
    assert found["delivery"] == "off"


def test_the_hours_of_a_pickup_location_may_be_blank_and_its_address_may_not() -> None:
    rows = {
        "pickup_name": ["Harbour", "Old yard"],
        "pickup_address": ["Quay 4", ""],
        "pickup_hours": ["", "Mon–Fri"],
    }

    read = read_settings(write_settings(DEFAULTS) | rows)
    assert read.errors.keys() == {"pickup_address.1"}

    rows["pickup_address"] = ["Quay 4", "Dock 2"]
    chosen = read_settings(write_settings(DEFAULTS) | rows).settings
    assert chosen is not None
    assert chosen.pickup_places == (
        PickupPlace("Harbour", "Quay 4", ""),
        PickupPlace("Old yard", "Dock 2", "Mon–Fri"),
    )


def test_a_page_from_before_the_hours_loses_no_pickup_location() -> None:
    form = write_settings(DEFAULTS) | {
        "pickup_name": ["Harbour"],
        "pickup_address": ["Quay 4"],
    }
    del form["pickup_hours"]

    chosen = read_settings(form).settings

    assert chosen is not None
    assert chosen.pickup_places == (PickupPlace("Harbour", "Quay 4"),)


def test_two_pickup_locations_have_two_names() -> None:
    rows = {
        "pickup_name": ["Harbour", "Harbour"],
        "pickup_address": ["Quay 4", "Dock 2"],
    }

    read = read_settings(write_settings(DEFAULTS) | rows)

    assert read.errors.keys() == {"pickup_name.0"}


def test_a_greeting_that_is_blank_is_none_whatever_its_language() -> None:
    rows = {"greeting_language": ["de", "xx"], "greeting": ["Moin!", " "]}

    chosen = read_settings(write_settings(DEFAULTS) | rows).settings

    assert chosen is not None
    assert chosen.greetings == (Greeting("de", "Moin!"),)


def test_a_page_changes_its_own_fields_and_no_others() -> None:
    for page in PAGES.values():
        others = [each for each in PAGES.values() if each is not page]
        form = page.write(DEFAULTS)

        read = settings_form.read_settings(page, form, CHOSEN, MOST_PER_MINUTE)

        assert read.settings is not None
        assert page.write(read.settings) == page.write(DEFAULTS)
        for other in others:
            assert other.write(read.settings) == other.write(CHOSEN)


def test_a_version_is_that_of_the_pages_own_fields() -> None:
    later = replace(DEFAULTS, knowledge="Oak.")

    for page in PAGES.values():
        before = settings_form.write_version(page, DEFAULTS)
        after = settings_form.write_version(page, later)
        assert (before == after) == (page is not KNOWLEDGE)


def test_every_field_stands_on_one_page() -> None:
    for field in write_settings(CHOSEN):
        assert page_of(field)
