"""A person of the shop in a conversation: takes it over, speaks, hands it back, closes it.

While a person has it the assistant is silent: its turns end, and further messages wait for the
person.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from backend.chat import (
    conversations,
    messages,
    person_events,
    returning,
    staff_news,
    turns,
)
from backend.chat.conversations import Conversation, ConversationStatus, Mode
from backend.chat.messages import Message, MessageRef, MessageStatus, Role
from backend.chat.turns import Ended, Outcome, TurnStatus
from backend.clock import now_ms
from backend.errors import ChangedMeanwhile, HeldByColleague, Invalid, NotFound
from backend.services import Services
from backend.shops import staff
from backend.store.job_queue import Claim
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

    Whoever waits goes on waiting until they speak. Raises NotFound for one that is unknown or was
    put away, HeldByColleague while another than `instead_of` has it.
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


def assign(
    services: Services, shop_id: int, conversation_id: str, by: str, to: str
) -> None:
    """`by` gives the conversation to a colleague, also one that another has; to themselves, too.

    Raises NotFound, Invalid for who is not of the team.
    """
    where = (shop_id, conversation_id)
    ended = services.db.write(_assign, services, where, by, to)
    turns.conclude(services, conversation_id, ended)


def hand_back(
    services: Services, shop_id: int, conversation_id: str, staff_id: str
) -> None:
    """The assistant goes on, also with what was left unanswered. Raises NotFound,
    HeldByColleague.
    """
    where = (shop_id, conversation_id)
    claim = services.db.write(_hand_back, services, where, staff_id)
    turns.conclude(services, conversation_id, begun=claim)


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
    conversation = _lock_answerable(connection, where)
    _refuse_colleague(conversation, (staff_id, instead_of))

    # What only readers have yet stands before the news of who has come.
    outcome = Outcome(TurnStatus.HANDED_OVER, keeps_place=True)
    ended = turns.cut_short_all(connection, services, conversation, outcome)
    person_events.say_joined(connection, conversation, staff_id)
    conversations.hold(connection, conversation, staff_id)
    return ended


def _assign(
    connection: Connection,
    services: Services,
    where: tuple[int, str],
    by: str,
    to: str,
) -> list[Ended]:
    """The shopper hears of a colleague when they come."""
    if by == to:
        holder = _lock_answerable(connection, where).staff_id
        return _take_over(connection, services, where, to, instead_of=holder)

    conversation = _lock_answerable(connection, where)
    if to not in staff.read_names(connection, conversation.shop_id, [to]):
        raise Invalid(NO_MEMBER)

    ended = _end_turns(connection, services, conversation)
    if not conversation.is_held_by(to):
        conversations.hold(connection, conversation, to)
        staff_news.note(connection, *where, "assigned")
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
    conversation = _open_again(connection, conversation)
    _refuse_colleague(conversation, (reply.staff_id, None))

    outcome = Outcome(TurnStatus.HANDED_OVER, keeps_place=True)
    ended = turns.cut_short_all(connection, services, conversation, outcome)
    person_events.say_joined(connection, conversation, reply.staff_id)
    seq = conversations.touch(connection, *where, messages=1).last_seq
    said = messages.add(connection, _as_message(where, seq, message_id, reply))
    messages.mark_answered(connection, *where)
    conversations.note_spoken(connection, conversation, reply.staff_id, seq)
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


def _hand_back(
    connection: Connection,
    services: Services,
    where: tuple[int, str],
    staff_id: str,
) -> Claim | None:
    conversation = _lock_open(connection, where)
    _refuse_colleague(conversation, (staff_id,))
    if conversation.mode is not Mode.STAFF:
        conversations.leave(connection, conversation, Mode.ASSISTANT, keeps_need=False)
        return None
    return returning.return_to_assistant(connection, services, conversation)


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
    conversations.leave(connection, conversation, Mode.CLOSED, keeps_need=False)
    return ended


def _lock_open(connection: Connection, where: tuple[int, str]) -> Conversation:
    """Raises NotFound."""
    conversation = conversations.find(connection, *where, lock=True)
    if conversation is None or not conversation.is_open:
        raise NotFound
    return conversation


def _lock_answerable(connection: Connection, where: tuple[int, str]) -> Conversation:
    """One that is open, or is again. Raises NotFound."""
    conversation = conversations.find(connection, *where, lock=True)
    return _open_again(connection, conversation)


def _open_again(
    connection: Connection, conversation: Conversation | None
) -> Conversation:
    """What the clock has closed is open again, for its shopper's browser as well. Raises NotFound
    for what is unknown, or was put away.
    """
    if conversation is None:
        raise NotFound
    if conversation.is_open:
        return conversation

    if not conversations.reopen_expired(connection, conversation):
        raise NotFound
    return replace(
        conversation, status=ConversationStatus.OPEN, closed_why=None, closed_at=None
    )


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
