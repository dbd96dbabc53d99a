"""Sessions: issued by us alone, found by a hash, expired by the clock, revoked by a reset.

A session and its conversation are one row. Nobody is told whether an unknown id ever existed.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_bytes

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    bindparam,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)

from backend.clock import now_ms
from backend.config import Config
from backend.metrics import SESSIONS
from backend.services import Services
from backend.shops.directory import Shop
from backend.store.database import insert_unless_there
from backend.store.open_requests import Holder
from backend.store.tables import OF_A_CONVERSATION, conversations, devices, shops

# Resets of one firstId that are followed before a fresh id is drawn; a browser draws a new firstId
# at each reset.
GENERATIONS = 20
# A sweep touches this many conversations in one transaction, so that no message waits behind it.
SLICE = 200
# What a merchant may set at least; an operator may set less.
SHORTEST_EXPIRY_SECONDS = 1_800
DAY_MS = 86_400_000
SWEEPS_ALL = {"across_shops": "the clocks run for all shops"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a shop that Shopify signed for, its signed-in customer if any, the storefront's
    host, an address.
    """

    shop: Shop
    customer: str | None
    host: str
    address: str

    def as_holder(self, session_hash: bytes) -> Holder:
        """Who holds open what is asked for this session."""
        return Holder(self.shop.id, self.address, session_hash)


def hash_of(session_id: str) -> bytes:
    """What is stored of a session id. A plain hash is enough: the id has 256 unguessable bits."""
    return sha256(session_id.encode()).digest()


def derive(shop: Shop, first_id: str, generation: int) -> str:
    """The session that a browser's firstId leads to, so that two tabs and a lost answer meet in
    one.
    """
    seed = f"{shop.domain}\0{first_id}\0{generation}".encode()
    return _encoded(hmac.digest(shop.session_key, seed, sha256))


def new_session_id() -> str:
    return _encoded(token_bytes(32))


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def find_row(
    connection: Connection, shop_id: int, session_id: str, lock: bool = False
) -> Row | None:
    """The conversation of a session, whatever its state and whoever asks."""
    return find_row_by_hash(connection, shop_id, hash_of(session_id), lock)


_FIND = select(conversations).where(
    conversations.c.shop_id == bindparam("shop"),
    conversations.c.session_hash == bindparam("hash"),
)
_FIND_LOCKED = _FIND.with_for_update()


def find_row_by_hash(
    connection: Connection, shop_id: int, session_hash: bytes, lock: bool = False
) -> Row | None:
    which = {"shop": shop_id, "hash": session_hash}
    found = connection.execute(_FIND_LOCKED if lock else _FIND, which).one_or_none()
    return (
        found
        if found is not None
        else _find_by_device(connection, shop_id, session_hash, lock)
    )


def _find_by_device(
    connection: Connection, shop_id: int, session_hash: bytes, lock: bool
) -> Row | None:
    query = (
        select(conversations)
        .join(devices, devices.c.conversation_id == conversations.c.id)
        .where(conversations.c.shop_id == shop_id, devices.c.shop_id == shop_id)
        .where(devices.c.session_hash == session_hash)
    )
    return connection.execute(
        query.with_for_update(of=conversations) if lock else query
    ).one_or_none()


def is_visible(row: Row, caller: Caller) -> bool:
    """A conversation belongs to whoever is signed in when it was bound, and to nobody else
    afterwards.
    """
    return row.customer_id is None or row.customer_id == caller.customer


def is_expired(config: Config, shop: Shop, row: Row) -> bool:
    """Open in the table but past its time; a turn at work keeps it alive."""
    seconds = shop.expiry_seconds or config.session_expiry_seconds
    return not row.open_turns and row.active_at + seconds * 1000 <= now_ms()


def is_open(config: Config, shop: Shop, row: Row) -> bool:
    return row.status == "open" and not is_expired(config, shop, row)


def find(services: Services, caller: Caller, session_id: str | None) -> Row | None:
    """The caller's open conversation, bound to the customer by now; None for unknown, foreign,
    revoked and expired.
    """
    return find_by_hash(services, caller, hash_of(session_id)) if session_id else None


def find_own(services: Services, caller: Caller, session_id: str | None) -> Row | None:
    """The caller's own conversation, whether or not it is over; None for unknown and
    foreign ones.
    """
    if not session_id:
        return None
    with services.db.reading() as connection:
        row = find_row(connection, caller.shop.id, session_id)
    return row if row is not None and is_visible(row, caller) else None


def find_by_hash(services: Services, caller: Caller, session_hash: bytes) -> Row | None:
    """The same, for somebody who holds the hash alone."""
    with services.db.reading() as connection:
        row = find_row_by_hash(connection, caller.shop.id, session_hash)
    return row if row is not None and may_access(services, caller, row) else None


def may_access(services: Services, caller: Caller, row: Row) -> bool:
    """Whether a conversation is open and the caller's own; a guest's is bound to the customer by
    now.
    """
    if not is_visible(row, caller) or not is_open(services.config, caller.shop, row):
        return False
    unbound = caller.customer and row.customer_id is None
    return not unbound or services.db.write(bind, row, caller)


def bind(connection: Connection, row: Row, caller: Caller) -> bool:
    """The first signed customer keeps a guest's conversation. False when another was first."""
    mine = or_(
        conversations.c.customer_id.is_(None),
        conversations.c.customer_id == caller.customer,
    )
    bound = connection.execute(
        update(conversations)
        .where(
            conversations.c.shop_id == row.shop_id, conversations.c.id == row.id, mine
        )
        .values(customer_id=caller.customer)
    )
    return bound.rowcount == 1


def create(
    connection: Connection, caller: Caller, session_id: str, conversation_id: str
) -> Row:
    """The conversation of a derived or drawn id, locked; somebody else's insert of the same id is
    met, not doubled.
    """
    now = now_ms()
    row = {
        "shop_id": caller.shop.id,
        "id": conversation_id,
        "session_hash": hash_of(session_id),
        "customer_id": caller.customer,
        "status": "open",
        "started_at": now,
        "active_at": now,
    }
    insert_unless_there(connection, conversations, row)
    found = find_row(connection, caller.shop.id, session_id, lock=True)
    assert found is not None, "just inserted, or met"
    return found


def close(connection: Connection, row: Row, why: str) -> None:
    connection.execute(
        update(conversations)
        .where(conversations.c.shop_id == row.shop_id, conversations.c.id == row.id)
        .values(status="closed", closed_why=why, closed_at=now_ms(), open_turns=0)
    )


def sweep(services: Services) -> None:
    """Close what has expired and delete what was kept long enough; queued and running turns keep
    theirs.
    """
    while expired := services.db.write(_close_expired, services.config):
        SESSIONS.labels("swept").inc(expired)
        if expired < SLICE:
            break
    while services.db.write(_delete_old, services.config) == SLICE:
        pass


def _close_expired(connection: Connection, config: Config) -> int:
    seconds = cast(
        func.coalesce(shops.c.expiry_seconds, config.session_expiry_seconds), BigInteger
    )
    shortest = min(config.session_expiry_seconds, SHORTEST_EXPIRY_SECONDS)
    due = connection.execute(
        select(conversations.c.shop_id, conversations.c.id)
        .join(shops, shops.c.id == conversations.c.shop_id)
        .where(
            conversations.c.status == "open",
            conversations.c.active_at <= now_ms() - shortest * 1000,
            conversations.c.active_at <= now_ms() - seconds * 1000,
            conversations.c.open_turns == 0,
        )
        .limit(SLICE)
        .with_for_update(skip_locked=True, of=conversations),
        execution_options=SWEEPS_ALL,
    ).all()
    for row in due:
        close(connection, row, "expired")
    return len(due)


def _delete_old(connection: Connection, config: Config) -> int:
    days = cast(
        func.coalesce(shops.c.retention_days, config.retention_days), BigInteger
    )
    old = connection.execute(
        select(conversations.c.shop_id, conversations.c.id)
        .join(shops, shops.c.id == conversations.c.shop_id)
        .where(
            conversations.c.status == "closed",
            conversations.c.closed_at <= now_ms() - days * DAY_MS,
        )
        .limit(SLICE),
        execution_options=SWEEPS_ALL,
    ).all()
    for row in old:
        for table in OF_A_CONVERSATION:
            connection.execute(
                delete(table).where(
                    table.c.shop_id == row.shop_id, table.c.conversation_id == row.id
                )
            )
        connection.execute(
            delete(conversations).where(
                conversations.c.shop_id == row.shop_id, conversations.c.id == row.id
            )
        )
    return len(old)
