"""Requests: new, tried, done; what is asked for twice is one, and nobody overwrites another."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, NotFound
from backend.flows import request_records, runs
from backend.flows.answers import Answers
from backend.flows.request_records import (
    OrderState,
    PlacedOrder,
    RequestFilter,
    RequestState,
)
from backend.flows.runs import Run, Sealing
from backend.services import Services
from backend.store.encryption import Vault
from backend.store.tables import flow_requests
from tests.support.form_stories import (
    EMAIL,
    NAME,
    NOW,
    PHONE,
    TO_CONFIRM,
    begin,
    kept,
    run_of,
    shop_of,
)
from tests.support.talks import MIRAS, OTTOS

CALL = Answers(name=NAME, phone=PHONE, when_from=NOW, when_until=NOW, when_text="today")
ORDERED = TO_CONFIRM.replace(is_confirmed=True)
PLACED = PlacedOrder("7", "#D7", "https://pay.example/secret-link", "429.00", "EUR")
OLD_KEY = b"the encryption key of the tests!"
NEW_KEY = b"another key that has 32 bytes ok"
ALL = RequestFilter()


def calls(services: Services, number: int = 1, **answers: Any) -> Run:
    """Somebody wants to be called, and has said all that is needed."""
    shop = answers.pop("shop", MIRAS)
    told = CALL.replace(**answers)
    return begin(services, "callback_request", told, number=number, shop=shop)


def orders(services: Services, number: int = 1) -> Run:
    return begin(services, "bulk_order", ORDERED, number=number)


def request_of(services: Services, run: Run) -> Any:
    with services.db.reading() as connection:
        where = (run.shop_id, run.id)
        return request_records.find_of_run(connection, services.config, *where)


def listed(services: Services, wanted: RequestFilter = ALL, shop: int = MIRAS) -> Any:
    with services.db.reading() as connection:
        return request_records.list_requests(connection, services.config, shop, wanted)


def note_order(services: Services, request: Any) -> None:
    sealing = Sealing.of(services.config, shop_of(services).session_key)
    services.db.write(request_records.note_order, sealing, request, PLACED)


def with_keys(services: Services, *keys: bytes) -> Services:
    config = replace(services.config, encryption_keys=keys)
    return replace(services, config=config)


def test_a_finished_run_leaves_something_new_to_do(services: Services) -> None:
    run = calls(services)

    request = request_of(services, run)

    assert (request.kind, request.state) == ("callback_request", RequestState.NEW)
    assert (request.tries, request.asked, request.outcome) == (0, 1, "")
    assert (request.due_at, request.done_at) == (NOW, None)
    assert request.conversation_id == run.conversation_id
    with services.db.reading() as connection:
        assert (
            request_records.find(connection, services.config, MIRAS, request.id)
            == request
        )


def test_it_is_tried_and_then_done(services: Services) -> None:
    run = calls(services)
    later = NOW + 3_600_000

    request_records.mark_tried(
        services, request_of(services, run), "Nobody there", later
    )
    tried = request_of(services, run)
    request_records.mark_done(services, tried, "Wants 200 mugs")
    done = request_of(services, run)

    assert (tried.state, tried.tries, tried.remind_at) == (RequestState.TRIED, 1, later)
    assert tried.outcome == "Nobody there"
    assert (done.state, done.outcome) == (RequestState.DONE, "Wants 200 mugs")
    assert (done.tries, done.remind_at) == (1, None)
    assert done.done_at <= now_ms()
    request_records.reopen(services, done)
    again = request_of(services, run)
    assert (again.state, again.done_at) == (RequestState.NEW, None)


def test_of_two_people_the_one_who_looked_last_is_not_overwritten(
    services: Services,
) -> None:
    run = calls(services)
    seen = request_of(services, run)
    request_records.mark_done(services, seen, "Called her")

    with pytest.raises(ChangedMeanwhile):
        request_records.mark_tried(services, seen, "Nobody there", None)
    with pytest.raises(ChangedMeanwhile):
        request_records.mark_done(services, seen, "Called her too")
    with pytest.raises(ChangedMeanwhile):
        request_records.reopen(services, seen)
    assert request_of(services, run).outcome == "Called her"


def test_it_is_given_to_somebody_whoever_looked_at_it(services: Services) -> None:
    run = calls(services)
    request = request_of(services, run)

    request_records.assign(services, MIRAS, request.id, "otto")
    request_records.assign(services, MIRAS, request.id, "mira")
    assert request_of(services, run).staff_id == "mira"
    request_records.assign(services, MIRAS, request.id, None)

    assert request_of(services, run).staff_id is None
    with pytest.raises(NotFound):
        request_records.assign(services, OTTOS, request.id, "otto")
    with pytest.raises(NotFound):
        request_records.assign(services, MIRAS, "x", "mira")


def test_a_call_that_somebody_waits_for_is_asked_for_once(services: Services) -> None:
    first = calls(services)
    request = request_of(services, first)
    request_records.mark_tried(services, request, "Nobody there", None)

    second = calls(services, number=2, name="Ana C.", when_from=NOW + 1)

    [merged] = listed(services)
    assert (merged.id, merged.asked) == (request.id, 2)
    assert (merged.run_id, merged.conversation_id) == (
        second.id,
        second.conversation_id,
    )
    assert (merged.state, merged.due_at) == (RequestState.NEW, NOW + 1)
    assert merged.version > request.version + 1
    assert "already had" in kept(services, second).answers.reply


def test_another_number_or_another_shop_is_another_call(services: Services) -> None:
    calls(services)
    calls(services, number=2, phone="+4930901821")
    calls(services, number=3, shop=OTTOS)

    assert len(listed(services)) == 2
    assert [request.asked for request in listed(services, shop=OTTOS)] == [1]


def test_who_was_called_may_ask_again(services: Services) -> None:
    first = calls(services)
    request_records.mark_done(services, request_of(services, first), "Called")

    calls(services, number=2)

    assert [request.asked for request in listed(services)] == [1, 1]


def test_two_orders_are_two(services: Services) -> None:
    orders(services)
    orders(services, number=2)

    assert [request.order_state for request in listed(services)] == (
        [OrderState.PENDING] * 2
    )


def test_a_call_is_due_at_its_time_and_again_when_somebody_is_to_be_reminded(
    services: Services,
) -> None:
    run = calls(services)

    def waiting(now: int) -> tuple[int, int]:
        with services.db.reading() as connection:
            return request_records.count_waiting(connection, MIRAS, now)

    assert (waiting(NOW - 1), waiting(NOW)) == ((1, 0), (1, 1))
    request = request_of(services, run)
    assert (request.is_due(NOW - 1), request.is_due(NOW)) == (False, True)

    request_records.mark_tried(services, request, "Nobody there", NOW + 60)
    tried = request_of(services, run)
    assert (waiting(NOW), waiting(NOW + 60)) == ((1, 0), (1, 1))
    assert (tried.is_due(NOW), tried.is_due(NOW + 60)) == (False, True)

    request_records.mark_done(services, tried, "Called")
    assert waiting(NOW + 60) == (0, 0)
    assert not request_of(services, run).is_due(NOW + 60)


def test_a_reminder_takes_the_place_of_the_agreed_time(services: Services) -> None:
    """Also an earlier one: a list and its count never say different things."""
    run = calls(services)
    request_records.mark_tried(services, request_of(services, run), "Busy", NOW - 60)

    early = RequestFilter(due_by=NOW - 30)

    assert [request.run_id for request in listed(services, early)] == [run.id]
    assert request_of(services, run).is_due(NOW - 30)


def test_a_list_is_what_somebody_looks_for(services: Services) -> None:
    call = calls(services)
    order = orders(services, number=2)
    request_records.assign(services, MIRAS, request_of(services, order).id, "mira")
    request_records.mark_tried(services, request_of(services, call), "Busy", None)

    def found(**wanted: Any) -> list[str]:
        some = listed(services, RequestFilter(**wanted))
        return [request.kind for request in some]

    assert found(kind="bulk_order") == ["bulk_order"]
    assert found(state="tried") == ["callback_request"]
    assert found(staff_id="mira") == ["bulk_order"]
    assert found(due_by=NOW) == ["callback_request"]
    assert found(state="done") == []
    assert len(found()) == 2
    assert listed(services, shop=OTTOS) == []


def test_a_list_goes_on_behind_the_last_one_seen(services: Services) -> None:
    for number in range(3):
        orders(services, number=number)
    first, *rest = listed(services)

    with services.db.reading() as connection:
        more = request_records.list_requests(
            connection,
            services.config,
            MIRAS,
            ALL,
            (first.created_at, first.id),
        )

    assert more == rest
    assert len({request.id for request in (first, *rest)}) == 3


def test_what_belongs_to_a_conversation_is_listed_with_it(services: Services) -> None:
    run = calls(services)
    ids = [run.conversation_id]

    with services.db.reading() as connection:
        ask = request_records.list_of_conversations
        mine = ask(connection, services.config, MIRAS, ids)
        ottos = ask(connection, services.config, OTTOS, ids)

    assert ([request.run_id for request in mine], ottos) == ([run.id], [])


def test_an_order_that_shopify_has_is_kept_sealed(services: Services) -> None:
    run = orders(services)
    note_order(services, request_of(services, run))

    request = request_of(services, run)

    assert (request.order_state, request.draft_order) == (OrderState.CREATED, PLACED)
    mine = select(flow_requests).where(flow_requests.c.shop_id == MIRAS)
    with services.db.reading() as connection:
        [row] = connection.execute(mine).all()
    stored = b"|".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for value in row
    )
    for secret in (PLACED.url, PLACED.name, PHONE, NAME, EMAIL, "429.00"):
        assert secret.encode() not in stored


def test_an_order_outlives_its_key_and_does_not_open_without_one(
    services: Services,
) -> None:
    run = orders(services)
    call = calls(services, number=2)
    note_order(services, request_of(services, run))
    both, later = (
        with_keys(services, NEW_KEY, OLD_KEY),
        with_keys(services, NEW_KEY),
    )
    assert request_of(later, run).draft_order is None

    assert request_records.reencrypt(both, Vault([NEW_KEY, OLD_KEY])) == 1
    assert request_records.reencrypt(both, Vault([NEW_KEY, OLD_KEY])) == 0

    assert request_of(later, run).draft_order == PLACED
    assert request_of(services, run).draft_order is None
    assert request_of(later, call).draft_order is None


def test_what_is_gone_with_its_conversation_takes_no_order(services: Services) -> None:
    run = orders(services)
    request = request_of(services, run)
    services.db.write(
        lambda connection: connection.execute(
            flow_requests.delete().where(flow_requests.c.shop_id == MIRAS)
        )
    )

    with pytest.raises(NotFound):
        note_order(services, request)
    with pytest.raises(NotFound):
        services.db.write(request_records.set_order_state, request, OrderState.SENT)
    with pytest.raises(NotFound):
        request_records.mark_done(services, request, "Called")


def test_otto_changes_nothing_of_miras(services: Services) -> None:
    request = request_of(services, calls(services))
    theirs = replace(request, shop_id=OTTOS)

    with pytest.raises(NotFound):
        request_records.mark_done(services, theirs, "x")
    with pytest.raises(NotFound):
        request_records.mark_tried(services, theirs, "x", None)
    with pytest.raises(NotFound):
        request_records.reopen(services, theirs)
    with services.db.reading() as connection:
        assert (
            request_records.find(connection, services.config, OTTOS, request.id) is None
        )
    assert request_of(services, run_of(shop_id=OTTOS, id=request.run_id)) is None


def test_a_run_without_a_number_is_merged_with_none(services: Services) -> None:
    sealing = Sealing.of(services.config, b"k" * 32)
    without = runs.new_run(MIRAS, "a" * 32, "callback_request", 1, "en")

    opened = [
        services.db.write(
            request_records.open_request,
            sealing,
            replace(without, id=f"{n:032x}"),
            None,
        )
        for n in (1, 2)
    ]

    assert [each.is_merged for each in opened] == [False, False]


def test_the_menu_tells_of_what_is_new_or_due(services: Services) -> None:
    run = calls(services)

    def pressing(now: int) -> int:
        with services.db.reading() as connection:
            return request_records.count_pressing(connection, MIRAS, now)

    assert pressing(NOW - 1) == 1
    request_records.mark_tried(services, request_of(services, run), "Busy", NOW + 60)
    assert (pressing(NOW), pressing(NOW + 60)) == (0, 1)
    request_records.mark_done(services, request_of(services, run).seen, "Called")
    assert pressing(NOW + 60) == 0


def test_who_asks_again_is_not_put_off_by_a_reminder_of_before(
    services: Services,
) -> None:
    first = calls(services)
    request = request_of(services, first)
    request_records.mark_tried(services, request, "Busy", NOW + 3_600_000)

    calls(services, number=2, when_from=NOW)

    [merged] = listed(services)
    assert (merged.remind_at, merged.is_due(NOW)) == (None, True)
    assert listed(services, RequestFilter(state=request_records.WAITING)) == [merged]
