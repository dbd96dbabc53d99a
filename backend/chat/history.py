"""What a reader gets of a conversation: its messages, what goes on right now, and news."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from backend.chat import (
    conversations,
    form_answers,
    messages,
    news,
    presence,
    ratings,
    sessions,
    turns,
)
from backend.chat.conversations import ClosedWhy, Conversation, Mode
from backend.chat.messages import Message, Span
from backend.chat.sessions import Caller
from backend.chat.turns import Turn, TurnStatus
from backend.flows import runs
from backend.flows.forms import draw_form
from backend.services import Services
from backend.shops import directory
from backend.store.live import SoFar, text_so_far
from backend.store.open_requests import Held, held_by_nobody
from backend.store.parts import Part, is_given_up


@dataclass(frozen=True, slots=True)
class TurnNow:
    """The turn that a reader should know of: its state, its reply so far, the number to follow
    from.
    """

    id: str
    status: TurnStatus
    attempt: int
    text: str
    parts: Sequence[Part]
    next: int


@dataclass(frozen=True, slots=True)
class History:
    """A page of messages, oldest first, and what goes on in the conversation right now: also the
    form that is open in it, as its shopper sees it. `waiting` while a person is needed or has it,
    `typing` while the one who has it writes; `ratings` by seq, of a page.
    """

    messages: Sequence[Message]
    turn: TurnNow | None
    mode: Mode | None
    more: bool
    form: Part | None = None
    waiting: bool = False
    typing: bool = False
    ratings: Mapping[int, int] | None = None


NOTHING = History((), None, None, False)
# So late at most it is told that somebody of the shop writes.
TYPING_SECONDS = 2.0
SECONDS_AT_MOST = 60.0


def read(
    services: Services, caller: Caller, session_id: str | None, span: Span
) -> History:
    """Unknown, foreign and missing sessions have none, and what is over has none but for one that
    ended since nobody came: its shopper is told so.
    """
    found = sessions.find_open(services, caller, session_id)
    if found is not None:
        return replace(
            _page(services, found, span), ratings=_read_ratings(services, found)
        )

    own = sessions.find_own(services, caller, session_id)
    if own is None or own.closed_why is not ClosedWhy.EXPIRED:
        return NOTHING
    return _given_up(services, own, span)


def _read_ratings(services: Services, conversation: Conversation) -> dict[int, int]:
    with services.db.reading() as connection:
        rated = ratings.list_ratings(
            connection, conversation.shop_id, [conversation.id]
        )
    return {rating.seq: rating.value for rating in rated}


def _given_up(services: Services, conversation: Conversation, span: Span) -> History:
    where = (conversation.shop_id, conversation.id)
    with services.db.reading() as connection:
        last = messages.find_at(connection, *where, conversation.last_seq)
        if last is None or not any(map(is_given_up, last.parts or ())):
            return NOTHING
        shown, more = messages.list_span(connection, *where, span)
    return History(shown, None, None, more)


def wait_for_news(
    services: Services,
    caller: Caller,
    session_id: str | None,
    span: Span,
    held: Held | None = None,
) -> History:
    """What came after a seq: at once when there is something, else when a message, a turn or a
    change of mode comes.

    What there is when the span's wait is over or `held` is displaced, too.
    """
    held = held or held_by_nobody()
    conversation = sessions.find_open(services, caller, session_id)
    if conversation is None:
        return NOTHING

    end = time.monotonic() + span.wait
    _note_reader(services, conversation)
    with services.live.watch(conversation.id) as watch:
        held.wake = watch.wake
        known = found = _page(services, conversation, span)
        while not _is_news(known, found) and (left := end - time.monotonic()) > 0:
            if services.process.stopping or held.displaced:
                break
            changed = watch.wait(min(left, _look_seconds(services, found)))
            if not changed and not services.live.degraded:
                typing = _is_staff_typing(services, conversation)
                found = replace(found, typing=typing)
                continue

            conversation = sessions.find_open(services, caller, session_id)
            if conversation is None:
                return NOTHING
            found = _page(services, conversation, span)
    return found


def _note_reader(services: Services, conversation: Conversation) -> None:
    """Whoever of the staff has it sees that its shopper is there."""
    if news.is_person_awaited(conversation):
        presence.note_shopper_here(services, conversation.id)


def _look_seconds(services: Services, found: History) -> float:
    if services.live.degraded:
        return 1.0
    return TYPING_SECONDS if found.mode is Mode.STAFF else SECONDS_AT_MOST


def _is_staff_typing(services: Services, conversation: Conversation) -> bool:
    if conversation.mode is not Mode.STAFF or conversation.staff_id is None:
        return False
    its = [conversation.staff_id]
    return any(
        it.is_typing for it in presence.list_staff(services, conversation.id, its)
    )


def _is_news(known: History, found: History) -> bool:
    if found.messages or found.mode != known.mode:
        return True
    if found.typing != known.typing:
        return True
    if _form_now(found) != _form_now(known):
        return True
    if found.turn is None:
        return False
    return known.turn is None or _start_of(found.turn) != _start_of(known.turn)


def _start_of(turn: TurnNow) -> tuple[str, str, int]:
    return turn.id, turn.status, turn.attempt


def _form_now(history: History) -> tuple[str, int, bool] | None:
    form = history.form
    return None if form is None else (form["run"], form["revision"], form["busy"])


def _page(
    services: Services,
    conversation: Conversation,
    span: Span,
) -> History:
    where = (conversation.shop_id, conversation.id)
    with services.db.reading() as connection:
        current = conversations.find(connection, *where)
        if current is None:
            return NOTHING
        turn = turns.find_to_show(connection, *where)
        shown, more = messages.list_span(connection, *where, span, _replaced(turn))
        form = _find_form(connection, services, current, turn)

    now = _now(services, turn) if turn is not None else None
    return History(
        shown,
        now,
        current.mode,
        more,
        form,
        waiting=news.is_person_awaited(current),
        typing=_is_staff_typing(services, current),
    )


def _find_form(
    connection: Connection,
    services: Services,
    conversation: Conversation,
    turn: Turn | None,
) -> Part | None:
    """`busy` while the turn of what it has taken in last may still add to it, as the prices of
    an order: an answer to it would be one to less than its shopper is about to see.
    """
    where = (conversation.shop_id, conversation.id)
    run = runs.find_open(connection, services.config, *where)
    if run is None:
        return None

    shop = directory.get_shop(connection, conversation.shop_id)
    terms = form_answers.terms_for(shop, run.language, conversation.page)
    is_busy = turn is not None and turn.is_open and turn.seq <= run.seq
    form = draw_form(run, terms, is_private=True)
    return form | {"at": 0, "busy": is_busy}


def _replaced(turn: Turn | None) -> int | None:
    """The partial reply of a failed attempt: not shown while a retry is writing it anew."""
    if turn is None or not turn.is_open:
        return None
    return turn.reply_seq


def _now(services: Services, turn: Turn) -> TurnNow:
    if turn.status is TurnStatus.FAILED:
        # A reader has the partial reply from the messages; following from here brings the failure
        # itself.
        return _turn_now(turn, SoFar("", (), turn.last_number - 1))

    with services.live.follow(turn.id) as log:
        live = text_so_far(log.after(0) if log.is_whole else ())
    if live.next >= turn.last_number:
        return _turn_now(turn, live)
    return _turn_now(turn, SoFar(turn.text, turn.parts or (), turn.last_number))


def _turn_now(turn: Turn, reply: SoFar) -> TurnNow:
    return TurnNow(
        turn.id, turn.status, turn.attempt, reply.text, reply.parts, reply.next
    )
