"""A whole catalog into the database, from the lines of a bulk export: a slice at a time, each
durable, so that a fill that was broken off goes on where it was.

What has not changed is left alone; what the fill has not met is gone from the shop, and is removed
at its end.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import gevent
from sqlalchemy import Connection

from backend.catalog import product_records, sync_state
from backend.catalog.product_records import SLICE, Indexed
from backend.catalog.products import NotAProduct, Product, read_product
from backend.catalog.sync_state import INDEX_VERSION, Sync
from backend.logs import logger
from backend.metrics import CATALOG_PRODUCTS
from backend.services import Services
from backend.shopify.exported_products import ExportedProduct


class Overtaken(Exception):
    """Another fill of the same shop has begun: this one has nothing more to say."""


@dataclass(slots=True)
class _Seen:
    """Of a fill, so far."""

    number: int = 0
    unreadable: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    currencies: Counter[str] = field(default_factory=Counter)

    def add(self, product: Product) -> None:
        self.number += 1
        self.languages[product.language] += 1
        self.currencies[product.currency] += 1


def fill_products(
    services: Services, fill: Sync, products: Iterable[ExportedProduct]
) -> Sync:
    """Store all that come, and remove what did not. Products that cannot be read are left out.

    Raises Overtaken.
    """
    seen = _Seen(number=fill.seen)
    coming = iter(products)
    while some := list(islice(coming, SLICE)):
        _store_slice(services, fill, some, seen)

    if seen.unreadable:
        logger().warning("products that cannot be read", number=seen.unreadable)
    _remove_unseen(services, fill)

    language = _most_common(seen.languages)
    currency = _most_common(seen.currencies)
    return services.db.write(_end, fill, language, currency)


def _store_slice(
    services: Services, fill: Sync, some: Sequence[ExportedProduct], seen: _Seen
) -> None:
    products = list(_readable(some, seen))
    numbers = [product.number for product in products]
    indexed = list(index_products(_list_changed(services, fill, products)))

    part = _Slice(numbers, indexed, seen.number, some[-1].done_lines)
    services.db.write(_write_slice, fill, part)
    CATALOG_PRODUCTS.labels("fill").inc(len(indexed))


@dataclass(frozen=True, slots=True)
class _Slice:
    """What is written at once: of all products with these `numbers` those that have changed. `seen`
    and `lines` count from the fill's beginning.
    """

    numbers: Sequence[int]
    indexed: Sequence[Indexed]
    seen: int
    lines: int


def _write_slice(connection: Connection, fill: Sync, part: _Slice) -> None:
    _lock(connection, fill)

    shop_id = fill.shop_id
    newer = product_records.keep_newer(connection, shop_id, part.indexed)
    more = product_records.put_products(connection, shop_id, newer, fill.fill)
    product_records.mark_seen(connection, shop_id, part.numbers, fill.fill)

    sync_state.add_products(connection, shop_id, more)
    sync_state.note_progress(connection, shop_id, part.seen, part.lines)


def _lock(connection: Connection, fill: Sync) -> None:
    """Raises Overtaken for a fill that another has followed."""
    known = sync_state.lock_sync(connection, fill.shop_id)
    if known.fill != fill.fill:
        raise Overtaken


def index_products(products: Iterable[Product]) -> Iterator[Indexed]:
    """Other greenlets have their turn between two."""
    for product in products:
        yield Indexed.from_product(product)
        gevent.sleep(0)


def _readable(some: Sequence[ExportedProduct], seen: _Seen) -> Iterator[Product]:
    for each in some:
        try:
            product = read_product(each.fields)
        except NotAProduct:
            seen.unreadable += 1
        else:
            seen.add(product)
            yield product


def _list_changed(
    services: Services, fill: Sync, products: Sequence[Product]
) -> list[Product]:
    """Those that differ from what is stored, or are found by other terms now."""
    if fill.index_version != INDEX_VERSION:
        return list(products)

    numbers = [product.number for product in products]
    with services.db.reading() as connection:
        known = product_records.list_shown(connection, fill.shop_id, numbers)

    return [
        product
        for product in products
        if known.get(product.number) != product_records.write_shown(product)
    ]


def _remove_unseen(services: Services, fill: Sync) -> None:
    while services.db.write(_remove_some_unseen, fill):
        gevent.sleep(0)


def _remove_some_unseen(connection: Connection, fill: Sync) -> int:
    _lock(connection, fill)
    unseen = product_records.list_unseen(connection, fill.shop_id, fill.fill)
    gone = product_records.remove_products(connection, fill.shop_id, unseen)
    sync_state.add_products(connection, fill.shop_id, -gone)
    return gone


def _end(connection: Connection, fill: Sync, language: str, currency: str) -> Sync:
    _lock(connection, fill)
    number = product_records.count_products(connection, fill.shop_id)

    sync_state.end_fill(connection, fill.shop_id, language, currency)
    return sync_state.note_products(connection, fill.shop_id, number)


def _most_common(counted: Counter[str]) -> str:
    return counted.most_common(1)[0][0] if counted else ""
