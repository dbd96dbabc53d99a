"""How the copy of a shop's catalog stands: empty, filling, ready, or why it could not be filled."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import Connection, Row, select, update

from backend.clock import now_ms
from backend.store.database import insert_unless_there
from backend.store.tables import catalog_syncs

# Grows with every change to what products and passages are found by, the lexicon included: the next
# fill then writes everything anew.
INDEX_VERSION = 2


class SyncState(StrEnum):
    EMPTY = "empty"
    FILLING = "filling"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Sync:
    """`fill` is the number of the latest whole fill. While one is FILLING, `operation` is Shopify's
    export that it reads, `lines` of the `expected` ones are stored, with `seen` products.

    `changed_since` is the time (milliseconds since 1970) up to which changes are known; `language`
    the one that most products are in; `index_version` that of the terms by which they are found. A
    failed fill keeps what was there before.
    """

    shop_id: int
    state: SyncState = SyncState.EMPTY
    fill: int = 0
    operation: str | None = None
    products: int = 0
    passages: int = 0
    expected: int | None = None
    seen: int = 0
    lines: int = 0
    language: str = ""
    currency: str = ""
    index_version: int = 0
    changed_since: int | None = None
    started_at: int | None = None
    filled_at: int | None = None
    failure: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        known = row._asdict()
        return cls(**known | {"state": SyncState(row.state)})

    @property
    def is_filled(self) -> bool:
        """Whether a fill has ever come to its end: an empty answer is then an answer."""
        return self.filled_at is not None


def find_sync(connection: Connection, shop_id: int) -> Sync:
    """That of a shop of which nothing is known yet is EMPTY."""
    query = select(catalog_syncs).where(catalog_syncs.c.shop_id == shop_id)
    row = connection.execute(query).one_or_none()
    return Sync(shop_id) if row is None else Sync.from_row(row)


def lock_sync(connection: Connection, shop_id: int) -> Sync:
    """The same; whoever else writes to the shop's catalog waits for the transaction's end."""
    insert_unless_there(connection, catalog_syncs, _first_row(shop_id))

    query = select(catalog_syncs).where(catalog_syncs.c.shop_id == shop_id)
    row = connection.execute(query.with_for_update()).one()
    return Sync.from_row(row)


def begin_fill(connection: Connection, shop_id: int, operation: str | None) -> Sync:
    """A new fill, from an export of Shopify's or from a file."""
    known = lock_sync(connection, shop_id)
    return _set(
        connection,
        shop_id,
        state=SyncState.FILLING,
        fill=known.fill + 1,
        operation=operation,
        expected=None,
        seen=0,
        lines=0,
        started_at=now_ms(),
        failure=None,
    )


def note_progress(connection: Connection, shop_id: int, seen: int, lines: int) -> None:
    """What is stored of the running fill, in the transaction that stores it."""
    _set(connection, shop_id, seen=seen, lines=lines)


def note_expected(connection: Connection, shop_id: int, expected: int) -> None:
    _set(connection, shop_id, expected=expected)


def add_products(connection: Connection, shop_id: int, more: int) -> None:
    """So many more than before, or fewer; all of a large catalog are not counted for each."""
    _set(connection, shop_id, products=catalog_syncs.c.products + more)


def note_products(connection: Connection, shop_id: int, number: int) -> Sync:
    """How many there are."""
    return _set(connection, shop_id, products=number)


def note_passages(connection: Connection, shop_id: int, number: int) -> Sync:
    return _set(connection, shop_id, passages=number)


def note_changes(connection: Connection, shop_id: int, until: int) -> None:
    """Changes before that time are stored."""
    _set(connection, shop_id, changed_since=until)


def end_fill(
    connection: Connection, shop_id: int, language: str, currency: str
) -> Sync:
    """Everything is stored, and what the fill has not seen is gone."""
    known = lock_sync(connection, shop_id)
    return _set(
        connection,
        shop_id,
        state=SyncState.READY,
        operation=None,
        language=language or known.language,
        currency=currency or known.currency,
        changed_since=known.started_at,
        index_version=INDEX_VERSION,
        filled_at=now_ms(),
    )


def fail_fill(connection: Connection, shop_id: int, failure: str) -> Sync:
    """`failure` is an error's code, for the merchant's home page."""
    lock_sync(connection, shop_id)
    return _set(
        connection,
        shop_id,
        state=SyncState.FAILED,
        operation=None,
        failure=failure,
    )


def _set(connection: Connection, shop_id: int, **values: Any) -> Sync:
    changed = (
        update(catalog_syncs)
        .where(catalog_syncs.c.shop_id == shop_id)
        .values(values)
        .returning(catalog_syncs)
    )
    return Sync.from_row(connection.execute(changed).one())


def _first_row(shop_id: int) -> dict[str, Any]:
    return {
        "shop_id": shop_id,
        "state": SyncState.EMPTY,
        "fill": 0,
        "products": 0,
        "passages": 0,
        "seen": 0,
        "lines": 0,
        "language": "",
        "currency": "",
        "index_version": 0,
    }
