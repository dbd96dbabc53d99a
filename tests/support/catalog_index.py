"""All that a shop is found by: as it is stored, and as it must be."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from backend.catalog import passage_records, product_records
from backend.catalog.postings import Shelf
from backend.catalog.product_records import Indexed
from backend.catalog.products import Product
from backend.store.database import Database
from backend.store.tables import (
    catalog_passages,
    catalog_postings,
    catalog_products,
    catalog_spellings,
    catalog_terms,
)


@dataclass
class Index:
    """What is counted as none is left out: it is not there."""

    postings: set[tuple[int, int, int, int]] = field(default_factory=set)
    terms: Counter[tuple[int, int]] = field(default_factory=Counter)
    spellings: Counter[str] = field(default_factory=Counter)


def index_of(db: Database, shop_id: int) -> Index:
    """As it is stored."""
    with db.reading() as connection:
        return Index(
            set(_list_postings(connection, shop_id)),
            Counter(dict(_list_terms(connection, shop_id))),
            Counter(dict(_list_spellings(connection, shop_id))),
        )


def recount(db: Database, shop_id: int) -> Index:
    """As it must be, from the products and passages that are stored."""
    index = Index()
    for product in _list_products(db, shop_id):
        indexed = Indexed.from_product(product)
        _add(index, Shelf.PRODUCTS, product.number, indexed)
        index.spellings.update(indexed.spellings)
    for passage in _list_passages(db, shop_id):
        _add(index, Shelf.PASSAGES, passage.passage.number, passage)
    return index


def _add(
    index: Index, shelf: Shelf, number: int, item: Indexed | passage_records.Indexed
) -> None:
    for each in item.postings:
        index.postings.add((shelf, each.term, each.rank, number))
        index.terms[shelf, each.term] += 1


def _list_postings(
    connection: Connection, shop_id: int
) -> Iterator[tuple[int, int, int, int]]:
    known = catalog_postings.c
    query = select(known.shelf, known.term, known.rank, known.item_id)
    for row in connection.execute(query.where(known.shop_id == shop_id)):
        yield tuple(row)


def _list_terms(
    connection: Connection, shop_id: int
) -> Iterator[tuple[tuple[int, int], int]]:
    known = catalog_terms.c
    query = select(known.shelf, known.term, known.uses)
    for shelf, term, uses in connection.execute(query.where(known.shop_id == shop_id)):
        if uses:
            yield (shelf, term), uses


def _list_spellings(connection: Connection, shop_id: int) -> Iterator[tuple[str, int]]:
    known = catalog_spellings.c
    query = select(known.word, known.uses).where(known.shop_id == shop_id)
    for word, uses in connection.execute(query):
        if uses:
            yield word, uses


def _list_products(db: Database, shop_id: int) -> list[Product]:
    known = catalog_products.c
    query = select(known.product_id).where(known.shop_id == shop_id)
    with db.reading() as connection:
        numbers = list(connection.execute(query).scalars())
        return product_records.list_products(connection, shop_id, numbers)


def _list_passages(db: Database, shop_id: int) -> list[passage_records.Indexed]:
    known = catalog_passages.c
    query = select(known.passage_id).where(known.shop_id == shop_id)
    with db.reading() as connection:
        numbers = list(connection.execute(query).scalars())
        passages = passage_records.list_passages(connection, shop_id, numbers)
    return [passage_records.Indexed.from_passage(passage) for passage in passages]
