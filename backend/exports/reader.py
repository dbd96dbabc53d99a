"""Conversations to hand out: what a filter finds, read in bounded pieces however many there are and
however long.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Row, Select, and_, select, tuple_

from backend.inbox import notes
from backend.inbox.notes import Note
from backend.services import Services
from backend.store.tables import conversations, messages, turns

# Conversations whose keys are read at once, and messages that are in memory at once.
PAGE = 200
PIECE = 400

STATUSES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Which conversations; what is not said does not narrow. Times are those of their first
    message.
    """

    since: int | None = None
    before: int | None = None
    status: str | None = None
    words: str = ""
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class ExportedTurn:
    id: str
    status: str
    attempt: int
    failure: str | None
    locale: str | None
    page: dict[str, Any] | None
    created_at: int
    started_at: int | None
    ended_at: int | None
    tokens_in: int | None
    tokens_out: int | None

    @classmethod
    def from_row(cls, row: Row) -> Self | None:
        """Of a message and its turn; None when it has none."""
        if row.turn_id is None:
            return None
        columns = row._mapping
        return cls(**{name: columns[f"turn_{name}"] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class ExportedMessage:
    conversation_id: str
    seq: int
    id: str
    role: str
    author: str | None
    text: str
    cards: Sequence[dict[str, Any]] | None
    status: str
    at: int
    turn: ExportedTurn | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            row.conversation_id,
            row.seq,
            row.id,
            row.role,
            row.author,
            row.text,
            row.cards,
            row.status,
            row.at,
            ExportedTurn.from_row(row),
        )


@dataclass(frozen=True, slots=True)
class ExportedHead:
    """A conversation's own values."""

    id: str
    status: str
    closed_why: str | None
    mode: str
    staff_id: str | None
    customer_id: str | None
    locale: str | None
    page: dict[str, Any] | None
    started_at: int
    active_at: int
    closed_at: int | None
    needs_staff_since: int | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        columns = row._mapping
        return cls(**{name: columns[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class ExportedConversation:
    """One of them. `messages` is read while it is looped over, once, and before the next
    conversation.
    """

    head: ExportedHead
    notes: Sequence[Note]
    messages: Iterator[ExportedMessage]


class _Key(NamedTuple):
    id: str
    started_at: int
    last_seq: int


def read_conversations(
    services: Services, shop_id: int, wanted: ExportFilter
) -> Iterator[ExportedConversation]:
    """From the first begun to the last. Each piece is one short read, so the database is never
    held.

    The order is by what never changes: a conversation that goes on meanwhile comes neither twice
    nor not at all.
    """
    for group in _groups(services, shop_id, wanted):
        ids = [key.id for key in group]
        if len(group) == 1 and group[0].last_seq > PIECE:
            yield from _read_long(services, shop_id, ids[0], wanted.words)
        else:
            yield from _read_short(services, shop_id, ids, wanted.words)


def _groups(
    services: Services, shop_id: int, wanted: ExportFilter
) -> Iterator[list[_Key]]:
    """Keys of conversations with few enough messages to be read together; a long one is alone."""
    group: list[_Key] = []
    total = 0

    for key in _keys(services, shop_id, wanted):
        if group and total + key.last_seq > PIECE:
            yield group
            group = []
            total = 0
        group.append(key)
        total += key.last_seq

    if group:
        yield group


def _keys(services: Services, shop_id: int, wanted: ExportFilter) -> Iterator[_Key]:
    query = _found_by(shop_id, wanted)
    page = query
    while True:
        with services.db.reading() as connection:
            keys = [_Key(*row) for row in connection.execute(page)]

        yield from keys
        if len(keys) < PAGE:
            return

        begun = tuple_(conversations.c.started_at, conversations.c.id)
        page = query.where(begun > (keys[-1].started_at, keys[-1].id))


def _found_by(shop_id: int, wanted: ExportFilter) -> Select:
    query = select(
        conversations.c.id, conversations.c.started_at, conversations.c.last_seq
    ).where(conversations.c.shop_id == shop_id)

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
    turns.c[field.name].label(f"turn_{field.name}") for field in fields(ExportedTurn)
]


def _select_messages(shop_id: int) -> Select:
    return (
        select(messages, *_TURN)
        .select_from(_WITH_TURN)
        .where(messages.c.shop_id == shop_id)
    )


def _list_heads(
    connection: Connection, shop_id: int, ids: Sequence[str]
) -> list[ExportedHead]:
    query = (
        select(conversations)
        .where(conversations.c.shop_id == shop_id, conversations.c.id.in_(ids))
        .order_by(conversations.c.started_at, conversations.c.id)
    )
    return [ExportedHead.from_row(row) for row in connection.execute(query)]


def _list_messages(connection: Connection, query: Select) -> list[ExportedMessage]:
    ordered = query.order_by(messages.c.seq)
    return [ExportedMessage.from_row(row) for row in connection.execute(ordered)]


def _read_short(
    services: Services, shop_id: int, ids: Sequence[str], words: str
) -> Iterator[ExportedConversation]:
    query = _select_messages(shop_id).where(messages.c.conversation_id.in_(ids))
    said: dict[str, list[ExportedMessage]] = {id_: [] for id_ in ids}
    noted: dict[str, list[Note]] = {id_: [] for id_ in ids}

    with services.db.reading() as connection:
        heads = _list_heads(connection, shop_id, ids)
        for message in _list_messages(connection, query):
            said[message.conversation_id].append(message)
        for note in notes.list_notes(connection, shop_id, ids):
            noted[note.conversation_id].append(note)

    for head in heads:
        if _has_words(said[head.id], words):
            yield ExportedConversation(head, noted[head.id], iter(said[head.id]))


def _read_long(
    services: Services, shop_id: int, conversation_id: str, words: str
) -> Iterator[ExportedConversation]:
    if not _has_words(_in_pieces(services, shop_id, conversation_id), words):
        return

    with services.db.reading() as connection:
        heads = _list_heads(connection, shop_id, [conversation_id])
        noted = notes.list_notes(connection, shop_id, [conversation_id])

    for head in heads:
        pieces = _in_pieces(services, shop_id, conversation_id)
        yield ExportedConversation(head, noted, pieces)


def _in_pieces(
    services: Services, shop_id: int, conversation_id: str
) -> Iterator[ExportedMessage]:
    query = (
        _select_messages(shop_id)
        .where(messages.c.conversation_id == conversation_id)
        .limit(PIECE)
    )
    last = 0
    while True:
        with services.db.reading() as connection:
            piece = _list_messages(connection, query.where(messages.c.seq > last))

        yield from piece
        if len(piece) < PIECE:
            return
        last = piece[-1].seq


def _has_words(said: Iterable[ExportedMessage], words: str) -> bool:
    sought = words.casefold()
    if not sought:
        return True
    return any(sought in message.text.casefold() for message in said)
