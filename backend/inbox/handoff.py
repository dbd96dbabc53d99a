"""A person of the shop in a conversation: takes it over, speaks, hands it back, closes it.

While a person has it the assistant is silent: its turns end, and further messages wait for the
person.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.chat import conversations, messages, turns
from backend.chat.conversations import Conversation, Mode
from backend.chat.messages import Message, MessageRef, MessageStatus, Role
from backend.chat.turns import Ended, Outcome, TurnStatus
from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, HeldByColleague, Invalid, NotFound
from backend.services import Services
from backend.shops import staff
from backend.store.parts import Part

NO_MEMBER = "Choose somebody of your team."


@dataclass(frozen=True, slots=True)
class StaffReply:
    """What one of the staff says; `name` is for shoppers, `client_id` the form's, for repeats.
    `parts` are shown below the words.
    """

    staff_id: str
    name: str
    text: str
    client_id: str
    parts: Sequence[Part] = ()


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


def assign(
    services: Services, shop_id: int, conversation_id: str, by: str, to: str
) -> None:
    """Give it to one of the team, whoever of them has it now. Raises NotFound, Invalid for who is
    not of the team.
    """
    ended = services.db.write(_assign, services, (shop_id, conversation_id), to)
    turns.conclude(services, conversation_id, ended)


def close(
    services: Services,
    shop_id: int,
    conversation_id: str,
    staff_id: str,
    seen: int | None = None,
) -> None:
    """The matter is settled. The shopper keeps it; a further message opens it again.

    Raises NotFound, HeldByColleague, and ChangedMeanwhile when there is more in it than what was
    `seen`.
    """
    ended = services.db.write(
        _close, services, (shop_id, conversation_id), staff_id, seen
    )
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
        parts=list(reply.parts),
    )


def _message_id(conversation_id: str, reply: StaffReply) -> str:
    name = f"{conversation_id}:{reply.client_id}:{reply.text}"
    return uuid.uuid5(uuid.NAMESPACE_OID, name).hex


def _hand_back(connection: Connection, where: tuple[int, str], staff_id: str) -> None:
    conversation = _lock_open(connection, where)
    _refuse_colleague(conversation, (staff_id,))
    _set_mode(connection, conversation, Mode.ASSISTANT, None)


def _assign(
    connection: Connection, services: Services, where: tuple[int, str], to: str
) -> list[Ended]:
    conversation = _lock_open(connection, where)
    if to not in staff.read_names(connection, conversation.shop_id, [to]):
        raise Invalid(NO_MEMBER)

    ended = _end_turns(connection, services, conversation)
    _set_mode(connection, conversation, Mode.STAFF, to)
    return ended


def _close(
    connection: Connection,
    services: Services,
    where: tuple[int, str],
    staff_id: str,
    seen: int | None,
) -> list[Ended]:
    """One transaction, so that nobody waiting for news sees a person come for a moment."""
    conversation = _lock_open(connection, where)
    _refuse_colleague(conversation, (staff_id, None))
    if seen is not None and conversation.last_seq > seen:
        raise ChangedMeanwhile

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
