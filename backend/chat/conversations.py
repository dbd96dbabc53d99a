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
    not_,
    or_,
    select,
    update,
)

from backend.chat import handoffs, staff_news
from backend.chat.handoffs import Why
from backend.clock import now_ms
from backend.flows import runs
from backend.services import Services
from backend.shops import directory
from backend.store.database import insert_unless_there
from backend.store.tables import conversations

COUNTS_ALL = {"across_shops": "an operator counts all"}
SWEEPS_ALL = {"across_shops": "the clocks run for all shops"}
DAY_MS = 86_400_000
# Of one shop, at one look.
MOST_SILENT = 500


class ConversationStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    # Of the shop's own people: no clock closes it.
    TEAM = "team"


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
    needs_staff_why: Why | None = None
    # Since when the person who has it owes words, and when its shopper was asked whether the
    # assistant may go on.
    staff_silent_since: int | None = None
    offered_back_at: int | None = None
    # Of whom its shopper was told last.
    told_staff_id: str | None = None
    snoozed_until: int | None = None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = dict(row._mapping)
        why = row.needs_staff_why
        values["needs_staff_why"] = Why(why) if why else None
        values["status"] = ConversationStatus(row.status)
        values["closed_why"] = ClosedWhy(row.closed_why) if row.closed_why else None
        values["mode"] = Mode(row.mode)
        return cls(**values)

    @property
    def is_open(self) -> bool:
        """In the table; its time may be over all the same."""
        return self.status is ConversationStatus.OPEN

    @property
    def waits_for_staff(self) -> bool:
        """Somebody waits for a person, or a person has it: the clock of idle ones is not its."""
        return self.needs_staff_since is not None or self.mode is Mode.STAFF

    def is_held_by(self, staff_id: str) -> bool:
        return self.mode is Mode.STAFF and self.staff_id == staff_id

    @property
    def owes_words(self) -> bool:
        """Whether somebody waits for words of a person."""
        return not (self.needs_staff_since is None and self.staff_silent_since is None)

    @property
    def may_be_returned(self) -> bool:
        """Its shopper has been asked whether the assistant may go on."""
        return self.mode is Mode.STAFF and self.offered_back_at is not None


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


def list_by_id(
    connection: Connection, shop_id: int, ids: Collection[str]
) -> dict[str, Conversation]:
    """Whatever their states; those that are not there are left out."""
    query = select(conversations).where(
        conversations.c.shop_id == shop_id, conversations.c.id.in_(ids)
    )
    rows = connection.execute(query).all()
    return {row.id: Conversation.from_row(row) for row in rows}


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


def add_for_team(connection: Connection, room_id: int, conversation_id: str) -> None:
    """The one of a shop's own people, if it is not there yet."""
    now = now_ms()
    row = {
        "shop_id": room_id,
        "id": conversation_id,
        "status": ConversationStatus.TEAM,
        "started_at": now,
        "active_at": now,
    }
    insert_unless_there(connection, conversations, row)


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


def _silent_since(now: Any) -> ColumnElement[int]:
    """The person who has it, if any, owes words from now on."""
    return case(
        (
            conversations.c.mode == Mode.STAFF,
            func.coalesce(conversations.c.staff_silent_since, now),
        ),
        else_=conversations.c.staff_silent_since,
    )


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
        needs_staff_why=case(
            (
                conversations.c.mode == Mode.STAFF,
                func.coalesce(conversations.c.needs_staff_why, Why.MESSAGE.value),
            ),
            else_=conversations.c.needs_staff_why,
        ),
        staff_silent_since=_silent_since(bindparam("now")),
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
    """Make room for a shopper's message, as `touch` does, and note where it comes from. The person
    who has the conversation is told.

    Returns its seq.
    """
    which = {"shop": conversation.shop_id, "conversation": conversation.id}
    now = now_ms()
    news = {"now": now, "more_turns": turns, "spoken": locale, "seen": page}

    seq: int = connection.execute(_RECEIVE, which | news).scalar_one()
    if conversation.mode is Mode.STAFF:
        where = (conversation.shop_id, conversation.id)
        if conversation.needs_staff_since is None:
            handoffs.add(connection, *where, Why.MESSAGE, now)
        staff_news.note(connection, *where, Why.MESSAGE)
    return seq


def set_needs_staff(
    connection: Connection, shop_id: int, conversation_id: str, why: Why
) -> None:
    """Mark a conversation for the staff, who are told. Since when it waits stays as it was; that
    its shopper has asked outweighs any other reason.
    """
    where = (shop_id, conversation_id)
    now = now_ms()
    owed: dict[str, Any] = {
        "needs_staff_why": why,
        "staff_silent_since": _silent_since(now),
        "snoozed_until": None,
    }

    is_new = conversations.c.needs_staff_since.is_(None)
    marking = update(conversations).where(_MINE, is_new)
    marked = connection.execute(
        marking.values(needs_staff_since=now, **owed), _which(*where)
    )

    if marked.rowcount:
        handoffs.add(connection, *where, why, now)
    elif why is Why.ASKED:
        _set(connection, *where, **owed)
    else:
        snooze(connection, *where, until=None)
    staff_news.note(connection, *where, why)


def clear_failure(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """A reply is tried once more: nobody is needed for its failure."""
    failures = [why for why in Why if why.is_of_a_reply]
    is_failure = conversations.c.needs_staff_why.in_(failures)
    cleared = connection.execute(
        update(conversations).where(_MINE, is_failure).values(**_NOBODY_WAITS),
        _which(shop_id, conversation_id),
    )
    if cleared.rowcount:
        handoffs.end(connection, shop_id, conversation_id)


def hold(connection: Connection, conversation: Conversation, staff_id: str) -> None:
    """A person has it now, has seen all of it, and owes words: whoever waits goes on waiting. Who
    had it already has no more time than before.
    """
    where = (conversation.shop_id, conversation.id)
    seen = touch(connection, *where).last_seq
    if conversation.is_held_by(staff_id):
        _set(connection, *where, staff_seq=seen)
        return

    _set(
        connection,
        *where,
        mode=Mode.STAFF,
        staff_id=staff_id,
        staff_seq=seen,
        staff_silent_since=now_ms(),
        offered_back_at=None,
    )


def note_spoken(
    connection: Connection, conversation: Conversation, staff_id: str, seq: int
) -> None:
    """The person who has it has spoken, in the place of `seq`: nobody waits."""
    where = (conversation.shop_id, conversation.id)
    _set(
        connection,
        *where,
        mode=Mode.STAFF,
        staff_id=staff_id,
        staff_seq=seq,
        staff_silent_since=None,
        offered_back_at=None,
        **_NOBODY_WAITS,
    )
    handoffs.mark_answered(connection, *where)
    staff_news.staff_said(connection, *where)


def leave(
    connection: Connection, conversation: Conversation, mode: Mode, keeps_need: bool
) -> None:
    """No person has it any more. With `keeps_need` it waits for one as before: they have not
    left it on purpose, and have not seen what has come since.
    """
    where = (conversation.shop_id, conversation.id)
    seq = touch(connection, *where).last_seq
    needs = {} if keeps_need else _NOBODY_WAITS
    _set(
        connection,
        *where,
        mode=mode,
        staff_id=None,
        staff_seq=conversation.staff_seq if keeps_need else seq,
        staff_silent_since=None,
        offered_back_at=None,
        told_staff_id=None,
        **needs,
    )
    if not keeps_need:
        handoffs.end(connection, *where)


def mark_told(
    connection: Connection, conversation: Conversation, staff_id: str
) -> None:
    """Its shopper knows who has it."""
    where = (conversation.shop_id, conversation.id)
    _set(connection, *where, told_staff_id=staff_id)


def mark_offered_back(connection: Connection, conversation: Conversation) -> None:
    """Its shopper has been asked whether the assistant may go on."""
    where = (conversation.shop_id, conversation.id)
    _set(connection, *where, offered_back_at=now_ms())


_NOBODY_WAITS: dict[str, Any] = {
    "needs_staff_since": None,
    "needs_staff_why": None,
    "snoozed_until": None,
}


def _set(
    connection: Connection, shop_id: int, conversation_id: str, **values: Any
) -> None:
    changing = update(conversations).where(_MINE).values(**values)
    connection.execute(changing, _which(shop_id, conversation_id))


def _which(shop_id: int, conversation_id: str) -> dict[str, Any]:
    return {"shop": shop_id, "conversation": conversation_id}


def snooze(
    connection: Connection, shop_id: int, conversation_id: str, until: int | None
) -> None:
    """Out of what needs a reply until a moment, in milliseconds, or until its shopper writes; None
    brings it back.
    """
    _set(connection, shop_id, conversation_id, snoozed_until=until)


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
    """A form that is open in it is left as it is, and nobody waits in it any more."""
    runs.abandon(connection, shop_id, conversation_id)
    handoffs.end(connection, shop_id, conversation_id)
    _set(
        connection,
        shop_id,
        conversation_id,
        status=ConversationStatus.CLOSED,
        closed_why=why,
        closed_at=now_ms(),
        open_turns=0,
        # Whoever goes on with it begins with the assistant.
        mode=case(
            (conversations.c.mode == Mode.STAFF, Mode.ASSISTANT),
            else_=conversations.c.mode,
        ),
        staff_id=None,
        staff_silent_since=None,
        offered_back_at=None,
        told_staff_id=None,
        **_NOBODY_WAITS,
    )


def reopen(
    connection: Connection, shop_id: int, conversation_id: str, customer_id: str
) -> bool:
    """A customer goes on with one of theirs. False when there is none that can be gone on with."""
    reopened = connection.execute(
        update(conversations)
        .where(_MINE, conversations.c.customer_id == customer_id, _KEPT)
        .values(**_opened_anew()),
        _which(shop_id, conversation_id),
    )

    return reopened.rowcount == 1


def reopen_expired(connection: Connection, conversation: Conversation) -> bool:
    """The staff goes on with what the clock has closed. False when somebody has put it away."""
    is_expired = conversations.c.closed_why == ClosedWhy.EXPIRED
    reopened = connection.execute(
        update(conversations).where(_MINE, is_expired).values(**_opened_anew()),
        _which(conversation.shop_id, conversation.id),
    )
    return reopened.rowcount == 1


def reopen_kept(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """Whoever may open it goes on with it; one that somebody has put away stays closed."""
    connection.execute(
        update(conversations).where(_MINE, _KEPT).values(**_opened_anew()),
        _which(shop_id, conversation_id),
    )


def _opened_anew() -> dict[str, Any]:
    return {
        "status": ConversationStatus.OPEN,
        "closed_why": None,
        "closed_at": None,
        "active_at": now_ms(),
    }


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
) -> list[Conversation]:
    """Open ones that are idle past their shop's clock, locked; turns at work keep theirs, and where
    somebody waits, or a form is open, a longer clock holds.

    No shop's clock is shorter than `shortest_seconds`, which an index can look for.
    """
    now = now_ms()
    its_shop = conversations.c.shop_id
    seconds = directory.expiry_seconds_of(its_shop, usual_seconds)
    days = directory.waiting_days_of(its_shop)

    waits = or_(
        conversations.c.needs_staff_since.is_not(None),
        conversations.c.mode == Mode.STAFF,
        runs.has_open(its_shop, conversations.c.id),
    )
    due = (
        select(conversations)
        .where(
            conversations.c.status == ConversationStatus.OPEN,
            conversations.c.active_at <= now - shortest_seconds * 1000,
            conversations.c.active_at <= now - seconds * 1000,
            conversations.c.open_turns == 0,
            or_(not_(waits), conversations.c.active_at <= now - days * DAY_MS),
        )
        .limit(most)
        .with_for_update(skip_locked=True, of=conversations)
    )

    rows = connection.execute(due, execution_options=SWEEPS_ALL).all()
    return [Conversation.from_row(row) for row in rows]


def list_shops_of_silent(connection: Connection, before: int) -> Sequence[int]:
    """Shops in which a person owes words since `before`, in milliseconds, or longer."""
    query = (
        select(conversations.c.shop_id)
        .where(conversations.c.staff_silent_since <= before)
        .distinct()
    )
    return connection.execute(query, execution_options=SWEEPS_ALL).scalars().all()


def list_silent(
    connection: Connection, shop_id: int, before: int, unasked: bool
) -> Sequence[str]:
    """The ids of a shop's conversations in which a person owes words since `before`; with `unasked`
    only those whose shopper was not asked yet whether the assistant may go on. The longest silent
    come first, and others the next time.
    """
    query = select(conversations.c.id).where(
        conversations.c.shop_id == shop_id,
        conversations.c.status == ConversationStatus.OPEN,
        conversations.c.mode == Mode.STAFF,
        conversations.c.staff_silent_since <= before,
    )
    if unasked:
        query = query.where(conversations.c.offered_back_at.is_(None))
    longest = query.order_by(conversations.c.staff_silent_since, conversations.c.id)
    return connection.execute(longest.limit(MOST_SILENT)).scalars().all()


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
    """Over all shops: active, idle, reset, erased, expired. Not the talk of their own people."""
    hot = conversations.c.active_at > idle_before
    state = (conversations.c.status, conversations.c.closed_why, hot)
    query = select(
        conversations.c.status,
        conversations.c.closed_why,
        hot.label("hot"),
        func.count().label("number"),
    ).where(conversations.c.status != ConversationStatus.TEAM)

    counted = query.group_by(*state)
    rows = connection.execute(counted, execution_options=COUNTS_ALL).all()
    return [
        StateCount(
            status=ConversationStatus(row.status),
            closed_why=ClosedWhy(row.closed_why) if row.closed_why else None,
            hot=bool(row.hot),
            number=row.number,
        )
        for row in rows
    ]
