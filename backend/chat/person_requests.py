"""A shopper wants a person of the shop: the conversation is marked for the staff, and the shopper
is told what is true.
"""

from dataclasses import replace

from sqlalchemy import Connection

from backend.assistant import rule_replies
from backend.assistant.message_language import DEFAULT, known_language
from backend.chat import conversations, messages, sessions, turns
from backend.chat.conversations import Conversation, Mode
from backend.chat.messages import Role
from backend.chat.plain_text import utf16_length
from backend.chat.sessions import Caller
from backend.chat.turns import Turn
from backend.clock import now_ms
from backend.errors import NotFound
from backend.services import Services
from backend.shops import directory, hours_text
from backend.shops.settings import Settings
from backend.store.parts import Part
from backend.tools.toolbox import CalledPerson


def call_person(services: Services, turn: Turn) -> CalledPerson:
    """For the assistant, in the middle of a turn."""
    called = services.db.write(_call, turn)
    services.live.changed(turn.conversation_id)
    return called


def ask_for_person(
    services: Services, caller: Caller, session_id: str | None
) -> CalledPerson:
    """For the shopper, by a button: it is answered in the conversation, once. Raises NotFound."""
    known = sessions.find_open(services, caller, session_id)
    if known is None:
        raise NotFound

    called = services.db.write(_ask, known)
    turns.conclude(services, known.id)
    return called


def _call(connection: Connection, turn: Turn) -> CalledPerson:
    where = (turn.shop_id, turn.conversation_id)
    conversations.set_needs_staff(connection, *where, needed=True)
    return _state(_settings(connection, turn.shop_id), turn.locale)


def _ask(connection: Connection, known: Conversation) -> CalledPerson:
    where = (known.shop_id, known.id)
    conversation = conversations.find(connection, *where, lock=True)
    if conversation is None or not conversation.is_open:
        raise NotFound

    called = _state(_settings(connection, known.shop_id), conversation.locale)
    if conversation.mode is Mode.STAFF:
        # Somebody is there already, and will see it.
        return replace(called, state="requested")

    conversations.set_needs_staff(connection, *where, needed=True)
    if not _was_told(connection, conversation):
        _tell(connection, conversation, called)
    return called


def _settings(connection: Connection, shop_id: int) -> Settings:
    return directory.get_shop(connection, shop_id).settings


def _state(chosen: Settings, locale: str | None) -> CalledPerson:
    """Honestly by the shop's hours."""
    if chosen.is_open(now_ms()):
        return CalledPerson("requested", None, chosen.callbacks)

    hours = hours_text.describe_hours(chosen, locale)
    return CalledPerson("away", hours, chosen.callbacks)


def _was_told(connection: Connection, conversation: Conversation) -> bool:
    """Whether that is the last thing that was said."""
    where = (conversation.shop_id, conversation.id)
    last = messages.find_at(connection, *where, conversation.last_seq)
    if last is None or last.role is not Role.ASSISTANT:
        return False
    return any(_is_answer(part) for part in last.parts or ())


def _is_answer(part: Part) -> bool:
    """That one may be asked for is none."""
    return part["type"] == "person" and part["state"] != "offered"


def _tell(
    connection: Connection, conversation: Conversation, called: CalledPerson
) -> None:
    where = (conversation.shop_id, conversation.id)
    text = _sentence(called, conversation.locale)
    messages.add_spoken(connection, *where, text, [_part(called, text)])


def _sentence(called: CalledPerson, locale: str | None) -> str:
    language = known_language(locale) or DEFAULT
    sentences = [rule_replies.say(f"person_{called.state}", language)]
    if called.hours is not None:
        sentences.append(rule_replies.say("person_hours", language, hours=called.hours))
    return rule_replies.join(sentences, language)


def _part(called: CalledPerson, text: str) -> Part:
    return {
        "id": "part-1",
        "type": "person",
        "at": utf16_length(text),
        "state": called.state,
        "hours": called.hours,
        "callback": called.callback,
    }
