"""Cards that a shopper sees: of this store's own products, in the order that was wanted."""

from typing import Any

import pytest

from backend.services import Services
from backend.tools.show_products import MOST_PRODUCTS, TOOL, UNKNOWN
from tests.support.called_tools import Told, call, context_of
from tests.support.small_catalogs import MIRA, OTTO, fill_shop, priced, small_goods


@pytest.fixture
def mira(services: Services) -> Services:
    fill_shop(services, MIRA, *small_goods())
    return services


def show(services: Services, *handles: Any, shop_id: int = MIRA) -> Told:
    return call(TOOL, context_of(services, shop_id), handles=handles)


def test_cards_come_in_the_order_that_was_wanted_and_each_once(mira: Services) -> None:
    told = show(mira, "floor-lamp", "desk-lamp", "floor-lamp")

    titles = [card["title"] for card in told.part["items"]]
    assert titles == ["Floor Lamp", "Desk Lamp"]
    assert told.facts == {"shown": titles}


def test_what_the_store_does_not_have_is_left_out(mira: Services) -> None:
    fill_shop(mira, OTTO, priced(900, "Ottos Teapot", "30"))

    told = show(mira, "ottos-teapot", "desk-lamp", "nothing")

    assert told.facts == {"shown": ["Desk Lamp"]}
    assert len(told.part["items"]) == 1


def test_cards_of_nothing_are_not_shown(mira: Services) -> None:
    told = show(mira, "nothing", "neither")

    assert told.text == UNKNOWN
    assert told.parts == ()


def test_another_stores_products_are_not_shown(mira: Services) -> None:
    assert show(mira, "desk-lamp", shop_id=OTTO).text == UNKNOWN


@pytest.mark.parametrize(
    "handles",
    [[], [""], ["x" * 256], [7], ["mug"] * (MOST_PRODUCTS + 1), [None]],
    ids=str,
)
def test_arguments_out_of_bounds_are_told_to_the_model(
    services: Services, handles: list[Any]
) -> None:
    told = show(services, *handles)

    assert told.text.startswith("The arguments are wrong")
    assert told.parts == ()
