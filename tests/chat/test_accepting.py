"""Messages that come in at the same time, or once more: one session, and each message once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import gevent
import pytest
from sqlalchemy import func, select

from backend.chat import accepting, sessions
from backend.chat.accepting import Accepted, NewMessage
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.errors import IdReused, TooManyMessages
from backend.services import Services
from backend.store import tables
from tests.support.talking import row_of

FIRST_ID = "f" * 22


def forget_what_is_hot(services: Services, session_id: str) -> None:
    services.cache.drop(sessions.cache_key(sessions.hash_of(session_id)))


def first(text: str) -> NewMessage:
    return NewMessage(text, client_id=str(uuid.uuid4()), first_id=FIRST_ID)


def test_tabs_that_begin_at_once_meet_in_one_conversation(services, ben):
    sent = [first(f"Tab {number}") for number in range(4)]

    accepted = all_at_once(services, ben, sent)

    assert len({each.session_id for each in accepted}) == 1
    assert len({each.conversation_id for each in accepted}) == 1
    assert sorted(each.message.seq for each in accepted) == [1, 2, 3, 4]
    assert sorted(each.status for each in accepted) == ["queued"] * 3 + ["running"]
    assert count(services, ben, tables.sessions) == 1
    assert count(services, ben, tables.conversations) == 1


def test_a_second_message_has_no_pause_behind_it_before_the_cache_knows_the_first(
    services, ben
):
    hello = accepting.accept(services, ben, first("Hello"))
    forget_what_is_hot(services, hello.session_id)

    second = accepting.accept(services, ben, first("Do you have mugs?"))

    assert second.session == "kept"


def test_after_a_new_start_of_the_process_a_session_is_restored(services, ben):
    hello = accepting.accept(services, ben, first("Hello"))
    forget_what_is_hot(services, hello.session_id)
    services.process.started_at = now_ms() + 1

    assert accepting.accept(services, ben, first("And?")).session == "restored"


def test_one_message_sent_many_times_at_once_is_one_message(services, ben):
    message = first("Do you have mugs?")

    accepted = all_at_once(services, ben, [message] * 4)

    assert len({each.turn_id for each in accepted}) == 1
    assert [each.repeated for each in accepted].count(False) == 1
    assert count(services, ben, tables.messages) == 1


def test_a_repeat_with_other_words_is_refused_and_nothing_is_kept_of_it(services, ben):
    message = first("Do you have mugs?")
    accepting.accept(services, ben, message)
    other = NewMessage("Plates?", client_id=message.client_id, first_id=FIRST_ID)

    with pytest.raises(IdReused):
        accepting.accept(services, ben, other)

    assert count(services, ben, tables.messages) == 1


def test_a_repeat_of_a_message_with_a_secret_is_still_the_same_message(services, ben):
    message = first("My card is 4242 4242 4242 4242")
    other = NewMessage(
        "My card is 4000 0566 5566 5556",
        client_id=message.client_id,
        first_id=FIRST_ID,
    )

    accepted, again = (accepting.accept(services, ben, message) for _ in range(2))

    assert (again.repeated, again.message) == (True, accepted.message)
    with pytest.raises(IdReused):
        accepting.accept(services, ben, other)


def test_what_would_wait_behind_too_many_leaves_no_trace(services, ben):
    accepted = [accepting.accept(services, ben, first(str(n))) for n in range(4)]

    with pytest.raises(TooManyMessages):
        accepting.accept(services, ben, first("One too many"))

    row = row_of(services, accepted[0])
    assert (row.last_seq, row.open_turns) == (4, 4)
    assert count(services, ben, tables.jobs) == 4


def all_at_once(
    services: Services, who: Caller, sent: list[NewMessage]
) -> list[Accepted]:
    """SQLite has one writer for all greenlets; PostgreSQL takes threads at the same time."""

    def send(message: NewMessage) -> Accepted:
        return accepting.accept(services, who, message)

    if services.db.on_sqlite:
        sending = [gevent.spawn(send, message) for message in sent]
        return [each.get(timeout=10) for each in sending]
    with ThreadPoolExecutor(len(sent)) as pool:
        return list(pool.map(send, sent))


def count(services: Services, who: Caller, table) -> int:
    query = select(func.count()).where(table.c.shop_id == who.shop.id)
    with services.db.reading() as connection:
        return connection.execute(query).scalar_one()
