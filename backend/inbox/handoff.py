"""A person of the shop in a conversation: takes it over, speaks, hands it back, closes it.

While a person has it the assistant is silent: its turns end, and further messages wait for the
person.
"""

import uuid

from sqlalchemy import Connection, Row, select, update

from backend.chat import endings
from backend.chat.conversations import OPEN, Place, add, touch, within
from backend.chat.endings import Ended
from backend.clock import now_ms
from backend.errors import HeldByColleague, NotFound
from backend.metrics import TURNS
from backend.services import Services
from backend.store.live import LiveEvent
from backend.store.tables import conversations, messages, turns


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
        _take, services, shop_id, conversation_id, staff_id, instead_of
    )
    _tell(services, conversation_id, ended)


def say(
    services: Services,
    shop_id: int,
    conversation_id: str,
    staff_id: str,
    name: str,
    text: str,
    client_id: str,
) -> Place:
    """Speak as a person; who speaks has the conversation. The same words with one `client_id` are
    one message.

    Other words are another: whoever got no answer may have written anew. Raises NotFound,
    HeldByColleague.
    """
    message_id = _message_id(conversation_id, client_id, text)
    known = services.db.write(_said_before, shop_id, conversation_id, message_id)
    if known is not None:
        return Place(known.id, known.seq, known.at)
    take_over(services, shop_id, conversation_id, staff_id)
    place = services.db.write(
        _say, shop_id, conversation_id, staff_id, name, text, message_id
    )
    services.live.changed(conversation_id)
    return place


def hand_back(
    services: Services, shop_id: int, conversation_id: str, staff_id: str
) -> None:
    """From the next message on the assistant answers again. Raises NotFound, HeldByColleague."""
    services.db.write(_leave, shop_id, conversation_id, staff_id, "assistant")
    services.live.changed(conversation_id)


def close(
    services: Services, shop_id: int, conversation_id: str, staff_id: str
) -> None:
    """The matter is settled. The shopper keeps the conversation; a further message opens
    it again.
    """
    ended = services.db.write(_close, services, shop_id, conversation_id, staff_id)
    _tell(services, conversation_id, ended)


def _tell(
    services: Services, conversation_id: str, ended: list[tuple[Row, Ended]]
) -> None:
    """After the commit: who reads the turns that ended, and who waits for news."""
    for turn, end in ended:
        services.live.publish(turn.id, LiveEvent(end.number, "handed_over", b"{}"))
        endings.keep_what_readers_saw(services, turn, end)
        TURNS.labels("handed_over").inc()
    services.live.changed(conversation_id)


def _take(
    connection: Connection,
    services: Services,
    shop_id: int,
    conversation_id: str,
    staff_id: str,
    instead: str | None,
) -> list[tuple[Row, Ended]]:
    row = _locked(connection, shop_id, conversation_id)
    if row.mode == "staff" and row.staff_id not in (staff_id, instead):
        raise HeldByColleague
    ended = [
        (turn, _hand_over(connection, services, turn))
        for turn in _open_turns(connection, row)
    ]
    _set(
        connection,
        row,
        mode="staff",
        staff_id=staff_id,
        staff_seq=conversations.c.last_seq,
        needs_staff_since=None,
    )
    return ended


def _open_turns(connection: Connection, row: Row) -> list[Row]:
    """Those that wait come first, so that the end of the running one finds nothing to start."""
    query = select(turns).where(
        within(turns, row.shop_id, row.id), turns.c.status.in_(OPEN)
    )
    return list(connection.execute(query.order_by(turns.c.status, turns.c.seq)).all())


def _hand_over(connection: Connection, services: Services, turn: Row) -> Ended:
    return endings.end(connection, services, turn, "handed_over", fence=True)


def _message_id(conversation_id: str, client_id: str, text: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{conversation_id}:{client_id}:{text}").hex


def _said_before(
    connection: Connection, shop_id: int, conversation_id: str, message_id: str
) -> Row | None:
    return connection.execute(
        select(messages.c.id, messages.c.seq, messages.c.at)
        .where(within(messages, shop_id, conversation_id), messages.c.id == message_id)
        .limit(1)
    ).one_or_none()


def _say(
    connection: Connection,
    shop_id: int,
    conversation_id: str,
    staff_id: str,
    name: str,
    text: str,
    message_id: str,
) -> Place:
    row = _held(connection, shop_id, conversation_id, staff_id)
    known = _said_before(connection, shop_id, conversation_id, message_id)
    if known is not None:
        return Place(known.id, known.seq, known.at)
    seq = touch(connection, shop_id, conversation_id, messages=1).last_seq
    place = add(
        connection,
        shop_id,
        conversation_id,
        seq,
        "staff",
        text,
        "saved",
        author=name,
        message_id=message_id,
    )
    _answer(connection, row)
    _set(connection, row, staff_seq=seq, needs_staff_since=None)
    return place


def _answer(connection: Connection, row: Row) -> None:
    """What waited for a person has been answered now."""
    connection.execute(
        update(messages)
        .where(
            within(messages, row.shop_id, row.id),
            messages.c.role == "shopper",
            messages.c.status == "saved",
        )
        .values(status="answered")
    )


def _close(
    connection: Connection,
    services: Services,
    shop_id: int,
    conversation_id: str,
    staff_id: str,
) -> list[tuple[Row, Ended]]:
    """One transaction, so that nobody waiting for news sees a person come for a moment."""
    ended = _take(connection, services, shop_id, conversation_id, staff_id, None)
    _leave(connection, shop_id, conversation_id, staff_id, "closed")
    return ended


def _leave(
    connection: Connection, shop_id: int, conversation_id: str, staff_id: str, mode: str
) -> None:
    row = _held(connection, shop_id, conversation_id, staff_id)
    _set(
        connection,
        row,
        mode=mode,
        staff_id=None,
        staff_seq=row.last_seq,
        needs_staff_since=None,
    )


def _held(
    connection: Connection, shop_id: int, conversation_id: str, staff_id: str
) -> Row:
    row = _locked(connection, shop_id, conversation_id)
    if row.mode == "staff" and row.staff_id != staff_id:
        raise HeldByColleague
    return row


def _locked(connection: Connection, shop_id: int, conversation_id: str) -> Row:
    query = select(conversations).where(
        conversations.c.shop_id == shop_id, conversations.c.id == conversation_id
    )
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None or row.status != "open":
        raise NotFound
    return row


def _set(connection: Connection, row: Row, **values: object) -> None:
    connection.execute(
        update(conversations)
        .where(conversations.c.shop_id == row.shop_id, conversations.c.id == row.id)
        .values(active_at=now_ms(), **values)
    )
