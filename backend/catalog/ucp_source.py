"""A store's products asked of the store itself, where its catalog is not copied: what was told
lately is remembered, many who ask the same ask once, and a store that does not answer is left in
peace.

Whoever asks waits for the store, so never inside a transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import gevent
import msgspec
from gevent import Greenlet
from msgspec import Struct

from backend.catalog.folding import fold, words
from backend.catalog.product_search import Results
from backend.catalog.products import NotAProduct, Product
from backend.catalog.ucp_breaker import UcpBreaker
from backend.catalog.ucp_memory import Key, UcpMemory
from backend.catalog.ucp_products import is_whole, read_ucp_product
from backend.config import LOOPBACK, Config
from backend.errors import ShopifyUnavailable
from backend.logs import logger
from backend.shopify import ucp
from backend.shopify.ucp import AskedStore
from backend.shopify.ucp_answers import Fields, UcpRefused

# What is that old is asked for again; what is older than the hour is forgotten, and until then it
# is better than nothing when the store does not answer.
FRESH_SECONDS, LAST_SECONDS = 300, 3_600
# Longer than any question is waited for.
PATIENCE_SECONDS = 2 * ucp.SECONDS
# Of handles that nobody has been told, such as that of the page a shopper looks at.
MOST_SOUGHT = 6
LONGEST_QUERY = 400

Ask = Callable[[], None]
Questions = dict[Key, Ask]
Handles = Sequence[str]


class _KeptAnswer(Struct, frozen=True):
    """Of a search; its products are kept by their handles."""

    handles: list[str]
    found: int


class _KeptProduct(Struct, frozen=True):
    """`is_detailed` when the store has been asked for all that it says of it."""

    product: Product
    is_detailed: bool = False

    @property
    def is_complete(self) -> bool:
        return self.is_detailed or is_whole(self.product)


@dataclass(slots=True)
class UcpSource:
    """What this process knows of stores, and what it is asking."""

    memory: UcpMemory = field(default_factory=UcpMemory)
    breaker: UcpBreaker = field(default_factory=UcpBreaker)
    _asking: dict[Key, Greenlet] = field(default_factory=dict)

    def search(
        self,
        store: AskedStore,
        text: str,
        limit: int,
    ) -> Results:
        """The store's own order. Raises ShopifyUnavailable when it does not answer, and has not
        within the hour.
        """
        key = _key_of_search(store, text, limit)
        known = self._find_results(store, key, FRESH_SECONDS)
        if known is not None:
            return known

        ask = partial(self._search, store, key, text, limit)
        self._ask_together(store, {key: ask})

        known = self._find_results(store, key, LAST_SECONDS)
        if known is None:
            raise ShopifyUnavailable
        return known

    def find_products(
        self,
        store: AskedStore,
        handles: Handles,
    ) -> dict[str, Product]:
        """By their handles, with all their variants; those that the store does not have, or does
        not tell of now, are left out.
        """
        self._seek_unknown(store, handles)
        self._complete(store, handles)

        found = {}
        for handle in handles:
            kept = self._find_kept(store, handle)
            if kept is not None:
                found[handle] = kept.product
        return found

    def _search(
        self,
        store: AskedStore,
        key: Key,
        text: str,
        limit: int,
    ) -> None:
        query = text[:LONGEST_QUERY]
        told = ucp.search_catalog(store, query, limit)
        products = _read_products(told.products)

        for product in products:
            self._keep_listed(store, product)
        handles = [product.handle for product in products]
        answer = _KeptAnswer(handles, told.total)
        self.memory.keep(key, _encode(answer))

    def _get_product(self, store: AskedStore, known: Product) -> None:
        told = ucp.get_product(store, known.gid)
        if told is None:
            key = _key_of_product(store, known.handle)
            self.memory.drop(key)
            return

        for product in _read_products([told]):
            kept = _KeptProduct(product, is_detailed=True)
            self._keep(store, kept)

    def _seek_unknown(self, store: AskedStore, handles: Handles) -> None:
        """A store is asked for words; those of a handle find its product."""
        seeking = []
        for handle in handles[:MOST_SOUGHT]:
            if self._find_kept(store, handle) is None:
                seeking.append(gevent.spawn(self._seek, store, handle))
        gevent.joinall(seeking)

    def _seek(self, store: AskedStore, handle: str) -> None:
        named = handle.replace("-", " ")
        try:
            self.search(store, named, MOST_SOUGHT)
        except ShopifyUnavailable:
            # It is left out.
            return

    def _complete(self, store: AskedStore, handles: Handles) -> None:
        """Ask for each that is known in part, or was told too long ago."""
        questions: Questions = {}
        for handle in handles:
            kept = self._find_kept(store, handle)
            fresh = self._find_kept(store, handle, FRESH_SECONDS)
            if kept is None or (fresh is not None and fresh.is_complete):
                continue
            key = _key(store, "detail", handle)
            questions[key] = partial(self._get_product, store, kept.product)

        self._ask_together(store, questions)

    def _ask_together(self, store: AskedStore, questions: Questions) -> None:
        """Side by side; one that somebody is asking already is waited for. What is learned is in
        the memory then. A shopper who goes takes nothing away from the others.
        """
        asking = []
        for key, ask in questions.items():
            is_new = key not in self._asking
            if is_new and not self.breaker.may_ask(store.address):
                continue
            if is_new:
                asked = gevent.spawn(self._ask, store, key, ask)
                self._asking[key] = asked
            asking.append(self._asking[key])

        gevent.joinall(asking, timeout=PATIENCE_SECONDS)

    def _ask(
        self,
        store: AskedStore,
        key: Key,
        ask: Ask,
    ) -> None:
        try:
            ask()
        except ShopifyUnavailable:
            self._note_failure(store, "no_answer")
        except UcpRefused as error:
            self._note_refusal(store, error)
        else:
            self.breaker.note_answer(store.address)

        finally:
            del self._asking[key]

    def _note_refusal(self, store: AskedStore, error: UcpRefused) -> None:
        if not error.is_of_question:
            self._note_failure(store, error.because)
            return
        self.breaker.note_answer(store.address)
        logger().warning("a store refuses a question", because=error.because)

    def _note_failure(self, store: AskedStore, because: str) -> None:
        is_left = self.breaker.note_failure(store.address)
        logger().warning(
            "a store cannot be asked",
            because=because,
            is_left=is_left,
        )

    def _keep_listed(self, store: AskedStore, product: Product) -> None:
        """One of a list, which may tell less of it than is known already."""
        handle = product.handle
        known = self._find_kept(store, handle, FRESH_SECONDS)
        if known is None or not known.is_detailed:
            self._keep(store, _KeptProduct(product))

    def _keep(self, store: AskedStore, kept: _KeptProduct) -> None:
        key = _key_of_product(store, kept.product.handle)
        self.memory.keep(key, _encode(kept))

    def _find_kept(
        self,
        store: AskedStore,
        handle: str,
        within_seconds: float = LAST_SECONDS,
    ) -> _KeptProduct | None:
        key = _key_of_product(store, handle)
        kept = self.memory.find(key, within_seconds)
        if kept is None:
            return None
        return msgspec.json.decode(kept, type=_KeptProduct)

    def _find_results(
        self,
        store: AskedStore,
        key: Key,
        within_seconds: float,
    ) -> Results | None:
        """None as well when one of the products has been forgotten."""
        kept = self.memory.find(key, within_seconds)
        if kept is None:
            return None
        answer = msgspec.json.decode(kept, type=_KeptAnswer)

        products = []
        for handle in answer.handles:
            found = self._find_kept(store, handle)
            if found is None:
                return None
            products.append(found.product)
        return Results(products, answer.found)


def _key_of_search(
    store: AskedStore,
    text: str,
    limit: int,
) -> Key:
    """Words that mean the same to a search have one; what has no words is itself."""
    folded = fold(text)
    name = " ".join(words(folded)) or text
    return _key(store, f"search {limit}", name)


def _key_of_product(store: AskedStore, handle: str) -> Key:
    return _key(store, "product", handle)


def _key(
    store: AskedStore,
    kind: str,
    name: str,
) -> Key:
    buyer = store.buyer
    return (
        store.address,
        buyer.address_country,
        buyer.language,
        buyer.currency,
        kind,
        name,
    )


def _encode(kept: Struct) -> bytes:
    return msgspec.json.encode(kept)


def _read_products(told: Sequence[Fields]) -> list[Product]:
    products = []
    for fields in told:
        try:
            product = read_ucp_product(fields)
        except NotAProduct as error:
            because = str(error)
            logger().warning("a store's product cannot be read", because=because)
        else:
            products.append(product)
    return products


def may_ask(config: Config) -> bool:
    """Shopify fetches our profile, so it has to reach us: not a machine of a developer's, unless
    the sample's Shopify is on the same one.
    """
    if not _is_on_loopback(config.host):
        return True
    return _is_on_loopback(config.shopify_origin)


def _is_on_loopback(address: str) -> bool:
    parts = urlsplit(address)
    return parts.hostname in LOOPBACK


# Of the process.
_source = UcpSource()
search = _source.search
find_products = _source.find_products
