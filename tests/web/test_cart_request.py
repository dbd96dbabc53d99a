"""A cart as a shopper's browser tells it: read within bounds, and trusted in nothing."""

from typing import Any

import msgspec
import pytest

from backend.chat.shopper_carts import Cart, CartLine
from backend.web.cart_request import MOST_LINES, CartRequest, read_cart

LINE = {"title": "Harbour Mug", "quantity": 2, "price": 2_200}
CART = {"lines": [LINE], "total": 4_400, "currency": "EUR"}


def read(told: dict[str, Any]) -> Cart:
    return read_cart(msgspec.convert(told, CartRequest))


def path_of(url: str) -> str:
    [line] = read(CART | {"lines": [LINE | {"url": url}]}).lines
    return line.path


def test_a_cart_is_its_lines_its_total_and_how_many_were_left_out() -> None:
    line = LINE | {"variant": "Fog", "url": "/products/mug?variant=7"}

    cart = read(CART | {"lines": [line], "more": 3})

    assert cart == Cart(
        [CartLine("Harbour Mug", "Fog", 2, 2_200, "/products/mug?variant=7")],
        more=3,
        total=4_400,
        currency="EUR",
    )
    assert read(CART | {"lines": [], "total": 0}).lines == []


def test_titles_are_one_line_of_text() -> None:
    titles = {"title": "A\n\x00mug\u2028 ", "variant": "\x1b[31m"}

    [line] = read(CART | {"lines": [LINE | titles]}).lines

    assert (line.title, line.variant) == ("A mug", "[31m")


@pytest.mark.parametrize(
    "url",
    [
        "/products/harbour-mug",
        "/products/harbour-mug?variant=41",
        "/de/products/mug",
        "/pt-br/products/mug",
        "/products/%E3%83%9E%E3%82%B0",
        "/products/кружка",
    ],
)
def test_the_plain_address_of_a_product_is_kept(url: str) -> None:
    assert path_of(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "products/mug",
        "//evil.example/products/mug",
        "https://evil.example/products/mug",
        "javascript:alert(1)",
        "/products/",
        "/products/mug/../../account",
        "/products/mug?discount=ALL",
        "/products/mug?variant=1&x=2",
        "/products/mug#flux-chat=token",
        "/products/mug\n",
        "/products/mug@evil.example",
        "/account/logout",
        "/\\evil.example/products/mug",
        "/x/../products/mug",
    ],
)
def test_any_other_address_is_left_out(url: str) -> None:
    assert path_of(url) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": [LINE] * (MOST_LINES + 1)},
        {"lines": [LINE | {"title": "x" * 256}]},
        {"lines": [LINE | {"variant": "x" * 256}]},
        {"lines": [LINE | {"url": "/" * 601}]},
        {"lines": [LINE | {"quantity": 0}]},
        {"lines": [LINE | {"quantity": 10**7}]},
        {"lines": [LINE | {"quantity": True}]},
        {"lines": [LINE | {"price": -1}]},
        {"lines": [LINE | {"price": 22.5}]},
        {"lines": [LINE | {"price": "22"}]},
        {"lines": [{"title": "Mug"}]},
        {"lines": None},
        {"total": -1},
        {"total": 10**16},
        {"more": -1},
        {"currency": "eur"},
        {"currency": "EUR\n"},
        {"currency": "EURO"},
        {"currency": None},
    ],
)
def test_what_is_out_of_bounds_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(CART | wrong)
