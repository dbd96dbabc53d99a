"""An amount of money as the Admin API tells it: in the currency's own unit, such as 18.99."""

from dataclasses import dataclass
from decimal import Decimal

from msgspec import Struct


@dataclass(frozen=True, slots=True)
class Money:
    """`currency` is ISO 4217's code."""

    amount: Decimal
    currency: str


class MoneyAnswer(Struct, rename="camel"):
    """Shopify's `MoneyV2`."""

    amount: Decimal
    currency_code: str

    def as_money(self) -> Money:
        return Money(self.amount, self.currency_code)
