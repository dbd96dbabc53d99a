"""Who of the staff has looked at which conversation, and when: kept for the merchant to see."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self

from sqlalchemy import Connection, Row, insert, select, tuple_

from backend.clock import now_ms
from backend.services import Services
from backend.store.tables import access_log

# A page that is open reads its conversation again with every message: that is one look.
ONE_LOOK_MS = 10 * 60_000


class What(StrEnum):
    """What somebody did with a conversation."""

    READ = "read"
    SEARCHED = "searched"
    EXPORTED = "exported"
    HANDED_OVER = "handed_over"
    DELETED = "deleted"
    NOTE_DELETED = "note_deleted"


@dataclass(frozen=True, slots=True)
class Access:
    """Without a conversation: of all that a search or a filter found."""

    id: str
    user_id: str
    conversation_id: str | None
    what: What
    at: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        what = What(row.what)
        return cls(row.id, row.user_id, row.conversation_id, what, row.at)


@dataclass(frozen=True, slots=True)
class AccessFilter:
    """Whose; what is not said does not narrow."""

    user_id: str = ""


@dataclass(frozen=True, slots=True)
class AccessPlace:
    """Where a page of the log ends: the next one begins below it."""

    at: int
    id: str


def note_access(
    services: Services,
    shop_id: int,
    user_id: str,
    what: What,
    conversation_id: str | None = None,
) -> None:
    services.db.write(add_access, shop_id, user_id, what, conversation_id)


def add_access(
    connection: Connection,
    shop_id: int,
    user_id: str,
    what: What,
    conversation_id: str | None,
) -> None:
    """Together with what was done."""
    access = Access(uuid.uuid4().hex, user_id, conversation_id, what, now_ms())
    connection.execute(insert(access_log).values(shop_id=shop_id, **asdict(access)))


def note_look(
    services: Services, shop_id: int, user_id: str, conversation_id: str
) -> None:
    """Somebody has a conversation before them."""
    with services.db.reading() as connection:
        if _has_looked(connection, shop_id, user_id, conversation_id):
            return

    note_access(services, shop_id, user_id, What.READ, conversation_id)


def list_latest(
    connection: Connection, shop_id: int, conversation_id: str, most: int
) -> Sequence[Access]:
    """The latest first."""
    query = (
        select(access_log)
        .where(access_log.c.shop_id == shop_id)
        .where(access_log.c.conversation_id == conversation_id)
        .order_by(access_log.c.at.desc(), access_log.c.id)
        .limit(most)
    )
    return [Access.from_row(row) for row in connection.execute(query)]


def list_page(
    connection: Connection,
    shop_id: int,
    wanted: AccessFilter,
    before: AccessPlace | None,
    most: int,
) -> Sequence[Access]:
    """Of the whole shop, the latest first."""
    query = (
        select(access_log)
        .where(access_log.c.shop_id == shop_id)
        .order_by(access_log.c.at.desc(), access_log.c.id.desc())
        .limit(most)
    )
    if wanted.user_id:
        query = query.where(access_log.c.user_id == wanted.user_id)
    if before is not None:
        place = tuple_(access_log.c.at, access_log.c.id)
        query = query.where(place < (before.at, before.id))
    return [Access.from_row(row) for row in connection.execute(query)]


def _has_looked(
    connection: Connection, shop_id: int, user_id: str, conversation_id: str
) -> bool:
    looks = select(access_log.c.id).where(
        access_log.c.shop_id == shop_id,
        access_log.c.conversation_id == conversation_id,
        access_log.c.user_id == user_id,
        access_log.c.what == What.READ,
    )
    recent = looks.where(access_log.c.at > now_ms() - ONE_LOOK_MS).limit(1)

    return connection.execute(recent).first() is not None
