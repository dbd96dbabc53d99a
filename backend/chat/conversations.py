"""All reads and writes of messages: append, page, history with its long poll."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, func, insert, select, update

from backend.chat import sessions
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.services import Services
from backend.store.live import text_so_far
from backend.store.open_requests import Held, held_by_nobody
from backend.store.tables import conversations, messages, turns

OPEN = ("queued", "running")
COUNTS_ALL = {"across_shops": "an operator counts all"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message has been put."""

    id: str
    seq: int
    at: int


@dataclass(frozen=True, slots=True)
class TurnNow:
    """The turn that a reader should know of: its state, its words so far, the number to follow
    from.
    """

    id: str
    status: str
    attempt: int
    text: str
    next: int


@dataclass(frozen=True, slots=True)
class History:
    """A page of messages, oldest first, and what goes on in the conversation right now."""

    messages: Sequence[Row]
    turn: TurnNow | None
    mode: str | None
    more: bool


NOTHING = History((), None, None, False)


def new_id() -> str:
    return uuid.uuid4().hex


# Statements on the path of a turn are built once: building one costs as much as running it.
_MINE = (conversations.c.shop_id == bindparam("shop")) & (
    conversations.c.id == bindparam("conversation")
)
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
_ADD_MESSAGE = insert(messages)
_SET_STATUS = (
    update(messages)
    .where(
        messages.c.shop_id == bindparam("shop"),
        messages.c.conversation_id == bindparam("conversation"),
    )
    .where(messages.c.seq == bindparam("place"))
    .values(status=bindparam("word"))
)


def has_conversation(
    connection: Connection, shop_id: int, conversation_id: str
) -> bool:
    """Whether there is one, open or closed."""
    query = select(conversations.c.id).where(
        conversations.c.shop_id == shop_id, conversations.c.id == conversation_id
    )
    return connection.execute(query).first() is not None


def is_open(connection: Connection, shop_id: int, conversation_id: str) -> bool:
    """Neither reset nor expired nor erased; stays so until the transaction ends."""
    query = select(conversations.c.status).where(
        conversations.c.shop_id == shop_id, conversations.c.id == conversation_id
    )
    status: str | None = connection.execute(
        query.with_for_update()
    ).scalar_one_or_none()
    return status == "open"


def touch(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    messages: int = 0,
    turns: int = 0,
) -> Row:
    """Lock a conversation until the transaction ends, and count. Returns its last_seq and
    open_turns.
    """
    which = {"shop": shop_id, "conversation": conversation_id}
    counts = {"now": now_ms(), "more_messages": messages, "more_turns": turns}
    return connection.execute(_TOUCH, which | counts).one()


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
            (conversations.c.mode == "closed", "assistant"), else_=conversations.c.mode
        ),
        needs_staff_since=case(
            (
                conversations.c.mode == "staff",
                func.coalesce(conversations.c.needs_staff_since, bindparam("now")),
            ),
            else_=conversations.c.needs_staff_since,
        ),
    )
    .returning(conversations.c.last_seq)
)


def receive(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    turns: int,
    locale: str | None,
    page: Any,
) -> int:
    """Make room for a shopper's message, as `touch` does, and note where it comes from. Returns its
    seq.
    """
    which = {"shop": shop_id, "conversation": conversation_id}
    news = {"now": now_ms(), "more_turns": turns, "spoken": locale, "seen": page}
    seq: int = connection.execute(_RECEIVE, which | news).scalar_one()
    return seq


def add(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    seq: int,
    role: str,
    text: str,
    status: str,
    author: str | None = None,
    message_id: str | None = None,
) -> Place:
    """Put a message in a place that `touch` or `receive` has given out in this transaction."""
    place = Place(message_id or new_id(), seq, now_ms())
    row = {
        "shop_id": shop_id,
        "conversation_id": conversation_id,
        "seq": seq,
        "id": place.id,
        "role": role,
    }
    connection.execute(
        _ADD_MESSAGE,
        row | {"text": text, "status": status, "at": place.at, "author": author},
    )
    return place


def set_status(
    connection: Connection, shop_id: int, conversation_id: str, seq: int, status: str
) -> None:
    which = {"shop": shop_id, "conversation": conversation_id, "place": seq}
    connection.execute(_SET_STATUS, which | {"word": status})


def want_a_person(
    connection: Connection, shop_id: int, conversation_id: str, wanted: bool = True
) -> None:
    """Mark a conversation for the staff: an answer failed, or its shopper asked for one of them."""
    since = (
        func.coalesce(conversations.c.needs_staff_since, now_ms()) if wanted else None
    )
    mine = {"shop": shop_id, "conversation": conversation_id}
    connection.execute(
        update(conversations).where(_MINE).values(needs_staff_since=since), mine
    )


def mark_seen(
    connection: Connection, shop_id: int, conversation_id: str, seq: int
) -> None:
    """The staff has seen all messages up to this one."""
    connection.execute(
        update(conversations)
        .where(conversations.c.shop_id == shop_id)
        .where(conversations.c.id == conversation_id, conversations.c.staff_seq < seq)
        .values(staff_seq=seq)
    )


def import_conversation(
    connection: Connection,
    shop_id: int,
    conversation: Mapping[str, Any],
    its_messages: Sequence[Mapping[str, Any]],
) -> None:
    """Put one back as it was exported, by columns. The caller has asked `has_conversation`."""
    connection.execute(insert(conversations).values(shop_id=shop_id, **conversation))

    belongs_to = {"shop_id": shop_id, "conversation_id": conversation["id"]}
    rows = [{**belongs_to, **message} for message in its_messages]
    if rows:
        connection.execute(insert(messages), rows)


def rewrite(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    seq: int,
    text: str,
    status: str,
) -> None:
    """Replace a partial reply in its place."""
    connection.execute(
        update(messages)
        .where(within(messages, shop_id, conversation_id), messages.c.seq == seq)
        .values(text=text, status=status, at=now_ms())
    )


def history(
    services: Services,
    caller: Caller,
    session_id: str | None,
    before: int | None,
    limit: int,
) -> History:
    """The newest page, or the one before a seq. Unknown, foreign and missing sessions have none."""
    row = sessions.find(services, caller, session_id)
    return NOTHING if row is None else _page(services, row, before=before, limit=limit)


def news(
    services: Services,
    caller: Caller,
    session_id: str | None,
    after: int,
    wait: float,
    limit: int,
    held: Held | None = None,
) -> History:
    """What came after a seq: at once when there is something, else when a message, a turn or a
    change of mode comes.

    What there is when `held` is displaced, too.
    """
    held = held or held_by_nobody()
    row = sessions.find(services, caller, session_id)
    if row is None:
        return NOTHING
    end = time.monotonic() + wait
    with services.live.watch(row.id) as watch:
        held.wake = watch.wake
        known = found = _page(services, row, after=after, limit=limit)
        while not _is_news(known, found) and (left := end - time.monotonic()) > 0:
            if services.process.stopping or held.displaced:
                break
            watch.wait(min(left, 1.0) if services.live.degraded else left)
            row = sessions.find(services, caller, session_id)
            if row is None:
                return NOTHING
            found = _page(services, row, after=after, limit=limit)
    return found


def _is_news(known: History, found: History) -> bool:
    begun = found.turn is not None and (
        known.turn is None or _start_of(found.turn) != _start_of(known.turn)
    )
    return bool(found.messages) or begun or found.mode != known.mode


def _start_of(turn: TurnNow) -> tuple[str, str, int]:
    return turn.id, turn.status, turn.attempt


def _page(
    services: Services,
    row: Row,
    limit: int,
    before: int | None = None,
    after: int | None = None,
) -> History:
    with services.db.reading() as connection:
        found = connection.execute(
            select(conversations.c.mode).where(_is(row))
        ).one_or_none()
        if found is None:
            return NOTHING
        turn = turn_to_show(connection, row.shop_id, row.id)
        shown, more = _messages(
            connection, row, limit, before, after, hidden=_replaced(turn)
        )
    return History(
        shown, _now(services, turn) if turn is not None else None, found.mode, more
    )


def _messages(
    connection: Connection,
    row: Row,
    limit: int,
    before: int | None,
    after: int | None,
    hidden: int | None,
) -> tuple[Sequence[Row], bool]:
    query = (
        select(messages).where(within(messages, row.shop_id, row.id)).limit(limit + 1)
    )
    if hidden is not None:
        query = query.where(messages.c.seq != hidden)
    if after is not None:
        rows = connection.execute(
            query.where(messages.c.seq > after).order_by(messages.c.seq)
        ).all()
        return rows[:limit], len(rows) > limit
    if before is not None:
        query = query.where(messages.c.seq < before)
    rows = connection.execute(query.order_by(messages.c.seq.desc())).all()
    return rows[:limit][::-1], len(rows) > limit


def _replaced(turn: Row | None) -> int | None:
    """The partial reply of a failed attempt: not shown while a retry is writing it anew."""
    return turn.reply_seq if turn is not None and turn.status in OPEN else None


def turn_to_show(
    connection: Connection, shop_id: int, conversation_id: str
) -> Row | None:
    """The turn at work, else the first queued one, else the last one if it failed, so that it can
    be retried.
    """
    query = select(turns).where(within(turns, shop_id, conversation_id))
    open_turn = connection.execute(
        query.where(turns.c.status.in_(OPEN))
        .order_by(turns.c.status.desc(), turns.c.seq)
        .limit(1)
    ).first()
    if open_turn is not None:
        return open_turn
    last = connection.execute(query.order_by(turns.c.seq.desc()).limit(1)).first()
    return last if last is not None and last.status == "failed" else None


def _now(services: Services, turn: Row) -> TurnNow:
    if turn.status == "failed":
        # A reader has the partial reply from the messages; following from here brings the failure
        # itself.
        return TurnNow(turn.id, turn.status, turn.attempt, "", turn.last_number - 1)
    with services.live.follow(turn.id) as log:
        live = text_so_far(log.after(0) if log.is_whole else ())
    if live.next >= turn.last_number:
        return TurnNow(turn.id, turn.status, turn.attempt, live.text, live.next)
    return TurnNow(turn.id, turn.status, turn.attempt, turn.text, turn.last_number)


def cache_key(session_hash: bytes) -> str:
    return f"session:{session_hash.hex()}"


def count_active(services: Services) -> int:
    """Sessions of all shops with a message within the idle time."""
    since = now_ms() - services.config.session_idle_seconds * 1000
    query = select(func.count()).where(
        conversations.c.status == "open", conversations.c.active_at > since
    )
    with services.db.reading() as connection:
        return connection.execute(query, execution_options=COUNTS_ALL).scalar_one()


def count_by_state(connection: Connection, idle_before: int) -> Sequence[Row]:
    """(state, number) over all shops: active, idle, reset, erased, expired."""
    hot = conversations.c.active_at > idle_before
    return connection.execute(
        select(
            conversations.c.status,
            conversations.c.closed_why,
            hot.label("hot"),
            func.count().label("number"),
        ).group_by(conversations.c.status, conversations.c.closed_why, hot),
        execution_options=COUNTS_ALL,
    ).all()


def within(table, shop_id: int, conversation_id: str):  # type: ignore[no-untyped-def]
    return (table.c.shop_id == shop_id) & (table.c.conversation_id == conversation_id)


def _is(row: Row):  # type: ignore[no-untyped-def]
    return (conversations.c.shop_id == row.shop_id) & (conversations.c.id == row.id)
