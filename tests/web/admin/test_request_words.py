"""Requests in words: when to call, whose it is, where an order goes, where a form was left."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.flows import runs
from backend.flows.request_records import OrderState, PlacedOrder, Request, RequestState
from backend.flows.runs import RunState
from backend.inbox.request_list import RequestRow
from backend.shops.settings import PickupPlace, Settings
from backend.shops.staff import Staff, StaffMember
from backend.web.admin.request_words import RequestWords
from backend.web.admin.strings import ReaderLabels

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
BERLIN = Settings(time_zone="Europe/Berlin")
REQUEST = Request(
    shop_id=1,
    id="a" * 32,
    conversation_id="b" * 32,
    run_id="c" * 32,
    kind="bulk_order",
    state=RequestState.NEW,
    outcome="",
    staff_id=None,
    tries=0,
    asked=1,
    due_at=None,
    remind_at=None,
    order_state=OrderState.PENDING,
    draft_order=None,
    version=1,
    created_at=1,
    changed_at=1,
    done_at=None,
)


def ms(day: int, hour: int) -> int:
    return int(NOW.replace(day=day, hour=hour, minute=0).timestamp() * 1000)


def words_of(chosen: Settings = BERLIN) -> RequestWords:
    shop: Any = None
    now = int(NOW.timestamp() * 1000)
    labels = ReaderLabels(Staff(shop, "42", "Mira"), chosen, now)
    members = [StaffMember(1, "42", "Mira", 1), StaffMember(1, "43", "Noah", 1)]
    return RequestWords(labels, members, chosen, now)


@pytest.mark.parametrize(
    "since, until, said",
    [
        (ms(18, 15), None, "4:00 PM"),
        (ms(18, 15), ms(18, 17), "4:00 PM–6:00 PM"),
        (ms(19, 15), ms(19, 17), "Tomorrow 4:00 PM–6:00 PM"),
        (ms(20, 8), ms(21, 8), "Nov 20, 9:00 AM – Nov 21, 9:00 AM"),
        (ms(20, 8), ms(20, 8), "Nov 20, 9:00 AM"),
    ],
)
def test_the_time_of_a_call_is_said_by_the_shops_clock(
    since: int, until: int | None, said: str
) -> None:
    assert words_of().call_time(since, until).words == said


def test_who_has_a_request_stays_to_be_chosen_when_they_have_left() -> None:
    request = replace(REQUEST, staff_id="7")

    choices = words_of().assignees(request)

    assert [choice.words for choice in choices] == [
        "Nobody",
        "You",
        "Noah",
        "Colleague 7",
    ]
    assert words_of().assigned(replace(REQUEST, staff_id="43")) == "Noah"
    assert words_of().assigned(REQUEST) == ""


def test_the_only_pickup_location_needs_no_choice() -> None:
    harbour = (PickupPlace("Harbour", "Quay 4"),)
    only_one = Settings(pickup_places=harbour)
    also_delivery = Settings(pickup_places=harbour, delivery=True)

    assert words_of(only_one).place("") == "Harbour"
    assert words_of(also_delivery).place("") == ""
    assert words_of().place("delivery") == "Delivery"
    assert words_of().place("pickup:Old yard") == "Old yard"


def test_a_draft_order_leads_into_shopifys_admin() -> None:
    order = PlacedOrder("gid://shopify/DraftOrder/9", "#D9", "https://tide.example/9")

    link = words_of().draft_order_link(replace(REQUEST, draft_order=order))

    assert link == "shopify://admin/draft_orders/9"
    assert words_of().draft_order_link(REQUEST) == ""
    strange = PlacedOrder("javascript:alert(1)", "#D9", "")
    assert words_of().draft_order_link(replace(REQUEST, draft_order=strange)) == ""


@pytest.mark.parametrize(
    "state, said",
    [
        (RunState.OPEN, "Order form: open at Contact"),
        (RunState.ABANDONED, "Order form: left at Contact"),
    ],
)
def test_a_form_says_where_it_was_left(state: RunState, said: str) -> None:
    run = runs.new_run(1, "a" * 32, "bulk_order", 1, "en")

    assert words_of().unfinished(replace(run, step="contact", state=state)) == said


def test_an_order_is_told_in_short() -> None:
    one = RequestRow(REQUEST, first_item="11 × Lamp")

    assert words_of().items(one) == "11 × Lamp"
    assert words_of().items(replace(one, more_items=2)) == "11 × Lamp, and 2 more"


def test_what_happened_once_is_not_counted() -> None:
    again = replace(REQUEST, asked=3, tries=1)

    assert (words_of().asked_again(REQUEST), words_of().tried(REQUEST)) == ("", "")
    assert words_of().asked_again(again) == "Asked 3 times"
    assert words_of().tried(again) == "Tried 1 time"
