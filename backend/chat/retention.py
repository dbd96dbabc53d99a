"""How conversations end: reset by their shoppers or an operator, expired by the clock, deleted for
good. What belongs to one is marked where its table is defined, and deleted here.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Table, delete

from backend.chat import (
    conversations,
    erasures,
    expiry,
    sessions,
    shopper_carts,
    turns,
)
from backend.chat.conversations import ClosedWhy, Conversation
from backend.chat.sessions import Caller
from backend.chat.turns import Ended, Outcome, TurnStatus
from backend.config import Config
from backend.metrics import SESSIONS
from backend.services import Services
from backend.store.secure_vacuum import SHOPPERS_EVERY_SECONDS, scrub_later
from backend.store.tables import metadata

# A sweep touches this many conversations in one transaction, so that no message waits behind it.
SLICE = 200
# What a merchant may set at least; an operator may set less.
SHORTEST_EXPIRY_SECONDS = 1_800

BELONGING = [
    table for table in metadata.sorted_tables if table.info.get("of_a_conversation")
]
WITH_WORDS = [table for table in BELONGING if table.info.get("holds_words")]
COPIES = [table for table in metadata.sorted_tables if table.info.get("holds_copies")]


def reset(
    services: Services,
    caller: Caller,
    session_id: str | None,
    erase: bool,
) -> None:
    """Revoke the session and end its turns; with `erase` the words go as well, also of one that has
    ended before.

    Nothing there is fine, too.
    """
    found = sessions.find_open(services, caller, session_id)
    if found is None and erase:
        found = sessions.find_own(services, caller, session_id)

    if found is not None:
        end_conversation(services, found, erase)


def revoke(services: Services, shop_id: int, session_id: str | None) -> int:
    """An operator's reset, of one session or of all that the shop has open. Returns how many."""
    with services.db.reading() as connection:
        found = _list_open(connection, shop_id, session_id)

    for conversation in found:
        end_conversation(services, conversation, erase=False)
    return len(found)


def _list_open(
    connection: Connection,
    shop_id: int,
    session_id: str | None,
) -> Sequence[Conversation]:
    if session_id is None:
        return conversations.list_open(connection, shop_id)

    found = sessions.find(connection, shop_id, session_id)
    if found is None or not found.is_open:
        return []
    return [found]


def end_conversation(
    services: Services,
    conversation: Conversation,
    erase: bool,
) -> Counter[str]:
    """End its turns and readers and revoke its ids; with `erase` no word of it is left anywhere.

    Returns how many rows of which table were erased.
    """
    ended, removed = services.db.write(_end, services, conversation, erase)
    turns.conclude(services, conversation.id, ended)
    _forget_what_is_hot(services, conversation, erase)
    return removed


def _end(
    connection: Connection,
    services: Services,
    conversation: Conversation,
    erase: bool,
) -> tuple[list[Ended], Counter[str]]:
    """The turns first: late words of one at work have nowhere to go from here on."""
    shop_id = conversation.shop_id
    conversation_id = conversation.id
    conversations.touch(connection, shop_id, conversation_id)
    outcome = Outcome(TurnStatus.STOPPED, text="" if erase else None)
    ended = turns.cut_short_all(connection, services, conversation, outcome)

    why = ClosedWhy.ERASED if erase else ClosedWhy.RESET
    conversations.close(connection, shop_id, conversation_id, why)
    if not erase:
        return ended, Counter()

    erasures.note_conversation(connection, shop_id, conversation_id)
    removed = _delete_from(connection, WITH_WORDS, shop_id, [conversation_id])
    for table in COPIES:
        connection.execute(delete(table).where(table.c.shop_id == shop_id))
    turns.erase_words(connection, shop_id, conversation_id)
    conversations.clear_whereabouts(connection, shop_id, conversation_id)
    scrub_later(connection, SHOPPERS_EVERY_SECONDS)
    return ended, removed


def _forget_what_is_hot(
    services: Services,
    conversation: Conversation,
    erase: bool,
) -> None:
    """Of all its sessions, and with `erase` of all its turns."""
    where = (conversation.shop_id, conversation.id)
    with services.db.reading() as connection:
        hashes = sessions.list_hashes(connection, *where)
        turn_ids = turns.list_ids(connection, *where) if erase else ()

    for session_hash in hashes:
        key = sessions.cache_key(session_hash)
        services.cache.drop(key)
    shopper_carts.forget_cart(services, *where)
    if erase:
        services.live.forget(turn_ids)
        services.live.changed(conversation.id)


def erase_conversation(
    services: Services,
    shop_id: int,
    conversation_id: str,
) -> Counter[str]:
    """For good, with all that belongs to it. Returns how many rows of which table are gone."""
    with services.db.reading() as connection:
        found = conversations.find(connection, shop_id, conversation_id)
    if found is None:
        return Counter()

    erased = end_conversation(services, found, erase=True)
    deleted = services.db.write(delete_conversations, shop_id, [found.id])
    return erased + deleted


def delete_conversations(
    connection: Connection,
    shop_id: int,
    ids: Collection[str],
) -> Counter[str]:
    """Conversations with all that belongs to them, whoever wants them gone. Returns how many rows
    of which table.
    """
    removed = _delete_from(connection, BELONGING, shop_id, ids)
    number = conversations.delete_rows(connection, shop_id, ids)
    return removed + Counter(conversations=number)


def _delete_from(
    connection: Connection,
    tables: list[Table],
    shop_id: int,
    ids: Collection[str],
) -> Counter[str]:
    removed: Counter[str] = Counter()
    for table in tables:
        statement = (
            delete(table)
            .where(table.c.shop_id == shop_id)
            .where(table.c.conversation_id.in_(ids))
        )
        removed[table.name] = connection.execute(statement).rowcount
    return removed


def sweep(services: Services) -> None:
    """Close what has expired and delete what was kept long enough; turns at work keep theirs."""
    while expired := services.db.write(_close_expired, services.config):
        SESSIONS.labels("swept").inc(expired)
        if expired < SLICE:
            break

    while services.db.write(_delete_old, services.config) == SLICE:
        pass


def _close_expired(connection: Connection, config: Config) -> int:
    usual = config.session_expiry_seconds
    shortest = min(usual, SHORTEST_EXPIRY_SECONDS)
    due = conversations.list_expired(connection, usual, shortest, SLICE)

    for conversation in due:
        expiry.expire(connection, conversation)
    return len(due)


def _delete_old(connection: Connection, config: Config) -> int:
    old = conversations.list_kept_long_enough(
        connection,
        config.retention_days,
        SLICE,
    )

    for shop_id, conversation_id in old:
        delete_conversations(connection, shop_id, [conversation_id])
    return len(old)
