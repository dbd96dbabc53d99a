"""Goods that orders are read against: a small shop's, and what a test asks about them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from backend.catalog.products import Product, read_product
from backend.flows.order_reading import read_with
from backend.flows.orders import Line, OrderLimits
from backend.flows.shelf import CatalogShelf
from backend.store.database import Database
from tests.support.small_catalogs import (
    MIRA,
    Node,
    priced,
    product_node,
    put,
    sized,
    sold_out,
    variant_node,
)


def order_goods() -> list[Node]:
    """Tees, mugs, towels; two products of one name, and one that is sold out."""
    return [
        sized(1, "Harbour Crew Tee", "19.00", ["S", "M", "L", "XL"]),
        sized(2, "Driftwood Running Shoe", "79.00", ["38", "39", "40"]),
        priced(3, "Lighthouse Enamel Mug", "12.00"),
        priced(4, "Sailor Rope Basket", "30.00"),
        priced(5, "Sailor Rope Basket", "35.00", handle="sailor-rope-basket-1"),
        sold_out(priced(6, "Foghorn Brass Bell", "25.00")),
        colours(7, "Tidal Bath Towel", ["White", "Green", "Grey"]),
        packs(8, "Seaglass Tumbler", ["Single", "Set of 4", "Set of 6"]),
    ]


def colours(number: int, title: str, values: Sequence[str]) -> Node:
    return _with_option(number, title, "Colour", values)


def packs(number: int, title: str, values: Sequence[str]) -> Node:
    return _with_option(number, title, "Pack", values)


def _with_option(number: int, title: str, name: str, values: Sequence[str]) -> Node:
    variants = [
        variant_node(
            number * 100 + place,
            title=value,
            sku=f"ORD-{number}00{place}",
            selectedOptions=[{"name": name, "value": value}],
        )
        for place, value in enumerate(values)
    ]
    options = [{"name": name, "values": list(values)}]
    return product_node(number, title, options=options, variants=variants)


def product_of(number: int) -> Product:
    return read_product(order_goods()[number - 1])


@contextmanager
def shelf_of(db: Database, *languages: str) -> Iterator[CatalogShelf]:
    with db.reading() as connection:
        yield CatalogShelf(connection, MIRA, languages or ("en",))


def fill(db: Database) -> None:
    put(db, MIRA, *order_goods())


def lines_of(db: Database, text: str, *languages: str, **limits: int) -> Sequence[Line]:
    with shelf_of(db, *languages) as shelf:
        return read_with(shelf, text, OrderLimits(**limits)).lines


def told(db: Database, text: str, *languages: str, **limits: int) -> list[Any]:
    """Quantity, handle, variant and what is asked of each line."""
    return [
        (
            line.quantity,
            line.product.handle if line.product else None,
            line.variant.title if line.variant else None,
            line.asks,
        )
        for line in lines_of(db, text, *languages, **limits)
    ]
