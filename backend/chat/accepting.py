"""A message comes in: which session it belongs to, whether it has been here before, and all that it
begins, in one transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from backend.chat import (
    conversations,
    expiry,
    form_answers,
    messages,
    returning,
    sessions,
    turns,
)
from backend.chat.agreement import is_yes
from backend.chat.conversations import ClosedWhy, Conversation, Mode, new_id
from backend.chat.form_answers import FormMessage, SaidBy
from backend.chat.masking import mask
from backend.chat.messages import Message, MessageRef, MessageStatus, Role
from backend.chat.sessions import Caller
from backend.chat.turns import NewTurn, Turn, TurnStatus
from backend.clock import now_ms
from backend.errors import WITHOUT_RETRY, Gone, IdReused, NotFound, TooManyMessages
from backend.metrics import SESSIONS
from backend.services import Services
from backend.shops import directory
from backend.store.job_queue import Claim
from backend.store.limits import Limit

# One turn at work and this many behind it; more would only wait for each other.
MOST_QUEUED = 3
# How soon a shopper whose queue is full may try again.
QUEUE_SECONDS = 5


class SessionState(StrEnum):
    """What a message has found of its session; `restored` after a pause."""

    NEW = "new"
    KEPT = "kept"
    RESTORED = "restored"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What a shopper sends. Both `client_id` and `first_id` are the browser's own, for repeats."""

    text: str
    client_id: str | None = None
    first_id: str | None = None
    session_id: str | None = None
    page: dict[str, Any] | None = None
    locale: str | None = None
    # An answer to a form, or the wish for one; the words of the message are ours then.
    form: FormMessage | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A durable message and its turn; `claim` when this process is to run it now. `text` is that of
    a message whose words are ours, `active_at` when its conversation was active before it, in
    milliseconds.
    """

    session_id: str
    session: SessionState
    shop_id: int
    conversation_id: str
    message: MessageRef
    turn_id: str
    status: TurnStatus
    claim: Claim | None = None
    repeated: bool = False
    text: str = ""
    active_at: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message goes."""

    conversation: Conversation
    session_id: str
    session: SessionState


def accept(services: Services, caller: Caller, message: NewMessage) -> Accepted:
    """When this returns, message, turn and job are durable and the turn is under way. Secrets in
    its text are masked before that, so that a repeat of it is masked to the same.

    Raises TooManyMessages, IdReused, Gone, or an error of the store; then nothing was kept.
    """
    _refuse_haste(services, caller, message.session_id)
    message = replace(message, text=mask(message.text))
    accepted = services.db.write(_accept, services, caller, message)
    return _under_way(services, accepted)


def retry(
    services: Services, caller: Caller, session_id: str | None, turn_id: str
) -> Accepted:
    """Begin a failed turn anew. One that did not fail, or only would again, is answered as it
    stands.

    Raises TooManyMessages, NotFound.
    """
    known = turns.get(services, caller, session_id, turn_id)
    _refuse_haste(services, caller, session_id)

    accepted = services.db.write(_retry, services, known, session_id or "")
    return _under_way(services, accepted)


def _refuse_haste(services: Services, caller: Caller, session_id: str | None) -> None:
    config, shop = services.config, caller.shop
    asks = [
        (f"shop:{shop.id}", Limit(config.shop_messages_per_minute)),
        (
            f"address:{shop.id}:{caller.address}",
            Limit(config.address_messages_per_minute),
        ),
    ]
    if session_id:
        who = f"session:{shop.id}:{sessions.hash_of(session_id).hex()}"
        # A merchant may allow less than the operator, never more.
        usual = config.session_messages_per_minute
        allowed = min(shop.messages_per_minute or usual, usual)
        asks.append((who, Limit(allowed)))

    refusing = services.limits.refused(asks)
    if refusing is not None:
        raise TooManyMessages(refusing.left_of_window())


def _under_way(services: Services, accepted: Accepted) -> Accepted:
    """After the commit. Says whether the session had paused."""
    if not accepted.repeated:
        turns.conclude(services, accepted.conversation_id, begun=accepted.claim)

    key = sessions.cache_key(sessions.hash_of(accepted.session_id))
    state = accepted.session
    is_old = state is SessionState.KEPT and _has_paused(services, accepted.active_at)
    if is_old and not services.cache.has(key):
        state = SessionState.RESTORED
    services.cache.keep(key, services.config.session_idle_seconds)

    if not accepted.repeated:
        SESSIONS.labels(state).inc()
        services.daily_counts.add(accepted.shop_id, f"session_{state}")
    return replace(accepted, session=state)


def _has_paused(services: Services, active_at: int) -> bool:
    """Whether its conversation may have left the cache since. The cache alone does not tell: of two
    messages at once, both may be durable before it hears of the first.
    """
    idle_ms = services.config.session_idle_seconds * 1000
    return active_at < services.process.started_at or active_at + idle_ms <= now_ms()


def _accept(
    connection: Connection, services: Services, caller: Caller, message: NewMessage
) -> Accepted:
    place = _find_place(connection, services, caller, message)
    conversation = place.conversation
    turn = _find_repeated(connection, conversation, message)
    if turn is not None:
        return _as_before(connection, place, turn, message)
    if conversation.open_turns > MOST_QUEUED:
        raise TooManyMessages(QUEUE_SECONDS)

    is_answered = conversation.mode is not Mode.STAFF
    seq = conversations.receive(
        connection, conversation, int(is_answered), message.locale, message.page
    )
    if message.form is not None:
        # Not as this process remembers it: what was chosen a moment ago holds.
        shop = directory.get_shop(connection, caller.shop.id)
        said = SaidBy(conversation, shop, message.locale, message.page, seq)
        words = form_answers.take_in(connection, services.config, said, message.form)
        message = replace(message, text=words)

    ref = messages.add(connection, _as_stored(conversation, seq, message.text))
    asked = NewTurn(ref, message.client_id, message.locale, message.page)
    turn_id, status, claim = turns.add(connection, services, conversation, asked)
    if _is_agreement(conversation, message):
        claim = returning.return_on_yes(connection, services, conversation, seq)
        if claim is not None and claim.ref == turn_id:
            status = TurnStatus.QUEUED

    return Accepted(
        session_id=place.session_id,
        session=place.session,
        shop_id=conversation.shop_id,
        conversation_id=conversation.id,
        message=ref,
        turn_id=turn_id,
        status=status,
        claim=claim,
        text=message.text if message.form else "",
        active_at=conversation.active_at,
    )


def _is_agreement(conversation: Conversation, message: NewMessage) -> bool:
    """Whether its shopper, who was asked, wants the assistant to go on."""
    is_typed = message.form is None
    return is_typed and conversation.may_be_returned and is_yes(message.text)


def _as_stored(conversation: Conversation, seq: int, text: str) -> Message:
    return Message(
        shop_id=conversation.shop_id,
        conversation_id=conversation.id,
        seq=seq,
        id=new_id(),
        role=Role.SHOPPER,
        text=text,
        status=MessageStatus.SAVED,
        at=now_ms(),
    )


def _as_before(
    connection: Connection, place: _Place, turn: Turn, message: NewMessage
) -> Accepted:
    state = place.session
    if turn.seq == 1 and state is SessionState.KEPT:
        state = SessionState.NEW  # its browser has not heard the first answer

    return Accepted(
        session_id=place.session_id,
        session=state,
        shop_id=turn.shop_id,
        conversation_id=turn.conversation_id,
        message=turn.message,
        turn_id=turn.id,
        status=turn.status,
        repeated=True,
        text=_words_of(connection, turn) if message.form else "",
        active_at=place.conversation.active_at,
    )


def _words_of(connection: Connection, turn: Turn) -> str:
    """Of the message that has begun a turn; blank once they are erased."""
    where = (connection, turn.shop_id, turn.conversation_id)
    found = messages.find_at(*where, turn.seq)
    return found.text if found else ""


def _find_place(
    connection: Connection, services: Services, caller: Caller, message: NewMessage
) -> _Place:
    """A closed conversation is returned only when this very message was acknowledged in it. An id
    that is revoked or unknown leads nowhere: what follows is derived from what the browser alone
    knows, or drawn.
    """
    state = SessionState.NEW
    known = _find_known(connection, caller, message)
    if known is not None and message.session_id:
        if _is_usable(connection, services, caller, message, known):
            found = SessionState.KEPT if known.is_open else SessionState.EXPIRED
            return _Place(known, message.session_id, found)
        if known.closed_why in (None, ClosedWhy.EXPIRED):
            state = SessionState.EXPIRED

    for session_id in _derived_ids(caller, message):
        met = sessions.open_conversation(connection, caller, session_id)
        if not sessions.is_visible(met, caller):
            continue
        if _is_usable(connection, services, caller, message, met):
            found = SessionState.KEPT if met.last_seq else state
            return _Place(met, session_id, found)

    session_id = sessions.new_session_id()
    fresh = sessions.open_conversation(connection, caller, session_id)
    return _Place(fresh, session_id, state)


def _find_known(
    connection: Connection, caller: Caller, message: NewMessage
) -> Conversation | None:
    """What the message's own session id leads to, as far as this caller may see it."""
    if not message.session_id:
        return None

    known = sessions.find(connection, caller.shop.id, message.session_id, lock=True)
    if known is None or not sessions.is_visible(known, caller):
        return None
    return known


def _derived_ids(caller: Caller, message: NewMessage) -> Iterator[str]:
    """The ids that a new session may have, one for each reset; none when it has to be drawn.

    Without a firstId a repeat of this very message still meets its first, and no other message
    does.
    """
    seed = message.first_id
    if not seed and message.session_id and message.client_id:
        seed = f"{message.session_id}\0{message.client_id}"

    if seed:
        for generation in range(sessions.GENERATIONS):
            yield sessions.derive(caller.shop, seed, generation)


def _is_usable(
    connection: Connection,
    services: Services,
    caller: Caller,
    message: NewMessage,
    conversation: Conversation,
) -> bool:
    """Whether the conversation is open, or the message has been in it before."""
    if sessions.is_open(connection, services.config, caller.shop, conversation):
        if caller.customer and conversation.customer_id is None:
            conversations.bind_customer(connection, conversation, caller.customer)
        return True

    if _find_repeated(connection, conversation, message) is not None:
        return True
    if conversation.is_open:
        expiry.expire(connection, conversation)
    return False


def _find_repeated(
    connection: Connection, conversation: Conversation, message: NewMessage
) -> Turn | None:
    """The turn that this message began when it came before. Raises IdReused for another text, Gone
    after a reset.
    """
    if message.client_id is None or not conversation.last_seq:
        return None
    where = (connection, conversation.shop_id, conversation.id)
    turn = turns.find_by_client_id(*where, message.client_id)
    if turn is None:
        return None

    if conversation.closed_why is not None and conversation.closed_why.is_final:
        raise Gone
    first = messages.find_at(*where, turn.seq)
    if first is None:
        raise IdReused
    # The words of an answer to a form are ours, and follow from how the form was.
    if message.form is None and first.text != message.text:
        raise IdReused
    return turn


def _retry(
    connection: Connection, services: Services, known: Turn, session_id: str
) -> Accepted:
    conversation = sessions.find(connection, known.shop_id, session_id, lock=True)
    turn = turns.find(connection, known.shop_id, known.conversation_id, known.id)
    # It may have been reset since the caller looked.
    if conversation is None or turn is None or not conversation.is_open:
        raise NotFound

    as_it_stands = Accepted(
        session_id=session_id,
        session=SessionState.KEPT,
        shop_id=turn.shop_id,
        conversation_id=turn.conversation_id,
        message=turn.message,
        turn_id=turn.id,
        status=turn.status,
        repeated=True,
        active_at=conversation.active_at,
    )
    if turn.status is not TurnStatus.FAILED or turn.failure in WITHOUT_RETRY:
        return as_it_stands
    if conversation.mode is Mode.STAFF:
        return as_it_stands
    if conversation.open_turns > MOST_QUEUED:
        raise TooManyMessages(QUEUE_SECONDS)

    is_free = conversation.open_turns == 0
    claim = turns.requeue(connection, services, turn, is_free)
    return replace(as_it_stands, status=TurnStatus.QUEUED, claim=claim, repeated=False)
