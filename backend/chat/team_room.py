"""The room in which a shop's own people talk with the copilot: one conversation, on the same spine
as those of shoppers.
"""

# Its rows stand under the negative of the shop's number. So no list, search, figure, export or
# clock of the shop's conversations can ever come upon it, whoever writes the next one; no session
# leads into it either.

from sqlalchemy import Connection

from backend.chat import conversations
from backend.chat.conversations import Conversation


def room_of(shop_id: int) -> int:
    """The number under which the rows of a shop's room stand."""
    return -shop_id


def shop_of(room_id: int) -> int:
    return -room_id


def is_room(shop_id: int) -> bool:
    return shop_id < 0


def talk_of(shop_id: int) -> str:
    """The id of the conversation: by it readers learn of news, so no two shops have the same."""
    return f"team-{shop_id}"


def open_talk(connection: Connection, shop_id: int) -> Conversation:
    """Locked until the transaction ends; begun with the first words."""
    where = (connection, room_of(shop_id), talk_of(shop_id))
    conversations.add_for_team(*where)
    found = conversations.find(*where, lock=True)
    assert found is not None, "it has just been added"
    return found
