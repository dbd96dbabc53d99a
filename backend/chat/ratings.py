"""What shoppers thought of an answer, or of a whole conversation. Owns the table of ratings."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Self

from sqlalchemy import Connection, Row, delete, insert, select

from backend.chat import conversations, messages, sessions
from backend.chat.conversations import ClosedWhy, Conversation
from backend.chat.messages import Role
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.errors import NotFound
from backend.services import Services
from backend.store.tables import ratings

# In the place of a message: the conversation as a whole.
WHOLE = 0


@dataclass(frozen=True, slots=True)
class Rating:
    """`value` is 1 for what helped and -1 for what did not; `seq` is the message's, or WHOLE."""

    conversation_id: str
    seq: int
    value: int
    at: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(row.conversation_id, row.seq, row.value, row.at)


def rate(
    services: Services, caller: Caller, session_id: str | None, seq: int, value: int
) -> None:
    """The latest counts; 0 takes it back. Also of a conversation that is over.

    Raises NotFound for what cannot be rated, and where the merchant asks for no ratings.
    """
    found = sessions.find_own(services, caller, session_id)
    if found is None or not caller.shop.settings.rating:
        raise NotFound

    rating = Rating(found.id, seq, value, now_ms())
    services.db.write(_rate, found.shop_id, rating)


def _rate(connection: Connection, shop_id: int, rating: Rating) -> None:
    """Locked, so that two taps at once leave one rating."""
    conversation = conversations.find(
        connection, shop_id, rating.conversation_id, lock=True
    )
    if conversation is None or not _may_rate(connection, conversation, rating.seq):
        raise NotFound

    mine = conversations.within(ratings, shop_id, rating.conversation_id)
    connection.execute(delete(ratings).where(mine, ratings.c.seq == rating.seq))
    if rating.value:
        import_ratings(connection, shop_id, [rating])


def _may_rate(connection: Connection, conversation: Conversation, seq: int) -> bool:
    if conversation.closed_why is ClosedWhy.ERASED:
        return False
    if seq == WHOLE:
        return conversation.last_seq > 0

    where = (conversation.shop_id, conversation.id)
    message = messages.find_at(connection, *where, seq)
    return message is not None and message.role is not Role.SHOPPER


def list_ratings(
    connection: Connection, shop_id: int, conversation_ids: Collection[str]
) -> list[Rating]:
    """Those of some conversations, by their places."""
    query = (
        select(ratings)
        .where(ratings.c.shop_id == shop_id)
        .where(ratings.c.conversation_id.in_(conversation_ids))
        .order_by(ratings.c.conversation_id, ratings.c.seq)
    )
    return [Rating.from_row(row) for row in connection.execute(query)]


def import_ratings(
    connection: Connection, shop_id: int, added: Sequence[Rating]
) -> None:
    """As they are: their conversations are there, and nothing is checked."""
    rows = [{"shop_id": shop_id, **asdict(rating)} for rating in added]
    if rows:
        connection.execute(insert(ratings), rows)
