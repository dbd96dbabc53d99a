"""The cart that a page tells with its signs of life: bounded, and read into our values."""

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from backend.chat.shopper_carts import Cart, CartLine
from backend.web.hints import one_line

MOST_LINES = 20
MOST_TEXT_CHARACTERS = 255
MOST_PATH_CHARACTERS = 600
MOST_OF_ONE = 1_000_000
# Far beyond any cart.
MOST_HUNDREDTHS = 10**15

Text = Annotated[str, Meta(max_length=MOST_TEXT_CHARACTERS)]
Hundredths = Annotated[int, Meta(ge=0, le=MOST_HUNDREDTHS)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", max_length=3)]
# As a storefront writes it, in any of its languages; `?variant=` says which one lies in the cart.
PRODUCT_PATH = re.compile(
    r"/(?:[a-z]{2,3}(?:-[a-z]{2,4})?/)?products/[\w%-]{1,255}(?:\?variant=[0-9]{1,20})?",
    re.IGNORECASE,
)


class CartLineRequest(msgspec.Struct):
    title: Text
    quantity: Annotated[int, Meta(ge=1, le=MOST_OF_ONE)]
    price: Hundredths
    variant: Text = ""
    url: Annotated[str, Meta(max_length=MOST_PATH_CHARACTERS)] = ""


class CartRequest(msgspec.Struct):
    """Amounts are as the Ajax API tells them: hundredths in every currency, of yen as well."""

    lines: Annotated[list[CartLineRequest], Meta(max_length=MOST_LINES)]
    total: Hundredths
    currency: Currency
    more: Annotated[int, Meta(ge=0, le=MOST_OF_ONE)] = 0


def read_cart(asked: CartRequest) -> Cart:
    """Titles in one line; an address that is no plain one of a product is left out."""
    lines = [_read_line(line) for line in asked.lines]
    return Cart(lines, asked.more, asked.total, asked.currency)


def _read_line(asked: CartLineRequest) -> CartLine:
    path = asked.url if PRODUCT_PATH.fullmatch(asked.url) else ""
    return CartLine(
        title=one_line(asked.title),
        variant=one_line(asked.variant),
        quantity=asked.quantity,
        price=asked.price,
        path=path,
    )
