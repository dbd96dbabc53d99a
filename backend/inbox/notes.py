"""What the staff keeps beside conversations: notes on one of them, and replies to use again."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, func, insert, select

from backend.bounds import is_storable
from backend.chat.plain_text import is_blank
from backend.clock import now_ms
from backend.errors import Invalid
from backend.inbox import conversation_list
from backend.services import Services
from backend.store.tables import notes, saved_replies

MOST_NOTE_CHARACTERS = 4_000
MOST_TITLE_CHARACTERS = 80
MOST_REPLY_CHARACTERS = 8_000
MOST_REPLIES = 200


def add_note(
    services: Services, shop_id: int, conversation_id: str, author: str, words: str
) -> None:
    """For the staff alone. Raises NotFound, Invalid."""
    note = {
        "id": uuid.uuid4().hex,
        "author": author,
        "text": within(words, "A note", MOST_NOTE_CHARACTERS),
    }
    services.db.write(_note, shop_id, conversation_id, note)
    services.live.changed(conversation_id)


def _note(
    connection: Connection, shop_id: int, conversation_id: str, note: dict[str, str]
) -> None:
    conversation_list.find(connection, shop_id, conversation_id)
    connection.execute(
        insert(notes).values(
            shop_id=shop_id, conversation_id=conversation_id, at=now_ms(), **note
        )
    )


def list_replies(connection: Connection, shop_id: int) -> Sequence[Row]:
    query = select(saved_replies).where(saved_replies.c.shop_id == shop_id)
    return connection.execute(
        query.order_by(func.lower(saved_replies.c.title), saved_replies.c.id)
    ).all()


def faults_of(title: str, words: str) -> dict[str, str]:
    """What is wrong with a reply to be saved, by field."""
    told = {
        "title": fault(title, "A title", MOST_TITLE_CHARACTERS),
        "text": fault(words, "A reply", MOST_REPLY_CHARACTERS),
    }
    return {field: said for field, said in told.items() if said}


def save_reply(services: Services, shop_id: int, title: str, words: str) -> None:
    """Raises Invalid, also when there are as many as there can be."""
    reply = {
        "title": within(title, "A title", MOST_TITLE_CHARACTERS),
        "text": within(words, "A reply", MOST_REPLY_CHARACTERS),
    }
    services.db.write(_keep, shop_id, reply)


def _keep(connection: Connection, shop_id: int, reply: dict[str, str]) -> None:
    if len(list_replies(connection, shop_id)) >= MOST_REPLIES:
        raise Invalid(
            f"There are {MOST_REPLIES} saved replies, which is as many as there can be."
        )
    connection.execute(
        insert(saved_replies).values(
            shop_id=shop_id, id=uuid.uuid4().hex, at=now_ms(), **reply
        )
    )


def forget_reply(services: Services, shop_id: int, reply_id: str) -> None:
    gone = delete(saved_replies).where(
        saved_replies.c.shop_id == shop_id, saved_replies.c.id == reply_id
    )
    services.db.write(lambda connection: connection.execute(gone))


def within(words: str, what: str, most: int) -> str:
    """The words as they are kept. Raises Invalid with what to tell."""
    if said := fault(words, what, most):
        raise Invalid(said)
    return _tidy(words)


def fault(words: str, what: str, most: int) -> str:
    """What is wrong with them, as a sentence: blank, too long or no text. Empty when nothing is."""
    kept = _tidy(words)
    if is_blank(kept):
        return f"{what} needs some words."
    if len(kept) > most:
        return f"{what} may have up to {most:,} characters."
    if not is_storable(kept):
        return f"{what} has characters that are no text."
    return ""


def _tidy(words: str) -> str:
    # Forms send line ends as two characters.
    return words.replace("\r\n", "\n").strip()
