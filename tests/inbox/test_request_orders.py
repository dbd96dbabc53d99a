"""A draft order once more: where it makes sense, at once, and never of one that is there."""

import pytest
from sqlalchemy import select

from backend.errors import NotFound
from backend.flows import request_records
from backend.flows.request_records import OrderState, PlacedOrder, Request
from backend.inbox import request_orders
from backend.services import Services
from backend.shops.directory import Directory
from backend.store.tables import jobs
from tests.support.requested_forms import (
    add_callback,
    add_order,
    sealing_of,
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
        found = request_records.find(connection, services.config, shop_id, request_id)
    assert found is not None
    return found


def jobs_of(services: Services, shop_id: int) -> list[str]:
    query = select(jobs.c.ref).where(jobs.c.shop_id == shop_id)
    with services.db.reading() as connection:
        return list(connection.execute(query).scalars())


@pytest.mark.parametrize("state", [OrderState.REFUSED, OrderState.NO_ACCESS])
def test_what_shopify_did_not_take_is_tried_again(
    services: Services, miras: int, talk: str, state: OrderState
) -> None:
    order = add_order(services, miras, talk)
    services.db.write(
        request_records.set_order_state, get(services, miras, order), state
    )
    assert request_orders.may_try_again(get(services, miras, order))

    request_orders.try_again(services, miras, order)

    assert get(services, miras, order).order_state is OrderState.PENDING
    assert jobs_of(services, miras) == [order]


def test_what_is_there_is_not_created_twice(
    services: Services, miras: int, talk: str
) -> None:
    order = add_order(services, miras, talk)
    placed = PlacedOrder("gid://shopify/DraftOrder/9", "#D9", "https://tide.example/9")
    sealing = sealing_of(services, miras)
    services.db.write(
        request_records.note_order, sealing, get(services, miras, order), placed
    )

    request_orders.try_again(services, miras, order)

    kept = get(services, miras, order)
    assert not request_orders.may_try_again(kept)
    assert (kept.order_state, kept.draft_order) == (OrderState.CREATED, placed)
    assert jobs_of(services, miras) == []


def test_a_callback_has_no_draft_order(
    services: Services, miras: int, talk: str
) -> None:
    call = add_callback(services, miras, talk)

    assert not request_orders.may_try_again(get(services, miras, call))


def test_nobodys_request_is_not_there(services: Services, miras: int) -> None:
    with pytest.raises(NotFound):
        request_orders.try_again(services, miras, "0" * 32)
