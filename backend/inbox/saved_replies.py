"""Replies that a shop's staff keeps, to put into an answer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from backend.clock import now_ms
from backend.errors import Invalid, NotFound
from backend.inbox import staff_text
from backend.services import Services
from backend.store.tables import saved_replies

MOST_TITLE_CHARACTERS = 80
MOST_REPLY_CHARACTERS = 8_000
MOST_REPLIES = 200


@dataclass(frozen=True, slots=True)
class SavedReply:
    id: str
    title: str
    text: str
    at: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(row.id, row.title, row.text, row.at)


def list_replies(connection: Connection, shop_id: int) -> Sequence[SavedReply]:
    """By their titles."""
    query = (
        select(saved_replies)
        .where(saved_replies.c.shop_id == shop_id)
        .order_by(func.lower(saved_replies.c.title), saved_replies.c.id)
    )
    return [SavedReply.from_row(row) for row in connection.execute(query)]


def find_faults(title: str, text: str) -> dict[str, str]:
    """What is wrong with a reply to be saved, by field."""
    faults = {
        "title": staff_text.find_fault(title, "A title", MOST_TITLE_CHARACTERS),
        "text": staff_text.find_fault(text, "A reply", MOST_REPLY_CHARACTERS),
    }
    return {field: fault for field, fault in faults.items() if fault}


def save_reply(services: Services, shop_id: int, title: str, text: str) -> None:
    """Raises Invalid, also when there are as many as there can be."""
    reply = SavedReply(
        id=uuid.uuid4().hex,
        title=staff_text.read_text(title, "A title", MOST_TITLE_CHARACTERS),
        text=staff_text.read_text(text, "A reply", MOST_REPLY_CHARACTERS),
        at=now_ms(),
    )
    services.db.write(_add_reply, shop_id, reply)


def edit_reply(
    services: Services, shop_id: int, reply_id: str, title: str, text: str
) -> None:
    """Raises NotFound, Invalid."""
    values: dict[str, str | int] = {
        "title": staff_text.read_text(title, "A title", MOST_TITLE_CHARACTERS),
        "text": staff_text.read_text(text, "A reply", MOST_REPLY_CHARACTERS),
        "at": now_ms(),
    }
    services.db.write(_edit_reply, shop_id, reply_id, values)


def _edit_reply(
    connection: Connection, shop_id: int, reply_id: str, values: dict[str, str | int]
) -> None:
    edited = connection.execute(
        update(saved_replies)
        .where(saved_replies.c.shop_id == shop_id, saved_replies.c.id == reply_id)
        .values(values)
    )
    if not edited.rowcount:
        raise NotFound


def _add_reply(connection: Connection, shop_id: int, reply: SavedReply) -> None:
    if _count_replies(connection, shop_id) >= MOST_REPLIES:
        raise Invalid(
            f"There are {MOST_REPLIES} saved replies, which is as many as there can be."
        )

    row = {"id": reply.id, "title": reply.title, "text": reply.text, "at": reply.at}
    connection.execute(insert(saved_replies).values(shop_id=shop_id, **row))


def _count_replies(connection: Connection, shop_id: int) -> int:
    query = select(func.count()).where(saved_replies.c.shop_id == shop_id)
    return connection.execute(query).scalar_one()


def delete_reply(services: Services, shop_id: int, reply_id: str) -> None:
    """One that is not there is fine, too."""
    reply = delete(saved_replies).where(
        saved_replies.c.shop_id == shop_id, saved_replies.c.id == reply_id
    )
    services.db.write(Connection.execute, reply)
