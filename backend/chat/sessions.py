"""Sessions: issued by us alone, found by a hash, each leading to one conversation.

A conversation has the session that it was begun with, and further ones when its signed-in customer
goes on with it on another device. Nobody is told whether an unknown id ever existed.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_bytes

from sqlalchemy import Connection, bindparam, delete, select

from backend.chat import conversations, messages
from backend.chat.conversations import DAY_MS, Conversation, new_id
from backend.clock import now_ms
from backend.config import Config
from backend.errors import NotFound
from backend.flows import runs
from backend.services import Services
from backend.shops.directory import Shop
from backend.store.database import insert_unless_there
from backend.store.open_requests import Holder
from backend.store.tables import sessions

# Resets of one firstId that are followed before a fresh id is drawn; a browser draws a new firstId
# at each reset.
GENERATIONS = 20
MOST_LISTED = 30
# Further sessions of one conversation; the oldest of more begins anew.
MOST_DEVICES = 20
LINE = 80


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


@dataclass(frozen=True, slots=True)
class EarlierConversation:
    """One of a signed-in customer's, with its first words."""

    id: str
    started_at: int
    active_at: int
    is_open: bool
    line: str


def hash_of(session_id: str) -> bytes:
    """What is stored of a session id. A plain hash is enough: the id has 256 unguessable bits."""
    return sha256(session_id.encode()).digest()


def cache_key(session_hash: bytes) -> str:
    return f"session:{session_hash.hex()}"


def derive(shop: Shop, first_id: str, generation: int) -> str:
    """Where a browser's firstId leads: two tabs and a lost answer meet in one session."""
    seed = f"{shop.domain}\0{first_id}\0{generation}".encode()
    return _encoded(hmac.digest(shop.session_key, seed, sha256))


def new_session_id() -> str:
    return _encoded(token_bytes(32))


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


# Built once: it is on the path of every message.
_CONVERSATION_ID = (
    select(sessions.c.conversation_id)
    .where(
        sessions.c.shop_id == bindparam("shop"),
        sessions.c.session_hash == bindparam("hash"),
    )
    .scalar_subquery()
)
_FIND = conversations.select_by_id(_CONVERSATION_ID)
_FIND_LOCKED = _FIND.with_for_update()


def find(
    connection: Connection, shop_id: int, session_id: str, lock: bool = False
) -> Conversation | None:
    """The conversation of a session, whatever its state and whoever asks."""
    return find_by_hash(connection, shop_id, hash_of(session_id), lock)


def find_by_hash(
    connection: Connection, shop_id: int, session_hash: bytes, lock: bool = False
) -> Conversation | None:
    which = {"shop": shop_id, "hash": session_hash}
    statement = _FIND_LOCKED if lock else _FIND

    row = connection.execute(statement, which).one_or_none()
    return Conversation.from_row(row) if row is not None else None


def open_conversation(
    connection: Connection, caller: Caller, session_id: str
) -> Conversation:
    """The conversation of a derived or drawn id, locked; one that is there is met, not doubled."""
    conversation_id = new_id()
    if _add(connection, caller.shop.id, session_id, conversation_id):
        return conversations.add(
            connection, caller.shop.id, conversation_id, caller.customer
        )

    found = find(connection, caller.shop.id, session_id, lock=True)
    assert found is not None, "a session is written with its conversation"
    return found


def _add(
    connection: Connection, shop_id: int, session_id: str, conversation_id: str
) -> bool:
    """False when the session is there, also when another transaction has just written it."""
    row = {
        "shop_id": shop_id,
        "session_hash": hash_of(session_id),
        "conversation_id": conversation_id,
        "at": now_ms(),
    }
    return insert_unless_there(connection, sessions, row)


def is_visible(conversation: Conversation, caller: Caller) -> bool:
    """A conversation is a guest's, or belongs to the customer it was bound to, and nobody else."""
    return conversation.customer_id in (None, caller.customer)


def is_expired(
    connection: Connection, config: Config, shop: Shop, conversation: Conversation
) -> bool:
    """Open in the table but past its time, as `conversations.list_expired` finds it; a turn at work
    keeps it alive.
    """
    if not _is_idle(config, shop, conversation):
        return False

    longest = shop.settings.waiting_days * DAY_MS
    if conversation.active_at + longest <= now_ms():
        return True
    if conversation.waits_for_staff:
        return False
    return not runs.is_any_open(connection, conversation.shop_id, conversation.id)


def _is_idle(config: Config, shop: Shop, conversation: Conversation) -> bool:
    if conversation.open_turns:
        return False
    seconds = shop.expiry_seconds or config.session_expiry_seconds
    return conversation.active_at + seconds * 1000 <= now_ms()


def is_open(
    connection: Connection, config: Config, shop: Shop, conversation: Conversation
) -> bool:
    if not conversation.is_open:
        return False
    return not is_expired(connection, config, shop, conversation)


def find_open(
    services: Services, caller: Caller, session_id: str | None
) -> Conversation | None:
    """The caller's open conversation, bound to the customer by now; None for unknown, foreign,
    revoked and expired.
    """
    if not session_id:
        return None
    return find_open_by_hash(services, caller, hash_of(session_id))


def find_open_by_hash(
    services: Services, caller: Caller, session_hash: bytes
) -> Conversation | None:
    """As `find_open`, for whoever has only the hash."""
    with services.db.reading() as connection:
        found = find_by_hash(connection, caller.shop.id, session_hash)

    if found is None or not may_access(services, caller, found):
        return None
    return found


def find_own(
    services: Services, caller: Caller, session_id: str | None
) -> Conversation | None:
    """The caller's own conversation, also when it is over; None for unknown and foreign ones."""
    if not session_id:
        return None
    with services.db.reading() as connection:
        found = find(connection, caller.shop.id, session_id)

    if found is None or not is_visible(found, caller):
        return None
    return found


def may_access(services: Services, caller: Caller, conversation: Conversation) -> bool:
    """Whether it is open and the caller's own; a guest's is bound to the customer by now."""
    if not is_visible(conversation, caller):
        return False
    if not _is_open_now(services, caller.shop, conversation):
        return False

    if not caller.customer or conversation.customer_id is not None:
        return True
    return services.db.write(conversations.bind_customer, conversation, caller.customer)


def _is_open_now(services: Services, shop: Shop, conversation: Conversation) -> bool:
    """The database is asked again only about those that have been idle for long."""
    if conversation.is_open and not _is_idle(services.config, shop, conversation):
        return True
    with services.db.reading() as connection:
        return is_open(connection, services.config, shop, conversation)


def list_conversations(
    services: Services, caller: Caller
) -> Sequence[EarlierConversation]:
    """A customer's conversations, wherever begun, the latest first; none for a guest."""
    if caller.customer is None:
        return ()

    shop_id = caller.shop.id
    with services.db.reading() as connection:
        found = conversations.list_of_customer(
            connection, shop_id, caller.customer, MOST_LISTED
        )
        ids = [each.id for each in found]
        lines = messages.list_first_lines(connection, shop_id, ids, LINE)

    return [
        EarlierConversation(
            each.id, each.started_at, each.active_at, each.is_open, lines[each.id]
        )
        for each in found
        if each.id in lines
    ]


def open_here(services: Services, caller: Caller, conversation_id: str) -> str:
    """A session of its own for this browser, in its customer's conversation. Raises NotFound,
    whatever the reason.
    """
    if caller.customer is None:
        raise NotFound
    session_id = new_session_id()
    services.db.write(_open_here, caller, conversation_id, session_id)
    return session_id


def _open_here(
    connection: Connection, caller: Caller, conversation_id: str, session_id: str
) -> None:
    shop_id, customer = caller.shop.id, caller.customer
    assert customer is not None, "guests open none"
    if not conversations.reopen(connection, shop_id, conversation_id, customer):
        raise NotFound

    _make_room(connection, shop_id, conversation_id)
    _add(connection, shop_id, session_id, conversation_id)


def add_another(connection: Connection, shop_id: int, conversation_id: str) -> str:
    """One more session of a conversation that somebody may open. Returns its id."""
    session_id = new_session_id()
    _make_room(connection, shop_id, conversation_id)
    _add(connection, shop_id, session_id, conversation_id)
    return session_id


def _make_room(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """For one more. The session that a conversation was begun with is never forgotten."""
    mine = conversations.within(sessions, shop_id, conversation_id)
    hashes = select(sessions.c.session_hash).where(mine)
    first = hashes.order_by(sessions.c.at).limit(1)
    latest = hashes.order_by(sessions.c.at.desc()).limit(MOST_DEVICES - 1)

    too_old = sessions.c.session_hash.not_in(latest) & sessions.c.session_hash.not_in(
        first
    )
    connection.execute(delete(sessions).where(mine, too_old))


def list_hashes(
    connection: Connection, shop_id: int, conversation_id: str
) -> Sequence[bytes]:
    """Of all sessions that lead to a conversation."""
    mine = conversations.within(sessions, shop_id, conversation_id)
    query = select(sessions.c.session_hash).where(mine)
    return connection.execute(query).scalars().all()


def list_hot_hashes(
    connection: Connection, shop_id: int, since: int
) -> Sequence[bytes]:
    """Of a shop's conversations that were active since then, in milliseconds."""
    hot = conversations.select_active_ids(shop_id, since)
    query = select(sessions.c.session_hash).where(
        sessions.c.shop_id == shop_id, sessions.c.conversation_id.in_(hot)
    )
    return connection.execute(query).scalars().all()
