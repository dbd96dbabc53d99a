"""What leaves no trace: the conversations of a customer, everything of a shop.

Epochs first, so that late words of a reply have nowhere to go; then rows, cache and live log; then
what the files hold.
"""

from collections import Counter
from collections.abc import Sequence

import gevent
from sqlalchemy import Connection, Table, delete

from backend.catalog import product_records
from backend.chat import conversations, retention, sessions, team_room, turns
from backend.clock import now_ms
from backend.privacy import subjects
from backend.privacy.privacy_requests import Removed
from backend.privacy.subjects import Subject
from backend.services import Services
from backend.shops import directory
from backend.shops.directory import REMEMBER_SECONDS
from backend.store import daily_counts
from backend.store.live import KEEP_SECONDS
from backend.store.tables import metadata

# What is still needed to prove that a shop was erased, and to finish the job that does it; and what
# goes in an order of its own.
KEPT = {"privacy_requests", "webhook_deliveries", "jobs", "shops", "conversations"}
SLICE = 200
# By then no process takes messages of a shop that has left, and each has written what it counted of
# them: figures that come after the erasure would stay.
ALL_KNOW_SECONDS = REMEMBER_SECONDS + int(daily_counts.EVERY_SECONDS) + 1


def end_turns(services: Services, shop_id: int, code: str) -> None:
    """Every turn of the shop fails now, those of its own people as well, with its words so far;
    whoever follows one learns why.
    """
    turns.fail_all_of_shop(services, shop_id, code)
    turns.fail_all_of_shop(services, team_room.room_of(shop_id), code)


def erase_customer(services: Services, shop_id: int, customer_id: str) -> Removed:
    """All conversations of a signed-in customer, until there are no more: some may begin
    meanwhile. Returns how many rows of which table.
    """
    removed: Removed = Counter()
    while ids := subjects.list_own(services, shop_id, customer_id):
        removed += erase_these(services, shop_id, ids)
    return removed


def erase_guest(services: Services, shop_id: int, subject: Subject) -> Removed:
    """All conversations of guests who have filled the customer's address or number into a form,
    until there are no more.
    """
    removed: Removed = Counter()
    while ids := subjects.list_by_form(services, shop_id, subject):
        removed += erase_these(services, shop_id, ids)
    return removed


def erase_these(services: Services, shop_id: int, ids: Sequence[str]) -> Removed:
    """One by one, so that nobody waits long behind it."""
    removed: Removed = Counter()
    for conversation_id in ids:
        removed += retention.erase_conversation(services, shop_id, conversation_id)
        gevent.sleep(0)
    return removed


def erase_shop(services: Services, shop_id: int) -> Removed:
    """Of a shop that has left and is refused everywhere. Its jobs and deliveries are left to the
    caller.
    """
    _forget_what_is_hot(services, shop_id)
    _forget_what_is_hot(services, team_room.room_of(shop_id))

    removed: Removed = Counter()
    room_id = team_room.room_of(shop_id)
    for owner in (shop_id, room_id):
        while some := services.db.write(_delete_some, owner):
            removed += some

    while number := services.db.write(product_records.remove_some, shop_id):
        removed["catalog_products"] += number
        gevent.sleep(0)

    for table in metadata.sorted_tables:
        if "shop_id" in table.c and table.name not in KEPT:
            for owner in (shop_id, room_id):
                removed[table.name] += services.db.write(_delete_all, table, owner)
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
        turn_ids = turns.list_ids_ended_since(connection, shop_id, ended_since)
        hashes = sessions.list_hot_hashes(connection, shop_id, active_since)

    services.live.forget(turn_ids)
    for session_hash in hashes:
        services.cache.drop(sessions.cache_key(session_hash))


def _delete_some(connection: Connection, shop_id: int) -> Removed:
    ids = conversations.list_some_ids(connection, shop_id, SLICE)
    if not ids:
        return Counter()
    return retention.delete_conversations(connection, shop_id, ids)


def _delete_all(connection: Connection, table: Table, shop_id: int) -> int:
    return connection.execute(delete(table).where(table.c.shop_id == shop_id)).rowcount
