"""Who has a conversation and says nothing loses it: the shopper is asked first, after hours nobody
has to be.
"""

import gevent
import pytest

from backend.assistant import rule_replies
from backend.chat import history, person_requests, silence
from backend.inbox import handoff
from backend.inbox.handoff import StaffReply
from tests.support.people_of_shop import (
    DAY_MS,
    MINUTE_MS,
    MIRA,
    NOAH,
    ago,
    choose,
    find,
    send_home,
    set_row,
    states,
)
from tests.support.talking import LATEST, end_of, says, seen


@pytest.fixture
def held(working, ana):
    """Ana has asked Mira, who has it, whether there are plates; six minutes ago."""
    asked = says(working, ana, "Do you have mugs?")
    end_of(working, ana, asked)
    handoff.take_over(working, ana.shop.id, asked.conversation_id, MIRA)
    says(working, ana, "And plates?", asked.session_id)
    set_row(working, asked, staff_silent_since=ago(6 * MINUTE_MS))
    return asked


def test_within_hours_the_shopper_is_asked_once(working, ana, held):
    for _ in range(3):
        silence.return_silent(working)

    assert states(working, held) == ["joined", "asked_back"]
    assert find(working, held).may_be_returned
    assert seen(working, ana, held.session_id)[-1][1] == (
        "Nobody has answered yet. May the assistant go on?"
    )


def test_who_speaks_in_time_is_not_replaced(working, ana, held):
    choose(working, ana.shop.id, silence_minutes=7)
    silence.return_silent(working)
    assert states(working, held) == ["joined"]

    choose(working, ana.shop.id, silence_minutes=6)
    reply = StaffReply(MIRA, "Mira", "Plates, too.", "reply-1")
    handoff.say(working, ana.shop.id, held.conversation_id, reply)
    silence.return_silent(working)
    assert states(working, held) == ["joined"]


def test_each_silence_is_asked_about_anew(working, ana, held):
    silence.return_silent(working)
    reply = StaffReply(MIRA, "Mira", "Plates, too.", "reply-1")
    handoff.say(working, ana.shop.id, held.conversation_id, reply)
    says(working, ana, "In blue?", held.session_id)
    silence.return_silent(working)
    assert states(working, held) == ["joined", "asked_back"]

    set_row(working, held, staff_silent_since=ago(6 * MINUTE_MS))
    silence.return_silent(working)
    assert states(working, held) == ["joined", "asked_back", "asked_back"]


def test_a_colleague_who_comes_has_time_of_their_own(working, ana, held):
    silence.return_silent(working)
    handoff.take_over(working, ana.shop.id, held.conversation_id, NOAH, MIRA)

    silence.return_silent(working)

    assert states(working, held) == ["joined", "asked_back", "joined"]
    assert not find(working, held).may_be_returned


def test_after_hours_the_assistant_goes_on_and_somebody_is_still_to_come(
    working, ana, held
):
    send_home(working, ana.shop.id)

    silence.return_silent(working)

    told = seen(working, ana, held.session_id)
    assert rule_replies.say("person_returned_waiting", "en") in [
        text for _, text, _ in told
    ]
    assert history.read(working, ana, held.session_id, LATEST).mode == "assistant"
    now = find(working, held)
    assert (now.staff_id, now.staff_silent_since) == (None, None)
    assert now.needs_staff_since is not None


def test_what_was_left_is_answered_behind_the_news(working, ana, held):
    send_home(working, ana.shop.id)
    silence.return_silent(working)

    with gevent.Timeout(10):
        while find(working, held).open_turns:
            gevent.idle()

    assert [role_text[:2] for role_text in seen(working, ana, held.session_id)][-1] == (
        "assistant",
        "We have mugs.",
    )
    statuses = [status for *_, status in seen(working, ana, held.session_id)]
    assert "saved" not in statuses


def test_who_was_asked_and_says_nothing_is_returned_when_the_shop_closes(
    working, ana, held
):
    silence.return_silent(working)
    send_home(working, ana.shop.id)

    silence.return_silent(working)

    assert states(working, held) == ["joined", "asked_back", "returned"]


def test_nobody_is_asked_where_nothing_is_owed(working, ana, held):
    reply = StaffReply(MIRA, "Mira", "Plates, too.", "reply-1")
    handoff.say(working, ana.shop.id, held.conversation_id, reply)
    set_row(working, held, active_at=ago(DAY_MS))
    send_home(working, ana.shop.id)

    silence.return_silent(working)

    assert find(working, held).mode == "staff"


def test_a_person_and_the_clock_at_the_same_moment_are_one_after_the_other(
    working, ana, held
):
    """Whoever comes second finds what the first has done."""
    send_home(working, ana.shop.id)
    reply = StaffReply(MIRA, "Mira", "Plates, too.", "reply-1")
    where = (working, ana.shop.id, held.conversation_id)

    both = [
        gevent.spawn(silence.return_silent, working),
        gevent.spawn(handoff.say, *where, reply),
    ]
    gevent.joinall(both, timeout=10, raise_error=True)

    now = find(working, held)
    assert (now.mode, now.open_turns, now.needs_staff_since) == ("staff", 0, None)
    said = [text for role, text, _ in seen(working, ana, held.session_id)]
    assert said.count("Plates, too.") == 1
    # Mira is announced anew where the assistant was back for a moment.
    assert states(working, held) in (
        ["joined"],
        ["joined", "returned", "joined"],
    )


def test_asking_again_for_a_person_is_owed_an_answer(working, ana, held):
    reply = StaffReply(MIRA, "Mira", "Plates, too.", "reply-1")
    handoff.say(working, ana.shop.id, held.conversation_id, reply)

    person_requests.ask_for_person(working, ana, held.session_id)

    now = find(working, held)
    assert (now.needs_staff_why, now.staff_silent_since is None) == ("asked", False)
