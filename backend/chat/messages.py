"""Messages: the record, and the statements on its table."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from backend.assistant.transcript import MOST_MESSAGES
from backend.chat import conversations
from backend.chat.conversations import within
from backend.chat.search_text import search_text
from backend.clock import now_ms
from backend.shops import settings
from backend.store.parts import Part
from backend.store.tables import messages


class Role(StrEnum):
    SHOPPER = "shopper"
    ASSISTANT = "assistant"
    STAFF = "staff"


class MessageStatus(StrEnum):
    SAVED = "saved"
    ANSWERED = "answered"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message stands."""

    id: str
    seq: int
    at: int


@dataclass(frozen=True, slots=True)
class Message:
    """`author` is the name that shoppers saw: of staff, and of the assistant where its shop has
    given it one.
    """

    shop_id: int
    conversation_id: str
    seq: int
    id: str
    role: Role
    text: str
    status: MessageStatus
    at: int
    author: str | None = None
    parts: list[Part] | None = None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        values = dict(row._mapping)
        values["role"] = Role(row.role)
        values["status"] = MessageStatus(row.status)
        return cls(**values)

    @property
    def ref(self) -> MessageRef:
        return MessageRef(self.id, self.seq, self.at)


@dataclass(frozen=True, slots=True)
class Span:
    """Which of a conversation's messages: the newest, or those before or after a seq; and how many
    seconds a reader waits for them.
    """

    limit: int
    before: int | None = None
    after: int | None = None
    wait: float = 0


# What is in the record; what is the search's own is nobody else's business.
_COLUMNS = [column for column in messages.c if not column.name.startswith("search_")]
_MINE = (messages.c.shop_id == bindparam("shop")) & (
    messages.c.conversation_id == bindparam("conversation")
)
_AT_SEQ = _MINE & (messages.c.seq == bindparam("place"))

# Statements on the path of a turn are built once: building one costs as much as running it.
_ADD = insert(messages)
_ADD_SPOKEN = insert(messages).values(author=settings.ASSISTANT_NAME)
_SET_STATUS = update(messages).where(_AT_SEQ).values(status=bindparam("word"))
_REWRITE = (
    update(messages)
    .where(_AT_SEQ)
    .values(
        text=bindparam("words"),
        search_text=bindparam("searched"),
        parts=bindparam("shown", type_=messages.c.parts.type),
        status=bindparam("word"),
        at=bindparam("now"),
    )
)


def add(connection: Connection, message: Message) -> MessageRef:
    """Put a message in a place that `conversations` has given out in this transaction."""
    row = {
        "shop_id": message.shop_id,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "id": message.id,
        "role": message.role,
        "text": message.text,
        "parts": message.parts or None,
        "status": message.status,
        "at": message.at,
        "search_text": search_text(message.text),
    }

    if message.role is Role.ASSISTANT:
        # As it is called now, also when somebody reads it long after.
        connection.execute(_ADD_SPOKEN, row | {"named_shop": message.shop_id})
    else:
        connection.execute(_ADD, row | {"author": message.author})
    return message.ref


def add_spoken(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    text: str,
    parts: Sequence[Part],
) -> None:
    """What the assistant says outside any turn, in the next place; the conversation is locked from
    then on.
    """
    counted = conversations.touch(connection, shop_id, conversation_id, messages=1)
    spoken = Message(
        shop_id=shop_id,
        conversation_id=conversation_id,
        seq=counted.last_seq,
        id=conversations.new_id(),
        role=Role.ASSISTANT,
        text=text,
        status=MessageStatus.ANSWERED,
        at=now_ms(),
        parts=list(parts),
    )
    add(connection, spoken)


def import_messages(connection: Connection, exported: Sequence[Message]) -> None:
    """As they were; their conversation is there, and has none in their places."""
    rows = [
        {**asdict(message), "search_text": search_text(message.text)}
        for message in exported
    ]
    if rows:
        connection.execute(_ADD, rows)


def rewrite(connection: Connection, message: Message) -> MessageRef:
    """Replace a partial reply in its place."""
    values = {
        "shop": message.shop_id,
        "conversation": message.conversation_id,
        "place": message.seq,
        "words": message.text,
        "searched": search_text(message.text),
        "shown": message.parts or None,
        "word": message.status,
        "now": message.at,
    }

    connection.execute(_REWRITE, values)
    return message.ref


def set_status(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    seq: int,
    status: MessageStatus,
) -> None:
    which = {"shop": shop_id, "conversation": conversation_id, "place": seq}
    connection.execute(_SET_STATUS, which | {"word": status})


def mark_answered(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """What waited for a person has been answered now."""
    waits = (messages.c.role == Role.SHOPPER) & (
        messages.c.status == MessageStatus.SAVED
    )
    connection.execute(
        update(messages)
        .where(within(messages, shop_id, conversation_id), waits)
        .values(status=MessageStatus.ANSWERED)
    )


def is_unanswered(
    connection: Connection, shop_id: int, conversation_id: str, seq: int
) -> bool:
    """Whether the shopper's message in that place waits for an answer, and no person has spoken
    after it.
    """
    mine = within(messages, shop_id, conversation_id)
    waits = messages.c.status.in_((MessageStatus.SAVED, MessageStatus.FAILED))
    is_it = and_(messages.c.seq == seq, messages.c.role == Role.SHOPPER, waits)
    is_staff = and_(messages.c.seq > seq, messages.c.role == Role.STAFF)

    query = select(messages.c.role).where(mine, or_(is_it, is_staff)).limit(2)
    roles = connection.execute(query).scalars().all()
    return list(roles) == [Role.SHOPPER]


def find(
    connection: Connection, shop_id: int, conversation_id: str, message_id: str
) -> Message | None:
    query = (
        select(*_COLUMNS)
        .where(within(messages, shop_id, conversation_id), messages.c.id == message_id)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return Message.from_row(row) if row is not None else None


def find_at(
    connection: Connection, shop_id: int, conversation_id: str, seq: int
) -> Message | None:
    query = select(*_COLUMNS).where(
        within(messages, shop_id, conversation_id), messages.c.seq == seq
    )
    row = connection.execute(query).one_or_none()
    return Message.from_row(row) if row is not None else None


def list_span(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    span: Span,
    hidden_seq: int | None = None,
) -> tuple[Sequence[Message], bool]:
    """The messages of a span, oldest first, and whether there are more beyond it."""
    query = select(*_COLUMNS).where(within(messages, shop_id, conversation_id))
    if hidden_seq is not None:
        query = query.where(messages.c.seq != hidden_seq)

    if span.after is not None:
        query = query.where(messages.c.seq > span.after).order_by(messages.c.seq)
    else:
        query = query.order_by(messages.c.seq.desc())
        if span.before is not None:
            query = query.where(messages.c.seq < span.before)

    rows = connection.execute(query.limit(span.limit + 1)).all()
    found = [Message.from_row(row) for row in rows[: span.limit]]
    if span.after is None:
        found.reverse()
    return found, len(rows) > span.limit


def list_replies(
    connection: Connection, shop_id: int, conversation_id: str, after: int, most: int
) -> list[Message]:
    """What others than the shopper have said past a seq, the newest first."""
    query = (
        select(*_COLUMNS)
        .where(within(messages, shop_id, conversation_id), messages.c.seq > after)
        .where(messages.c.role != Role.SHOPPER)
        .order_by(messages.c.seq.desc())
        .limit(most)
    )
    rows = connection.execute(query).all()
    return [Message.from_row(row) for row in rows]


_READABLE = (
    select(*_COLUMNS)
    .where(_MINE, messages.c.seq != bindparam("hidden"))
    .where(or_(messages.c.role != Role.SHOPPER, messages.c.seq <= bindparam("asked")))
    .order_by((messages.c.seq == bindparam("asked")).desc(), messages.c.seq.desc())
    .limit(MOST_MESSAGES)
)


def list_readable(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    asked_seq: int,
    hidden_seq: int,
) -> list[Message]:
    """What was said up to a shopper's message, that one first and then the newest; replies that
    came while it waited count, too.
    """
    which = {"shop": shop_id, "conversation": conversation_id}
    rows = connection.execute(
        _READABLE, which | {"asked": asked_seq, "hidden": hidden_seq}
    ).all()
    return [Message.from_row(row) for row in rows]


def list_first_lines(
    connection: Connection, shop_id: int, conversation_ids: Collection[str], most: int
) -> dict[str, str]:
    """By conversation the first `most` characters that its shopper has written."""
    query = select(
        messages.c.conversation_id, func.substr(messages.c.text, 1, most).label("line")
    ).where(
        messages.c.shop_id == shop_id,
        messages.c.conversation_id.in_(conversation_ids),
        messages.c.seq == 1,
    )

    rows = connection.execute(query).all()
    return {row.conversation_id: row.line for row in rows}
