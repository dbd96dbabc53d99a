"""A cart in the words of the inbox: prices as the currency has them, links into the shop alone."""

import pytest

from backend.chat.shopper_carts import Cart, CartLine
from backend.services import Services
from backend.shops.directory import Directory, Shop
from backend.web.admin.cart_words import CartLineWords, CartWords, describe_cart

MUG = CartLine("Harbour Mug", "Fog", 2, 2_200, "/products/harbour-mug")


@pytest.fixture
def shop(services: Services) -> Shop:
    return Directory(services.db).open_shop("tide.myshopify.com")


def described(shop: Shop, cart: Cart) -> CartWords:
    found = describe_cart(shop, cart)
    assert found
    return found


def test_where_nothing_was_told_nothing_is_shown(shop: Shop) -> None:
    assert describe_cart(shop, None) is None


def test_a_line_has_its_price_and_leads_to_the_product(shop: Shop) -> None:
    unknown = CartLine("", "", 1_200, 5, "")

    cart = described(shop, Cart([MUG, unknown], 0, 10_400, "CHF", told_at=7))

    page = "https://tide.myshopify.com/products/harbour-mug"
    assert cart.lines == [
        CartLineWords("Harbour Mug", "Fog", "2", "22.00 CHF", page),
        CartLineWords("Untitled", "", "1,200", "0.05 CHF", ""),
    ]
    assert (cart.total, cart.more, cart.told_at) == ("104.00 CHF", "", 7)


@pytest.mark.parametrize(
    ("currency", "total"),
    [("USD", "$1,234.50"), ("JPY", "¥1,234.5"), ("KWD", "1,234.500 KWD")],
)
def test_amounts_are_hundredths_in_every_currency(
    shop: Shop, currency: str, total: str
) -> None:
    assert described(shop, Cart([], 0, 123_450, currency)).total == total


def test_whole_yen_have_no_point(shop: Shop) -> None:
    assert described(shop, Cart([], 0, 120_000, "JPY")).total == "¥1,200"


@pytest.mark.parametrize(
    ("more", "words"), [(1, "and 1 more line"), (12, "and 12 more lines")]
)
def test_what_was_left_out_is_counted(shop: Shop, more: int, words: str) -> None:
    assert described(shop, Cart([MUG], more, 0, "EUR")).more == words
