"""What leaves no trace: the conversations of a customer, everything of a shop.

Epochs first, so that late words of a reply have nowhere to go; then rows, cache and live log; then
what the files hold.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

import gevent
from sqlalchemy import Connection, Row, Table, delete, func, select

from backend.chat import endings, events, retention
from backend.chat.conversations import OPEN, cache_key
from backend.clock import now_ms
from backend.errors import LeaseLost
from backend.metrics import TURNS
from backend.services import Services
from backend.shops.directory import REMEMBER_SECONDS
from backend.store.live import KEEP_SECONDS, LiveEvent
from backend.store.tables import (
    OF_A_CONVERSATION,
    conversations,
    devices,
    jobs,
    messages,
    metadata,
    notes,
    privacy_requests,
    shops,
    turns,
    webhook_deliveries,
)

# What is still needed to prove that a shop was erased, and to finish the job that does it.
KEPT = {
    privacy_requests.name,
    webhook_deliveries.name,
    jobs.name,
    shops.name,
    conversations.name,
}
SLICE = 200
# By then no process takes messages of a shop that has left.
ALL_KNOW_SECONDS = REMEMBER_SECONDS + 1

Removed = Counter[str]


def end_turns(services: Services, shop_id: int, code: str) -> None:
    """Every turn of the shop fails now, with its words so far; whoever follows one learns why."""
    query = select(turns).where(turns.c.shop_id == shop_id, turns.c.status.in_(OPEN))
    with services.db.reading() as connection:
        # Those that wait come first, so that the end of a running one finds nothing to start.
        rows = connection.execute(query.order_by(turns.c.status, turns.c.seq)).all()
    for turn in rows:
        _end_turn(services, turn, code)


def _end_turn(services: Services, turn: Row, code: str) -> None:
    try:
        ended = services.db.write(
            endings.end, services, turn, "failed", failure=code, fence=True
        )
    except LeaseLost:
        return  # it has ended by itself meanwhile
    services.live.publish(
        turn.id, LiveEvent(ended.number, "failed", events.failed(code))
    )
    services.live.changed(turn.conversation_id)
    TURNS.labels("failed").inc()


def erase_conversations(
    services: Services, shop_id: int, find: Callable[[Connection], Sequence[str]]
) -> Removed:
    """All that `find` finds, until it finds no more: some may begin meanwhile. Returns how many
    rows of which table.
    """
    removed: Removed = Counter()
    while ids := _found(services, find):
        removed += erase_these(services, shop_id, ids)
    return removed


def erase_these(services: Services, shop_id: int, ids: Sequence[str]) -> Removed:
    """One by one, so that nobody waits long behind it."""
    removed: Removed = Counter()
    for conversation_id in ids:
        removed += _erase(services, shop_id, conversation_id)
        gevent.sleep(0)
    return removed


def _found(
    services: Services, find: Callable[[Connection], Sequence[str]]
) -> Sequence[str]:
    with services.db.reading() as connection:
        return find(connection)


def _erase(services: Services, shop_id: int, conversation_id: str) -> Removed:
    which = (conversations.c.shop_id == shop_id) & (
        conversations.c.id == conversation_id
    )
    with services.db.reading() as connection:
        row = connection.execute(select(conversations).where(which)).one_or_none()
        words = _count_words(connection, shop_id, conversation_id)
    if row is None:
        return Counter()
    retention.end_session(services, row, erase=True)
    hashes = services.db.write(
        partial(_hashes, shop_id=shop_id, conversation_id=conversation_id)
    )
    for session_hash in hashes:
        services.cache.drop(cache_key(session_hash))
    return words + services.db.write(
        partial(_delete, shop_id=shop_id, ids=[conversation_id])
    )


def _count_words(connection: Connection, shop_id: int, conversation_id: str) -> Removed:
    """Of the tables whose rows go when the session is ended, before anybody could count them."""
    return Counter(
        {
            table.name: (
                connection.execute(
                    select(func.count()).where(
                        table.c.shop_id == shop_id,
                        table.c.conversation_id == conversation_id,
                    )
                ).scalar_one()
            )
            for table in (messages, notes)
        }
    )


def _hashes(
    connection: Connection, shop_id: int, conversation_id: str
) -> Sequence[bytes]:
    query = select(devices.c.session_hash).where(devices.c.shop_id == shop_id)
    return (
        connection.execute(query.where(devices.c.conversation_id == conversation_id))
        .scalars()
        .all()
    )


def _delete(connection: Connection, shop_id: int, ids: Sequence[str]) -> Removed:
    removed: Removed = Counter()
    for table in OF_A_CONVERSATION:
        mine = (table.c.shop_id == shop_id) & table.c.conversation_id.in_(ids)
        removed[table.name] = connection.execute(delete(table).where(mine)).rowcount
    mine = (conversations.c.shop_id == shop_id) & conversations.c.id.in_(ids)
    removed[conversations.name] = connection.execute(
        delete(conversations).where(mine)
    ).rowcount
    return removed


def erase_shop(services: Services, shop_id: int) -> Removed:
    """Of a shop that has left and is refused everywhere. Its jobs and deliveries are left to the
    caller.
    """
    _forget_what_is_hot(services, shop_id)
    removed: Removed = Counter()
    while some := services.db.write(partial(_delete_some, shop_id=shop_id)):
        removed += some
    for table in metadata.sorted_tables:
        if "shop_id" in table.c and table.name not in KEPT:
            removed[table.name] += services.db.write(
                partial(_delete_all, table=table, shop_id=shop_id)
            )
    removed[shops.name] = services.db.write(
        lambda c: c.execute(delete(shops).where(shops.c.id == shop_id)).rowcount
    )
    return removed


def _forget_what_is_hot(services: Services, shop_id: int) -> None:
    """Cache and live log keep nothing for longer than this, so nothing older has to be
    looked for.
    """
    now = now_ms()
    said_since = now - 2 * KEEP_SECONDS * 1000
    hot_since = now - services.config.session_idle_seconds * 1000
    logged = select(turns.c.id).where(
        turns.c.shop_id == shop_id, turns.c.ended_at > said_since
    )
    hot = select(conversations.c.session_hash).where(conversations.c.shop_id == shop_id)
    others = select(devices.c.session_hash).where(devices.c.shop_id == shop_id)
    with services.db.reading() as connection:
        turn_ids = connection.execute(logged).scalars().all()
        hashes = [
            *connection.execute(
                hot.where(conversations.c.active_at > hot_since)
            ).scalars()
        ]
        hashes += connection.execute(others).scalars()
    services.live.forget(turn_ids)
    for session_hash in hashes:
        services.cache.drop(cache_key(session_hash))


def _delete_some(connection: Connection, shop_id: int) -> Removed:
    ids = connection.execute(
        select(conversations.c.id)
        .where(conversations.c.shop_id == shop_id)
        .limit(SLICE)
    )
    return (
        _delete(connection, shop_id, found)
        if (found := ids.scalars().all())
        else Counter()
    )


def _delete_all(connection: Connection, table: Table, shop_id: int) -> int:
    return connection.execute(delete(table).where(table.c.shop_id == shop_id)).rowcount
