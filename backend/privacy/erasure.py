"""What leaves no trace: the conversations of a customer, everything of a shop.

Epochs first, so that late words of a reply have nowhere to go; then rows, cache and live log; then
what the files hold.
"""

from collections import Counter
from collections.abc import Sequence

import gevent
from sqlalchemy import Connection, Row, Table, and_, delete, func, select

from backend.chat import endings, events, retention
from backend.chat.conversations import OPEN, cache_key
from backend.clock import now_ms
from backend.errors import LeaseLost
from backend.metrics import TURNS
from backend.privacy import subjects
from backend.privacy.privacy_requests import Removed
from backend.services import Services
from backend.shops import directory
from backend.shops.directory import REMEMBER_SECONDS
from backend.store.live import KEEP_SECONDS, LiveEvent
from backend.store.tables import (
    OF_A_CONVERSATION,
    conversations,
    devices,
    messages,
    metadata,
    notes,
    turns,
)

# What is still needed to prove that a shop was erased, and to finish the job that does it; and what
# goes in an order of its own.
KEPT = {"privacy_requests", "webhook_deliveries", "jobs", "shops", "conversations"}
SLICE = 200
# By then no process takes messages of a shop that has left.
ALL_KNOW_SECONDS = REMEMBER_SECONDS + 1


def end_turns(services: Services, shop_id: int, code: str) -> None:
    """Every turn of the shop fails now, with its words so far; whoever follows one learns why."""
    with services.db.reading() as connection:
        open_turns = _list_open_turns(connection, shop_id)
    for turn in open_turns:
        _end_turn(services, turn, code)


def _end_turn(services: Services, turn: Row, code: str) -> None:
    try:
        ended = services.db.write(
            endings.end, services, turn, "failed", failure=code, fence=True
        )
    except LeaseLost:
        return  # it has ended by itself meanwhile

    failed = LiveEvent(ended.number, "failed", events.failed(code))
    services.live.publish(turn.id, failed)
    services.live.changed(turn.conversation_id)
    TURNS.labels("failed").inc()


def erase_customer(services: Services, shop_id: int, customer_id: str) -> Removed:
    """All conversations of a signed-in customer, until there are no more: some may begin
    meanwhile. Returns how many rows of which table.
    """
    removed: Removed = Counter()
    while ids := subjects.list_own(services, shop_id, customer_id):
        removed += erase_these(services, shop_id, ids)
    return removed


def erase_these(services: Services, shop_id: int, ids: Sequence[str]) -> Removed:
    """One by one, so that nobody waits long behind it."""
    removed: Removed = Counter()
    for conversation_id in ids:
        removed += _erase(services, shop_id, conversation_id)
        gevent.sleep(0)
    return removed


def _erase(services: Services, shop_id: int, conversation_id: str) -> Removed:
    with services.db.reading() as connection:
        conversation = _find_conversation(connection, shop_id, conversation_id)
        words = _count_words(connection, shop_id, conversation_id)
    if conversation is None:
        return Counter()

    retention.end_session(services, conversation, erase=True)
    hashes = services.db.write(_list_session_hashes, shop_id, conversation_id)
    _forget_histories(services, hashes)

    rows = services.db.write(_delete_conversations, shop_id, [conversation_id])
    return words + rows


def erase_shop(services: Services, shop_id: int) -> Removed:
    """Of a shop that has left and is refused everywhere. Its jobs and deliveries are left to the
    caller.
    """
    _forget_what_is_hot(services, shop_id)

    removed: Removed = Counter()
    while some := services.db.write(_delete_some, shop_id):
        removed += some

    for table in metadata.sorted_tables:
        if "shop_id" in table.c and table.name not in KEPT:
            removed[table.name] += services.db.write(_delete_all, table, shop_id)
    removed["shops"] = services.db.write(directory.delete_shop, shop_id)
    return removed


def _forget_what_is_hot(services: Services, shop_id: int) -> None:
    """Cache and live log keep nothing for longer than this, so nothing older has to be
    looked for.
    """
    now = now_ms()
    ended_since = now - 2 * KEEP_SECONDS * 1000
    active_since = now - services.config.session_idle_seconds * 1000

    with services.db.reading() as connection:
        turn_ids = _list_turns_since(connection, shop_id, ended_since)
        hashes = _list_hashes_since(connection, shop_id, active_since)

    services.live.forget(turn_ids)
    _forget_histories(services, hashes)


def _forget_histories(services: Services, hashes: Sequence[bytes]) -> None:
    for session_hash in hashes:
        services.cache.drop(cache_key(session_hash))


def _delete_some(connection: Connection, shop_id: int) -> Removed:
    query = select(conversations.c.id).where(conversations.c.shop_id == shop_id)
    ids = connection.execute(query.limit(SLICE)).scalars().all()
    if not ids:
        return Counter()
    return _delete_conversations(connection, shop_id, ids)


def _delete_all(connection: Connection, table: Table, shop_id: int) -> int:
    return connection.execute(delete(table).where(table.c.shop_id == shop_id)).rowcount


# From here on: statements on the tables of `chat`.


def _list_open_turns(connection: Connection, shop_id: int) -> Sequence[Row]:
    """Those that wait come first, so that the end of a running one finds nothing to start."""
    query = select(turns).where(turns.c.shop_id == shop_id, turns.c.status.in_(OPEN))
    return connection.execute(query.order_by(turns.c.status, turns.c.seq)).all()


def _list_turns_since(
    connection: Connection, shop_id: int, ended_since: int
) -> Sequence[str]:
    ended = and_(turns.c.shop_id == shop_id, turns.c.ended_at > ended_since)
    return connection.execute(select(turns.c.id).where(ended)).scalars().all()


def _list_hashes_since(
    connection: Connection, shop_id: int, active_since: int
) -> Sequence[bytes]:
    """Of the sessions that were active since then, and of all further devices."""
    active = and_(
        conversations.c.shop_id == shop_id, conversations.c.active_at > active_since
    )
    first = select(conversations.c.session_hash).where(active)
    others = select(devices.c.session_hash).where(devices.c.shop_id == shop_id)

    hashes = list(connection.execute(first).scalars())
    hashes += connection.execute(others).scalars()
    return hashes


def _list_session_hashes(
    connection: Connection, shop_id: int, conversation_id: str
) -> Sequence[bytes]:
    query = select(devices.c.session_hash).where(
        devices.c.shop_id == shop_id, devices.c.conversation_id == conversation_id
    )
    return connection.execute(query).scalars().all()


def _find_conversation(
    connection: Connection, shop_id: int, conversation_id: str
) -> Row | None:
    query = select(conversations).where(
        conversations.c.shop_id == shop_id, conversations.c.id == conversation_id
    )
    return connection.execute(query).one_or_none()


def _count_words(connection: Connection, shop_id: int, conversation_id: str) -> Removed:
    """Of the tables whose rows go when the session is ended, before anybody could count them."""
    counted: Removed = Counter()
    for table in (messages, notes):
        query = select(func.count()).where(
            table.c.shop_id == shop_id, table.c.conversation_id == conversation_id
        )
        counted[table.name] = connection.execute(query).scalar_one()
    return counted


def _delete_conversations(
    connection: Connection, shop_id: int, ids: Sequence[str]
) -> Removed:
    removed: Removed = Counter()
    for table in OF_A_CONVERSATION:
        theirs = and_(table.c.shop_id == shop_id, table.c.conversation_id.in_(ids))
        deleted = connection.execute(delete(table).where(theirs))
        removed[table.name] = deleted.rowcount

    these = and_(conversations.c.shop_id == shop_id, conversations.c.id.in_(ids))
    deleted = connection.execute(delete(conversations).where(these))
    removed[conversations.name] = deleted.rowcount
    return removed
