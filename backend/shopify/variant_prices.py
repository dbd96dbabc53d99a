"""What variants cost at this moment, in one country, and whether they can be bought.

`ask` is whatever asks the shop, such as `admin_access.ask_shop` with its shop filled in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from msgspec import Struct

from backend.errors import ShopifyUnavailable
from backend.shopify.bulk_export import Ask
from backend.shopify.money import Money, MoneyAnswer

# Each is four objects. Shopify takes 250 ids, but answers no question of more than 1,000 points.
MOST_AT_ONCE = 100
COUNTRY = re.compile(r"[A-Z]{2}")
# Shopify's name for the one variant of a product without options; nobody sees it.
ONLY_VARIANT = "Default Title"
PATH = "gid://shopify/ProductVariant"


@dataclass(frozen=True, slots=True)
class VariantPrice:
    """Of one piece. `title` is empty where the product has no options; `available` is whether the
    store shows the product, and has the variant or sells it without having it.
    """

    price: Money
    available: bool
    title: str
    product_title: str


class _Product(Struct, rename="camel"):
    title: str
    status: str
    online_store_url: str | None = None

    @property
    def is_shown(self) -> bool:
        return self.status == "ACTIVE" and bool(self.online_store_url)


class _Pricing(Struct):
    price: MoneyAnswer


class _Variant(Struct, rename="camel"):
    id: str
    title: str
    price: Decimal
    available_for_sale: bool
    product: _Product
    contextual_pricing: _Pricing | None = None

    @property
    def number(self) -> int:
        """Raises ValueError."""
        _, _, number = self.id.rpartition("/")
        return int(number)

    def as_price(self, currency: str) -> VariantPrice:
        """`currency` is the shop's own, of the list price."""
        price = Money(self.price, currency)
        if self.contextual_pricing is not None:
            price = self.contextual_pricing.price.as_money()

        is_only = self.title == ONLY_VARIANT
        return VariantPrice(
            price=price,
            available=self.available_for_sale and self.product.is_shown,
            title="" if is_only else self.title,
            product_title=self.product.title,
        )


class _Shop(Struct, rename="camel"):
    currency_code: str


class _Answered(Struct):
    shop: _Shop
    nodes: list[_Variant | None]


def price_variants(
    ask: Ask,
    ids: Iterable[int],
    country: str | None,
) -> Mapping[int, VariantPrice]:
    """By Shopify's number. Those that the shop does not have are missing.

    Without a country, or with what is none, they are the shop's own prices. Raises what `ask`
    raises: a hundred variants are one question of at most 401 points.
    """
    known = country if country and COUNTRY.fullmatch(country) else None
    wanted = list(dict.fromkeys(ids))

    found: dict[int, VariantPrice] = {}
    for begins in range(0, len(wanted), MOST_AT_ONCE):
        some = wanted[begins : begins + MOST_AT_ONCE]
        found |= _price_some(ask, some, known)
    return found


def _price_some(
    ask: Ask,
    ids: Sequence[int],
    country: str | None,
) -> dict[int, VariantPrice]:
    asked = {
        "ids": [f"{PATH}/{number}" for number in ids],
        "country": country,
        "isAbroad": country is not None,
    }
    answered = ask("variant_prices", asked)

    try:
        return _read_prices(answered)
    except (msgspec.ValidationError, ValueError) as error:
        raise ShopifyUnavailable from error


def _read_prices(answered: object) -> dict[int, VariantPrice]:
    """Raises ValueError, and msgspec's for what is not as the schema has it."""
    read = msgspec.convert(answered, _Answered)
    currency = read.shop.currency_code

    prices = {}
    for variant in read.nodes:
        if variant is not None:
            prices[variant.number] = variant.as_price(currency)
    return prices
