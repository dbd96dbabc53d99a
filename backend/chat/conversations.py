"""Conversations: the record, and the statements on its table."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from backend.clock import now_ms
from backend.flows import runs
from backend.services import Services
from backend.shops import directory
from backend.store.tables import conversations

COUNTS_ALL = {"across_shops": "an operator counts all"}
SWEEPS_ALL = {"across_shops": "the clocks run for all shops"}
DAY_MS = 86_400_000


class ConversationStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class ClosedWhy(StrEnum):
    RESET = "reset"
    ERASED = "erased"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Somebody has put it away; what the clock closed can be gone on with."""
        return self is not ClosedWhy.EXPIRED


class Mode(StrEnum):
    """Who answers. What staff has closed opens again with the shopper's next message."""

    ASSISTANT = "assistant"
    STAFF = "staff"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Conversation:
    shop_id: int
    id: str
    customer_id: str | None
    status: ConversationStatus
    closed_why: ClosedWhy | None
    mode: Mode
    staff_id: str | None
    staff_seq: int
    needs_staff_since: int | None
    locale: str | None
    page: dict[str, Any] | None
    last_seq: int
    open_turns: int
    started_at: int
    active_at: int
    closed_at: int | None
    needs_staff_why: str | None = None
    snoozed_until: int | None = None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = dict(row._mapping)
        values["status"] = ConversationStatus(row.status)
        values["closed_why"] = ClosedWhy(row.closed_why) if row.closed_why else None
        values["mode"] = Mode(row.mode)
        return cls(**values)

    @property
    def is_open(self) -> bool:
        """In the table; its time may be over all the same."""
        return self.status is ConversationStatus.OPEN


@dataclass(frozen=True, slots=True)
class Counted:
    """What a conversation has now, as of the transaction that counted."""

    last_seq: int
    open_turns: int


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many conversations of all shops are in a state; the `hot` are not idle."""

    status: ConversationStatus
    closed_why: ClosedWhy | None
    hot: bool
    number: int


def new_id() -> str:
    return uuid.uuid4().hex


def within(table: Table, shop_id: int, conversation_id: str) -> ColumnElement[bool]:
    """The rows of a table that belong to one conversation."""
    return (table.c.shop_id == shop_id) & (table.c.conversation_id == conversation_id)


# Statements on the path of a turn are built once: building one costs as much as running it.
_MINE = (conversations.c.shop_id == bindparam("shop")) & (
    conversations.c.id == bindparam("conversation")
)
_KEPT = or_(
    conversations.c.status == ConversationStatus.OPEN,
    conversations.c.closed_why == ClosedWhy.EXPIRED,
)


def select_by_id(conversation_id: ColumnElement[str]) -> Select:
    """The conversation of the shop `:shop` with an id that another statement may find."""
    return select(conversations).where(
        conversations.c.shop_id == bindparam("shop"),
        conversations.c.id == conversation_id,
    )


_FIND = select_by_id(bindparam("conversation"))
_FIND_LOCKED = _FIND.with_for_update()


def find(
    connection: Connection, shop_id: int, conversation_id: str, lock: bool = False
) -> Conversation | None:
    """Whatever its state; locked until the transaction ends, if that is asked for."""
    which = {"shop": shop_id, "conversation": conversation_id}
    statement = _FIND_LOCKED if lock else _FIND

    row = connection.execute(statement, which).one_or_none()
    return Conversation.from_row(row) if row is not None else None


def add(
    connection: Connection, shop_id: int, conversation_id: str, customer_id: str | None
) -> Conversation:
    """A new one, locked as every row that a transaction has written."""
    now = now_ms()
    row = {
        "shop_id": shop_id,
        "id": conversation_id,
        "customer_id": customer_id,
        "status": ConversationStatus.OPEN,
        "started_at": now,
        "active_at": now,
    }

    added = connection.execute(_ADD, row).one()
    return Conversation.from_row(added)


_ADD = insert(conversations).returning(*conversations.c)
_TOUCH = (
    update(conversations)
    .where(_MINE)
    .values(
        active_at=bindparam("now"),
        last_seq=conversations.c.last_seq + bindparam("more_messages"),
        open_turns=conversations.c.open_turns + bindparam("more_turns"),
    )
    .returning(conversations.c.last_seq, conversations.c.open_turns)
)


def touch(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    messages: int = 0,
    turns: int = 0,
) -> Counted:
    """Lock a conversation until the transaction ends, and count what comes or goes."""
    which = {"shop": shop_id, "conversation": conversation_id}
    counts = {"now": now_ms(), "more_messages": messages, "more_turns": turns}

    row = connection.execute(_TOUCH, which | counts).one()
    return Counted(row.last_seq, row.open_turns)


_RECEIVE = (
    update(conversations)
    .where(_MINE)
    .values(
        active_at=bindparam("now"),
        last_seq=conversations.c.last_seq + 1,
        open_turns=conversations.c.open_turns + bindparam("more_turns"),
        locale=bindparam("spoken"),
        page=bindparam("seen", type_=conversations.c.page.type),
        # What staff has closed opens again with the assistant; what staff holds waits for a person.
        mode=case(
            (conversations.c.mode == Mode.CLOSED, Mode.ASSISTANT),
            else_=conversations.c.mode,
        ),
        needs_staff_since=case(
            (
                conversations.c.mode == Mode.STAFF,
                func.coalesce(conversations.c.needs_staff_since, bindparam("now")),
            ),
            else_=conversations.c.needs_staff_since,
        ),
        snoozed_until=None,
    )
    .returning(conversations.c.last_seq)
)


def receive(
    connection: Connection,
    conversation: Conversation,
    turns: int,
    locale: str | None,
    page: dict[str, Any] | None,
) -> int:
    """Make room for a shopper's message, as `touch` does, and note where it comes from.

    Returns its seq.
    """
    which = {"shop": conversation.shop_id, "conversation": conversation.id}
    news = {"now": now_ms(), "more_turns": turns, "spoken": locale, "seen": page}

    seq: int = connection.execute(_RECEIVE, which | news).scalar_one()
    return seq


def set_needs_staff(
    connection: Connection, shop_id: int, conversation_id: str, needed: bool
) -> None:
    """Mark a conversation for the staff: an answer failed, or its shopper asked for one of them."""
    since = None
    if needed:
        since = func.coalesce(conversations.c.needs_staff_since, now_ms())

    connection.execute(
        update(conversations)
        .where(_MINE)
        .values(needs_staff_since=since, snoozed_until=None),
        {"shop": shop_id, "conversation": conversation_id},
    )


def set_mode(
    connection: Connection,
    conversation: Conversation,
    mode: Mode,
    staff_id: str | None,
    staff_seq: int,
) -> None:
    """A person takes it, speaks in it or leaves it, and has seen it up to a seq: nobody waits."""
    connection.execute(
        update(conversations)
        .where(_MINE)
        .values(
            active_at=now_ms(),
            mode=mode,
            staff_id=staff_id,
            staff_seq=staff_seq,
            needs_staff_since=None,
            needs_staff_why=None,
            snoozed_until=None,
        ),
        {"shop": conversation.shop_id, "conversation": conversation.id},
    )


def snooze(
    connection: Connection, shop_id: int, conversation_id: str, until: int | None
) -> None:
    """Out of what needs a reply until a moment, in milliseconds, or until its shopper writes; None
    brings it back.
    """
    connection.execute(
        update(conversations).where(_MINE).values(snoozed_until=until),
        {"shop": shop_id, "conversation": conversation_id},
    )


def mark_seen(connection: Connection, conversation: Conversation) -> None:
    """The staff has seen all of it that there was when it was read."""
    is_news = conversations.c.staff_seq < conversation.last_seq
    connection.execute(
        update(conversations)
        .where(_MINE, is_news)
        .values(staff_seq=conversation.last_seq),
        {"shop": conversation.shop_id, "conversation": conversation.id},
    )


def mark_unread(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """As if staff had not seen its last message."""
    is_seen = conversations.c.staff_seq == conversations.c.last_seq
    has_some = conversations.c.last_seq > 0
    connection.execute(
        update(conversations)
        .where(_MINE, is_seen, has_some)
        .values(staff_seq=conversations.c.last_seq - 1),
        {"shop": shop_id, "conversation": conversation_id},
    )


def import_conversation(connection: Connection, conversation: Conversation) -> None:
    """As it was exported. No browser holds a session of it; its customer finds it by signing in."""
    connection.execute(insert(conversations), asdict(conversation))


def bind_customer(
    connection: Connection, conversation: Conversation, customer_id: str | None
) -> bool:
    """The first signed customer keeps a guest's conversation. False when another was first."""
    is_free = or_(
        conversations.c.customer_id.is_(None),
        conversations.c.customer_id == customer_id,
    )

    bound = connection.execute(
        update(conversations).where(_MINE, is_free).values(customer_id=customer_id),
        {"shop": conversation.shop_id, "conversation": conversation.id},
    )
    return bound.rowcount == 1


def close(
    connection: Connection, shop_id: int, conversation_id: str, why: ClosedWhy
) -> None:
    """A form that is open in it is left as it is."""
    runs.abandon(connection, shop_id, conversation_id)
    connection.execute(
        update(conversations)
        .where(_MINE)
        .values(
            status=ConversationStatus.CLOSED,
            closed_why=why,
            closed_at=now_ms(),
            open_turns=0,
        ),
        {"shop": shop_id, "conversation": conversation_id},
    )


def reopen(
    connection: Connection, shop_id: int, conversation_id: str, customer_id: str
) -> bool:
    """A customer goes on with one of theirs. False when there is none that can be gone on with."""
    reopened = connection.execute(
        update(conversations)
        .where(_MINE, conversations.c.customer_id == customer_id, _KEPT)
        .values(
            status=ConversationStatus.OPEN,
            closed_why=None,
            closed_at=None,
            active_at=now_ms(),
        ),
        {"shop": shop_id, "conversation": conversation_id},
    )

    return reopened.rowcount == 1


def clear_whereabouts(
    connection: Connection, shop_id: int, conversation_id: str
) -> None:
    """Where its shopper was, and in which language, is erased with their words."""
    connection.execute(
        update(conversations).where(_MINE).values(page=None, locale=None),
        {"shop": shop_id, "conversation": conversation_id},
    )


def delete_rows(connection: Connection, shop_id: int, ids: Collection[str]) -> int:
    """The conversations alone; `retention` deletes what belongs to them."""
    mine = (conversations.c.shop_id == shop_id) & conversations.c.id.in_(ids)
    return connection.execute(delete(conversations).where(mine)).rowcount


def list_of_customer(
    connection: Connection, shop_id: int, customer_id: str, most: int
) -> list[Conversation]:
    """Those that can be gone on with, the latest first."""
    query = (
        select(conversations)
        .where(
            conversations.c.shop_id == shop_id,
            conversations.c.customer_id == customer_id,
            _KEPT,
        )
        .order_by(conversations.c.active_at.desc())
        .limit(most)
    )

    rows = connection.execute(query).all()
    return [Conversation.from_row(row) for row in rows]


def list_open(connection: Connection, shop_id: int) -> list[Conversation]:
    """In the table; the time of some may be over all the same."""
    query = select(conversations).where(
        conversations.c.shop_id == shop_id,
        conversations.c.status == ConversationStatus.OPEN,
    )
    rows = connection.execute(query).all()
    return [Conversation.from_row(row) for row in rows]


def select_active_ids(shop_id: int, since: int) -> Select:
    """A part of another statement; `since` is in milliseconds."""
    return select(conversations.c.id).where(
        conversations.c.shop_id == shop_id, conversations.c.active_at > since
    )


def list_some_ids(connection: Connection, shop_id: int, most: int) -> Sequence[str]:
    """Of a shop whose conversations all go, some at a time."""
    query = select(conversations.c.id).where(conversations.c.shop_id == shop_id)
    return connection.execute(query.limit(most)).scalars().all()


def list_expired(
    connection: Connection, usual_seconds: int, shortest_seconds: int, most: int
) -> list[tuple[int, str]]:
    """(shop, id) of open ones that are idle past their shop's clock, locked; turns at work keep
    theirs.

    No shop's clock is shorter than `shortest_seconds`, which an index can look for.
    """
    now = now_ms()
    seconds = directory.expiry_seconds_of(conversations.c.shop_id, usual_seconds)

    due = (
        select(conversations.c.shop_id, conversations.c.id)
        .where(
            conversations.c.status == ConversationStatus.OPEN,
            conversations.c.active_at <= now - shortest_seconds * 1000,
            conversations.c.active_at <= now - seconds * 1000,
            conversations.c.open_turns == 0,
        )
        .limit(most)
        .with_for_update(skip_locked=True, of=conversations)
    )

    rows = connection.execute(due, execution_options=SWEEPS_ALL).all()
    return [(row.shop_id, row.id) for row in rows]


def list_kept_long_enough(
    connection: Connection, usual_days: int, most: int
) -> list[tuple[int, str]]:
    """(shop, id) of closed ones that are older than their shop keeps them."""
    days = directory.retention_days_of(conversations.c.shop_id, usual_days)
    old = (
        select(conversations.c.shop_id, conversations.c.id)
        .where(
            conversations.c.status == ConversationStatus.CLOSED,
            conversations.c.closed_at <= now_ms() - days * DAY_MS,
        )
        .limit(most)
    )

    rows = connection.execute(old, execution_options=SWEEPS_ALL).all()
    return [(row.shop_id, row.id) for row in rows]


def count_active(services: Services) -> int:
    """Conversations of all shops with a message within the idle time."""
    since = now_ms() - services.config.session_idle_seconds * 1000
    query = select(func.count()).where(
        conversations.c.status == ConversationStatus.OPEN,
        conversations.c.active_at > since,
    )
    with services.db.reading() as connection:
        return connection.execute(query, execution_options=COUNTS_ALL).scalar_one()


def count_by_state(connection: Connection, idle_before: int) -> list[StateCount]:
    """Over all shops: active, idle, reset, erased, expired."""
    hot = conversations.c.active_at > idle_before
    state = (conversations.c.status, conversations.c.closed_why, hot)
    query = select(
        conversations.c.status,
        conversations.c.closed_why,
        hot.label("hot"),
        func.count().label("number"),
    ).group_by(*state)

    rows = connection.execute(query, execution_options=COUNTS_ALL).all()
    return [
        StateCount(
            status=ConversationStatus(row.status),
            closed_why=ClosedWhy(row.closed_why) if row.closed_why else None,
            hot=bool(row.hot),
            number=row.number,
        )
        for row in rows
    ]
