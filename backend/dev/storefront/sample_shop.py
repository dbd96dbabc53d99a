"""Tide & Timber, the sample shop: its goods, collections and pages as Liquid and the Ajax API show
them.

Values are plain mappings because Liquid reads mappings. Prices are in cents.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

NAME = "Tide & Timber"
DOMAIN = "flux-demo.myshopify.com"
CURRENCY = "EUR"
# The goods are described in the first two; where a word is missing in another language, the English
# one is shown.
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "ml": "മലയാളം",
    "ja": "日本語",
    "ar": "العربية",
}
# What separates thousands and cents where it is not as in English; French has a narrow space that
# does not break.
COMMA_LANGUAGES = {"de": ".,", "es": ".,", "fr": "\u202f,"}
CUSTOMERS = {7001: "Ana", 7002: "Mira"}

Thing = Mapping[str, Any]

_GOODS = Path(__file__).with_name("sample_goods.json")


class Catalog:
    """Everything that the shop shows in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        goods = _in_language(json.loads(_GOODS.read_text("utf-8")), language)
        self.root = "/" if language == "en" else f"/{language}/"
        self._everything: str = goods["everything"]

        self.products: Sequence[Thing] = [
            _build_product(raw, self.root) for raw in goods["products"]
        ]
        self.collections: Sequence[Thing] = [
            self._build_collection(raw) for raw in goods["collections"]
        ]
        self.pages: Sequence[Thing] = [
            raw | {"url": f"{self.root}pages/{raw['handle']}"} for raw in goods["pages"]
        ]

    def find_product(self, handle: str) -> Thing | None:
        return _find_thing(self.products, handle)

    def find_collection(self, handle: str) -> Thing | None:
        return (
            self.everything
            if handle == "all"
            else _find_thing(self.collections, handle)
        )

    def find_page(self, handle: str) -> Thing | None:
        return _find_thing(self.pages, handle)

    def find_variant(self, variant_id: int) -> tuple[Thing, Thing] | None:
        """The product and the variant."""
        pairs = (
            (product, variant)
            for product in self.products
            for variant in product["variants"]
        )
        return next((pair for pair in pairs if pair[1]["id"] == variant_id), None)

    def search(self, words: str) -> list[Thing]:
        """Products that have something to do with any of the words, the best first."""
        wanted = [word.strip(".,;:!?¿\"'()").casefold() for word in words.split()]
        ranked = [
            (_count_matches(product, wanted), product) for product in self.products
        ]
        ranked.sort(key=itemgetter(0), reverse=True)
        return [product for closeness, product in ranked if closeness]

    @property
    def everything(self) -> Thing:
        url = f"{self.root}collections/all"
        return {
            "handle": "all",
            "title": self._everything,
            "description": "",
            "url": url,
            "products": self.products,
        }

    def _build_collection(self, raw: Thing) -> Thing:
        products = [
            product
            for product in self.products
            if product["collection"] == raw["handle"]
        ]
        return {
            **raw,
            "url": f"{self.root}collections/{raw['handle']}",
            "products": products,
        }


@cache
def catalog(language: str) -> Catalog:
    return Catalog(language)


def money(cents: int, language: str) -> str:
    """As the shop prints prices: €1,249.00, 1.249,00 € or 1 249,00 €."""
    english = f"{cents / 100:,.2f}"
    if marks := COMMA_LANGUAGES.get(language):
        return f"{english.translate(str.maketrans(',.', marks))} €"
    return f"€{english}"


def _build_product(raw: Thing, root: str) -> Thing:
    variants = [
        {
            "compareAt": None,
            **variant,
            "sku": f"TT-{variant['id']}",
            "featured_image": raw["image"],
        }
        for variant in raw["variants"]
    ]
    available = [one for one in variants if one["available"]]
    prices = [one["price"] for one in variants]

    return {
        **raw,
        "url": f"{root}products/{raw['handle']}",
        "vendor": NAME,
        "type": "Home",
        "featured_image": raw["image"],
        "images": [raw["image"]],
        "variants": variants,
        "has_only_default_variant": raw["option"] is None,
        "first_available_variant": available[0] if available else None,
        "available": bool(available),
        "price": min(prices),
        "price_varies": len(set(prices)) > 1,
        "compare_at_price": variants[0]["compareAt"],
    }


def _in_language(value: Any, language: str) -> Any:
    """The same tree with every {"en": …, "de": …} replaced by one of them."""
    if isinstance(value, dict):
        if "en" in value:
            return value.get(language, value["en"])
        return {key: _in_language(inner, language) for key, inner in value.items()}
    if isinstance(value, list):
        return [_in_language(inner, language) for inner in value]
    return value


def _find_thing(things: Sequence[Thing], handle: str) -> Thing | None:
    return next((thing for thing in things if thing["handle"] == handle), None)


def _count_matches(product: Thing, words: Sequence[str]) -> int:
    title = product["title"].casefold()
    names = [*product["tags"], *title.split()]
    return sum(_is_about(word, names) for word in words if len(word) > 2)


def _is_about(word: str, names: Sequence[str]) -> bool:
    """ "mugs" is about a mug, and "bow" (half a word, still being typed) about a bowl."""
    return any(
        name.startswith(word) or word.startswith(name) and len(name) > 2
        for name in names
    )
