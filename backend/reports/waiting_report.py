"""Who waits for a person, for the app's home: since when, why, and what they have asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from backend.inbox import conversation_list
from backend.inbox.conversation_list import LINE_CHARACTERS, InboxRow
from backend.store.tables import conversations, messages


@dataclass(frozen=True, slots=True)
class WaitingShopper:
    """`question` is the beginning of what the shopper said last. `why` is None where a version
    before has not noted it.
    """

    row: InboxRow
    why: str | None
    question: str


def list_waiting(
    connection: Connection, shop_id: int, most: int
) -> list[WaitingShopper]:
    """Those that have waited longest."""
    rows = conversation_list.list_needing_staff(connection, shop_id, most)
    reasons = _read_reasons(connection, shop_id, [row.id for row in rows])
    return [
        WaitingShopper(
            row,
            why=reasons.get(row.id),
            question=_find_question(connection, shop_id, row.id),
        )
        for row in rows
    ]


def _read_reasons(
    connection: Connection, shop_id: int, ids: Sequence[str]
) -> dict[str, str | None]:
    query = (
        select(conversations.c.id, conversations.c.needs_staff_why)
        .where(conversations.c.shop_id == shop_id)
        .where(conversations.c.id.in_(ids))
    )
    return {row.id: row.needs_staff_why for row in connection.execute(query)}


def _find_question(connection: Connection, shop_id: int, conversation_id: str) -> str:
    """From its end, so that a long conversation is not read; blank where nobody has written."""
    query = (
        select(func.substr(messages.c.text, 1, LINE_CHARACTERS))
        .where(messages.c.shop_id == shop_id)
        .where(messages.c.conversation_id == conversation_id)
        .where(messages.c.role == "shopper")
        .order_by(messages.c.seq.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() or ""
