"""What is to be sent of a conversation, and to whom: one row for each target, so that nobody is
told of it twice. Owns the table; what is sent, and when, others decide.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    func,
    select,
    update,
)

from backend.chat.conversations import within
from backend.store.database import insert_missing, insert_unless_there
from backend.store.tables import outbox

# One target hears of one conversation no more often than this.
PAUSE_MS = 10 * 60_000
# The waits between attempts double between these two, until nobody needs to know any more.
FIRST_WAIT_MS, LONGEST_WAIT_MS = 10_000, 15 * 60_000
GIVES_UP_AFTER_MS = 24 * 3_600_000
# What counts no further.
MOST_TRIES = 1_000
# The target that is whoever has left an address in the conversation.
SHOPPER = "shopper"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    # Nobody needed to know any more.
    DROPPED = "dropped"
    # It never arrives there, whenever it is sent.
    REFUSED = "refused"
    # It did not arrive in time.
    FAILED = "failed"

    @property
    def is_lost(self) -> bool:
        return self in (DeliveryState.REFUSED, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """`since` is when it was first due. `seq` is the last message that the shopper was sent, or has
    seen.
    """

    shop_id: int
    conversation_id: str
    target_id: str
    id: str
    reason: str
    state: DeliveryState
    since: int
    due_at: int
    tries: int
    failure: str | None
    sent_at: int | None
    seq: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = dict(row._mapping)
        values["state"] = DeliveryState(row.state)
        return cls(**values)


def wait_of(tries: int) -> int:
    """Before the next attempt, after so many; in milliseconds."""
    return min(FIRST_WAIT_MS << min(tries, 10), LONGEST_WAIT_MS)


def open_delivery(
    connection: Connection, shop_id: int, conversation_id: str, target_id: str
) -> Delivery:
    """The one that is there, or one of which nothing was ever sent."""
    where = (shop_id, conversation_id, target_id)
    known = find_delivery(connection, *where)
    if known is not None:
        return known
    fresh = new_delivery(where[:2], target_id, "", 0)
    return replace(fresh, state=DeliveryState.DROPPED)


def find_delivery(
    connection: Connection, shop_id: int, conversation_id: str, target_id: str
) -> Delivery | None:
    query = select(outbox).where(_is(shop_id, conversation_id, target_id))
    row = connection.execute(query).one_or_none()
    return None if row is None else Delivery.from_row(row)


def put(connection: Connection, wanted: Delivery) -> Delivery:
    (there,) = put_each(connection, [wanted])
    return there


def put_each(connection: Connection, wanted: Sequence[Delivery]) -> Sequence[Delivery]:
    """What is wanted of one conversation, unless one waits there already, or was sent a moment ago:
    then it waits for the end of the pause. Returns what there is now.
    """
    insert_missing(connection, outbox, [asdict(each) for each in wanted])
    if not wanted:
        return []

    first = wanted[0]
    mine = within(outbox, first.shop_id, first.conversation_id)
    rows = connection.execute(select(outbox).where(mine))
    known = {row.target_id: Delivery.from_row(row) for row in rows}
    return [_renew(connection, known[each.target_id], each) for each in wanted]


def _renew(connection: Connection, known: Delivery, wanted: Delivery) -> Delivery:
    if known.state is DeliveryState.WAITING:
        return known

    due_at = wanted.due_at
    if known.sent_at is not None:
        due_at = max(due_at, known.sent_at + PAUSE_MS)
    again = replace(
        wanted, since=due_at, due_at=due_at, sent_at=known.sent_at, seq=known.seq
    )
    where = (known.shop_id, known.conversation_id, known.target_id)
    connection.execute(update(outbox).where(_is(*where)).values(asdict(again)))
    return again


def new_delivery(
    where: tuple[int, str], target_id: str, reason: str, due_at: int
) -> Delivery:
    """`where` is the shop's id and the conversation's."""
    return Delivery(
        shop_id=where[0],
        conversation_id=where[1],
        target_id=target_id,
        id=uuid.uuid4().hex,
        reason=reason,
        state=DeliveryState.WAITING,
        since=due_at,
        due_at=due_at,
        tries=0,
        failure=None,
        sent_at=None,
        seq=0,
    )


def list_due(
    connection: Connection, shop_id: int, target_id: str, now: int, most: int
) -> Sequence[Delivery]:
    """Those that waited longest first."""
    query = (
        select(outbox)
        .where(_waits(shop_id, target_id), outbox.c.due_at <= now)
        .order_by(outbox.c.due_at, outbox.c.conversation_id)
        .limit(most)
    )
    return [Delivery.from_row(row) for row in connection.execute(query)]


def find_next_due(connection: Connection, shop_id: int, target_id: str) -> int | None:
    """When the next of a target's is due; None when nothing waits."""
    earliest = func.min(outbox.c.due_at)
    query = select(earliest).where(_waits(shop_id, target_id))
    found: int | None = connection.execute(query).scalar_one()
    return found


def count_stuck(connection: Connection, shop_id: int) -> dict[str, int]:
    """By target how many did not arrive at all, or not in time."""
    number = func.count()
    query = (
        select(outbox.c.target_id, number.label("number"))
        .where(
            outbox.c.shop_id == shop_id,
            outbox.c.state.in_([DeliveryState.REFUSED, DeliveryState.FAILED]),
        )
        .group_by(outbox.c.target_id)
    )
    return {row.target_id: row.number for row in connection.execute(query)}


def mark_sent(connection: Connection, deliveries: Sequence[Delivery], at: int) -> None:
    """All of one target."""
    values = {"state": DeliveryState.SENT, "sent_at": at, "tries": 0, "failure": None}
    for first in deliveries[:1]:
        ids = [each.conversation_id for each in deliveries]
        theirs = _waits(first.shop_id, first.target_id)
        statement = update(outbox).where(theirs, outbox.c.conversation_id.in_(ids))
        connection.execute(statement.values(values))


def mark_refused(connection: Connection, delivery: Delivery, failure: str) -> None:
    values = {"state": DeliveryState.REFUSED, "failure": failure}
    _end(connection, delivery, values)


def drop(connection: Connection, delivery: Delivery) -> None:
    """Nobody needs to know any more."""
    _end(connection, delivery, {"state": DeliveryState.DROPPED})


def drop_all(connection: Connection, shop_id: int, target_id: str) -> None:
    """The target is gone, or wants nothing more."""
    waiting = update(outbox).where(_waits(shop_id, target_id))
    connection.execute(waiting.values(state=DeliveryState.DROPPED))


def put_off_due(
    connection: Connection,
    shop_id: int,
    target_id: str,
    now: int,
    failure: str,
) -> None:
    """The target could not be reached: all that is due there comes later, or, after a day,
    never.
    """
    tries = outbox.c.tries
    waits = [(tries == number, now + wait_of(number)) for number in range(8)]
    is_too_late = outbox.c.since <= now - GIVES_UP_AFTER_MS
    state = case(
        (is_too_late, DeliveryState.FAILED.value), else_=DeliveryState.WAITING.value
    )

    connection.execute(
        update(outbox)
        .where(_waits(shop_id, target_id), outbox.c.due_at <= now)
        .values(
            state=state,
            tries=case((tries < MOST_TRIES, tries + 1), else_=tries),
            due_at=case(*waits, else_=now + LONGEST_WAIT_MS),
            failure=failure,
        )
    )


def put_off_one(
    connection: Connection, delivery: Delivery, now: int, failure: str
) -> DeliveryState:
    """The same of one alone. Returns how it stands then."""
    is_too_late = delivery.since <= now - GIVES_UP_AFTER_MS
    state = DeliveryState.FAILED if is_too_late else DeliveryState.WAITING
    values = {
        "state": state,
        "tries": min(delivery.tries + 1, MOST_TRIES),
        "due_at": now + wait_of(delivery.tries),
        "failure": failure,
    }
    _end(connection, delivery, values)
    return state


def note_seen(connection: Connection, delivery: Delivery, seq: int) -> None:
    """What the shopper has been sent, or has seen, need not be sent."""
    insert_unless_there(connection, outbox, asdict(delivery))

    where = (delivery.shop_id, delivery.conversation_id, delivery.target_id)
    is_news = outbox.c.seq < seq
    connection.execute(update(outbox).where(_is(*where), is_news).values(seq=seq))


def _end(connection: Connection, delivery: Delivery, values: dict[str, Any]) -> None:
    """Unless another has taken its place."""
    mine = and_(
        _is(delivery.shop_id, delivery.conversation_id, delivery.target_id),
        outbox.c.id == delivery.id,
    )
    connection.execute(update(outbox).where(mine).values(values))


def _waits(shop_id: int, target_id: str) -> ColumnElement[bool]:
    return and_(
        outbox.c.shop_id == shop_id,
        outbox.c.target_id == target_id,
        outbox.c.state == DeliveryState.WAITING,
    )


def _is(shop_id: int, conversation_id: str, target_id: str) -> ColumnElement[bool]:
    return and_(
        outbox.c.shop_id == shop_id,
        outbox.c.conversation_id == conversation_id,
        outbox.c.target_id == target_id,
    )
