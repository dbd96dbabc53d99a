"""What one of the staff has begun to write to a shopper: kept for them alone, until it is sent."""

from sqlalchemy import ColumnElement, Connection, delete, select, update

from backend.bounds import is_storable
from backend.chat import conversations
from backend.chat.plain_text import is_blank
from backend.clock import now_ms
from backend.errors import Invalid, NotFound
from backend.services import Services
from backend.store.database import insert_unless_there
from backend.store.tables import reply_drafts

MOST_CHARACTERS = 8_000
REFUSAL = f"A draft may have up to {MOST_CHARACTERS:,} characters of text."

C = reply_drafts.c


def save_draft(
    services: Services, shop_id: int, conversation_id: str, user_id: str, text: str
) -> None:
    """A blank one is deleted. Raises NotFound, Invalid."""
    if len(text) > MOST_CHARACTERS or not is_storable(text):
        raise Invalid(REFUSAL)

    services.db.write(_save, (shop_id, conversation_id, user_id), text)


def delete_draft(
    services: Services, shop_id: int, conversation_id: str, user_id: str
) -> None:
    """One that is not there is fine, too."""
    services.db.write(_delete, (shop_id, conversation_id, user_id))


def find_draft(
    connection: Connection, shop_id: int, conversation_id: str, user_id: str
) -> str | None:
    query = select(C.text).where(_is((shop_id, conversation_id, user_id)))
    return connection.execute(query).scalar_one_or_none()


def _save(connection: Connection, whose: tuple[int, str, str], text: str) -> None:
    shop_id, conversation_id, user_id = whose
    if conversations.find(connection, shop_id, conversation_id) is None:
        raise NotFound
    if is_blank(text):
        _delete(connection, whose)
        return

    written = {"text": text, "at": now_ms()}
    row = {
        "shop_id": shop_id,
        "conversation_id": conversation_id,
        "user_id": user_id,
        **written,
    }
    if not insert_unless_there(connection, reply_drafts, row):
        connection.execute(update(reply_drafts).where(_is(whose)).values(written))


def _delete(connection: Connection, whose: tuple[int, str, str]) -> None:
    connection.execute(delete(reply_drafts).where(_is(whose)))


def _is(whose: tuple[int, str, str]) -> ColumnElement[bool]:
    shop_id, conversation_id, user_id = whose
    return (
        (C.shop_id == shop_id)
        & (C.conversation_id == conversation_id)
        & (C.user_id == user_id)
    )
