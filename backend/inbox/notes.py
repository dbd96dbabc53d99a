"""Notes that staff keep on a conversation, for themselves alone."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    insert,
    select,
    update,
)

from backend.chat import conversations
from backend.chat.search_text import search_text
from backend.clock import now_ms
from backend.errors import NotFound
from backend.inbox import access_log, staff_text
from backend.inbox.access_log import What
from backend.services import Services
from backend.store.tables import notes

MOST_NOTE_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Note:
    conversation_id: str
    id: str
    author: str
    text: str
    at: int
    edited_at: int | None = None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            row.conversation_id,
            row.id,
            row.author,
            row.text,
            row.at,
            row.edited_at,
        )


def find_fault(text: str) -> str:
    return staff_text.find_fault(text, "A note", MOST_NOTE_CHARACTERS)


def add_note(
    services: Services, shop_id: int, conversation_id: str, author: str, text: str
) -> None:
    """Raises NotFound, Invalid."""
    kept = staff_text.read_text(text, "A note", MOST_NOTE_CHARACTERS)
    note = Note(conversation_id, uuid.uuid4().hex, author, kept, now_ms())

    services.db.write(_add_note, shop_id, note)

    services.live.changed(conversation_id)


def edit_note(
    services: Services, shop_id: int, conversation_id: str, note_id: str, text: str
) -> None:
    """By anybody of the team; that it was is seen. Raises NotFound, Invalid."""
    kept = staff_text.read_text(text, "A note", MOST_NOTE_CHARACTERS)

    services.db.write(_edit_note, (shop_id, conversation_id, note_id), kept)

    services.live.changed(conversation_id)


def delete_note(
    services: Services, shop_id: int, conversation_id: str, note_id: str, user_id: str
) -> None:
    """By anybody of the team, which is logged, with all that was kept for its search. One that is
    not there is fine, too.
    """
    services.db.write(_delete_note, (shop_id, conversation_id, note_id), user_id)

    services.live.changed(conversation_id)


def _edit_note(connection: Connection, which: tuple[int, str, str], text: str) -> None:
    edited = connection.execute(
        update(notes)
        .where(_is(*which))
        .values(text=text, search_text=search_text(text), edited_at=now_ms())
    )
    if not edited.rowcount:
        raise NotFound


def _delete_note(
    connection: Connection, which: tuple[int, str, str], user_id: str
) -> None:
    deleted = connection.execute(delete(notes).where(_is(*which)))
    if not deleted.rowcount:
        return

    shop_id, conversation_id, _ = which
    access_log.add_access(
        connection, shop_id, user_id, What.NOTE_DELETED, conversation_id
    )


def _is(shop_id: int, conversation_id: str, note_id: str) -> ColumnElement[bool]:
    return and_(
        notes.c.shop_id == shop_id,
        notes.c.conversation_id == conversation_id,
        notes.c.id == note_id,
    )


def _add_note(connection: Connection, shop_id: int, note: Note) -> None:
    if conversations.find(connection, shop_id, note.conversation_id) is None:
        raise NotFound
    import_notes(connection, shop_id, [note])


def list_notes(
    connection: Connection, shop_id: int, conversation_ids: Sequence[str]
) -> list[Note]:
    """Those of some conversations, the oldest first."""
    query = (
        select(notes)
        .where(notes.c.shop_id == shop_id)
        .where(notes.c.conversation_id.in_(conversation_ids))
        .order_by(notes.c.at, notes.c.id)
    )
    return [Note.from_row(row) for row in connection.execute(query)]


def import_notes(connection: Connection, shop_id: int, added: Sequence[Note]) -> None:
    """As they are: their conversations are there, and nothing is checked."""
    rows = [
        {"shop_id": shop_id, "search_text": search_text(note.text), **asdict(note)}
        for note in added
    ]
    if rows:
        connection.execute(insert(notes), rows)
