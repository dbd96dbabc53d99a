"""The sample's goods: many and of every kind that a cart can meet, each whole in both languages."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from backend.dev.storefront.sample_goods import (
    GOODS,
    OPTION_FIELDS,
    Thing,
    build_product,
    read_goods,
)
from backend.dev.storefront.sample_shop import NAME, catalog
from backend.dev.storefront.storefront_pages import THEME

PRODUCTS = catalog("en").products
VARIANTS = [variant for product in PRODUCTS for variant in product["variants"]]
PLAIN = {"id": 9001, "handle": "plain", "variants": [{"id": 900101, "price": 500}]}
MOST_PICTURE_BYTES = 2048


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product["handle"])
def test_every_product_has_a_picture_and_tells_who_made_it(product: Thing) -> None:
    assert (THEME / "assets" / product["featured_image"]).is_file()
    assert product["vendor"]
    assert product["type"]
    assert product["tags"]
    assert len(product["details"]) == 3


def test_a_picture_is_as_small_as_a_drawing_can_be() -> None:
    """The first nine had more strokes."""
    for product in PRODUCTS[9:]:
        size = (THEME / "assets" / product["featured_image"]).stat().st_size
        assert size <= MOST_PICTURE_BYTES, product["handle"]


@pytest.mark.parametrize(
    "path", sorted(GOODS.glob("*.json")), ids=lambda path: path.name
)
def test_what_is_said_in_english_is_said_in_german(path: Path) -> None:
    english = list(texts_of(read_goods(path.stem, "en")))
    german = list(texts_of(read_goods(path.stem, "de")))

    assert len(german) == len(english)
    sentences = {text for text in english if text.endswith(".")}
    assert not sentences & set(german)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product["handle"])
def test_a_variant_has_one_value_for_each_option(product: Thing) -> None:
    options = product["options_with_values"]
    assert 1 <= len(options) <= len(OPTION_FIELDS)
    assert product["options"] == [option["name"] for option in options]

    for variant in product["variants"]:
        fields = [variant[field] for field in OPTION_FIELDS]
        assert fields == [*variant["options"], *[None] * (3 - len(options))]
        for option, value in zip(options, variant["options"], strict=True):
            assert value in option["values"]

    chosen = [tuple(variant["options"]) for variant in product["variants"]]
    assert len(set(chosen)) == len(chosen) <= 12


def test_nothing_is_there_twice() -> None:
    for name in ("id", "handle", "title"):
        assert repeated(product[name] for product in PRODUCTS) == []
    for name in ("id", "sku"):
        assert repeated(variant[name] for variant in VARIANTS) == []


def test_the_goods_are_as_various_as_a_real_shops() -> None:
    assert len(PRODUCTS) >= 64
    assert len(matching(is_sold_out)) >= 8
    assert len(matching(is_partly_sold_out)) >= 10
    assert len(matching(is_on_sale)) >= 12
    assert len(matching(is_small_gift)) >= 15
    assert len(matching(has_many_options)) >= 8
    assert len({product["vendor"] for product in PRODUCTS} - {NAME}) >= 8

    prices = [variant["price"] for variant in VARIANTS]
    assert (min(prices), max(prices)) == (350, 125_000)


def test_a_price_before_is_higher_than_the_price() -> None:
    reduced = [variant for variant in VARIANTS if variant["compareAt"] is not None]

    assert reduced
    assert all(variant["compareAt"] > variant["price"] for variant in reduced)


def test_barcodes_can_be_scanned() -> None:
    barcodes = [variant["barcode"] for variant in VARIANTS if variant["barcode"]]

    assert len(barcodes) >= 50
    assert repeated(barcodes) == []
    for barcode in barcodes:
        weights = zip(map(int, barcode), [1, 3] * 6 + [1], strict=True)
        assert sum(digit * weight for digit, weight in weights) % 10 == 0


def test_one_product_is_sold_by_subscription_only() -> None:
    subscribed = [one for one in PRODUCTS if one["requires_selling_plan"]]

    assert [product["handle"] for product in subscribed] == ["groundswell-coffee"]
    [group] = subscribed[0]["selling_plan_groups"]
    assert [plan["name"] for plan in group["selling_plans"]] == [
        "Every 2 weeks",
        "Every 4 weeks",
    ]


def test_only_the_gift_card_is_not_posted() -> None:
    unposted = [one for one in VARIANTS if not one["requires_shipping"]]
    [card] = [product for product in PRODUCTS if product["gift_card"]]

    assert unposted == card["variants"]
    assert [variant["price"] for variant in unposted] == [2500, 5000, 10_000, 15_000]


def test_a_product_of_one_version_says_so_as_shopify_does() -> None:
    product = build_product(PLAIN, "living", "/de/")

    assert product["url"] == "/de/products/plain"
    assert product["has_only_default_variant"]
    assert product["option"] is None
    assert product["options"] == ["Title"]
    [variant] = product["variants"]
    assert (variant["title"], variant["option1"]) == ("Default Title",) * 2
    assert (variant["sku"], variant["available"]) == ("TT-900101", True)


def test_the_cheapest_variant_gives_the_product_its_price() -> None:
    variants = [
        {"id": 1, "values": ["S", "Red"], "price": 900},
        {"id": 2, "values": ["S", "Blue"], "price": 700, "compareAt": 800},
        {"id": 3, "values": ["L", "Red"], "price": 900, "available": False},
    ]
    raw = {**PLAIN, "options": ["Size", "Colour"], "variants": variants}

    product = build_product(raw, "living", "/")

    assert (product["price"], product["compare_at_price"]) == (700, 800)
    assert (product["price_varies"], product["option"]) == (True, "Size")
    assert [variant["title"] for variant in product["variants"]] == [
        "S / Red",
        "S / Blue",
        "L / Red",
    ]
    assert product["options_with_values"] == [
        {"name": "Size", "position": 1, "values": ["S", "L"]},
        {"name": "Colour", "position": 2, "values": ["Red", "Blue"]},
    ]


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(texts_of, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(texts_of, value))


def repeated(values: Any) -> list[Any]:
    return [value for value, times in Counter(values).items() if times > 1]


def matching(is_meant: Callable[[Thing], bool]) -> list[Thing]:
    return [product for product in PRODUCTS if is_meant(product)]


def is_sold_out(product: Thing) -> bool:
    return not product["available"]


def is_partly_sold_out(product: Thing) -> bool:
    states = {variant["available"] for variant in product["variants"]}
    return states == {True, False}


def is_on_sale(product: Thing) -> bool:
    return any(variant["compareAt"] for variant in product["variants"])


def is_small_gift(product: Thing) -> bool:
    is_gift = "gift" in product["tags"] and product["available"]
    return is_gift and product["price"] < 4000


def has_many_options(product: Thing) -> bool:
    return len(product["options"]) > 1
