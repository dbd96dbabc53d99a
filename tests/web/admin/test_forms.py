"""What the admin reads from queries: days of the shop, places in the list, kinds of file."""

import pytest

from backend.errors import Invalid
from backend.exports.export_file import Format
from backend.exports.reader import ExportFilter
from backend.inbox.bulk_close import ChosenTalk
from backend.inbox.conversation_list import (
    FIRST_TO_WAIT,
    FOR_EVER,
    START,
    Cursor,
    InboxFilter,
)
from backend.web.admin import forms

HOUR, DAY = 3_600_000, 86_400_000
# Midnight of 2026-11-30 in Berlin, which is an hour ahead then.
MIDNIGHT = 1_795_993_200_000


def test_a_page_of_the_list_asked_for_by_nothing_is_the_newest_of_the_open_ones() -> (
    None
):
    assert forms.read_inbox_filter({}, "Europe/Berlin") == InboxFilter(
        "all", 0, FOR_EVER
    )
    assert forms.read_cursor({}) == START


def test_a_list_is_somebodys_in_an_order_and_of_a_label() -> None:
    fields = {"view": "mine", "sort": "waits", "label": " VIP "}

    found = forms.read_inbox_filter(fields, "UTC", "42")

    assert (found.user_id, found.label, found.is_by_waiting) == ("42", "VIP", True)
    assert forms.read_cursor({}, found.start) == FIRST_TO_WAIT


@pytest.mark.parametrize(
    "fields",
    [{"sort": "loudest"}, {"label": "x" * 41}, {"label": "a\x00b"}],
)
def test_no_such_list_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        forms.read_inbox_filter(fields, "UTC")


def test_rows_that_were_ticked_are_read_as_they_were() -> None:
    id_ = "0" * 31 + "a"

    assert forms.read_chosen([f"{id_}-12"]) == [ChosenTalk(id_, 12)]
    for values in ([], ["x-1"], [f"{id_}-"], [f"{id_}-1"] * 101, [f"{id_}-{10**9}"]):
        with pytest.raises(Invalid):
            forms.read_chosen(values)


@pytest.mark.parametrize(
    "text, count", [("", 0), ("7", 7), ("-1", 0), ("99999", 0), ("٣", 0), ("1e3", 0)]
)
def test_a_count_of_an_address_is_small(text: str, count: int) -> None:
    assert forms.read_count({"closed": text}, "closed") == count


def test_a_search_looks_through_all_unless_a_list_is_named() -> None:
    words = {"words": " lamp "}

    assert forms.read_search(words) == "lamp"
    assert forms.read_inbox_filter(words, "UTC").view == "all"
    assert forms.read_inbox_filter(words | {"view": "closed"}, "UTC").view == "closed"


def test_days_are_the_shops_and_the_last_one_is_in_it() -> None:
    days = {"since": "2026-11-30", "until": "2026-11-30"}

    inbox = forms.read_inbox_filter(days, "Europe/Berlin")
    assert (inbox.since, inbox.before) == (MIDNIGHT, MIDNIGHT + DAY)

    export = forms.read_export_filter(days | {"status": "open"}, "Europe/Berlin")
    assert export == ExportFilter(MIDNIGHT, MIDNIGHT + DAY, "open", "")


def test_a_day_on_which_clocks_change_has_its_own_length() -> None:
    days = {"since": "2026-10-25", "until": "2026-10-25"}

    found = forms.read_export_filter(days, "Europe/Berlin")

    assert found.since is not None
    assert found.before == found.since + 25 * HOUR


def test_a_place_in_the_list_is_read_as_it_was_written() -> None:
    cursor = Cursor(1_795_000_000_000, "0" * 32)

    assert forms.read_cursor({"after": forms.write_cursor(cursor)}) == cursor


@pytest.mark.parametrize(
    "fields",
    [
        {"view": "none"},
        {"since": "yesterday"},
        {"since": "1969-12-31"},
        {"until": "9999-01-01"},
    ],
)
def test_a_list_that_cannot_be_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        forms.read_inbox_filter(fields, "UTC")


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "half"},
        {"words": "x" * 201},
        {"since": "2026-11-31"},
        {"since": "2026-11-30", "until": "2026-11-29"},
    ],
)
def test_an_export_that_cannot_be_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        forms.read_export_filter(fields, "UTC")


def test_a_file_is_json_unless_another_form_is_asked_for() -> None:
    assert forms.read_format({}) is Format.JSON
    assert forms.read_format({"format": "pdf"}) is Format.PDF
    with pytest.raises(Invalid):
        forms.read_format({"format": "exe"})


@pytest.mark.parametrize("client_id", ["", "0" * 31, "G" * 32])
def test_a_reply_names_the_page_that_it_was_written_on(client_id: str) -> None:
    with pytest.raises(Invalid):
        forms.read_client_id({"client_id": client_id})
