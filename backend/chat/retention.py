"""The end of a session: reset by its shopper or an operator, with the words kept or erased."""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, select, update

from backend.chat import erasures, sessions
from backend.chat.conversations import OPEN, cache_key, touch, within
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.services import Services
from backend.store import job_queue
from backend.store.live import LiveEvent, first_number
from backend.store.secure_vacuum import SHOPPERS_EVERY_SECONDS, scrub_later
from backend.store.tables import conversations, messages, notes, turns


def reset(
    services: Services, caller: Caller, session_id: str | None, erase: bool
) -> None:
    """Revoke the session and end its turns; with `erase` the words go as well, also of one that has
    ended before.

    Nothing there is fine, too.
    """
    row = sessions.find(services, caller, session_id)
    if row is None and erase:
        row = sessions.find_own(services, caller, session_id)
    if row is not None:
        end_session(services, row, erase)


def revoke(services: Services, shop_id: int, session_id: str | None) -> int:
    """An operator's reset, of one session or of all that the shop has open. Returns how many."""
    with services.db.reading() as connection:
        rows = _open_ones(connection, shop_id, session_id)
    for row in rows:
        end_session(services, row, erase=False)
    return len(rows)


def _open_ones(
    connection: Connection, shop_id: int, session_id: str | None
) -> Sequence[Row]:
    if session_id is None:
        mine = (conversations.c.shop_id == shop_id) & (conversations.c.status == "open")
        return connection.execute(select(conversations).where(mine)).all()
    found = sessions.find_row(connection, shop_id, session_id)
    return [found] if found is not None and found.status == "open" else []


def end_session(services: Services, row: Row, erase: bool) -> None:
    """End a conversation's turns and readers and revoke its ids; with `erase` no word of it is left
    anywhere.
    """
    ended = services.db.write(close, row, erase)
    for turn_id, epoch in ended:
        services.live.publish(turn_id, LiveEvent(first_number(epoch), "stopped", b"{}"))
    services.cache.drop(cache_key(row.session_hash))
    if erase:
        services.live.forget([turn.id for turn in _all_turns(services, row)])
    services.live.changed(row.id)


def close(connection: Connection, row: Row, erase: bool) -> list[tuple[str, int]]:
    """Bump the epochs first: late words of a turn at work have nowhere to go from here on."""
    touch(connection, row.shop_id, row.id)
    ended = connection.execute(
        update(turns)
        .where(within(turns, row.shop_id, row.id), turns.c.status.in_(OPEN))
        .values(status="stopped", epoch=turns.c.epoch + 1, ended_at=now_ms())
        .returning(turns.c.id, turns.c.epoch)
    ).all()
    for turn in ended:
        job_queue.finish(connection, row.shop_id, "turn", turn.id)
        connection.execute(
            update(turns)
            .where(turns.c.shop_id == row.shop_id, turns.c.id == turn.id)
            .values(last_number=first_number(turn.epoch))
        )
    sessions.close(connection, row, "erased" if erase else "reset")
    if erase:
        erasures.note_conversation(connection, row.shop_id, row.id)
        connection.execute(
            delete(messages).where(within(messages, row.shop_id, row.id))
        )
        connection.execute(delete(notes).where(within(notes, row.shop_id, row.id)))
        connection.execute(
            update(turns)
            .where(within(turns, row.shop_id, row.id))
            .values(text="", page=None)
        )
        connection.execute(
            update(conversations)
            .where(conversations.c.shop_id == row.shop_id, conversations.c.id == row.id)
            .values(page=None, locale=None)
        )
        scrub_later(connection, SHOPPERS_EVERY_SECONDS)
    return [(turn.id, turn.epoch) for turn in ended]


def _all_turns(services: Services, row: Row) -> Sequence[Row]:
    with services.db.reading() as connection:
        return connection.execute(
            select(turns.c.id).where(within(turns, row.shop_id, row.id))
        ).all()
