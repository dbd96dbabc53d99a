"""The search of a store, whatever its products are known from: its copied catalog, or else what the
store itself tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from backend.catalog import product_records, product_search, sync_state, ucp_source
from backend.catalog.product_search import Query, Results
from backend.catalog.products import Product
from backend.catalog.stemming import LATIN_LANGUAGES
from backend.catalog.terms import SCRIPTS
from backend.metrics import CATALOG_SEARCH
from backend.services import Services
from backend.shopify.ucp import AskedStore, Buyer
from backend.shops import directory

KNOWN_LANGUAGES = {*LATIN_LANGUAGES, *SCRIPTS, "ja"}
USUAL_LANGUAGE = "en"
LANGUAGE = regex.compile("[a-z]{2,3}")
COUNTRY = regex.compile("[A-Z]{2}")
CURRENCY = regex.compile("[A-Z]{3}")

# What the widget knows of the page that a shopper looks at.
Page = Mapping[str, Any]
Handles = Sequence[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a shopper looks for; `locale` is the page's, such as de-AT. Of the `page` the country
    and the currency matter, if it has them.
    """

    text: str
    locale: str | None = None
    limit: int = 6
    page: Page | None = None


def search_store(
    services: Services,
    shop_id: int,
    asked: Asked,
) -> Results:
    """The best products first; none where nothing fits. It may wait for the store, so never call it
    inside a transaction.

    Raises ShopifyUnavailable when the store itself had to be asked, and does not answer.
    """
    own = _search_catalog(services, shop_id, asked)
    if own is not None:
        return own

    buyer = _read_buyer(asked.locale, asked.page)
    store = _find_store(services, shop_id, buyer)
    if store is None:
        return Results()
    return ucp_source.search(store, asked.text, asked.limit)


def _search_catalog(
    services: Services,
    shop_id: int,
    asked: Asked,
) -> Results | None:
    """None for a shop whose catalog was never filled."""
    with (
        CATALOG_SEARCH.time(),
        services.db.reading() as connection,
    ):
        sync = sync_state.find_sync(connection, shop_id)
        if not sync.is_filled:
            return None

        query = Query(
            asked.text,
            choose_languages(asked.locale, sync.language),
            asked.limit,
            sync.products,
        )
        return product_search.search_products(connection, shop_id, query)


def languages_of(
    services: Services,
    shop_id: int,
    locale: str | None,
) -> list[str]:
    """In which a shopper's words are read in this store."""
    with services.db.reading() as connection:
        sync = sync_state.find_sync(connection, shop_id)
    return choose_languages(locale, sync.language)


def choose_languages(locale: str | None, shop_language: str) -> list[str]:
    """The shopper's, the shop's, and English, as far as we know them."""
    shoppers = _language_of(locale)
    wanted = dict.fromkeys([shoppers, shop_language, USUAL_LANGUAGE])
    return [each for each in wanted if each in KNOWN_LANGUAGES]


def find_products(
    services: Services,
    shop_id: int,
    handles: Handles,
    locale: str | None = None,
    page: Page | None = None,
) -> list[Product]:
    """In the order of the handles; those that the store does not have, or does not tell of now, are
    left out. It may wait, as `search_store` does.
    """
    known = _find_in_catalog(services, shop_id, handles)
    if known is None:
        buyer = _read_buyer(locale, page)
        store = _find_store(services, shop_id, buyer)
        known = _find_live(store, handles)

    return [known[handle] for handle in handles if handle in known]


def _find_in_catalog(
    services: Services,
    shop_id: int,
    handles: Handles,
) -> dict[str, Product] | None:
    """None for a shop whose catalog was never filled."""
    with services.db.reading() as connection:
        sync = sync_state.find_sync(connection, shop_id)
        if not sync.is_filled:
            return None
        return product_records.find_by_handles(connection, shop_id, handles)


def _find_live(
    store: AskedStore | None,
    handles: Handles,
) -> dict[str, Product]:
    if store is None:
        return {}
    return ucp_source.find_products(store, handles)


def _find_store(
    services: Services,
    shop_id: int,
    buyer: Buyer,
) -> AskedStore | None:
    """None where it cannot be asked."""
    config = services.config
    if not ucp_source.may_ask(config):
        return None

    with services.db.reading() as connection:
        domain = directory.find_domain(connection, shop_id)
    if domain is None:
        return None
    return AskedStore(config, domain, buyer)


def _read_buyer(locale: str | None, page: Page | None) -> Buyer:
    known = page or {}
    country, currency = known.get("country"), known.get("currency")
    return Buyer(
        _matching(COUNTRY, country),
        _matching(LANGUAGE, _language_of(locale)),
        _matching(CURRENCY, currency),
    )


def _matching(pattern: regex.Pattern[str], value: Any) -> str:
    """A hint that is none is left out."""
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    return ""


def _language_of(locale: str | None) -> str:
    tag = (locale or "").replace("_", "-")
    language, _, _ = tag.partition("-")
    return language.lower()
