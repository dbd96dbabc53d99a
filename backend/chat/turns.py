"""A turn's life from outside: started by a message, stopped, retried. `running` does the work in
between.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from backend.chat import conversations, sessions
from backend.chat.conversations import Place, add, new_id, touch
from backend.chat.endings import end, find_row, keep_what_readers_saw, settle
from backend.chat.sessions import Caller
from backend.errors import (
    WITHOUT_RETRY,
    Gone,
    IdReused,
    LeaseLost,
    NotFound,
    TooManyMessages,
)
from backend.metrics import SESSIONS, TURNS
from backend.services import Services
from backend.store import job_queue
from backend.store.database import db_now
from backend.store.job_queue import Claim
from backend.store.limits import Limit
from backend.store.live import LiveEvent
from backend.store.tables import messages, turns

# One turn at work and this many behind it; more would only wait for each other.
MOST_QUEUED = 3
# How soon a shopper whose queue is full may try again.
QUEUE_SECONDS = 5
ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What a shopper sends. `client_id` and `first_id` are the browser's own, for repeats and first
    sends.
    """

    text: str
    client_id: str | None = None
    first_id: str | None = None
    session_id: str | None = None
    page: dict[str, Any] | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A durable message and its turn; `claim` when this process is to run it now."""

    session_id: str
    session: str
    shop_id: int
    conversation_id: str
    message: Place
    turn_id: str
    status: str
    claim: Claim | None = None
    repeated: bool = False


def start(services: Services, caller: Caller, message: NewMessage) -> Accepted:
    """Accept a message: when this returns, message, turn and job are durable and the turn is under
    way.

    Raises TooManyMessages, IdReused, Gone, or an error of the store; then nothing was kept.
    """
    _refuse_haste(services, caller, message.session_id)
    accepted = services.db.write(_accept, services, caller, message)
    return _under_way(services, accepted)


def _refuse_haste(services: Services, caller: Caller, session_id: str | None) -> None:
    config = services.config
    asks = [
        (f"shop:{caller.shop.id}", Limit(config.shop_messages_per_minute)),
        (
            f"address:{caller.shop.id}:{caller.address}",
            Limit(config.address_messages_per_minute),
        ),
    ]
    if session_id:
        who = f"session:{caller.shop.id}:{sessions.hash_of(session_id).hex()}"
        # A merchant may allow less than the operator, never more.
        chosen = caller.shop.messages_per_minute or config.session_messages_per_minute
        asks.append((who, Limit(min(chosen, config.session_messages_per_minute))))
    refusing = services.limits.refused(asks)
    if refusing is not None:
        raise TooManyMessages(refusing.left_of_window())


def _under_way(services: Services, accepted: Accepted) -> Accepted:
    """After the commit: run the turn, tell the other tabs, count, and say whether the session had
    paused.
    """
    if accepted.claim is not None:
        services.process.run_now(accepted.claim)
    if not accepted.repeated:
        services.live.changed(accepted.conversation_id)
    key = conversations.cache_key(sessions.hash_of(accepted.session_id))
    word = accepted.session
    if word == "kept" and not services.cache.has(key):
        word = "restored"
    services.cache.keep(key, services.config.session_idle_seconds)
    if not accepted.repeated:
        SESSIONS.labels(word).inc()
        services.daily_counts.add(accepted.shop_id, f"session_{word}")
    return replace(accepted, session=word)


def _accept(
    connection: Connection, services: Services, caller: Caller, message: NewMessage
) -> Accepted:
    row, session_id, word = _resolve(connection, services, caller, message)
    repeat = _repeat(connection, row, message)
    if repeat is not None:
        return _as_before(row, repeat, session_id, word)
    if row.open_turns > MOST_QUEUED:
        raise TooManyMessages(QUEUE_SECONDS)
    status = (
        "handed_over"
        if row.mode == "staff"
        else "queued"
        if row.open_turns
        else "running"
    )
    turns_more = int(status != "handed_over")
    seq = conversations.receive(
        connection, row.shop_id, row.id, turns_more, message.locale, message.page
    )
    place = add(connection, row.shop_id, row.id, seq, "shopper", message.text, "saved")
    turn_id, claim = new_id(), None
    add_turn = _ADD_RUNNING_TURN if status == "running" else _ADD_TURN
    connection.execute(add_turn, _new_turn(row, message, place, turn_id, status))
    if status != "handed_over":
        free = status == "running"
        claim = _add_job(
            connection, services, Claim(row.shop_id, "turn", turn_id, int(free)), free
        )
    return Accepted(
        session_id, word, row.shop_id, row.id, place, turn_id, status, claim
    )


_ADD_TURN = insert(turns)
_ADD_RUNNING_TURN = insert(turns).values(started_at=db_now())
_BEGINNINGS = {
    "running": {"epoch": 1, "attempt": 1},
    "queued": {"epoch": 0, "attempt": 0},
    # A person answers: nothing is left to do for it, and its only event is its last.
    "handed_over": {"epoch": 1, "attempt": 0, "last_number": 1},
}


def _new_turn(
    row: Row, message: NewMessage, place: Place, turn_id: str, status: str
) -> dict[str, Any]:
    return {
        "shop_id": row.shop_id,
        "id": turn_id,
        "conversation_id": row.id,
        "seq": place.seq,
        "message_id": place.id,
        "client_id": message.client_id,
        "locale": message.locale,
        "page": message.page,
        "created_at": place.at,
        "status": status,
        "ended_at": place.at if status == "handed_over" else None,
        "last_number": 0,
        **_BEGINNINGS[status],
    }


def _add_job(
    connection: Connection, services: Services, claim: Claim, free: bool
) -> Claim | None:
    """The job of a turn: held by this process at once when nothing else is at work in the
    conversation.
    """
    if not free:
        job_queue.add_waiting(connection, claim)
        return None
    job_queue.add_held(
        connection, claim, services.process.me, services.config.turn_lease_seconds
    )
    return replace(claim, begun=claim.epoch == 1)


def _resolve(
    connection: Connection, services: Services, caller: Caller, message: NewMessage
) -> tuple[Row, str, str]:
    """The conversation that a message belongs to, its session id, and `new`, `kept` or `expired`.

    A closed conversation is returned only when this very message was acknowledged in it. An id that
    is revoked or unknown leads nowhere: what follows is derived from what the browser alone knows,
    or drawn.
    """
    word = "new"
    if message.session_id:
        row = sessions.find_row(
            connection, caller.shop.id, message.session_id, lock=True
        )
        if row is not None and sessions.is_visible(row, caller):
            if _usable(connection, services, caller, message, row):
                return (
                    row,
                    message.session_id,
                    "kept" if row.status == "open" else "expired",
                )
            word = "expired" if row.closed_why in (None, "expired") else "new"
    seed = _seed(message)
    for generation in range(sessions.GENERATIONS if seed else 0):
        session_id = sessions.derive(caller.shop, seed, generation)  # type: ignore[arg-type]
        row = sessions.create(connection, caller, session_id, new_id())
        if sessions.is_visible(row, caller) and _usable(
            connection, services, caller, message, row
        ):
            return row, session_id, "kept" if row.last_seq else word
    session_id = sessions.new_session_id()
    return sessions.create(connection, caller, session_id, new_id()), session_id, word


def _seed(message: NewMessage) -> str | None:
    """What a new session is derived from; None when it has to be drawn.

    Without a firstId a repeat of this very message still meets its first, and no other message
    does.
    """
    if message.first_id or not (message.session_id and message.client_id):
        return message.first_id
    return f"{message.session_id}\0{message.client_id}"


def _usable(
    connection: Connection,
    services: Services,
    caller: Caller,
    message: NewMessage,
    row: Row,
) -> bool:
    """Whether the message goes into this conversation: it is open, or the message has been in it
    before.
    """
    if sessions.is_open(services.config, caller.shop, row):
        if caller.customer and row.customer_id is None:
            sessions.bind(connection, row, caller)
        return True
    if _repeat(connection, row, message) is not None:
        return True
    if row.status == "open":
        sessions.close(connection, row, "expired")
    return False


_SAME_MESSAGE = (
    (messages.c.shop_id == turns.c.shop_id)
    & (messages.c.conversation_id == turns.c.conversation_id)
    & (messages.c.seq == turns.c.seq)
)


def _repeat(connection: Connection, row: Row, message: NewMessage) -> Row | None:
    """The turn that this message started when it came before. Raises IdReused for another text,
    Gone after a reset.
    """
    if message.client_id is None or not row.last_seq:
        return None
    found = connection.execute(
        select(turns, messages.c.text.label("words"), messages.c.at)
        .join_from(turns, messages, _SAME_MESSAGE, isouter=True)
        .where(
            turns.c.shop_id == row.shop_id,
            turns.c.conversation_id == row.id,
            turns.c.client_id == message.client_id,
        )
    ).one_or_none()
    if found is None:
        return None
    if row.closed_why in ("reset", "erased"):
        raise Gone
    if found.words != message.text:
        raise IdReused
    return found


def _as_before(row: Row, turn: Row, session_id: str, word: str) -> Accepted:
    place = Place(turn.message_id, turn.seq, turn.at)
    if turn.seq == 1 and word == "kept":
        word = "new"  # for the browser whose first answer was lost, this is the first
    return Accepted(
        session_id,
        word,
        row.shop_id,
        row.id,
        place,
        turn.id,
        turn.status,
        repeated=True,
    )


def import_turns(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    asked: Sequence[Mapping[str, Any]],
) -> None:
    """Put turns back as they were exported, by columns; their conversation is there."""
    belongs_to = {"shop_id": shop_id, "conversation_id": conversation_id}
    rows = [{**belongs_to, **turn} for turn in asked]
    if rows:
        connection.execute(insert(turns), rows)


def find(
    services: Services, caller: Caller, session_id: str | None, turn_id: str
) -> Row:
    """A turn of the caller's own conversation. Raises NotFound, whatever the reason."""
    if not session_id:
        raise NotFound
    return find_by_hash(services, caller, sessions.hash_of(session_id), turn_id)


def find_by_hash(
    services: Services, caller: Caller, session_hash: bytes, turn_id: str
) -> Row:
    """The same, for a reader who holds the session's hash alone."""
    known_id(turn_id)
    with services.db.reading() as connection:
        row = sessions.find_row_by_hash(connection, caller.shop.id, session_hash)
        turn = (
            find_row(connection, row.shop_id, row.id, turn_id)
            if row is not None
            else None
        )
    if row is None or turn is None or not sessions.may_access(services, caller, row):
        raise NotFound
    return turn


def known_id(text: str) -> str:
    """An id of ours as it came in. Raises NotFound for anything of another form, which no row can
    have.
    """
    if ID.fullmatch(text) is None:
        raise NotFound
    return text


def stop(
    services: Services, caller: Caller, session_id: str | None, turn_id: str
) -> str | None:
    """End a turn now, keeping its words so far. Returns None, or how it had ended before."""
    turn = find(services, caller, session_id, turn_id)
    try:
        ended = services.db.write(end, services, turn, "stopped", fence=True)
    except LeaseLost:
        return find(services, caller, session_id, turn_id).status
    services.live.publish(turn.id, LiveEvent(ended.number, "stopped", b"{}"))
    keep_what_readers_saw(services, turn, ended)
    TURNS.labels("stopped").inc()
    settle(services, turn, ended)
    return None


def retry(
    services: Services, caller: Caller, session_id: str | None, turn_id: str
) -> Accepted:
    """Begin a failed turn anew. One that did not fail, or only would again, is answered as it
    stands.

    Raises TooManyMessages, NotFound.
    """
    known = find(services, caller, session_id, turn_id)
    _refuse_haste(services, caller, session_id)
    accepted = services.db.write(_again, services, known, session_id or "")
    return _under_way(services, accepted)


def _again(
    connection: Connection, services: Services, known: Row, session_id: str
) -> Accepted:
    touch(connection, known.shop_id, known.conversation_id)
    row = sessions.find_row(connection, known.shop_id, session_id)
    turn = find_row(connection, known.shop_id, known.conversation_id, known.id)
    # It may have been reset since the caller looked.
    if row is None or turn is None or row.status != "open":
        raise NotFound
    place = Place(turn.message_id, turn.seq, turn.created_at)
    if turn.status != "failed" or turn.failure in WITHOUT_RETRY or row.mode == "staff":
        return Accepted(
            session_id,
            "kept",
            row.shop_id,
            row.id,
            place,
            turn.id,
            turn.status,
            repeated=True,
        )
    if row.open_turns > MOST_QUEUED:
        raise TooManyMessages(QUEUE_SECONDS)
    free = row.open_turns == 0
    touch(connection, row.shop_id, row.id, turns=1)
    conversations.set_status(connection, row.shop_id, row.id, turn.seq, "saved")
    conversations.want_a_person(connection, row.shop_id, row.id, wanted=False)
    # A new epoch: whoever ended it before and has not heard so must not end this attempt as well.
    epoch = turn.epoch + 1
    fresh = {
        "status": "queued",
        "failure": None,
        "started_at": None,
        "ended_at": None,
        "text": "",
    }
    connection.execute(update(turns).where(_is(turn)).values(epoch=epoch, **fresh))
    claim = _add_job(
        connection,
        services,
        Claim(row.shop_id, "turn", turn.id, epoch + int(free)),
        free,
    )
    return Accepted(
        session_id, "kept", row.shop_id, row.id, place, turn.id, "queued", claim
    )


def _is(turn: Row):  # type: ignore[no-untyped-def]
    return (turns.c.shop_id == turn.shop_id) & (turns.c.id == turn.id)
