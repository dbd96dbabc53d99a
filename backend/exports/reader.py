"""Conversations to hand out: what a filter finds, read in bounded pieces however many there are and
however long.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, and_, insert, select, tuple_

from backend.clock import now_ms
from backend.services import Services
from backend.store.tables import access_log, conversations, messages, notes, turns

# Conversations whose keys are read at once, and messages that are in memory at once.
PAGE = 200
PIECE = 400

STATUSES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations; what is not said does not narrow. Times are those of their first
    message.
    """

    since: int | None = None
    before: int | None = None
    status: str | None = None
    words: str = ""
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One of them. `messages` is read while it is looped over, once, and before the next
    conversation.
    """

    row: Row
    notes: Sequence[Row]
    messages: Iterator[Row]


def read(services: Services, shop_id: int, wanted: Wanted) -> Iterator[Conversation]:
    """From the first begun to the last. Each piece is one short read, so the database is never
    held.

    The order is by what never changes: a conversation that goes on meanwhile comes neither twice
    nor not at all.
    """
    for group in _groups(services, shop_id, wanted):
        if len(group) == 1 and group[0].last_seq > PIECE:
            yield from _long(services, shop_id, group[0].id, wanted.words)
        else:
            yield from _short(
                services, shop_id, [key.id for key in group], wanted.words
            )


def _groups(services: Services, shop_id: int, wanted: Wanted) -> Iterator[list[Row]]:
    """Keys of conversations that have few enough messages to be read together; a long one
    is alone.
    """
    group: list[Row] = []
    total = 0
    for key in _keys(services, shop_id, wanted):
        if group and total + key.last_seq > PIECE:
            yield group
            group, total = [], 0
        group.append(key)
        total += key.last_seq
    if group:
        yield group


def _keys(services: Services, shop_id: int, wanted: Wanted) -> Iterator[Row]:
    query = _found_by(shop_id, wanted)
    last: Row | None = None
    while True:
        page = query
        if last is not None:
            page = query.where(
                tuple_(conversations.c.started_at, conversations.c.id)
                > (last.started_at, last.id)
            )
        with services.db.reading() as connection:
            rows = connection.execute(page).all()
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1]


def _found_by(shop_id: int, wanted: Wanted) -> Select:
    query = select(
        conversations.c.id, conversations.c.started_at, conversations.c.last_seq
    )
    query = query.where(conversations.c.shop_id == shop_id)
    if wanted.conversation_id is not None:
        query = query.where(conversations.c.id == wanted.conversation_id)
    if wanted.since is not None:
        query = query.where(conversations.c.started_at >= wanted.since)
    if wanted.before is not None:
        query = query.where(conversations.c.started_at < wanted.before)
    if wanted.status:
        query = query.where(conversations.c.status == wanted.status)
    return query.order_by(conversations.c.started_at, conversations.c.id).limit(PAGE)


_WITH_TURN = messages.join(
    turns,
    and_(
        turns.c.shop_id == messages.c.shop_id,
        turns.c.conversation_id == messages.c.conversation_id,
        turns.c.seq == messages.c.seq,
    ),
    isouter=True,
)
_TURN = [
    turns.c[name].label(f"turn_{name}")
    for name in (
        *("id", "status", "attempt", "failure", "locale", "page"),
        *("created_at", "started_at", "ended_at", "tokens_in", "tokens_out"),
    )
]


def _messages(shop_id: int) -> Select:
    return (
        select(messages, *_TURN)
        .select_from(_WITH_TURN)
        .where(messages.c.shop_id == shop_id)
    )


def _heads(shop_id: int, ids: Sequence[str]) -> Select:
    order = (conversations.c.started_at, conversations.c.id)
    return (
        select(conversations)
        .where(conversations.c.shop_id == shop_id, conversations.c.id.in_(ids))
        .order_by(*order)
    )


def _notes(shop_id: int, ids: Sequence[str]) -> Select:
    query = select(notes).where(
        notes.c.shop_id == shop_id, notes.c.conversation_id.in_(ids)
    )
    return query.order_by(notes.c.at, notes.c.id)


def _short(
    services: Services, shop_id: int, ids: Sequence[str], words: str
) -> Iterator[Conversation]:
    query = (
        _messages(shop_id)
        .where(messages.c.conversation_id.in_(ids))
        .order_by(messages.c.seq)
    )
    with services.db.reading() as connection:
        heads = connection.execute(_heads(shop_id, ids)).all()
        said = _by_conversation(connection.execute(query).all())
        noted = _by_conversation(connection.execute(_notes(shop_id, ids)).all())
    for head in heads:
        mine = said.get(head.id, [])
        if _has(mine, words):
            yield Conversation(head, noted.get(head.id, []), iter(mine))


def _by_conversation(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.conversation_id, []).append(row)
    return found


def _long(
    services: Services, shop_id: int, conversation_id: str, words: str
) -> Iterator[Conversation]:
    if not _has(_in_pieces(services, shop_id, conversation_id), words):
        return
    with services.db.reading() as connection:
        head = connection.execute(_heads(shop_id, [conversation_id])).one_or_none()
        noted = connection.execute(_notes(shop_id, [conversation_id])).all()
    if head is not None:
        yield Conversation(head, noted, _in_pieces(services, shop_id, conversation_id))


def _in_pieces(services: Services, shop_id: int, conversation_id: str) -> Iterator[Row]:
    query = _messages(shop_id).where(messages.c.conversation_id == conversation_id)
    last, rows = 0, None
    while rows is None or len(rows) == PIECE:
        piece = query.where(messages.c.seq > last).order_by(messages.c.seq).limit(PIECE)
        with services.db.reading() as connection:
            rows = connection.execute(piece).all()
        yield from rows
        last = rows[-1].seq if rows else last


def _has(said: Iterator[Row] | Sequence[Row], words: str) -> bool:
    sought = words.casefold()
    return not sought or any(sought in message.text.casefold() for message in said)


def note(
    services: Services, shop_id: int, user_id: str, conversation_id: str | None
) -> None:
    """Log that somebody of the staff takes conversations away: one, or all that a filter found."""
    what = {"conversation_id": conversation_id, "what": "exported", "at": now_ms()}
    row = {"shop_id": shop_id, "id": uuid.uuid4().hex, "user_id": user_id} | what
    services.db.write(
        lambda connection: connection.execute(insert(access_log).values(**row))
    )
