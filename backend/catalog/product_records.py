"""The products of a shop in the database: put there together with what they are found by, and taken
out together.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

import msgspec
from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from backend.catalog import postings, products, spellings
from backend.catalog.amounts import Bounds
from backend.catalog.postings import Place, Shelf, is_one_of
from backend.catalog.products import HIGHEST_PRICE, THOUSANDTHS, Product
from backend.catalog.term_keys import Posting, pack, postings_of, unpack
from backend.store.tables import catalog_products

# So many at once are written or removed: others wait for the database meanwhile, and a slow one has
# to be done with them in time.
SLICE = 50


@dataclass(frozen=True, slots=True)
class Indexed:
    """A product with all that is to be written of it, made before a transaction begins."""

    product: Product
    postings: Sequence[Posting]
    spellings: Collection[str]

    @classmethod
    def from_product(cls, product: Product) -> Self:
        weights = products.find_terms(product)
        return cls(product, postings_of(weights), products.find_spellings(product))


@dataclass(frozen=True, slots=True)
class Offer:
    """What a search asks about a product: prices in thousandths."""

    lowest: int
    highest: int
    available: bool


def put_products(
    connection: Connection, shop_id: int, indexed: Sequence[Indexed], fill: int
) -> int:
    """Write them, in place of what was known of them. At most SLICE at once. Returns how many more
    products there are than before.
    """
    by_number = {each.product.number: each for each in indexed}
    gone = remove_products(connection, shop_id, by_number)

    rows = [_row_of(shop_id, each, fill) for each in by_number.values()]
    if not rows:
        return 0
    connection.execute(insert(catalog_products), rows)

    found = {number: each.postings for number, each in by_number.items()}
    postings.add(connection, Place(shop_id, Shelf.PRODUCTS), found)
    counted = spellings.count(each.spellings for each in by_number.values())
    spellings.count_words(connection, shop_id, counted)
    return len(rows) - gone


def keep_newer(
    connection: Connection, shop_id: int, indexed: Sequence[Indexed]
) -> list[Indexed]:
    """Those of which nothing newer is stored: answers of Shopify's may overtake each other."""
    known = catalog_products.c
    numbers = [each.product.number for each in indexed]
    query = select(known.product_id, known.updated_at).where(
        known.shop_id == shop_id, is_one_of(connection, known.product_id, numbers)
    )
    stored = {row.product_id: row.updated_at for row in connection.execute(query)}

    return [
        each
        for each in indexed
        if stored.get(each.product.number, 0) <= each.product.updated_at
    ]


def remove_products(
    connection: Connection, shop_id: int, numbers: Collection[int]
) -> int:
    """Nothing of them is found from the commit on. Returns how many there were."""
    gone = _pop_rows(connection, shop_id, numbers)
    found = {row.product_id: unpack(row.terms) for row in gone}
    postings.remove(connection, Place(shop_id, Shelf.PRODUCTS), found)

    counted = spellings.count(
        products.find_spellings(_read_shown(row.shown)) for row in gone
    )
    less = {word: -number for word, number in counted.items()}
    spellings.count_words(connection, shop_id, less)
    return len(gone)


def remove_some(connection: Connection, shop_id: int) -> int:
    """Of a shop of which nothing is to be left: a whole catalog at once would hold everybody up.
    Returns how many went.
    """
    known = catalog_products.c
    query = select(known.product_id).where(known.shop_id == shop_id).limit(SLICE)
    some = list(connection.execute(query).scalars())
    return remove_products(connection, shop_id, some)


def mark_seen(
    connection: Connection, shop_id: int, numbers: Collection[int], fill: int
) -> None:
    """A fill has met them unchanged."""
    known = catalog_products.c
    these = and_(
        known.shop_id == shop_id, is_one_of(connection, known.product_id, numbers)
    )
    connection.execute(update(catalog_products).where(these).values(fill=fill))


def list_shown(
    connection: Connection, shop_id: int, numbers: Collection[int]
) -> dict[int, str]:
    """What is stored of each, as it was written: equal texts are equal products."""
    known = catalog_products.c
    query = select(known.product_id, known.shown).where(
        known.shop_id == shop_id, is_one_of(connection, known.product_id, numbers)
    )
    return {row.product_id: row.shown for row in connection.execute(query)}


def list_unseen(connection: Connection, shop_id: int, fill: int) -> list[int]:
    """Some of those that the latest fill has not met."""
    known = catalog_products.c
    query = (
        select(known.product_id)
        .where(known.shop_id == shop_id, known.fill < fill)
        .limit(SLICE)
    )
    return list(connection.execute(query).scalars())


def count_products(connection: Connection, shop_id: int) -> int:
    query = select(func.count()).where(catalog_products.c.shop_id == shop_id)
    return connection.execute(query).scalar_one()


def list_products(
    connection: Connection, shop_id: int, numbers: Sequence[int]
) -> list[Product]:
    """In the order of the numbers; those that are not there are left out."""
    shown = list_shown(connection, shop_id, numbers)
    return [_read_shown(shown[number]) for number in numbers if number in shown]


def find_by_handles(
    connection: Connection, shop_id: int, handles: Sequence[str]
) -> dict[str, Product]:
    query = select(catalog_products.c.shown).where(
        catalog_products.c.shop_id == shop_id,
        catalog_products.c.handle.in_(handles),
    )
    found = map(_read_shown, connection.execute(query).scalars())
    return {product.handle: product for product in found}


def list_offers(
    connection: Connection, shop_id: int, numbers: Collection[int]
) -> dict[int, Offer]:
    known = catalog_products.c
    query = select(
        known.product_id, known.lowest_price, known.highest_price, known.available
    ).where(known.shop_id == shop_id, is_one_of(connection, known.product_id, numbers))

    return {
        row.product_id: Offer(row.lowest_price, row.highest_price, bool(row.available))
        for row in connection.execute(query)
    }


def list_within(
    connection: Connection, shop_id: int, bounds: Bounds, most: int
) -> list[int]:
    """Numbers of products that cost as much, what can be bought first."""
    known = catalog_products.c
    query = select(known.product_id).where(known.shop_id == shop_id)
    if bounds.most is not None:
        query = query.where(known.lowest_price <= _in_thousandths(bounds.most))
    if bounds.least is not None:
        query = query.where(known.highest_price >= _in_thousandths(bounds.least))

    ordered = query.order_by(known.available.desc(), known.product_id).limit(most)
    return list(connection.execute(ordered).scalars())


def _in_thousandths(bound: Decimal) -> int:
    """No column holds all the figures that somebody may write."""
    return int(min(bound, HIGHEST_PRICE) * THOUSANDTHS)


def _pop_rows(
    connection: Connection, shop_id: int, numbers: Collection[int]
) -> Sequence[Row]:
    known = catalog_products.c
    gone = delete(catalog_products).where(
        known.shop_id == shop_id, is_one_of(connection, known.product_id, numbers)
    )
    returned = gone.returning(known.product_id, known.shown, known.terms)
    return connection.execute(returned).all()


def _row_of(shop_id: int, indexed: Indexed, fill: int) -> Mapping[str, object]:
    product = indexed.product
    lowest, highest = product.prices
    return {
        "shop_id": shop_id,
        "product_id": product.number,
        "handle": product.handle,
        "shown": write_shown(product),
        "lowest_price": lowest,
        "highest_price": highest,
        "available": int(product.available),
        "updated_at": product.updated_at,
        "fill": fill,
        "terms": pack(indexed.postings),
    }


def write_shown(product: Product) -> str:
    return msgspec.json.encode(product).decode()


def _read_shown(shown: str) -> Product:
    return msgspec.json.decode(shown, type=Product)
