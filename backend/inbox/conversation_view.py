"""One conversation with all that staff see of it: messages, the turn at work, notes, and who has
looked.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Connection, Row, select

from backend.chat import conversations as chat_conversations
from backend.chat.conversations import turn_to_show, within
from backend.errors import NotFound
from backend.inbox import access_log, notes
from backend.inbox.access_log import What
from backend.inbox.conversation_list import (
    LOOK_SECONDS,
    WITH_STAFF,
    C,
    Waiting,
    version_of,
)
from backend.inbox.notes import Note
from backend.services import Services
from backend.shops import staff
from backend.shops.staff import Staff
from backend.store.tables import conversations, messages
from backend.store.tables import staff as staff_table

MESSAGES = 50
MOST_LOOKS = 5


@dataclass(frozen=True, slots=True)
class ViewedConversation:
    """As staff see it, with the name of whoever of them has it."""

    id: str
    customer_id: str | None
    status: str
    closed_why: str | None
    mode: str
    staff_id: str | None
    staff_name: str | None
    staff_seq: int
    needs_staff_since: int | None
    locale: str | None
    page: dict[str, Any] | None
    last_seq: int
    open_turns: int
    started_at: int
    active_at: int
    closed_at: int | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        columns = row._mapping
        return cls(**{name: columns[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class ViewedMessage:
    seq: int
    id: str
    role: str
    text: str
    author: str | None
    cards: Sequence[dict[str, Any]] | None
    status: str
    at: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        columns = row._mapping
        return cls(**{name: columns[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class ViewedTurn:
    """At work, waiting, or the last one, which failed."""

    id: str
    status: str
    attempt: int
    failure: str | None
    text: str
    last_number: int
    reply_seq: int | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        columns = row._mapping
        return cls(**{name: columns[name] for name in cls.__slots__})

    @property
    def replaces(self) -> int | None:
        """The message that a retry is writing anew."""
        return None if self.status == "failed" else self.reply_seq


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of the staff has had it before them; no name for who has given none."""

    id: str
    user_id: str
    name: str | None
    what: What
    at: int


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A page of it: the newest messages, or some before them."""

    conversation: ViewedConversation
    messages: Sequence[ViewedMessage]
    has_earlier: bool
    has_later: bool
    turn: ViewedTurn | None
    notes: Sequence[Note]

    @property
    def version(self) -> str:
        about = (
            self.conversation.last_seq,
            self.conversation.status,
            self.conversation.mode,
            self.conversation.staff_id,
            self.conversation.staff_name,
        )
        turn = self.turn and (self.turn.id, self.turn.status, self.turn.attempt)
        return version_of(about, turn, tuple(note.id for note in self.notes))


def open_view(
    services: Services, somebody: Staff, conversation_id: str, before: int | None = None
) -> ConversationView:
    """What `read_view` reads, for somebody of the staff: logged, and seen from now on."""
    shop_id = somebody.shop.id
    view = read_view(services, shop_id, conversation_id, before)

    access_log.note_look(services, shop_id, somebody.user_id, conversation_id)
    _mark_seen(services, shop_id, view.conversation)
    return view


def read_view(
    services: Services, shop_id: int, conversation_id: str, before: int | None = None
) -> ConversationView:
    """The newest messages, or those before a seq. Raises NotFound."""
    with services.db.reading() as connection:
        conversation = _get_conversation(connection, shop_id, conversation_id)
        turn = _find_turn(connection, shop_id, conversation_id)
        hidden = turn.replaces if turn is not None else None
        found = _list_messages(connection, shop_id, conversation_id, before, hidden)
        noted = notes.list_notes(connection, shop_id, [conversation_id])

    shown = found[:MESSAGES]
    shown.reverse()
    return ConversationView(
        conversation,
        shown,
        has_earlier=len(found) > MESSAGES,
        has_later=before is not None and before <= conversation.last_seq,
        turn=turn,
        notes=noted,
    )


def list_looks(
    connection: Connection, shop_id: int, conversation_id: str
) -> Sequence[Look]:
    """The latest of those who have looked, exported and so on, the latest first."""
    latest = access_log.list_latest(connection, shop_id, conversation_id, MOST_LOOKS)
    names = staff.read_names(connection, shop_id, {it.user_id for it in latest})
    return [
        Look(it.id, it.user_id, names.get(it.user_id), it.what, it.at) for it in latest
    ]


def wait_for_news(
    services: Services, shop_id: int, conversation_id: str, waiting: Waiting
) -> str:
    """The version of a conversation, as `wait_for_change` of the list. Raises NotFound, also once
    it is erased.
    """
    end = time.monotonic() + waiting.seconds
    with services.live.watch(conversation_id) as watch:
        waiting.held.wake = watch.wake
        version = read_view(services, shop_id, conversation_id).version

        while version == waiting.seen and (left := end - time.monotonic()) > 0:
            if services.process.stopping or waiting.held.displaced:
                break
            watch.wait(min(left, LOOK_SECONDS) if services.live.degraded else left)
            version = read_view(services, shop_id, conversation_id).version
    return version


_CONVERSATION = select(
    conversations, staff_table.c.name.label("staff_name")
).select_from(WITH_STAFF)


def _get_conversation(
    connection: Connection, shop_id: int, conversation_id: str
) -> ViewedConversation:
    query = _CONVERSATION.where(C.shop_id == shop_id, C.id == conversation_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return ViewedConversation.from_row(row)


def _find_turn(
    connection: Connection, shop_id: int, conversation_id: str
) -> ViewedTurn | None:
    row = turn_to_show(connection, shop_id, conversation_id)
    return None if row is None else ViewedTurn.from_row(row)


def _list_messages(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    before: int | None,
    hidden: int | None,
) -> list[ViewedMessage]:
    """The newest first, and one more than is shown."""
    query = select(messages).where(within(messages, shop_id, conversation_id))
    if hidden is not None:
        query = query.where(messages.c.seq != hidden)
    if before is not None:
        query = query.where(messages.c.seq < before)

    newest = query.order_by(messages.c.seq.desc()).limit(MESSAGES + 1)
    return [ViewedMessage.from_row(row) for row in connection.execute(newest)]


def _mark_seen(
    services: Services, shop_id: int, conversation: ViewedConversation
) -> None:
    if conversation.staff_seq < conversation.last_seq:
        services.db.write(
            chat_conversations.mark_seen,
            shop_id,
            conversation.id,
            conversation.last_seq,
        )
