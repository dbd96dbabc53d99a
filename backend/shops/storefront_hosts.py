"""Hosts under which a shop's storefront was seen in signed requests."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, select, update

from backend.clock import now_ms
from backend.store.database import insert_unless_there
from backend.store.tables import storefronts

# Nobody can sign a host, so a shop may only have so many; one more replaces the one unseen longest.
MOST_HOSTS = 20


def is_any_storefront(connection: Connection, host: str) -> bool:
    query = select(storefronts.c.shop_id).where(storefronts.c.host == host)
    return connection.execute(query.limit(1)).first() is not None


def note_host(connection: Connection, shop_id: int, host: str) -> Sequence[str]:
    """It was seen now. Returns the hosts that had to go for it."""
    now = now_ms()
    known = and_(storefronts.c.shop_id == shop_id, storefronts.c.host == host)
    seen = connection.execute(update(storefronts).where(known).values(seen_at=now))
    if seen.rowcount:
        return ()

    replaced = _make_room(connection, shop_id)
    row = {"host": host, "shop_id": shop_id, "seen_at": now}
    insert_unless_there(connection, storefronts, row)
    return replaced


def _make_room(connection: Connection, shop_id: int) -> Sequence[str]:
    """Leave room for one more host: whatever is too many goes, the one unseen longest first."""
    of_shop = storefronts.c.shop_id == shop_id
    newest_first = (
        select(storefronts.c.host)
        .where(of_shop)
        .order_by(storefronts.c.seen_at.desc(), storefronts.c.host)
    )
    too_many = newest_first.offset(MOST_HOSTS - 1)
    replaced = connection.execute(too_many).scalars().all()

    if replaced:
        gone = and_(of_shop, storefronts.c.host.in_(replaced))
        connection.execute(delete(storefronts).where(gone))
    return replaced
