"""What the shop's people write to the copilot, and what they see of the talk: one for all of them,
in every browser.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from backend.chat import conversations, messages, team_room, turns
from backend.chat.accepting import MOST_QUEUED, QUEUE_SECONDS
from backend.chat.conversations import new_id
from backend.chat.masking import mask
from backend.chat.messages import Message, MessageStatus, Role, Span
from backend.chat.turns import NewTurn, Outcome, Turn, TurnStatus
from backend.clock import now_ms
from backend.errors import (
    WITHOUT_RETRY,
    IdReused,
    LeaseLost,
    NotFound,
    TooManyMessages,
)
from backend.posts.post_orders import PostAction
from backend.services import Services
from backend.shops.staff import Staff
from backend.store.job_queue import Claim
from backend.store.limits import Limit

MOST_CHARACTERS = 8_000
# On one page.
MESSAGES = 50
OF_ONE, OF_SHOP = Limit(times=20, seconds=60), Limit(times=600, seconds=3_600)


@dataclass(frozen=True, slots=True)
class Order:
    """What a button asks for: nothing has to be read out of words."""

    action: PostAction
    post_id: str
    wish: str = ""


@dataclass(frozen=True, slots=True)
class TeamMessage:
    """What somebody of the shop has written, or a button for them. `client_id` came with the page,
    for repeats; `post_id` is the post that they had opened.
    """

    text: str
    client_id: str
    post_id: str | None = None
    locale: str = "en"
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A page of it, the oldest first. `turn` is at work, waits, or was the last and failed."""

    messages: Sequence[Message]
    has_earlier: bool
    has_later: bool
    turn: Turn | None

    @property
    def last_seq(self) -> int:
        return self.messages[-1].seq if self.messages else 0


def say(services: Services, somebody: Staff, said: TeamMessage) -> None:
    """When this returns, the message and its turn are durable, and the turn is under way. The same
    `client_id` again changes nothing. Raises TooManyMessages, IdReused.
    """
    _refuse_haste(services, somebody)
    claim = services.db.write(_accept, services, somebody, said)
    turns.conclude(services, team_room.talk_of(somebody.shop.id), begun=claim)


def _refuse_haste(services: Services, somebody: Staff) -> None:
    shop_id = somebody.shop.id
    asks = [
        (f"team:{shop_id}:{somebody.user_id}", OF_ONE),
        (f"team:{shop_id}", OF_SHOP),
    ]
    used_up = services.limits.refused(asks)
    if used_up:
        raise TooManyMessages(used_up.left_of_window())


def _accept(
    connection: Connection,
    services: Services,
    somebody: Staff,
    said: TeamMessage,
) -> Claim | None:
    talk = team_room.open_talk(connection, somebody.shop.id)
    text = mask(said.text)
    where = (connection, talk.shop_id, talk.id)
    known = turns.find_by_client_id(*where, said.client_id)
    if known is not None:
        first = messages.find_at(*where, known.seq)
        if first is None or first.text != text:
            raise IdReused
        return None
    if talk.open_turns > MOST_QUEUED:
        raise TooManyMessages(QUEUE_SECONDS)

    about = _describe(somebody, said)
    seq = conversations.receive(connection, talk, 1, said.locale, about)
    message = Message(
        shop_id=talk.shop_id,
        conversation_id=talk.id,
        seq=seq,
        id=new_id(),
        role=Role.SHOPPER,
        text=text,
        status=MessageStatus.SAVED,
        at=now_ms(),
        author=somebody.name or None,
    )
    ref = messages.add(connection, message)
    asked = NewTurn(ref, said.client_id, said.locale, about)
    _, _, claim = turns.add(connection, services, talk, asked)
    return claim


def _describe(somebody: Staff, said: TeamMessage) -> dict[str, Any]:
    """What its turn has to know besides the words."""
    order = None
    if said.order is not None:
        order = {
            "action": said.order.action.value,
            "post": said.order.post_id,
            "wish": said.order.wish,
        }
    return {"staff": somebody.user_id, "post": said.post_id, "order": order}


def read_talk(connection: Connection, shop_id: int, before: int | None = None) -> Talk:
    """The newest messages, or those before a seq."""
    where = (connection, team_room.room_of(shop_id), team_room.talk_of(shop_id))
    turn = turns.find_to_show(*where)
    # What an attempt before this one has said is being written anew.
    hidden = turn.reply_seq if turn is not None and turn.is_open else None
    found, has_earlier = messages.list_span(*where, Span(MESSAGES, before), hidden)

    latest = conversations.find(*where)
    last_seq = latest.last_seq if latest else 0
    has_later = before is not None and before <= last_seq
    return Talk(found, has_earlier, has_later, turn)


def read_standing(connection: Connection, shop_id: int) -> tuple[object, ...]:
    """What differs whenever somebody has said something, or is about to."""
    where = (connection, team_room.room_of(shop_id), team_room.talk_of(shop_id))
    talk, turn = conversations.find(*where), turns.find_to_show(*where)
    last_seq = talk.last_seq if talk else 0
    return last_seq, turn and (turn.id, turn.status, turn.attempt)


def get_turn(services: Services, shop_id: int, turn_id: str) -> Turn:
    """Raises NotFound."""
    with services.db.reading() as connection:
        found = turns.find(
            connection,
            team_room.room_of(shop_id),
            team_room.talk_of(shop_id),
            turns.known_id(turn_id),
        )
    if found is None:
        raise NotFound
    return found


def stop(services: Services, shop_id: int, turn_id: str) -> None:
    """Its words so far are kept. One that has ended stays as it is. Raises NotFound."""
    turn = get_turn(services, shop_id, turn_id)
    try:
        outcome = Outcome(TurnStatus.STOPPED)
        ended = services.db.write(turns.cut_short, services, turn, outcome)
    except LeaseLost:
        return
    turns.conclude(services, turn.conversation_id, [ended])


def retry(services: Services, somebody: Staff, turn_id: str) -> None:
    """Begin a failed turn anew; any other stays as it is. Raises NotFound, TooManyMessages."""
    turn = get_turn(services, somebody.shop.id, turn_id)
    _refuse_haste(services, somebody)
    claim = services.db.write(_retry, services, somebody.shop.id, turn.id)
    turns.conclude(services, turn.conversation_id, begun=claim)


def _retry(
    connection: Connection,
    services: Services,
    shop_id: int,
    turn_id: str,
) -> Claim | None:
    talk = team_room.open_talk(connection, shop_id)
    turn = turns.find(connection, talk.shop_id, talk.id, turn_id)
    if turn is None or turn.status is not TurnStatus.FAILED:
        return None
    if turn.failure in WITHOUT_RETRY:
        return None
    return turns.requeue(connection, services, turn, talk.open_turns == 0)
