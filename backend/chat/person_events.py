"""What a conversation says of the people in it: that somebody has joined, that the assistant is
back, that nobody has come. A message of the assistant's outside any turn, which no model reads.
"""

from sqlalchemy import Connection

from backend.assistant import rule_replies
from backend.assistant.message_language import DEFAULT, known_language
from backend.chat import conversations, messages
from backend.chat.conversations import Conversation
from backend.chat.plain_text import utf16_length
from backend.shops import directory, staff
from backend.store.parts import Part


def say_joined(
    connection: Connection, conversation: Conversation, staff_id: str
) -> None:
    """Once for each person in a row."""
    if conversation.told_staff_id == staff_id:
        return

    name = _name_of(connection, conversation.shop_id, staff_id)
    _say(connection, conversation, "joined", name=name)
    conversations.mark_told(connection, conversation, staff_id)


def say_returned(
    connection: Connection, conversation: Conversation, still_waits: bool
) -> None:
    """With `still_waits` the team is to answer all the same."""
    sentence = "returned_waiting" if still_waits else "returned"
    _say(connection, conversation, "returned", sentence)


def ask_back(connection: Connection, conversation: Conversation) -> None:
    _say(connection, conversation, "asked_back")
    conversations.mark_offered_back(connection, conversation)


def say_gave_up(connection: Connection, conversation: Conversation) -> None:
    _say(connection, conversation, "gave_up")


def _say(
    connection: Connection,
    conversation: Conversation,
    state: str,
    sentence: str = "",
    name: str | None = None,
) -> None:
    language = known_language(conversation.locale) or DEFAULT
    given = {} if name is None else {"name": name}
    text = rule_replies.say(f"person_{sentence or state}", language, **given)

    part: Part = {
        "id": "part-1",
        "type": "person",
        "at": utf16_length(text),
        "state": state,
        "hours": None,
        "name": name,
    }
    messages.add_spoken(connection, conversation.shop_id, conversation.id, text, [part])


def _name_of(connection: Connection, shop_id: int, staff_id: str) -> str:
    """As shoppers know them: their own name, or the team's, or the shop's."""
    names = staff.read_names(connection, shop_id, [staff_id])
    shop = directory.get_shop(connection, shop_id)
    return names.get(staff_id) or shop.settings.team_name or shop.display_name
