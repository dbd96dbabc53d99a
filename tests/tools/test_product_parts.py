"""A product as a model reads of it, and as a card in the shape that the contract promises."""

from decimal import Decimal
from typing import Any

import pytest

from backend.catalog.products import Product, read_product
from backend.tools import product_parts
from backend.tools.product_parts import MOST_VARIANTS, SUMMARY_CHARACTERS
from tests.contract.contract_document import is_valid
from tests.support.small_catalogs import (
    priced,
    product_node,
    sized,
    small_goods,
    sold_out,
    variant_node,
)


def card_of(product: Product) -> dict[str, Any]:
    part = product_parts.as_part([product])
    assert is_valid("products", part | {"id": "p1", "at": 0})
    card: dict[str, Any] = part["items"][0]
    return card


def with_picture(url: str) -> Product:
    image = {"url": url, "altText": "A mug on a table"}
    return read_product(
        priced(1, "Mug", "9", featuredMedia={"preview": {"image": image}})
    )


@pytest.mark.parametrize(
    "node", small_goods(), ids=[node["handle"] for node in small_goods()]
)
def test_each_card_is_as_the_contract_has_it(node: dict[str, Any]) -> None:
    card = card_of(read_product(node))

    assert card["url"] == f"/products/{node['handle']}"
    assert card["id"] == node["id"]
    assert len(card["variants"]) == len(node["variants"])


def test_a_card_has_the_lowest_price_of_what_can_be_bought() -> None:
    variants = [
        variant_node(1, "10.00", availableForSale=False),
        variant_node(2, "12.00", compareAtPrice="15.00"),
        variant_node(3, "14.00", compareAtPrice="14.00"),
    ]
    card = card_of(read_product(product_node(1, "Mug", variants=variants)))

    assert card["price"] == {"amount": "12.00", "currency": "EUR"}
    assert card["compareAtPrice"] == {"amount": "15.00", "currency": "EUR"}
    befores = [variant["compareAtPrice"] for variant in card["variants"]]
    assert [before and Decimal(before["amount"]) for before in befores] == [
        None,
        Decimal(15),
        None,
    ]


def test_what_is_sold_out_says_so() -> None:
    card = card_of(read_product(sold_out(priced(1, "Mug", "9"))))

    assert not card["available"]
    assert [variant["available"] for variant in card["variants"]] == [False]


def test_a_picture_comes_with_its_words() -> None:
    card = card_of(with_picture("https://cdn.shopify.com/mug.jpg"))

    assert card["image"] == {
        "url": "https://cdn.shopify.com/mug.jpg",
        "alt": "A mug on a table",
    }
    assert card_of(read_product(priced(1, "Mug", "9")))["image"] is None


def test_a_card_has_room_for_choices_and_not_for_a_warehouse() -> None:
    many = sized(1, "Ring", "9", [str(size) for size in range(240)])
    product = read_product(many)

    assert len(card_of(product)["variants"]) == MOST_VARIANTS
    assert len(product_parts.describe_whole(product)["variants"]) == MOST_VARIANTS


def test_in_a_list_of_several_a_product_is_told_in_short() -> None:
    product = read_product(priced(1, "Mug", "9", description="word " * 300))

    told = product_parts.describe(product)

    assert len(told["summary"]) == SUMMARY_CHARACTERS
    assert "options" not in told
    assert "compareAtPrice" not in told
