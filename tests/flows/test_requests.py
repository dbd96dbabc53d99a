"""Requests as they are kept: one for each number that waits for a call, changed only by who has
seen the latest of it, due by its reminder.
"""

from dataclasses import replace

import pytest

from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, NotFound
from backend.flows import requests
from backend.flows.requests import OrderState, Request, RequestState, Seen
from backend.services import Services
from backend.shops.directory import Directory
from tests.support.requested_forms import (
    HOUR_MS,
    add_callback,
    add_order,
    with_keys,
)
from tests.support.talks import add_talk


@pytest.fixture
def services(services: Services) -> Services:
    return with_keys(services)


@pytest.fixture
def miras(services: Services) -> int:
    return Directory(services.db).open_shop("tide.myshopify.com").id


@pytest.fixture
def talk(services: Services, miras: int) -> str:
    return add_talk(services, miras, 1, ["Hello"])


def get(services: Services, shop_id: int, request_id: str) -> Request:
    with services.db.reading() as connection:
        found = requests.find(connection, services.config, shop_id, request_id)
    assert found is not None
    return found


def test_who_asks_twice_for_a_call_has_one_request_about_the_later_wish(
    services: Services, miras: int, talk: str
) -> None:
    first = add_callback(services, miras, talk, when_from=HOUR_MS)
    requests.mark_tried(services, Seen(miras, first, 1), "No answer.", now_ms() * 2)
    other = add_talk(services, miras, 2, ["Call me"])

    second = add_callback(services, miras, other, when_from=2 * HOUR_MS)

    assert second == first
    merged = get(services, miras, first)
    assert (merged.conversation_id, merged.due_at) == (other, 2 * HOUR_MS)
    assert (merged.state, merged.asked) == (RequestState.NEW, 2)
    # What was to be reminded of was the wish before.
    assert merged.remind_at is None


def test_what_is_done_another_number_and_another_order_are_requests_of_their_own(
    services: Services, miras: int, talk: str
) -> None:
    done = add_callback(services, miras, talk)
    requests.mark_done(services, Seen(miras, done, 1), "Called.")

    others = {
        add_callback(services, miras, talk),
        add_callback(services, miras, talk, phone="+4930123456"),
        add_order(services, miras, talk),
        add_order(services, miras, talk),
    }

    assert len({done, *others}) == 5


def test_only_who_has_seen_the_latest_changes_it(
    services: Services, miras: int, talk: str
) -> None:
    order = add_order(services, miras, talk)
    seen = get(services, miras, order).seen
    requests.mark_tried(services, seen, "No answer.", None)

    with pytest.raises(ChangedMeanwhile):
        requests.reopen(services, seen)
    with pytest.raises(ChangedMeanwhile):
        requests.mark_done(services, seen, "Mine.")

    kept = get(services, miras, order)
    assert (kept.outcome, kept.tries) == ("No answer.", 1)
    requests.mark_done(services, kept.seen, "Sent.")
    requests.reopen(services, get(services, miras, order).seen)
    reopened = get(services, miras, order)
    assert (reopened.state, reopened.done_at) == (RequestState.NEW, None)


def test_what_is_gone_cannot_be_changed(services: Services, miras: int) -> None:
    gone = Seen(miras, "0" * 32, 1)

    with pytest.raises(NotFound):
        requests.mark_done(services, gone, "")
    with pytest.raises(NotFound):
        requests.assign(services, miras, gone.id, None)


@pytest.mark.parametrize(
    "due_at, remind_at, is_due",
    [
        (None, None, False),
        (-1, None, True),
        (0, None, True),
        (1, None, False),
        # A reminder takes the place of what was agreed, be it earlier or later.
        (-1, 1, False),
        (1, -1, True),
        (None, -1, True),
    ],
)
def test_a_reminder_takes_the_place_of_the_agreed_time(
    services: Services,
    miras: int,
    talk: str,
    due_at: int | None,
    remind_at: int | None,
    is_due: bool,
) -> None:
    now = now_ms()
    when = None if due_at is None else now + due_at
    call = add_callback(services, miras, talk, when_from=when)
    reminder = None if remind_at is None else now + remind_at
    requests.mark_tried(services, Seen(miras, call, 1), "", reminder)

    request = get(services, miras, call)
    with services.db.reading() as connection:
        counted = requests.count_waiting(connection, miras, now)
        pressing = requests.count_pressing(connection, miras, now)

    assert request.is_due(now) is is_due
    assert (counted, pressing) == ((1, int(is_due)), int(is_due))
    assert not replace(request, state=RequestState.DONE).is_due(now)


def test_an_order_waits_for_shopify_and_a_call_does_not(
    services: Services, miras: int, talk: str
) -> None:
    order = get(services, miras, add_order(services, miras, talk))
    call = get(services, miras, add_callback(services, miras, talk))

    assert (order.order_state, order.is_order) == (OrderState.PENDING, True)
    assert (call.order_state, call.is_order) == (OrderState.NONE, False)
