"""A shopper's cart, as staff read it beside the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.chat.shopper_carts import Cart, CartLine
from backend.shops.directory import Shop
from backend.store.money_format import write_money
from backend.web.admin.strings import count_of

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class CartLineWords:
    """`url` is the product's page in the shop, or empty; `price` is that of one."""

    title: str
    variant: str
    quantity: str
    price: str
    url: str


@dataclass(frozen=True, slots=True)
class CartWords:
    lines: Sequence[CartLineWords]
    more: str
    total: str
    told_at: int


def describe_cart(shop: Shop, cart: Cart | None) -> CartWords | None:
    if cart is None:
        return None

    lines = [_describe_line(shop, line, cart.currency) for line in cart.lines]
    more = f"and {count_of(cart.more, 'more line')}" if cart.more else ""
    total = _write_price(cart.total, cart.currency)
    return CartWords(lines, more, total, cart.told_at)


def _describe_line(shop: Shop, line: CartLine, currency: str) -> CartLineWords:
    return CartLineWords(
        title=line.title or "Untitled",
        variant=line.variant,
        quantity=f"{line.quantity:,}",
        price=_write_price(line.price, currency),
        url=f"{shop.origin}{line.path}" if line.path else "",
    )


def _write_price(hundredths: int, currency: str) -> str:
    whole, rest = divmod(hundredths, HUNDRED)
    return write_money({"amount": f"{whole}.{rest:02}", "currency": currency})
