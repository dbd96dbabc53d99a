"""What a shopper who waits for a person has not seen yet: asked for by pages with the chat closed,
and cheap, because many wait at once.
"""

import time
from dataclasses import dataclass

from backend.chat import messages, presence, sessions
from backend.chat.conversations import Conversation, Mode
from backend.chat.messages import Message
from backend.chat.sessions import Caller
from backend.services import Services
from backend.store.open_requests import Held

MOST_PREVIEW_CHARACTERS = 120
MOST_COUNTED = 100
# Who waits is shown as present for longer than this.
LOOK_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Known:
    """What a page knows: up to which seq its shopper has `seen` all, and the `last` one that it has
    heard of; and for how many seconds it waits for a later one.
    """

    seen: int
    last: int
    wait: float = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """How the newest message begins; `author` is blank for the assistant and for the team."""

    text: str
    author: str
    at: int


@dataclass(frozen=True, slots=True)
class News:
    """`waiting` while a person of the shop has the conversation or is needed in it; `unread` are
    the messages that the shopper has not seen, up to MOST_COUNTED.
    """

    mode: Mode | None
    last: int
    unread: int
    waiting: bool
    preview: Preview | None


NOTHING = News(None, 0, 0, False, None)


def read(services: Services, caller: Caller, session: bytes, seen: int) -> News:
    """Of the conversation that the session's hash leads to; unknown and foreign ones have none."""
    conversation = _find(services, caller, session)
    if conversation is None:
        return NOTHING
    return _news_of(services, conversation, seen)


def wait_for_news(
    services: Services, caller: Caller, session: bytes, known: Known, held: Held
) -> News:
    """At once when there is a later message than the last known one, or nobody is waited for; else
    when one comes, or the wait is over or `held` is displaced.
    """
    conversation = _find(services, caller, session)
    if conversation is None:
        return NOTHING

    end = time.monotonic() + known.wait
    with services.live.watch(conversation.id) as watch:
        held.wake = watch.wake
        latest = _find(services, caller, session)
        while _may_wait(latest, known) and (left := end - time.monotonic()) > 0:
            if services.process.stopping or held.displaced:
                break
            presence.note_shopper_here(services, conversation.id)
            changed = watch.wait(min(left, _look_seconds(services)))
            if changed or services.live.degraded:
                latest = _find(services, caller, session)

    return NOTHING if latest is None else _news_of(services, latest, known.seen)


def _look_seconds(services: Services) -> float:
    return 1.0 if services.live.degraded else LOOK_SECONDS


def _find(services: Services, caller: Caller, session: bytes) -> Conversation | None:
    return sessions.find_open_by_hash(services, caller, session)


def _may_wait(conversation: Conversation | None, known: Known) -> bool:
    if conversation is None or conversation.last_seq > known.last:
        return False
    return is_person_awaited(conversation)


def is_person_awaited(conversation: Conversation) -> bool:
    """Whether a person of the shop has it, or is needed in it."""
    if conversation.mode is Mode.CLOSED:
        return False
    is_needed = conversation.needs_staff_since is not None
    return is_needed or conversation.mode is Mode.STAFF


def _news_of(services: Services, conversation: Conversation, seen: int) -> News:
    unread = _list_unread(services, conversation, seen)
    return News(
        mode=conversation.mode,
        last=conversation.last_seq,
        unread=len(unread),
        waiting=is_person_awaited(conversation),
        preview=_preview_of(unread[0]) if unread else None,
    )


def _list_unread(
    services: Services, conversation: Conversation, seen: int
) -> list[Message]:
    """The newest first."""
    if conversation.last_seq <= seen:
        return []

    where = (conversation.shop_id, conversation.id)
    with services.db.reading() as connection:
        return messages.list_replies(connection, *where, seen, MOST_COUNTED)


def _preview_of(message: Message) -> Preview:
    words = " ".join(message.text.split())
    text = words[:MOST_PREVIEW_CHARACTERS]
    if len(words) > MOST_PREVIEW_CHARACTERS:
        text = f"{text[:-1].rstrip()}…"
    return Preview(text, message.author or "", message.at)
