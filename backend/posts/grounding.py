"""What a post is about, as the shop has it: the products that fit what was asked for."""

import json
import re
from collections.abc import Sequence

from backend.catalog import store_search
from backend.catalog.products import Product, cheapest
from backend.catalog.store_search import Asked
from backend.errors import ShopifyUnavailable
from backend.services import Services
from backend.tools import product_parts

MOST_PRODUCTS = 6
MOST_CHARACTERS = 400
FIGURES = re.compile(r"\S*\d\S*(?:\s*(?:%|off|percent|prozent|rabatt|%))*", re.I)
# Of each, as the model reads it.
SUMMARY_CHARACTERS = 300


def find_products(
    services: Services,
    shop_id: int,
    topic: str,
    language: str,
) -> Sequence[Product]:
    """The best first; none where nothing fits, or the store does not tell. It may wait for the
    store, so never call it inside a transaction.
    """
    words = topic.strip()[:MOST_CHARACTERS]
    found = _search(services, shop_id, words, language)
    if found:
        return found

    # "20% off" is what the post is to say, and bounds no price of what it is about.
    bare = " ".join(FIGURES.sub(" ", words).split())
    return [] if bare == words else _search(services, shop_id, bare, language)


def _search(
    services: Services,
    shop_id: int,
    words: str,
    language: str,
) -> Sequence[Product]:
    if not words:
        return []
    try:
        asked = Asked(words, language, MOST_PRODUCTS)
        return list(store_search.search_store(services, shop_id, asked).products)
    except ShopifyUnavailable:
        return []


def find_by_handles(
    services: Services,
    shop_id: int,
    handles: Sequence[str],
) -> Sequence[Product]:
    """Those of an earlier version that the store still has."""
    if not handles:
        return []
    try:
        return store_search.find_products(services, shop_id, list(handles))
    except ShopifyUnavailable:
        return []


def describe(product: Product) -> str:
    """As a line of what the model is told."""
    price = cheapest(product)
    summary = " ".join(product.description.split())[:SUMMARY_CHARACTERS]
    told = [
        product.title,
        product.url,
        f"{price.amount} {product.currency}",
        "" if product.available else "sold out",
        summary,
    ]
    return "- " + " · ".join(filter(None, told))


def as_facts(products: Sequence[Product]) -> str:
    """As the facts guard reads what a tool has found."""
    told = [
        product_parts.describe(product) | {"url": product.url} for product in products
    ]
    return json.dumps({"products": told}, ensure_ascii=False)
