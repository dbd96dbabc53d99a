"""What a shopper who waits for a person has not seen yet: asked for by pages with the chat closed,
and cheap, because many wait at once.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from backend.chat import messages, presence, sessions
from backend.chat.conversations import Conversation, Mode
from backend.chat.messages import Message
from backend.chat.sessions import Caller
from backend.services import Services
from backend.store.open_requests import Held, held_by_nobody

MOST_PREVIEW_CHARACTERS = 120
ANNOUNCED = {"joined", "returned"}
MOST_COUNTED = 100
# Who waits is shown as present for longer than this.
BEAT_SECONDS = 25.0
# Then whoever follows is to be signed for anew.
MOST_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One page that waits: whose it is, up to which seq its shopper has `seen` all, and the `last`
    one that it has heard of. `session` is the hash that leads to the conversation.
    """

    caller: Caller
    session: bytes
    seen: int
    last: int
    seconds: float = MOST_SECONDS
    beat: float = BEAT_SECONDS
    held: Held = field(default_factory=held_by_nobody)


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
    conversation = sessions.find_open_by_hash(services, caller, session)
    if conversation is None:
        return NOTHING
    return _news_of(services, conversation, seen)


def follow(services: Services, reading: Reading) -> Iterator[News | None]:
    """All that comes past the last known message, each at once, and None as a sign of life when
    nothing has come for a `beat`.

    It ends when nobody is waited for any more, when the reading's time is over, and when its `held`
    is displaced.
    """
    conversation = _find(services, reading)
    if conversation is None:
        yield NOTHING
        return

    end = time.monotonic() + reading.seconds
    last = reading.last
    with services.live.watch(conversation.id) as watch:
        reading.held.wake = watch.wake
        latest = _find(services, reading)

        while latest is not None and is_person_awaited(latest):
            if latest.last_seq > last:
                last = latest.last_seq
                yield _news_of(services, latest, reading.seen)

            presence.note_shopper_here(services, conversation.id)
            left = end - time.monotonic()
            if left <= 0 or reading.held.displaced or services.process.stopping:
                return
            changed = watch.wait(min(left, _patience(services, reading)))
            if changed or services.live.degraded:
                latest = _find(services, reading)
            if not changed:
                yield None

    yield NOTHING if latest is None else _news_of(services, latest, reading.seen)


def _patience(services: Services, reading: Reading) -> float:
    return min(1.0, reading.beat) if services.live.degraded else reading.beat


def _find(services: Services, reading: Reading) -> Conversation | None:
    return sessions.find_open_by_hash(services, reading.caller, reading.session)


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
        said = messages.list_replies(connection, *where, seen, MOST_COUNTED)
    return [message for message in said if not _is_announcement(message)]


def _is_announcement(message: Message) -> bool:
    """That somebody has come, or the assistant is back, is nothing to be read by itself."""
    states = {part.get("state") for part in message.parts or () if "state" in part}
    return bool(states & ANNOUNCED)


def _preview_of(message: Message) -> Preview:
    words = " ".join(message.text.split())
    text = words[:MOST_PREVIEW_CHARACTERS]
    if len(words) > MOST_PREVIEW_CHARACTERS:
        text = f"{text[:-1].rstrip()}…"
    return Preview(text, message.author or "", message.at)
