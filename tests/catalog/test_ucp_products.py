"""A product as a store tells of it: read with the limits of all others, or left out."""

from typing import Any

import pytest

from backend.catalog.products import (
    MOST_DESCRIPTION,
    MOST_VARIANTS,
    Image,
    NotAProduct,
    Option,
    cheapest,
)
from backend.catalog.ucp_products import is_whole, read_ucp_product
from tests.support.ucp_records import ucp_product, ucp_variant

Fields = dict[str, Any]
SIZES = [{"name": "Size", "values": [{"label": "S"}, {"label": "M"}]}]


def sized(number: int, size: str, **fields: Any) -> Fields:
    chosen = [{"name": "Size", "label": size}]
    return ucp_variant(number, title=size, options=chosen, **fields)


def test_everything_that_is_shown_is_read() -> None:
    told = ucp_product(
        8101,
        "Oak Board",
        brand="Tide & Timber",
        description={"plain": "One  plank."},
        categories=[
            {"value": "187", "taxonomy": "google_product_category"},
            {"value": "Kitchen > Boards", "taxonomy": "merchant"},
        ],
        media=[
            {"type": "video", "url": "https://cdn.example/board.mp4"},
            {
                "type": "image",
                "url": "https://cdn.example/a.png",
                "alt_text": "A board",
            },
        ],
        tags=["oak", "kitchen"],
        options=SIZES,
        variants=[
            sized(1, "S", sku="TT-1", barcodes=[{"type": "EAN", "value": "4001"}]),
            sized(2, "M", list_price={"amount": 5900, "currency": "EUR"}),
        ],
    )

    product = read_ucp_product(told)

    assert (product.number, product.handle, product.title) == (
        8101,
        "oak-board",
        "Oak Board",
    )
    assert product.gid == "gid://shopify/Product/8101"
    assert product.url == "/products/oak-board"
    assert (product.vendor, product.type) == ("Tide & Timber", "Boards")
    assert product.tags == ("oak", "kitchen")
    assert product.image == Image("https://cdn.example/a.png", "A board")
    assert product.options == (Option("Size", ("S", "M")),)
    assert product.currency == "EUR"
    small, medium = product.variants
    assert (small.price, small.sku, small.barcode) == ("39.00", "TT-1", "4001")
    assert (medium.compare_at, medium.options) == ("59.00", ("M",))
    assert cheapest(product).amount == "39.00"


def test_a_product_without_options_has_one_nameless_variant() -> None:
    told = ucp_product(
        1,
        "Mug",
        options=[{"name": "Title", "values": [{"label": "Default Title"}]}],
        variants=[ucp_variant(1, title="Default Title")],
    )

    product = read_ucp_product(told)

    assert product.options == ()
    assert product.variants[0].title == ""


def test_yen_have_no_cents() -> None:
    told = ucp_product(
        1, "Mug", variants=[ucp_variant(1, price={"amount": 3900, "currency": "JPY"})]
    )

    product = read_ucp_product(told)

    assert (product.currency, product.variants[0].price) == ("JPY", "3900")


@pytest.mark.parametrize(
    ("availability", "available"),
    [
        ({"available": True}, True),
        ({"available": False, "status": "in_stock"}, False),
        ({"status": "out_of_stock"}, False),
        ({"status": "backorder"}, True),
        ({}, True),
        (None, True),
    ],
)
def test_what_can_be_bought_is_the_stores_word(
    availability: Any, available: bool
) -> None:
    variant = ucp_variant(1, availability=availability)

    product = read_ucp_product(ucp_product(1, "Mug", variants=[variant]))

    assert product.available is available


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ({"plain": "For tea."}, "For tea."),
        ({"markdown": "For *tea*."}, "For *tea*."),
        ({"html": "<p>For <b>tea</b>.</p><script>alert(1)</script>"}, "For tea."),
        ({"plain": "For tea.", "html": "<p>Another</p>"}, "For tea."),
        ({"plain": "", "html": "<p>For tea.</p>"}, "For tea."),
        ({"plain": None}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_a_description_is_text_whatever_its_form(description: Any, text: str) -> None:
    told = ucp_product(1, "Mug", description=description)

    assert read_ucp_product(told).description == text


def test_a_handle_stands_in_the_address_when_it_is_not_told() -> None:
    told = ucp_product(1, "Mug", handle=None)
    told["url"] = "https://tide.example/fr/products/tasse-%C3%A9mail/"

    assert read_ucp_product(told).handle == "tasse-émail"


def test_options_stand_in_the_products_order() -> None:
    options = [*SIZES, {"name": "Colour", "values": [{"label": "Red"}]}]
    chosen = [{"name": "Colour", "label": "Red"}, {"name": "Size", "label": "S"}]
    told = ucp_product(
        1,
        "Shirt",
        options=options,
        variants=[ucp_variant(1, title="Red S", options=chosen)],
    )

    assert read_ucp_product(told).variants[0].options == ("S", "Red")


def test_the_older_name_of_options_is_understood() -> None:
    small = sized(1, "S")
    small["selected_options"] = small.pop("options")
    told = ucp_product(1, "Shirt", options=SIZES, variants=[small])

    assert read_ucp_product(told).variants[0].options == ("S",)


def test_limits_are_those_of_all_products() -> None:
    told = ucp_product(
        1,
        "Mug",
        description={"plain": "x" * 50_000},
        variants=[ucp_variant(each) for each in range(1, 400)],
    )

    product = read_ucp_product(told)

    assert len(product.description) == MOST_DESCRIPTION
    assert len(product.variants) == MOST_VARIANTS


@pytest.mark.parametrize("image", ["javascript:alert(1)", "//x", "", None])
def test_an_image_is_a_web_address(image: Any) -> None:
    told = ucp_product(1, "Mug", media=[{"type": "image", "url": image}])

    assert read_ucp_product(told).image is None


PRICE = {"amount": 100, "currency": "EUR"}


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "gid://shopify/p/7fG2xq"},
        {"id": None},
        {"title": ""},
        {"title": 7},
        {"variants": []},
        {"variants": None},
        {"variants": "none"},
        {"handle": None, "url": None},
        {"handle": None, "url": "https://tide.example/"},
        {"variants": [ucp_variant(1, price=None)]},
        {"variants": [ucp_variant(1, price={"amount": 1.5, "currency": "EUR"})]},
        {"variants": [ucp_variant(1, price={"amount": -5, "currency": "EUR"})]},
        {"variants": [ucp_variant(1, price={"amount": 10**18, "currency": "EUR"})]},
        {"variants": [ucp_variant(1, price={"amount": 5, "currency": "euro"})]},
        {"variants": [{"title": "No id", "price": PRICE}]},
        {"description": 7},
        {"tags": ["oak", 7]},
        {"options": [{"name": "Size"}]},
        {"options": [{"name": "Size", "values": [{"value": "S"}]}]},
    ],
)
def test_what_is_no_product_is_left_out_without_its_words(broken: Fields) -> None:
    with pytest.raises(NotAProduct) as refused:
        read_ucp_product(ucp_product(1, "Ana's secret mug") | broken)

    assert "secret" not in str(refused.value)


def test_a_product_is_whole_when_each_value_can_be_chosen() -> None:
    small, medium = sized(1, "S"), sized(2, "M")

    whole = read_ucp_product(
        ucp_product(1, "Shirt", options=SIZES, variants=[small, medium])
    )
    part = read_ucp_product(ucp_product(1, "Shirt", options=SIZES, variants=[small]))
    bare = read_ucp_product(
        ucp_product(
            1, "Shirt", options=SIZES, variants=[sized(1, "S") | {"options": []}]
        )
    )
    plain = read_ucp_product(ucp_product(1, "Mug"))

    assert is_whole(whole)
    assert not is_whole(part)
    assert not is_whole(bare)
    assert is_whole(plain)
