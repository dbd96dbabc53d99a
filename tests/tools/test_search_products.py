"""The model looks for products: it reads of them, and the shopper sees nothing yet."""

from typing import Any

import pytest

from backend.services import Services
from backend.tools.search_products import MOST_CHARACTERS, TOOL
from backend.tools.toolbox import TOO_OFTEN
from tests.support.called_tools import Told, call, context_of
from tests.support.small_catalogs import (
    MIRA,
    OTTO,
    fill_shop,
    priced,
    product_node,
    small_goods,
    variant_node,
)


def search(
    services: Services, query: str, shop_id: int = MIRA, **arguments: Any
) -> Told:
    return call(TOOL, context_of(services, shop_id), query=query, **arguments)


def handles(told: Told) -> list[str]:
    return [product["handle"] for product in told.facts["products"]]


@pytest.fixture
def mira(services: Services) -> Services:
    fill_shop(services, MIRA, *small_goods())
    return services


def test_a_product_is_told_with_what_the_model_may_say_of_it(
    services: Services,
) -> None:
    variants = [variant_node(1, "18.00", compareAtPrice="24.00")]
    words = "It stays warm."
    mug = product_node(1, "Blue Mug", description=words, variants=variants)
    fill_shop(services, MIRA, mug)

    told = search(services, "mug")

    assert told.parts == ()
    assert told.facts == {
        "products": [
            {
                "handle": "blue-mug",
                "title": "Blue Mug",
                "price": {"amount": "18.00", "currency": "EUR"},
                "compareAtPrice": {"amount": "24.00", "currency": "EUR"},
                "available": True,
                "summary": "It stays warm.",
            }
        ],
        "found": 1,
    }


def test_the_best_come_first_and_as_many_as_were_asked_for(mira: Services) -> None:
    told = search(mira, "sneakers for women", limit=1)

    assert handles(told) == ["red-canvas-sneakers"]
    assert told.facts["found"] > 1


def test_what_was_understood_is_told(mira: Services) -> None:
    assert search(mira, "accoustic gitar").facts["understood"] == "acoustic guitar"
    assert "understood" not in search(mira, "acoustic guitar").facts


def test_the_pages_language_is_the_shoppers(mira: Services) -> None:
    german = context_of(mira, MIRA, locale="de")

    told = call(TOOL, german, query="rote Turnschuhe Größe 39")

    assert handles(told)[0] == "red-canvas-sneakers"


def test_what_the_store_does_not_have_is_told_as_none(mira: Services) -> None:
    assert search(mira, "yoga mat").facts == {"products": [], "found": 0}


def test_another_shops_products_are_not_found(mira: Services) -> None:
    fill_shop(mira, OTTO, priced(900, "Ottos Teapot", "30"))

    assert search(mira, "teapot").facts["products"] == []
    assert handles(search(mira, "teapot", OTTO)) == ["ottos-teapot"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"query": ""},
        {"query": "x" * (MOST_CHARACTERS + 1)},
        {"query": 7},
        {"query": None},
        {"query": "sofa", "limit": 0},
        {"query": "sofa", "limit": 7},
        {"query": "sofa", "shop": "otto"},
        {},
    ],
    ids=str,
)
def test_arguments_out_of_bounds_are_told_to_the_model(
    services: Services, arguments: dict[str, Any]
) -> None:
    told = call(TOOL, context_of(services, MIRA), **arguments)

    assert told.text.startswith("The arguments are wrong")
    assert told.text.endswith("Call again.")


def test_in_one_turn_it_is_called_a_few_times_only(mira: Services) -> None:
    context = context_of(mira, MIRA)

    told = [call(TOOL, context, query="sofa").text for _ in range(TOOL.per_turn + 1)]

    assert told.count(TOO_OFTEN) == 1
    assert told[-1] == TOO_OFTEN
    assert handles(search(mira, "sofa"))
