"""Guests' conversations that name somebody: looked for slice by slice, since no statement may read
a whole big shop.
"""

import re
from collections.abc import Iterator, Sequence

import gevent
from sqlalchemy import Connection, or_, select

from backend.services import Services
from backend.store.tables import conversations, messages

# So many are looked into with one read: milliseconds, also for SQLite, where nobody else is served
# meanwhile.
SLICE = 200
# A read of long conversations ends after so many messages, and goes on behind them.
MOST_MESSAGES = 2_000

C, M = conversations.c, messages.c


def walk_guests(
    services: Services,
    shop_id: int,
    contacts: Sequence[str],
    after: str = "",
    since: int = 0,
) -> Iterator[tuple[list[str], str]]:
    """Ids of those whose shopper has written one of `contacts`, and how far that is: where to go on
    `after`.

    With `since`, in milliseconds, only those that have gone on since then.
    """
    while contacts:
        with services.db.reading() as connection:
            slice_ = _slice(connection, shop_id, after, since)
            found = _who_wrote(connection, shop_id, slice_, contacts) if slice_ else []
        if not slice_:
            return
        after = slice_[-1]
        yield found, after
        gevent.sleep(0)


def by_age(services: Services, shop_id: int, ids: Sequence[str]) -> list[str]:
    """The same, from the first begun to the last."""
    begun: dict[str, int] = {}
    for place in range(0, len(ids), SLICE):
        some = select(C.id, C.started_at).where(
            C.shop_id == shop_id, C.id.in_(ids[place : place + SLICE])
        )
        with services.db.reading() as connection:
            begun |= {row.id: row.started_at for row in connection.execute(some)}
    return sorted(begun, key=lambda id_: (begun[id_], id_))


def names(text: str, contact: str) -> bool:
    """Whether a text has an address or number as a whole: ashlee@example.com is not
    lee@example.com.
    """
    return (
        re.search(
            rf"(?<![\w.+%-]){re.escape(contact)}(?![\w-]|\.\w)", text, re.IGNORECASE
        )
        is not None
    )


def _slice(connection: Connection, shop_id: int, after: str, since: int) -> list[str]:
    query = select(C.id, C.last_seq).where(
        C.shop_id == shop_id, C.id > after, C.customer_id.is_(None)
    )
    query = query.where(C.active_at >= since) if since else query
    ids: list[str] = []
    total = 0
    for row in connection.execute(query.order_by(C.id).limit(SLICE)):
        total += row.last_seq
        if ids and total > MOST_MESSAGES:
            break
        ids.append(row.id)
    return ids


def _who_wrote(
    connection: Connection, shop_id: int, ids: Sequence[str], contacts: Sequence[str]
) -> list[str]:
    """What a shopper has written: an assistant may name an address that is the shop's own."""
    query = select(M.conversation_id, M.text).where(
        M.shop_id == shop_id, M.conversation_id.in_(ids)
    )
    said = or_(*(M.text.icontains(contact, autoescape=True) for contact in contacts))
    rows = connection.execute(query.where(M.role == "shopper", said)).all()
    return sorted(
        {
            row.conversation_id
            for row in rows
            if any(names(row.text, contact) for contact in contacts)
        }
    )
