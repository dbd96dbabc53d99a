"""A signed-in customer's conversations, wherever they were begun: listed, and gone on with on this
device.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from backend.chat import sessions
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.errors import NotFound
from backend.services import Services
from backend.store.tables import conversations, devices, messages

MOST_LISTED = 30
# Devices that go on with one conversation; the oldest of more begins anew.
MOST_DEVICES = 20
LINE = 80

# A customer who reset a conversation has put it away; what the clock closed can be gone on with.
KEPT = or_(conversations.c.status == "open", conversations.c.closed_why == "expired")


def list_conversations(services: Services, caller: Caller) -> Sequence[Row]:
    """(id, started_at, active_at, is_open, line), the latest first; none for a guest."""
    if caller.customer is None:
        return ()
    first = and_(
        messages.c.shop_id == conversations.c.shop_id,
        messages.c.conversation_id == conversations.c.id,
        messages.c.seq == 1,
    )
    query = (
        select(
            conversations.c.id,
            conversations.c.started_at,
            conversations.c.active_at,
            (conversations.c.status == "open").label("is_open"),
            func.substr(messages.c.text, 1, LINE).label("line"),
        )
        .join_from(conversations, messages, first)
        .where(_of(caller), KEPT)
        .order_by(conversations.c.active_at.desc())
        .limit(MOST_LISTED)
    )
    with services.db.reading() as connection:
        return connection.execute(query).all()


def open_here(services: Services, caller: Caller, conversation_id: str) -> str:
    """A session of its own for this browser, in its customer's conversation. Raises NotFound,
    whatever the reason.
    """
    if caller.customer is None:
        raise NotFound
    session_id = sessions.new_session_id()
    services.db.write(_open, caller, conversation_id, session_id)
    return session_id


def _open(
    connection: Connection, caller: Caller, conversation_id: str, session_id: str
) -> None:
    mine = and_(_of(caller), conversations.c.id == conversation_id, KEPT)
    again = {
        "status": "open",
        "closed_why": None,
        "closed_at": None,
        "active_at": now_ms(),
    }
    if (
        connection.execute(update(conversations).where(mine).values(**again)).rowcount
        == 0
    ):
        raise NotFound
    here = and_(
        devices.c.shop_id == caller.shop.id,
        devices.c.conversation_id == conversation_id,
    )
    latest = (
        select(devices.c.session_hash)
        .where(here)
        .order_by(devices.c.at.desc())
        .limit(MOST_DEVICES - 1)
    )
    connection.execute(
        delete(devices).where(here, devices.c.session_hash.not_in(latest))
    )
    row = {"shop_id": caller.shop.id, "session_hash": sessions.hash_of(session_id)}
    connection.execute(
        insert(devices).values(conversation_id=conversation_id, at=now_ms(), **row)
    )


def _of(caller: Caller):  # type: ignore[no-untyped-def]
    return and_(
        conversations.c.shop_id == caller.shop.id,
        conversations.c.customer_id == caller.customer,
    )
