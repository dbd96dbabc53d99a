"""All reads and writes of messages: append, page, history with its long poll, reset, erase."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from backend.chat import sessions
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.services import Services
from backend.store import job_queue
from backend.store.live import LiveEvent, first_number, text_so_far
from backend.store.models import conversations, messages, turns

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
    """The turn that a reader should know of: its state, its words so far, the number to follow from."""

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
_MINE = (conversations.c.shop_id == bindparam("shop")) & (conversations.c.id == bindparam("conversation"))
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
    .where(messages.c.shop_id == bindparam("shop"), messages.c.conversation_id == bindparam("conversation"))
    .where(messages.c.seq == bindparam("place"))
    .values(status=bindparam("word"))
)


def touch(connection: Connection, shop_id: int, conversation_id: str, messages: int = 0, turns: int = 0) -> Row:
    """Lock a conversation until the transaction ends, and count. Returns its last_seq and open_turns."""
    which = {"shop": shop_id, "conversation": conversation_id}
    counts = {"now": now_ms(), "more_messages": messages, "more_turns": turns}
    return connection.execute(_TOUCH, which | counts).one()


def add(
    connection: Connection, shop_id: int, conversation_id: str, seq: int, role: str, text: str, status: str
) -> Place:
    """Put a message in a place that `touch` has given out in this transaction."""
    place = Place(new_id(), seq, now_ms())
    row = {"shop_id": shop_id, "conversation_id": conversation_id, "seq": seq, "id": place.id, "role": role}
    connection.execute(_ADD_MESSAGE, row | {"text": text, "status": status, "at": place.at})
    return place


def set_status(connection: Connection, shop_id: int, conversation_id: str, seq: int, status: str) -> None:
    which = {"shop": shop_id, "conversation": conversation_id, "place": seq}
    connection.execute(_SET_STATUS, which | {"word": status})


def rewrite(connection: Connection, shop_id: int, conversation_id: str, seq: int, text: str, status: str) -> None:
    """Replace a partial reply in its place."""
    connection.execute(
        update(messages)
        .where(_in(messages, shop_id, conversation_id), messages.c.seq == seq)
        .values(text=text, status=status, at=now_ms())
    )


def history(services: Services, caller: Caller, session_id: str | None, before: int | None, limit: int) -> History:
    """The newest page, or the one before a seq. Unknown, foreign and missing sessions have none."""
    row = sessions.find(services, caller, session_id)
    return NOTHING if row is None else _page(services, row, before=before, limit=limit)


def news(services: Services, caller: Caller, session_id: str | None, after: int, wait: float, limit: int) -> History:
    """What came after a seq: at once when there is something, else when a message, a turn or a change of mode comes."""
    row = sessions.find(services, caller, session_id)
    if row is None:
        return NOTHING
    end = time.monotonic() + wait
    with services.live.watch(row.id) as watch:
        known = found = _page(services, row, after=after, limit=limit)
        while not _is_news(known, found) and (left := end - time.monotonic()) > 0 and not services.stopping:
            watch.wait(min(left, 1.0) if services.live.degraded else left)
            row = sessions.find(services, caller, session_id)
            if row is None:
                return NOTHING
            found = _page(services, row, after=after, limit=limit)
    return found


def _is_news(known: History, found: History) -> bool:
    begun = found.turn is not None and (known.turn is None or _start_of(found.turn) != _start_of(known.turn))
    return bool(found.messages) or begun or found.mode != known.mode


def _start_of(turn: TurnNow) -> tuple[str, str, int]:
    return turn.id, turn.status, turn.attempt


def _page(services: Services, row: Row, limit: int, before: int | None = None, after: int | None = None) -> History:
    with services.db.reading() as connection:
        found = connection.execute(select(conversations.c.mode).where(_is(row))).one_or_none()
        if found is None:
            return NOTHING
        turn = turn_to_show(connection, row.shop_id, row.id)
        shown, more = _messages(connection, row, limit, before, after, hidden=_replaced(turn))
    return History(shown, _now(services, turn) if turn is not None else None, found.mode, more)


def _messages(
    connection: Connection, row: Row, limit: int, before: int | None, after: int | None, hidden: int | None
) -> tuple[Sequence[Row], bool]:
    query = select(messages).where(_in(messages, row.shop_id, row.id)).limit(limit + 1)
    if hidden is not None:
        query = query.where(messages.c.seq != hidden)
    if after is not None:
        rows = connection.execute(query.where(messages.c.seq > after).order_by(messages.c.seq)).all()
        return rows[:limit], len(rows) > limit
    if before is not None:
        query = query.where(messages.c.seq < before)
    rows = connection.execute(query.order_by(messages.c.seq.desc())).all()
    return rows[:limit][::-1], len(rows) > limit


def _replaced(turn: Row | None) -> int | None:
    """The partial reply of a failed attempt: not shown while a retry is writing it anew."""
    return turn.reply_seq if turn is not None and turn.status in OPEN else None


def turn_to_show(connection: Connection, shop_id: int, conversation_id: str) -> Row | None:
    """The turn at work, else the first queued one, else the last one if it failed, so that it can be retried."""
    query = select(turns).where(_in(turns, shop_id, conversation_id))
    open_turn = connection.execute(
        query.where(turns.c.status.in_(OPEN)).order_by(turns.c.status.desc(), turns.c.seq).limit(1)
    ).first()
    if open_turn is not None:
        return open_turn
    last = connection.execute(query.order_by(turns.c.seq.desc()).limit(1)).first()
    return last if last is not None and last.status == "failed" else None


def _now(services: Services, turn: Row) -> TurnNow:
    if turn.status == "failed":
        # A reader has the partial reply from the messages; following from here brings the failure itself.
        return TurnNow(turn.id, turn.status, turn.attempt, "", turn.last_number - 1)
    with services.live.follow(turn.id) as log:
        live = text_so_far(log.after(0) if log.is_whole else ())
    if live.next >= turn.last_number:
        return TurnNow(turn.id, turn.status, turn.attempt, live.text, live.next)
    return TurnNow(turn.id, turn.status, turn.attempt, turn.text, turn.last_number)


def reset(services: Services, caller: Caller, session_id: str | None, erase: bool) -> None:
    """Revoke the session and end its turns; with `erase` the words go as well. Nothing there is fine, too."""
    row = sessions.find(services, caller, session_id)
    if row is not None:
        _end_session(services, row, erase)


def revoke(services: Services, shop_id: int, session_id: str | None) -> int:
    """An operator's reset, of one session or of all that the shop has open. Returns how many."""
    query = select(conversations).where(conversations.c.shop_id == shop_id, conversations.c.status == "open")
    if session_id is not None:
        query = query.where(conversations.c.session_hash == sessions.hash_of(session_id))
    with services.db.reading() as connection:
        rows = connection.execute(query).all()
    for row in rows:
        _end_session(services, row, erase=False)
    return len(rows)


def _end_session(services: Services, row: Row, erase: bool) -> None:
    ended = services.db.write(lambda connection: _close(connection, row, erase))
    for turn_id, epoch in ended:
        services.live.publish(turn_id, LiveEvent(first_number(epoch), "stopped", b"{}"))
    services.cache.drop(cache_key(row.session_hash))
    if erase:
        services.live.forget([turn.id for turn in _all_turns(services, row)])
    services.live.changed(row.id)


def cache_key(session_hash: bytes) -> str:
    return f"session:{session_hash.hex()}"


def _close(connection: Connection, row: Row, erase: bool) -> list[tuple[str, int]]:
    """Bump the epochs first: late words of a turn at work have nowhere to go from here on."""
    touch(connection, row.shop_id, row.id)
    ended = connection.execute(
        update(turns)
        .where(_in(turns, row.shop_id, row.id), turns.c.status.in_(OPEN))
        .values(status="stopped", epoch=turns.c.epoch + 1, ended_at=now_ms())
        .returning(turns.c.id, turns.c.epoch)
    ).all()
    for turn in ended:
        job_queue.finish(connection, row.shop_id, "turn", turn.id)
        connection.execute(
            update(turns)
            .where(turns.c.shop_id == row.shop_id, turns.c.id == turn.id)
            .values(last_number=first_number(turn.epoch))
        )
    sessions.close(connection, row, "erased" if erase else "reset")
    if erase:
        connection.execute(delete(messages).where(_in(messages, row.shop_id, row.id)))
        connection.execute(update(turns).where(_in(turns, row.shop_id, row.id)).values(text="", page=None))
    return [(turn.id, turn.epoch) for turn in ended]


def _all_turns(services: Services, row: Row) -> Sequence[Row]:
    with services.db.reading() as connection:
        return connection.execute(select(turns.c.id).where(_in(turns, row.shop_id, row.id))).all()


def count_active(services: Services) -> int:
    """Sessions of all shops with a message within the idle time."""
    since = now_ms() - services.config.session_idle_seconds * 1000
    query = select(func.count()).where(conversations.c.status == "open", conversations.c.active_at > since)
    with services.db.reading() as connection:
        return connection.execute(query, execution_options=COUNTS_ALL).scalar_one()


def count_by_state(connection: Connection, idle_before: int) -> Sequence[Row]:
    """(state, number) over all shops: active, idle, reset, erased, expired."""
    hot = conversations.c.active_at > idle_before
    return connection.execute(
        select(
            conversations.c.status, conversations.c.closed_why, hot.label("hot"), func.count().label("number")
        ).group_by(conversations.c.status, conversations.c.closed_why, hot),
        execution_options=COUNTS_ALL,
    ).all()


def _in(table, shop_id: int, conversation_id: str):  # type: ignore[no-untyped-def]
    return (table.c.shop_id == shop_id) & (table.c.conversation_id == conversation_id)


def _is(row: Row):  # type: ignore[no-untyped-def]
    return (conversations.c.shop_id == row.shop_id) & (conversations.c.id == row.id)
