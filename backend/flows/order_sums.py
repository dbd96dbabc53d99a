"""What an order costs, line by line and in all, as far as Shopify has said it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.flows.answers import Quote
from backend.flows.orders import Line
from backend.store.money_format import read_amount


@dataclass(frozen=True, slots=True)
class Amount:
    """Of money, in the currency's own unit."""

    number: Decimal
    currency: str


def price_of(line: Line, quote: Quote | None) -> Amount | None:
    """Of one piece; None where nobody has said it. What was read back from a file may be
    anything.
    """
    if quote is None or line.variant is None:
        return None
    price = quote.price_of(line.variant.id)
    if price is None:
        return None

    number = read_amount({"amount": price.amount, "currency": price.currency})
    return None if number is None else Amount(number, price.currency)


def total_of(lines: Sequence[Line], quote: Quote | None) -> Amount | None:
    """None unless each of them has a price, in one currency."""
    total = Decimal(0)
    currencies = set()
    for line in lines:
        price = price_of(line, quote)
        if price is None:
            return None
        total += price.number * (line.quantity or 0)
        currencies.add(price.currency)

    if len(currencies) != 1:
        return None
    return Amount(total, currencies.pop())
