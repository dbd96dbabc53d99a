"""Nobody who waits is swept away; the merchant's own limit ends it, and says so."""

import pytest
from sqlalchemy import insert

from backend.chat import expiry, history, person_requests, retention
from backend.chat.accepting import Accepted
from backend.chat.conversations import ClosedWhy
from backend.chat.sessions import Caller
from backend.inbox import conversation_list, handoff
from backend.inbox.handoff import StaffReply
from backend.services import Services
from backend.store import tables
from tests.support.people_of_shop import (
    DAY_MS,
    MIRA,
    ago,
    choose,
    find,
    set_row,
    states,
)
from tests.support.talking import LATEST, end_of, says, seen
from tests.support.talks import MIRAS, add_shops, add_talk


@pytest.fixture
def asked(working, ana):
    """Ana's question, which is answered."""
    accepted = says(working, ana, "Do you have mugs?")
    end_of(working, ana, accepted)
    return accepted


def wants_a_person(services: Services, who: Caller, asked: Accepted) -> None:
    person_requests.ask_for_person(services, who, asked.session_id)


def is_held(services: Services, who: Caller, asked: Accepted) -> None:
    handoff.take_over(services, who.shop.id, asked.conversation_id, MIRA)


@pytest.mark.parametrize("waits", [wants_a_person, is_held])
def test_whoever_waits_is_not_swept_away_and_goes_on_where_they_were(
    working, ana, asked, waits
):
    waits(working, ana, asked)
    set_row(working, asked, active_at=ago(13 * DAY_MS))

    retention.sweep(working)

    assert find(working, asked).is_open
    assert history.read(working, ana, asked.session_id, LATEST).messages
    again = says(working, ana, "Still there?", asked.session_id)
    assert (again.session_id, again.session) == (asked.session_id, "kept")
    assert again.conversation_id == asked.conversation_id


def test_an_unfinished_form_keeps_its_conversation(working, ana, asked):
    form = {
        "shop_id": asked.shop_id,
        "id": "f" * 32,
        "conversation_id": asked.conversation_id,
        "flow": "callback_request",
        "version": 1,
        "state": "open",
        "revision": 1,
        "answers": b"",
        "language": "en",
        "seq": 1,
        "started_at": 1,
        "changed_at": 1,
    }
    working.db.write(lambda c: c.execute(insert(tables.flow_runs).values(**form)))
    set_row(working, asked, active_at=ago(13 * DAY_MS))

    retention.sweep(working)

    assert find(working, asked).is_open
    again = says(working, ana, "12345", asked.session_id)
    assert again.session == "kept"
    end_of(working, ana, again)
    set_row(working, asked, active_at=ago(14 * DAY_MS))
    retention.sweep(working)
    assert not find(working, asked).is_open
    assert states(working, asked) == []


def test_who_waits_for_nobody_expires_as_ever(working, ana, asked):
    set_row(working, asked, active_at=ago(2 * DAY_MS))

    retention.sweep(working)

    assert find(working, asked).closed_why is ClosedWhy.EXPIRED
    assert states(working, asked) == []


def test_the_merchants_limit_ends_it_and_says_so(working, ana, asked):
    wants_a_person(working, ana, asked)
    choose(working, ana.shop.id, waiting_days=3)
    set_row(working, asked, active_at=ago(3 * DAY_MS + 1), locale="de-AT")

    retention.sweep(working)

    ended = find(working, asked)
    assert (ended.closed_why, ended.needs_staff_since) == (ClosedWhy.EXPIRED, None)
    assert states(working, asked) == ["requested", "gave_up"]
    # Whoever comes back finds out.
    role, text, _ = seen(working, ana, asked.session_id)[-1]
    assert (role, text.startswith("Es tut uns leid")) == ("assistant", True)


def test_nobody_is_told_of_a_failure_who_was_answered(working, ana, asked):
    reply = StaffReply(MIRA, "Mira", "We do.", "reply-1")
    handoff.say(working, ana.shop.id, asked.conversation_id, reply)

    working.db.write(expiry.expire, find(working, asked))

    assert states(working, asked) == ["joined"]


def test_what_has_expired_is_answered_and_opens_again(working, ana, asked):
    wants_a_person(working, ana, asked)
    set_row(working, asked, active_at=ago(15 * DAY_MS))
    retention.sweep(working)
    assert not find(working, asked).is_open

    reply = StaffReply(MIRA, "Mira", "We do, sorry for the wait.", "reply-1")
    handoff.say(working, ana.shop.id, asked.conversation_id, reply)

    assert seen(working, ana, asked.session_id)[-1][:2] == ("staff", reply.text)
    again = says(working, ana, "Thank you", asked.session_id)
    assert again.conversation_id == asked.conversation_id
    assert again.status == "handed_over"


def test_two_hundred_wait_and_all_are_listed(services):
    """As many as a slow weekend leaves."""
    add_shops(services)
    for number in range(200):
        add_talk(
            services,
            MIRAS,
            number,
            ["A person, please"],
            needs_staff_since=ago(DAY_MS) + number,
            active_at=ago(2 * DAY_MS),
        )

    retention.sweep(services)

    with services.db.reading() as connection:
        assert conversation_list.count_needing_staff(connection, MIRAS) == 200
        listed = conversation_list.list_needing_staff(connection, MIRAS, 1_000)
    assert len({row.id for row in listed}) == 200
