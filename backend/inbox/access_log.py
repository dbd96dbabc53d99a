"""Who of the staff has looked at which conversation, and when: kept for the merchant to see."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, Row, insert, select

from backend.clock import now_ms
from backend.services import Services
from backend.store.tables import access_log, staff

# A page that is open reads its conversation again with every message: that is one look.
ONE_LOOK_MS = 10 * 60_000


def note(
    services: Services,
    shop_id: int,
    user_id: str,
    what: str,
    conversation_id: str | None = None,
) -> None:
    """`what` is read, searched, exported, handed_over or deleted."""
    services.db.write(_add, shop_id, user_id, what, conversation_id)


def note_look(
    services: Services, shop_id: int, user_id: str, conversation_id: str
) -> None:
    """Somebody has a conversation before them."""
    with services.db.reading() as connection:
        if _has_looked(connection, shop_id, user_id, conversation_id):
            return
    note(services, shop_id, user_id, "read", conversation_id)


def list_latest(
    connection: Connection, shop_id: int, conversation_id: str, most: int
) -> Sequence[Row]:
    """With the names of those who looked, the latest first."""
    query = (
        select(access_log, staff.c.name)
        .select_from(
            access_log.join(
                staff,
                (staff.c.shop_id == access_log.c.shop_id)
                & (staff.c.user_id == access_log.c.user_id),
                isouter=True,
            )
        )
        .where(
            access_log.c.shop_id == shop_id,
            access_log.c.conversation_id == conversation_id,
        )
    )
    return connection.execute(
        query.order_by(access_log.c.at.desc(), access_log.c.id).limit(most)
    ).all()


def _has_looked(
    connection: Connection, shop_id: int, user_id: str, conversation_id: str
) -> bool:
    recent = (
        select(access_log.c.id)
        .where(
            access_log.c.shop_id == shop_id,
            access_log.c.conversation_id == conversation_id,
        )
        .where(
            access_log.c.user_id == user_id,
            access_log.c.what == "read",
            access_log.c.at > now_ms() - ONE_LOOK_MS,
        )
    )
    return connection.execute(recent.limit(1)).first() is not None


def _add(
    connection: Connection,
    shop_id: int,
    user_id: str,
    what: str,
    conversation_id: str | None,
) -> None:
    about = {
        "user_id": user_id,
        "what": what,
        "conversation_id": conversation_id,
        "at": now_ms(),
    }
    connection.execute(
        insert(access_log).values(shop_id=shop_id, id=uuid.uuid4().hex, **about)
    )
