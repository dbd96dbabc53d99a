"""How the copy of a shop's products and documents stands, for its merchant."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, distinct, func, select

from backend.catalog import document_sync, sync, sync_state
from backend.catalog.sync_state import Sync, SyncState
from backend.shopify import scopes
from backend.shops import installation
from backend.store.tables import catalog_passages

# What the copy is made with.
SCOPES = (
    sync.SCOPE,
    document_sync.CONTENT_SCOPE,
    document_sync.POLICIES_SCOPE,
)


class CatalogState(StrEnum):
    NO_ACCESS = "no_access"
    UNREAD = "unread"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"


STATES = {
    SyncState.EMPTY: CatalogState.UNREAD,
    SyncState.FILLING: CatalogState.READING,
    SyncState.READY: CatalogState.READY,
    SyncState.FAILED: CatalogState.FAILED,
}


@dataclass(frozen=True, slots=True)
class CatalogReport:
    """`documents` are policies, pages and articles. While the catalog is read, `seen` products are,
    of about `expected` if that is known. `lacking` are the scopes that the shop has not granted.
    """

    state: CatalogState
    products: int
    documents: int
    seen: int
    expected: int | None
    updated_at: int | None
    failure: str
    lacking: tuple[str, ...]


def read_catalog(connection: Connection, shop_id: int) -> CatalogReport:
    known = sync_state.find_sync(connection, shop_id)
    lacking = _list_lacking(connection, shop_id)
    state = STATES[known.state]
    if sync.SCOPE in lacking:
        state = CatalogState.NO_ACCESS

    return CatalogReport(
        state=state,
        products=known.products,
        documents=_count_documents(connection, shop_id),
        seen=known.seen,
        expected=_expected(known),
        updated_at=_updated_at(known),
        failure=known.failure or "",
        lacking=lacking,
    )


def _list_lacking(connection: Connection, shop_id: int) -> tuple[str, ...]:
    found = installation.find_installation(connection, shop_id)
    granted = found.scopes if found is not None and found.is_installed else ""
    return tuple(scopes.missing(granted, ",".join(SCOPES)))


def _count_documents(connection: Connection, shop_id: int) -> int:
    documents = func.count(distinct(catalog_passages.c.document))
    query = select(documents).where(catalog_passages.c.shop_id == shop_id)
    return connection.execute(query).scalar_one()


def _expected(known: Sync) -> int | None:
    """Shopify counts while it writes, so it may know of fewer than were read."""
    if known.expected is None or known.expected <= known.seen:
        return None
    return known.expected


def _updated_at(known: Sync) -> int | None:
    if known.filled_at is None:
        return None
    return max(known.filled_at, known.changed_since or 0)
