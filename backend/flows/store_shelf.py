"""The goods of a store whose catalog is not copied: it is asked itself, for a few lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from backend.catalog import store_search
from backend.catalog.products import Product
from backend.catalog.store_search import Asked
from backend.flows.shelf import Named, Numbered
from backend.services import Services

# Each is a request over the net.
MOST_ASKED = 12
MOST_FOUND = 8


@dataclass(slots=True)
class StoreShelf:
    """Nothing is found by its part number. Raises ShopifyUnavailable as a search does."""

    services: Services
    shop_id: int
    locale: str | None
    languages: tuple[str, ...]

    def find_numbered(
        self,
        codes: Collection[str],
    ) -> Mapping[str, list[Numbered]]:
        return {}

    def find_named(self, names: Sequence[Sequence[str]]) -> Named:
        asked = list(dict.fromkeys(" ".join(name) for name in names))[:MOST_ASKED]
        found = {text: self._search(text) for text in asked if text}
        listed = [
            found.get(
                " ".join(name),
                (),
            )
            for name in names
        ]
        return Named(listed, frozenset())

    def find_handles(
        self,
        handles: Sequence[str],
    ) -> Mapping[str, Product]:
        found = store_search.find_products(
            self.services, self.shop_id, handles, self.locale
        )
        return {product.handle: product for product in found}

    def _search(self, text: str) -> Sequence[Product]:
        asked = Asked(text, self.locale, MOST_FOUND)
        return store_search.search_store(self.services, self.shop_id, asked).products
