"""Products as a model reads of them, and as cards that shoppers see."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.catalog.products import Product, Variant, cheapest, in_thousandths
from backend.store.parts import Part

# A card has room for choices, and not for a warehouse.
MOST_VARIANTS = 100
# What a model reads of a product that it only looks at.
SUMMARY_CHARACTERS = 300


def describe(product: Product) -> dict[str, Any]:
    """In a list of several."""
    price = cheapest(product)
    told = {
        "handle": product.handle,
        "title": product.title,
        "price": _money(price.amount, product.currency),
        "available": product.available,
        "summary": product.description[:SUMMARY_CHARACTERS],
    }
    if price.compare_at is not None:
        told["compareAtPrice"] = _money(price.compare_at, product.currency)
    if product.options:
        told["options"] = _options(product)
    return told


def describe_whole(product: Product) -> dict[str, Any]:
    """All that the shop says of one."""
    variants = [
        {
            "title": variant.title,
            "price": _money(variant.price, product.currency),
            "available": variant.available,
            "sku": variant.sku,
        }
        for variant in product.variants[:MOST_VARIANTS]
    ]
    return describe(product) | {
        "summary": "",
        "description": product.description,
        "vendor": product.vendor,
        "type": product.type,
        "tags": list(product.tags),
        "variants": variants,
    }


def as_part(products: Sequence[Product]) -> Part:
    """Their cards; `docs/schemas/products.schema.json` has the fields."""
    return {"type": "products", "items": [_card(product) for product in products]}


def _card(product: Product) -> dict[str, Any]:
    price = cheapest(product)
    image = product.image
    return {
        "id": product.gid,
        "handle": product.handle,
        "title": product.title,
        "url": product.url,
        "image": None if image is None else {"url": image.url, "alt": image.alt},
        "price": _money(price.amount, product.currency),
        "compareAtPrice": _money_or_none(price.compare_at, product.currency),
        "available": product.available,
        "options": _options(product),
        "variants": [
            _variant(variant, product.currency)
            for variant in product.variants[:MOST_VARIANTS]
        ],
    }


def _variant(variant: Variant, currency: str) -> dict[str, Any]:
    before = variant.compare_at
    if before is not None and in_thousandths(before) <= in_thousandths(variant.price):
        before = None
    return {
        "id": variant.id,
        "title": variant.title,
        "price": _money(variant.price, currency),
        "compareAtPrice": _money_or_none(before, currency),
        "available": variant.available,
        "options": list(variant.options),
    }


def _options(product: Product) -> list[Mapping[str, Any]]:
    return [
        {"name": option.name, "values": list(option.values)}
        for option in product.options
    ]


def _money(amount: str, currency: str) -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def _money_or_none(amount: str | None, currency: str) -> dict[str, str] | None:
    return None if amount is None else _money(amount, currency)
