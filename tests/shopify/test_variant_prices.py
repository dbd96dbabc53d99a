"""What variants cost at this moment: at home and abroad, two hundred of them, and none that is not
there.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from graphql import parse

from backend.config import Config
from backend.dev.shopify.admin_execution import SCHEMA
from backend.dev.shopify.query_cost import estimate_points
from backend.errors import ShopifyUnavailable
from backend.shopify import admin_client
from backend.shopify.admin_client import Access
from backend.shopify.admin_operations import document
from backend.shopify.bulk_export import Ask
from backend.shopify.money import Money
from backend.shopify.variant_prices import MOST_AT_ONCE, price_variants
from tests.support.pretend_shopify import AdminApi, config_for
from tests.support.pretend_stores import PretendStore, new_store

MUG, RUST_MUG, LAMP = 810301, 810303, 810501
MUGS = 8103
# Of one question, whatever the bucket holds.
MOST_POINTS = 500


@pytest.fixture
def config(admin_api: AdminApi) -> Config:
    return config_for(admin_api.settings)


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "prices") as store:
        yield store


@pytest.fixture
def ask(config: Config, store: PretendStore) -> Ask:
    access = Access(store.shop, store.opens())
    return partial(admin_client.ask, config, access)


def many_variants(store: PretendStore, number: int) -> list[int]:
    """The store sells one thing in so many versions."""
    [first, *_] = store.told()["products"]
    like = first["variants"][0]
    ids = list(range(500_001, 500_001 + number))

    variants = [like | {"id": f"gid://shopify/ProductVariant/{each}"} for each in ids]
    store.sells([first | {"variants": variants}])
    return ids


@pytest.mark.parametrize(
    "country, price",
    [
        ("DE", Money(Decimal("22.00"), "EUR")),
        ("US", Money(Decimal("24.20"), "USD")),
        (None, Money(Decimal("22.00"), "EUR")),
        ("somewhere", Money(Decimal("22.00"), "EUR")),
        ("", Money(Decimal("22.00"), "EUR")),
    ],
)
def test_the_price_is_the_one_that_is_paid_there(
    ask: Ask, country: str | None, price: Money
) -> None:
    prices = price_variants(ask, [MUG], country)

    assert prices[MUG].price == price
    assert prices[MUG].available


def test_a_variant_has_its_name_and_the_only_one_of_a_product_has_none(
    ask: Ask,
) -> None:
    prices = price_variants(ask, [MUG, LAMP], "DE")

    assert (prices[MUG].title, prices[LAMP].title) == ("Deep blue", "")
    assert prices[LAMP].product_title == "Beacon Table Lamp"


def test_a_price_that_mira_has_just_changed_is_the_new_one(
    ask: Ask, store: PretendStore
) -> None:
    [mugs] = [each for each in store.told()["products"] if each["id"].endswith("8103")]
    dearer = [each | {"price": "30.00"} for each in mugs["variants"]]
    store.updates(MUGS, variants=dearer)

    prices = price_variants(ask, [MUG], "DE")

    assert prices[MUG].price.amount == 30


def test_what_is_sold_out_or_not_shown_cannot_be_bought(
    ask: Ask, store: PretendStore
) -> None:
    sold_out = price_variants(ask, [RUST_MUG], "DE")
    store.unpublishes(MUGS)
    hidden = price_variants(ask, [MUG], "DE")

    assert not sold_out[RUST_MUG].available
    assert not hidden[MUG].available


def test_what_the_shop_does_not_have_is_missing(ask: Ask) -> None:
    prices = price_variants(ask, [MUG, 1, MUG], "DE")

    assert prices.keys() == {MUG}


def test_nobody_is_asked_about_nothing() -> None:
    def refuse(name: str, values: Any) -> dict[str, Any]:
        raise AssertionError("nothing is to be asked")

    assert price_variants(refuse, [], "DE") == {}


def test_two_hundred_variants_are_priced_in_a_few_questions(
    ask: Ask, store: PretendStore, admin_api: AdminApi
) -> None:
    ids = many_variants(store, 210)

    prices = price_variants(ask, ids, "US")

    assert list(prices) == ids
    assert admin_api.calls(store.shop).count("graphql") == 3


def test_a_full_question_costs_less_than_shopify_allows() -> None:
    ids = [f"gid://shopify/ProductVariant/{each}" for each in range(MOST_AT_ONCE)]

    points = estimate_points(SCHEMA, parse(document("variant_prices")), {"ids": ids})

    assert 4 * MOST_AT_ONCE <= points <= MOST_POINTS


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"shop": {"currencyCode": "EUR"}, "nodes": [{}]},
        {"shop": {"currencyCode": "EUR"}, "nodes": None},
    ],
)
def test_an_answer_that_is_none_is_no_price(answer: dict[str, Any]) -> None:
    def tell(name: str, values: Any) -> dict[str, Any]:
        return answer

    with pytest.raises(ShopifyUnavailable):
        price_variants(tell, [MUG], None)
