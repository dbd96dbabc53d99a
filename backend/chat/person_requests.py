"""A shopper wants a person of the shop: the conversation is marked for the staff, and the shopper
is told what is true.
"""

from dataclasses import replace

from sqlalchemy import Connection

from backend.assistant import rule_replies
from backend.assistant.message_language import DEFAULT, known_language
from backend.chat import (
    conversations,
    handoffs,
    messages,
    reply_addresses,
    returning,
    sessions,
    turns,
)
from backend.chat.conversations import Conversation, Mode
from backend.chat.handoffs import Why
from backend.chat.messages import Role
from backend.chat.plain_text import utf16_length
from backend.chat.sessions import Caller
from backend.chat.turns import Turn
from backend.clock import now_ms
from backend.errors import NotFound
from backend.services import Services
from backend.shops import directory, hours_text
from backend.shops.settings import Settings
from backend.store.job_queue import Claim
from backend.store.parts import Part
from backend.tools.toolbox import CalledPerson

# What a usual wait is rounded up to, in minutes.
STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 45, *range(60, 24 * 60 + 1, 60))


def call_person(services: Services, turn: Turn) -> CalledPerson:
    """For the assistant, in the middle of a turn."""
    called = services.db.write(_call, services, turn)
    services.live.changed(turn.conversation_id)
    return called


def ask_for_person(
    services: Services, caller: Caller, session_id: str | None
) -> CalledPerson:
    """For the shopper, by a button: it is answered in the conversation, once. Raises NotFound."""
    known = sessions.find_open(services, caller, session_id)
    if known is None:
        raise NotFound

    called = services.db.write(_ask, services, known)
    turns.conclude(services, known.id)
    return called


def return_to_assistant(
    services: Services, caller: Caller, session_id: str | None
) -> Mode:
    """For the shopper, who was asked whether the assistant may go on, and agrees; whoever was not
    asked changes nothing. Returns who answers now. Raises NotFound.
    """
    known = sessions.find_open(services, caller, session_id)
    if known is None:
        raise NotFound

    mode, claim = services.db.write(_return, services, known)
    turns.conclude(services, known.id, begun=claim)
    return mode


def _call(connection: Connection, services: Services, turn: Turn) -> CalledPerson:
    where = (turn.shop_id, turn.conversation_id)
    conversations.set_needs_staff(connection, *where, Why.ASKED)
    return _state(connection, services, turn.shop_id, turn.locale)


def _ask(
    connection: Connection, services: Services, known: Conversation
) -> CalledPerson:
    conversation = _lock_open(connection, known)
    where = (conversation.shop_id, conversation.id)

    called = _state(connection, services, known.shop_id, conversation.locale)
    conversations.set_needs_staff(connection, *where, Why.ASKED)
    if conversation.mode is Mode.STAFF:
        # Somebody is there already, and will see it.
        return replace(called, state="requested")

    if not _was_told(connection, conversation):
        _tell(connection, conversation, called)
    return called


def _return(
    connection: Connection, services: Services, known: Conversation
) -> tuple[Mode, Claim | None]:
    conversation = _lock_open(connection, known)
    if not conversation.may_be_returned:
        return conversation.mode, None

    claim = returning.return_to_assistant(connection, services, conversation)
    return Mode.ASSISTANT, claim


def _lock_open(connection: Connection, known: Conversation) -> Conversation:
    """Raises NotFound."""
    where = (known.shop_id, known.id)
    conversation = conversations.find(connection, *where, lock=True)
    if conversation is None or not conversation.is_open:
        raise NotFound
    return conversation


def _state(
    connection: Connection, services: Services, shop_id: int, locale: str | None
) -> CalledPerson:
    """Honestly by the shop's hours, and by how long others have waited."""
    chosen = directory.get_shop(connection, shop_id).settings
    email = reply_addresses.is_offered(services.config, chosen)
    if not chosen.is_open(now_ms()):
        hours = _describe_return(chosen, locale)
        return CalledPerson("away", hours, chosen.callbacks, email)

    usual = handoffs.read_usual_wait(connection, shop_id)
    minutes = None if usual is None else round_wait(usual)
    return CalledPerson("requested", None, chosen.callbacks, email, minutes)


def round_wait(seconds: int) -> int | None:
    """In minutes, up to a round number, so that it is not more than was promised; None for what is
    no answer in a chat any more.
    """
    return next((step for step in STEPS if seconds <= step * 60), None)


def _describe_return(chosen: Settings, locale: str | None) -> str | None:
    """From when on somebody is there; and where that is far away, at which hours."""
    coming = hours_text.describe_next(chosen, now_ms(), locale)
    return coming or hours_text.describe_hours(chosen, locale)


def _was_told(connection: Connection, conversation: Conversation) -> bool:
    """Whether that is the last thing that was said."""
    where = (conversation.shop_id, conversation.id)
    last = messages.find_at(connection, *where, conversation.last_seq)
    if last is None or last.role is not Role.ASSISTANT:
        return False
    return any(_is_answer(part) for part in last.parts or ())


def _is_answer(part: Part) -> bool:
    """That one may be asked for is none."""
    return part["type"] == "person" and part["state"] in ("requested", "away")


def _tell(
    connection: Connection, conversation: Conversation, called: CalledPerson
) -> None:
    where = (conversation.shop_id, conversation.id)
    text = _sentence(called, conversation.locale)
    messages.add_spoken(connection, *where, text, [_part(called, text)])


def _sentence(called: CalledPerson, locale: str | None) -> str:
    language = known_language(locale) or DEFAULT
    sentences = [rule_replies.say(f"person_{called.state}", language)]
    if called.usual_wait is not None:
        sentences.append(rule_replies.say_wait(called.usual_wait, language))
    if called.hours is not None:
        sentences.append(rule_replies.say("person_hours", language, hours=called.hours))
    return rule_replies.join(sentences, language)


def _part(called: CalledPerson, text: str) -> Part:
    placed = {"id": "part-1", "type": "person", "at": utf16_length(text)}
    return placed | called.facts
