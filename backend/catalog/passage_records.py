"""The passages of a shop's documents in the database, with what they are found by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    select,
)

from backend.catalog import postings
from backend.catalog.documents import DocumentKind, Passage, find_terms
from backend.catalog.postings import Place, Shelf, is_one_of
from backend.catalog.term_keys import Posting, pack, postings_of, unpack
from backend.store.tables import catalog_passages

# So many passages of one kind are looked at for an answer.
MOST_OF_KIND = 120


@dataclass(frozen=True, slots=True)
class Indexed:
    """A passage with all that is to be written of it, made before a transaction begins."""

    passage: Passage
    postings: Sequence[Posting]

    @classmethod
    def from_passage(cls, passage: Passage) -> Self:
        return cls(passage, postings_of(find_terms(passage)))


def put_document(
    connection: Connection,
    shop_id: int,
    document: str,
    indexed: Sequence[Indexed],
) -> None:
    """Write all of a document's passages, in place of those that were known of it."""
    is_its = catalog_passages.c.document == document
    _remove(connection, shop_id, is_its)
    if not indexed:
        return

    rows = [_row_of(shop_id, each) for each in indexed]
    connection.execute(insert(catalog_passages), rows)
    found = {each.passage.number: each.postings for each in indexed}
    postings.add(connection, Place(shop_id, Shelf.PASSAGES), found)


def remove_others(
    connection: Connection, shop_id: int, documents: Collection[str]
) -> int:
    """Passages of all other documents. Returns how many went."""
    is_other = catalog_passages.c.document.not_in(sorted(documents))
    return _remove(connection, shop_id, is_other)


def count_passages(connection: Connection, shop_id: int) -> int:
    query = select(func.count()).where(catalog_passages.c.shop_id == shop_id)
    return connection.execute(query).scalar_one()


def list_passages(
    connection: Connection, shop_id: int, numbers: Collection[int]
) -> list[Passage]:
    """In no order."""
    these = is_one_of(connection, catalog_passages.c.passage_id, numbers)
    return _list(connection, shop_id, these)


def list_of_kind(
    connection: Connection, shop_id: int, kinds: Collection[DocumentKind]
) -> list[Passage]:
    """Some of those, in no order."""
    return _list(connection, shop_id, catalog_passages.c.kind.in_(sorted(kinds)))


def _list(
    connection: Connection, shop_id: int, which: ColumnElement[bool]
) -> list[Passage]:
    known = catalog_passages.c
    query = (
        select(catalog_passages)
        .where(known.shop_id == shop_id, which)
        .order_by(known.document, known.passage_id)
        .limit(MOST_OF_KIND)
    )
    return list(map(_from_row, connection.execute(query)))


def _from_row(row: Row) -> Passage:
    return Passage(
        number=row.passage_id,
        document=row.document,
        kind=DocumentKind(row.kind),
        title=row.title,
        url=row.url,
        text=row.text,
    )


def _remove(connection: Connection, shop_id: int, which: ColumnElement[bool]) -> int:
    known = catalog_passages.c
    these = and_(known.shop_id == shop_id, which)
    gone = connection.execute(
        delete(catalog_passages).where(these).returning(known.passage_id, known.terms)
    ).all()

    found = {row.passage_id: unpack(row.terms) for row in gone}
    postings.remove(connection, Place(shop_id, Shelf.PASSAGES), found)
    return len(gone)


def _row_of(shop_id: int, indexed: Indexed) -> dict[str, object]:
    passage = indexed.passage
    return {
        "shop_id": shop_id,
        "passage_id": passage.number,
        "document": passage.document,
        "kind": passage.kind,
        "title": passage.title,
        "url": passage.url,
        "text": passage.text,
        "terms": pack(indexed.postings),
    }
