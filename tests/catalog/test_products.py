"""A product is read from what Shopify tells: whole, within bounds, or not at all."""

from decimal import Decimal
from typing import Any

import pytest

from backend.catalog import products
from backend.catalog.products import (
    HIGHEST_PRICE,
    MOST_DESCRIPTION,
    MOST_TAGS,
    MOST_TITLE,
    MOST_VARIANTS,
    NotAProduct,
    Product,
    cheapest,
    find_spellings,
    find_terms,
    number_of,
    read_product,
    read_time,
)
from tests.support.small_catalogs import (
    Node,
    priced,
    product_node,
    sized,
    variant_node,
)

BOOT = sized(
    7,
    "Pier Boots",
    "120.00",
    ["UK 9", "UK 10"],
    vendor="Hadvik",
    productType="Boots",
    tags=["women", "winter"],
    description="Lined with wool.",
)


def with_prices(*prices: tuple[str, str | None, bool]) -> Product:
    """Of variants: the price, the one before, whether it can be bought."""
    variants = [
        variant_node(number, price, compareAtPrice=before, availableForSale=available)
        for number, (price, before, available) in enumerate(prices, start=1)
    ]
    return read_product(product_node(7, "Pier Boots", variants=variants))


def test_what_shopify_tells_is_what_is_kept() -> None:
    product = read_product(BOOT)

    assert product.gid == "gid://shopify/Product/7"
    assert product.url == "/products/pier-boots"
    assert product.title == "Pier Boots"
    assert product.vendor == "Hadvik"
    assert product.type == "Boots"
    assert product.tags == ("women", "winter")
    assert product.currency == "EUR"
    assert [option.values for option in product.options] == [("UK 9", "UK 10")]
    assert [variant.sku for variant in product.variants] == [
        "TTB-1007-UK 9",
        "TTB-1007-UK 10",
    ]
    assert product.updated_at == 1_793_491_200_000


@pytest.mark.parametrize("wrap", ["nodes", "edges", "list"])
def test_variants_are_read_in_each_of_the_forms_that_they_come_in(wrap: str) -> None:
    variants = BOOT["variants"]
    forms: dict[str, Any] = {
        "nodes": {"nodes": variants},
        "edges": {"edges": [{"node": variant} for variant in variants]},
        "list": variants,
    }

    assert read_product(BOOT | {"variants": forms[wrap]}) == read_product(BOOT)


def test_shopifys_name_for_an_only_variant_is_shown_to_nobody() -> None:
    options = [{"name": "Title", "values": ["Default Title"]}]
    product = read_product(product_node(7, "Mug", options=options))

    assert product.options == ()
    assert product.variants[0].title == ""
    assert product.variants[0].options == ()


def test_a_picture_is_one_that_a_browser_may_load() -> None:
    def picture(url: object) -> Node:
        image = {"url": url, "altText": "A mug"}
        return priced(7, "Mug", "9", featuredMedia={"preview": {"image": image}})

    shown = read_product(picture("https://cdn.shopify.com/mug.jpg")).image
    assert shown is not None
    assert shown.url == "https://cdn.shopify.com/mug.jpg"
    assert shown.alt == "A mug"
    for address in ("javascript:alert(1)", "", None, 7):
        assert read_product(picture(address)).image is None


def test_long_texts_are_cut_and_long_lists_end() -> None:
    product = read_product(
        product_node(
            7,
            "x" * 400,
            handle="mug",
            description="y" * 9_000,
            tags=[f"tag {number}" for number in range(400)],
            variants=[variant_node(number) for number in range(1, 600)],
        )
    )

    assert len(product.title) == MOST_TITLE
    assert len(product.description) == MOST_DESCRIPTION
    assert len(product.tags) == MOST_TAGS
    assert len(product.variants) == MOST_VARIANTS


def test_what_nobody_sees_is_left_out_and_joiners_of_scripts_stay() -> None:
    title = "Mug\x00\u202e\u200b\U000e0041 \u0915\u094d\u200d\u0937"

    assert read_product(product_node(7, title)).title == "Mug \u0915\u094d\u200d\u0937"


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "gid://shopify/Product/"},
        {"id": "gid://shopify/Product/0"},
        {"id": f"gid://shopify/Product/{2**63}"},
        {"id": None},
        {"title": None},
        {"title": " \u200b "},
        {"title": 7},
        {"handle": ""},
        {"variants": []},
        {"variants": None},
        {"variants": [None]},
        {"variants": {"nodes": []}},
        {"priceRangeV2": None},
        {"priceRangeV2": {"minVariantPrice": {"currencyCode": "euro"}}},
        {"updatedAt": "yesterday"},
        {"options": [{"name": "Size"}]},
        {"tags": [{"name": "women"}]},
        {"description": ["words"]},
    ],
    ids=str,
)
def test_what_lacks_something_that_every_product_has_is_none(broken: Node) -> None:
    with pytest.raises(NotAProduct):
        read_product(BOOT | broken)


@pytest.mark.parametrize("missing", ["id", "title", "handle", "variants"])
def test_what_is_missing_is_told_without_what_the_shop_has_written(
    missing: str,
) -> None:
    node = {name: value for name, value in BOOT.items() if name != missing}

    with pytest.raises(NotAProduct) as refused:
        read_product(node)

    assert str(refused.value) == "KeyError"


@pytest.mark.parametrize(
    "price",
    [
        None,
        "",
        "free",
        "-1",
        "NaN",
        "Infinity",
        "1e3",
        "1E-99999",
        "1,50",
        True,
        "9" * 13,
    ],
)
def test_a_price_is_money_in_plain_figures(price: object) -> None:
    variants = [variant_node(1) | {"price": price}]

    with pytest.raises(NotAProduct):
        read_product(BOOT | {"variants": variants})


def test_the_highest_price_fits_into_its_column() -> None:
    product = with_prices(("9" * 12, None, True))

    assert Decimal(product.variants[0].price) < HIGHEST_PRICE
    assert max(product.prices) < 2**63


def test_the_price_shown_is_that_of_what_can_be_bought() -> None:
    product = with_prices(
        ("10.00", None, False), ("12.50", "20.00", True), ("15.00", None, True)
    )

    assert cheapest(product) == products.Priced("12.50", "20.00")
    assert product.prices == (10_000, 15_000)
    assert product.available


def test_a_product_that_is_sold_out_still_has_a_price() -> None:
    product = with_prices(("10.00", None, False), ("9.00", None, False))

    assert cheapest(product).amount == "9.00"
    assert not product.available


@pytest.mark.parametrize("before", ["10.00", "9.99", None])
def test_a_price_before_that_is_not_higher_is_none(before: str | None) -> None:
    assert cheapest(with_prices(("10.00", before, True))).compare_at is None


def test_a_product_is_found_by_its_names_its_numbers_and_its_sizes() -> None:
    barcode = [variant | {"barcode": "4006381333931"} for variant in BOOT["variants"]]
    terms = find_terms(read_product(BOOT | {"variants": barcode}))

    assert terms["#boot"] == 100
    assert {"pier", "hadvik", "#women", "=ttb1007uk9", "=4006381333931", "@uk9"} <= set(
        terms
    )
    assert 0 < terms["wool"] < terms["pier"]
    assert all(1 <= weight <= 100 for weight in terms.values())


def test_its_own_names_are_what_a_shopper_may_mistype() -> None:
    spelt = find_spellings(read_product(BOOT))

    assert spelt == {"pier", "boots", "hadvik", "women", "winter"}


@pytest.mark.parametrize(
    ("gid", "number"), [("gid://shopify/Product/8101", 8101), ("8101", 8101)]
)
def test_a_gid_ends_in_its_number(gid: str, number: int) -> None:
    assert number_of(gid) == number


def test_a_time_is_read_with_its_zone_and_none_is_zero() -> None:
    assert read_time("2026-11-01T01:00:00+01:00") == read_time("2026-11-01T00:00:00Z")
    assert read_time(None) == 0
