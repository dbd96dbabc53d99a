"""A conversation whose time is over. Where somebody has waited for a person in vain, it says so."""

from sqlalchemy import Connection

from backend.chat import conversations, person_events
from backend.chat.conversations import ClosedWhy, Conversation


def expire(connection: Connection, conversation: Conversation) -> None:
    """In the transaction that holds its lock."""
    if conversation.owes_words:
        person_events.say_gave_up(connection, conversation)

    where = (conversation.shop_id, conversation.id)
    conversations.close(connection, *where, ClosedWhy.EXPIRED)
