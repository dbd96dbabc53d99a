"""How often a conversation came to need a person of the shop, and how long they took to speak."""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Self

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from backend.clock import now_ms
from backend.store.tables import handoffs

# How many of the latest tell how long it usually takes; with fewer than the least, nobody knows.
MOST_MEASURED, LEAST_MEASURED = 20, 3


class Why(StrEnum):
    """Why a person is needed: asked for, a reply that failed, a budget that was reached, or words
    to somebody who has the conversation.
    """

    ASKED = "asked"
    FAILED = "failed"
    LIMIT = "limit"
    MESSAGE = "message"

    @property
    def is_of_a_reply(self) -> bool:
        """A reply that succeeds when it is tried again ends it."""
        return self in (Why.FAILED, Why.LIMIT)


@dataclass(frozen=True, slots=True)
class Handoff:
    shop_id: int
    id: str
    conversation_id: str
    why: Why
    asked_at: int
    answered_at: int | None
    ended_at: int | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = dict(row._mapping)
        values["why"] = Why(row.why)
        return cls(**values)


def add(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    why: Why,
    asked_at: int,
) -> None:
    row = {
        "shop_id": shop_id,
        "id": uuid.uuid4().hex,
        "conversation_id": conversation_id,
        "why": why,
        "asked_at": asked_at,
    }
    connection.execute(insert(handoffs), row)


def mark_answered(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """A person has spoken."""
    connection.execute(
        update(handoffs)
        .where(_waiting(shop_id, conversation_id))
        .values(answered_at=now_ms())
    )


def end(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """Nobody waits for a person any more."""
    mine = _within(shop_id, conversation_id)
    connection.execute(
        update(handoffs)
        .where(mine, handoffs.c.ended_at.is_(None))
        .values(ended_at=now_ms())
    )


def list_handoffs(
    connection: Connection, shop_id: int, conversation_id: str
) -> list[Handoff]:
    """All of a conversation, the oldest first."""
    query = (
        select(handoffs)
        .where(_within(shop_id, conversation_id))
        .order_by(handoffs.c.asked_at, handoffs.c.id)
    )
    rows = connection.execute(query).all()
    return [Handoff.from_row(row) for row in rows]


def read_usual_wait(connection: Connection, shop_id: int) -> int | None:
    """How many seconds it took until a person spoke, usually; None while too few are known.

    Who is in the middle of a conversation answers sooner than who has to come: those do not count.
    """
    query = (
        select(handoffs.c.asked_at, handoffs.c.answered_at)
        .where(handoffs.c.shop_id == shop_id)
        .where(handoffs.c.answered_at.is_not(None), handoffs.c.why != Why.MESSAGE)
        .order_by(handoffs.c.answered_at.desc())
        .limit(MOST_MEASURED)
    )
    rows = connection.execute(query).all()
    if len(rows) < LEAST_MEASURED:
        return None

    waits = [max(0, row.answered_at - row.asked_at) for row in rows]
    return round(median(waits) / 1000)


def _within(shop_id: int, conversation_id: str) -> ColumnElement[bool]:
    return (handoffs.c.shop_id == shop_id) & (
        handoffs.c.conversation_id == conversation_id
    )


def _waiting(shop_id: int, conversation_id: str) -> ColumnElement[bool]:
    return (
        _within(shop_id, conversation_id)
        & handoffs.c.answered_at.is_(None)
        & handoffs.c.ended_at.is_(None)
    )
