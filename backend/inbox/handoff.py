"""A person of the shop in a conversation: takes it over, speaks, hands it back, closes it.

While a person has it the assistant is silent: its turns end, and further messages wait for the
person.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.chat import conversations, messages, turns
from backend.chat.conversations import Conversation, Mode
from backend.chat.messages import Message, MessageRef, MessageStatus, Role
from backend.chat.turns import Ended, Outcome, TurnStatus
from backend.clock import now_ms
from backend.errors import HeldByColleague, NotFound
from backend.services import Services


@dataclass(frozen=True, slots=True)
class StaffReply:
    """What one of the staff says; `name` is for shoppers, `client_id` the form's, for repeats."""

    staff_id: str
    name: str
    text: str
    client_id: str


def take_over(
    services: Services,
    shop_id: int,
    conversation_id: str,
    staff_id: str,
    instead_of: str | None = None,
) -> None:
    """Give the conversation to one of the staff, also in the middle of a reply, whose words so far
    are kept.

    Raises NotFound for one that is unknown or closed, HeldByColleague while another than
    `instead_of` has it.
    """
    ended = services.db.write(
        _take_over, services, (shop_id, conversation_id), staff_id, instead_of
    )
    turns.conclude(services, conversation_id, ended)


def say(
    services: Services, shop_id: int, conversation_id: str, reply: StaffReply
) -> MessageRef:
    """Speak as a person; who speaks has the conversation. The same words with one `client_id` are
    one message.

    Other words are another: whoever got no answer may have written anew. Raises NotFound,
    HeldByColleague.
    """
    said, ended = services.db.write(_say, services, (shop_id, conversation_id), reply)
    turns.conclude(services, conversation_id, ended)
    return said


def hand_back(
    services: Services, shop_id: int, conversation_id: str, staff_id: str
) -> None:
    """From the next message on the assistant answers again. Raises NotFound, HeldByColleague."""
    services.db.write(_hand_back, (shop_id, conversation_id), staff_id)
    turns.conclude(services, conversation_id)


def close(
    services: Services, shop_id: int, conversation_id: str, staff_id: str
) -> None:
    """The matter is settled. The shopper keeps it; a further message opens it again."""
    ended = services.db.write(_close, services, (shop_id, conversation_id), staff_id)
    turns.conclude(services, conversation_id, ended)


def _take_over(
    connection: Connection,
    services: Services,
    where: tuple[int, str],
    staff_id: str,
    instead_of: str | None,
) -> list[Ended]:
    conversation = _lock_open(connection, where)
    _refuse_colleague(conversation, (staff_id, instead_of))

    ended = _end_turns(connection, services, conversation)
    _set_mode(connection, conversation, Mode.STAFF, staff_id)
    return ended


def _say(
    connection: Connection,
    services: Services,
    where: tuple[int, str],
    reply: StaffReply,
) -> tuple[MessageRef, list[Ended]]:
    message_id = _message_id(where[1], reply)
    conversation = conversations.find(connection, *where, lock=True)
    known = messages.find(connection, *where, message_id)
    if known is not None:
        return known.ref, []
    if conversation is None or not conversation.is_open:
        raise NotFound
    _refuse_colleague(conversation, (reply.staff_id, None))

    outcome = Outcome(TurnStatus.HANDED_OVER, keeps_place=True)
    ended = turns.cut_short_all(connection, services, conversation, outcome)
    seq = conversations.touch(connection, *where, messages=1).last_seq
    said = messages.add(connection, _as_message(where, seq, message_id, reply))
    messages.mark_answered(connection, *where)
    conversations.set_mode(connection, conversation, Mode.STAFF, reply.staff_id, seq)
    return said, ended


def _as_message(
    where: tuple[int, str], seq: int, message_id: str, reply: StaffReply
) -> Message:
    shop_id, conversation_id = where
    return Message(
        shop_id=shop_id,
        conversation_id=conversation_id,
        seq=seq,
        id=message_id,
        role=Role.STAFF,
        text=reply.text,
        status=MessageStatus.SAVED,
        at=now_ms(),
        author=reply.name,
    )


def _message_id(conversation_id: str, reply: StaffReply) -> str:
    name = f"{conversation_id}:{reply.client_id}:{reply.text}"
    return uuid.uuid5(uuid.NAMESPACE_OID, name).hex


def _hand_back(connection: Connection, where: tuple[int, str], staff_id: str) -> None:
    conversation = _lock_open(connection, where)
    _refuse_colleague(conversation, (staff_id,))
    _set_mode(connection, conversation, Mode.ASSISTANT, None)


def _close(
    connection: Connection, services: Services, where: tuple[int, str], staff_id: str
) -> list[Ended]:
    """One transaction, so that nobody waiting for news sees a person come for a moment."""
    conversation = _lock_open(connection, where)
    _refuse_colleague(conversation, (staff_id, None))

    ended = _end_turns(connection, services, conversation)
    _set_mode(connection, conversation, Mode.CLOSED, None)
    return ended


def _lock_open(connection: Connection, where: tuple[int, str]) -> Conversation:
    """Raises NotFound."""
    conversation = conversations.find(connection, *where, lock=True)
    if conversation is None or not conversation.is_open:
        raise NotFound
    return conversation


def _refuse_colleague(
    conversation: Conversation, allowed: tuple[str | None, ...]
) -> None:
    """Raises HeldByColleague while somebody else has it."""
    if conversation.mode is Mode.STAFF and conversation.staff_id not in allowed:
        raise HeldByColleague


def _end_turns(
    connection: Connection, services: Services, conversation: Conversation
) -> list[Ended]:
    outcome = Outcome(TurnStatus.HANDED_OVER)
    return turns.cut_short_all(connection, services, conversation, outcome)


def _set_mode(
    connection: Connection,
    conversation: Conversation,
    mode: Mode,
    staff_id: str | None,
) -> None:
    """Whoever changes it has seen all that there is by now."""
    where = (conversation.shop_id, conversation.id)
    seen = conversations.touch(connection, *where).last_seq
    conversations.set_mode(connection, conversation, mode, staff_id, seen)
