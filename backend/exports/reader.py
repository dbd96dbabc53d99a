"""Conversations to hand out: what a filter finds, read in bounded pieces however many there are and
however long.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Row, Select, func, select, tuple_

from backend.chat import ratings, reply_addresses
from backend.chat.conversations import Conversation
from backend.chat.messages import Message
from backend.chat.ratings import Rating
from backend.chat.reply_addresses import ReplyAddress
from backend.chat.turns import TurnStatus
from backend.config import Config
from backend.flows import request_records, runs
from backend.flows.request_records import Request
from backend.flows.runs import Run
from backend.inbox import labels, notes
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
    """What is handed out of a turn: its text stands in the message that it became."""

    id: str
    status: TurnStatus
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
    def from_row(cls, row: Row) -> Self:
        columns = row._mapping
        values = {name: columns[name] for name in cls.__slots__}
        values["status"] = TurnStatus(row.status)
        return cls(**values)


@dataclass(frozen=True, slots=True)
class ExportedMessage:
    """A message, and the turn that it began."""

    message: Message
    turn: ExportedTurn | None


@dataclass(frozen=True, slots=True)
class ExportedConversation:
    """One of them, with the forms that its shopper has filled in, what they have left to do, and
    what the shopper thought of its answers.
    `messages` is read while it is looped over, once, and before the next conversation.
    """

    conversation: Conversation
    notes: Sequence[Note]
    runs: Sequence[Run]
    requests: Sequence[Request]
    ratings: Sequence[Rating]
    messages: Iterator[ExportedMessage]
    reply_address: ReplyAddress | None = None
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a conversation has besides its messages."""

    reply_address: ReplyAddress | None

    notes: list[Note] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


class _Key(NamedTuple):
    id: str
    started_at: int
    last_seq: int


def _tell_nobody(number: int) -> None:
    pass


def count_conversations(
    connection: Connection, shop_id: int, wanted: ExportFilter
) -> int:
    """How many are looked through; those with its words may be fewer."""
    found = _found_by(shop_id, wanted).order_by(None).limit(None).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def read_conversations(
    services: Services,
    shop_id: int,
    wanted: ExportFilter,
    note_looked: Callable[[int], None] = _tell_nobody,
) -> Iterator[ExportedConversation]:
    """From the first begun to the last. Each piece is one short read, so the database is never
    held. `note_looked` is told how many more have been looked through.

    The order is by what never changes: a conversation that goes on meanwhile comes neither twice
    nor not at all.
    """
    for group in _list_groups(services, shop_id, wanted):
        first, *others = group
        is_long = first.last_seq > PIECE
        if is_long and not others:
            yield from _read_long(services, shop_id, first.id, wanted.words)
        else:
            ids = [key.id for key in group]
            yield from _read_short(services, shop_id, ids, wanted.words)
        note_looked(len(group))


def _list_groups(
    services: Services,
    shop_id: int,
    wanted: ExportFilter,
) -> Iterator[list[_Key]]:
    """Keys of conversations with few enough messages to be read together; a long one is alone."""
    group: list[_Key] = []
    total = 0

    for key in _list_keys(services, shop_id, wanted):
        total += key.last_seq
        if group and total > PIECE:
            yield group
            group = []
            total = key.last_seq
        group.append(key)

    if group:
        yield group


def _list_keys(
    services: Services,
    shop_id: int,
    wanted: ExportFilter,
) -> Iterator[_Key]:
    query = _found_by(shop_id, wanted)
    page = query
    while True:
        with services.db.reading() as connection:
            keys = [_Key(*row) for row in connection.execute(page)]

        yield from keys
        if len(keys) < PAGE:
            return

        begun = tuple_(conversations.c.started_at, conversations.c.id)
        last = keys[-1]
        page = query.where(begun > (last.started_at, last.id))


def _found_by(shop_id: int, wanted: ExportFilter) -> Select:
    columns = conversations.c
    query = (
        select(
            columns.id,
            columns.started_at,
            columns.last_seq,
        )
        .where(columns.shop_id == shop_id)
        .order_by(columns.started_at, columns.id)
        .limit(PAGE)
    )

    if wanted.conversation_id is not None:
        query = query.where(columns.id == wanted.conversation_id)
    if wanted.since is not None:
        query = query.where(columns.started_at >= wanted.since)
    if wanted.before is not None:
        query = query.where(columns.started_at < wanted.before)
    if wanted.status:
        query = query.where(columns.status == wanted.status)

    return query


_MESSAGE = [messages.c[each.name] for each in fields(Message)]
_TURN = [turns.c[each.name] for each in fields(ExportedTurn)]


def _list_conversations(
    connection: Connection,
    shop_id: int,
    ids: Sequence[str],
) -> list[Conversation]:
    query = (
        select(conversations)
        .where(conversations.c.shop_id == shop_id)
        .where(conversations.c.id.in_(ids))
        .order_by(conversations.c.started_at, conversations.c.id)
    )
    rows = connection.execute(query)
    return [Conversation.from_row(row) for row in rows]


def _list_messages(
    connection: Connection,
    shop_id: int,
    ids: Sequence[str],
    after: int | None = None,
) -> list[ExportedMessage]:
    """All, or a piece of one conversation's after a seq; in their order."""
    query = (
        select(*_MESSAGE)
        .where(messages.c.shop_id == shop_id)
        .where(messages.c.conversation_id.in_(ids))
        .order_by(messages.c.seq)
    )
    if after is not None:
        query = query.where(messages.c.seq > after).limit(PIECE)

    rows = connection.execute(query)
    found = [Message.from_row(row) for row in rows]
    if not found:
        return []

    span = (found[0].seq, found[-1].seq)
    asked = _read_turns(connection, shop_id, ids, span)

    exported = []
    for message in found:
        key = (message.conversation_id, message.seq)
        turn = asked.get(key)
        exported.append(ExportedMessage(message, turn))
    return exported


def _read_turns(
    connection: Connection,
    shop_id: int,
    ids: Sequence[str],
    span: tuple[int, int],
) -> dict[tuple[str, int], ExportedTurn]:
    """By conversation and seq, from the first to the last seq."""
    query = (
        select(
            turns.c.conversation_id,
            turns.c.seq,
            *_TURN,
        )
        .where(turns.c.shop_id == shop_id)
        .where(turns.c.conversation_id.in_(ids))
        .where(turns.c.seq.between(*span))
    )

    asked = {}
    for row in connection.execute(query):
        key = (row.conversation_id, row.seq)
        asked[key] = ExportedTurn.from_row(row)
    return asked


def _read_beside(
    connection: Connection,
    config: Config,
    shop_id: int,
    ids: Sequence[str],
) -> dict[str, _Beside]:
    """By conversation."""
    left = reply_addresses.list_addresses(connection, config, shop_id, ids)
    beside = {id_: _Beside(left.get(id_)) for id_ in ids}
    for note in notes.list_notes(connection, shop_id, ids):
        beside[note.conversation_id].notes.append(note)
    for id_, labelled in labels.list_labels(connection, shop_id, ids).items():
        beside[id_].labels.extend(labelled)
    for run in runs.list_of_conversations(connection, config, shop_id, ids):
        beside[run.conversation_id].runs.append(run)
    for request in request_records.list_of_conversations(
        connection, config, shop_id, ids
    ):
        beside[request.conversation_id].requests.append(request)
    for rating in ratings.list_ratings(connection, shop_id, ids):
        beside[rating.conversation_id].ratings.append(rating)
    return beside


def _read_short(
    services: Services,
    shop_id: int,
    ids: Sequence[str],
    words: str,
) -> Iterator[ExportedConversation]:
    said: dict[str, list[ExportedMessage]] = {id_: [] for id_ in ids}

    with services.db.reading() as connection:
        found = _list_conversations(connection, shop_id, ids)
        for exported in _list_messages(connection, shop_id, ids):
            its_id = exported.message.conversation_id
            said[its_id].append(exported)
        beside = _read_beside(connection, services.config, shop_id, ids)

    for conversation in found:
        its = said[conversation.id]
        if not _has_words(its, words):
            continue

        its_own = beside[conversation.id]
        yield ExportedConversation(
            conversation,
            notes=its_own.notes,
            runs=its_own.runs,
            requests=its_own.requests,
            ratings=its_own.ratings,
            messages=iter(its),
            reply_address=its_own.reply_address,
            labels=its_own.labels,
        )


def _read_long(
    services: Services,
    shop_id: int,
    conversation_id: str,
    words: str,
) -> Iterator[ExportedConversation]:
    pieces = _in_pieces(services, shop_id, conversation_id)
    if not _has_words(pieces, words):
        return

    with services.db.reading() as connection:
        found = _list_conversations(connection, shop_id, [conversation_id])
        ids = [conversation_id]
        beside = _read_beside(connection, services.config, shop_id, ids)

    for conversation in found:
        its_own = beside[conversation.id]
        yield ExportedConversation(
            conversation,
            notes=its_own.notes,
            runs=its_own.runs,
            requests=its_own.requests,
            ratings=its_own.ratings,
            messages=_in_pieces(services, shop_id, conversation_id),
            reply_address=its_own.reply_address,
            labels=its_own.labels,
        )


def _in_pieces(
    services: Services,
    shop_id: int,
    conversation_id: str,
) -> Iterator[ExportedMessage]:
    last = 0
    while True:
        with services.db.reading() as connection:
            piece = _list_messages(
                connection,
                shop_id,
                [conversation_id],
                after=last,
            )

        yield from piece
        if len(piece) < PIECE:
            return

        latest = piece[-1].message
        last = latest.seq


def _has_words(said: Iterable[ExportedMessage], words: str) -> bool:
    sought = words.casefold()
    if not sought:
        return True

    for exported in said:
        text = exported.message.text.casefold()
        if sought in text:
            return True
    return False
