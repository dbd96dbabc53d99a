"""The shopper lets the assistant go on: by a button, or by a short yes; and it answers what was
left.
"""

import gevent
import pytest

from backend.chat import accepting, person_requests, silence
from backend.chat.accepting import Accepted, NewMessage
from backend.errors import NotFound
from backend.inbox import handoff
from backend.inbox.handoff import StaffReply
from backend.services import Services
from tests.support.people_of_shop import MINUTE_MS, MIRA, ago, find, set_row, states
from tests.support.talking import end_of, says, seen


@pytest.fixture
def held(working, ana):
    asked = says(working, ana, "Do you have mugs?")
    end_of(working, ana, asked)
    handoff.take_over(working, ana.shop.id, asked.conversation_id, MIRA)
    return asked


@pytest.fixture
def plates(working, ana, held):
    """Her question to Mira, which nobody has answered."""
    return says(working, ana, "And plates?", held.session_id)


def is_asked_back(services: Services, it: Accepted) -> None:
    set_row(services, it, staff_silent_since=ago(6 * MINUTE_MS))
    silence.return_silent(services)
    assert find(services, it).may_be_returned


def ends(services: Services, it: Accepted) -> None:
    with gevent.Timeout(10):
        while find(services, it).open_turns:
            gevent.idle()


def test_on_yes_the_assistant_answers_what_was_left(working, ana, held, plates):
    is_asked_back(working, held)

    mode = person_requests.return_to_assistant(working, ana, held.session_id)

    assert mode == "assistant"
    assert end_of(working, ana, plates).status == "answered"
    assert seen(working, ana, held.session_id)[-2:] == [
        ("assistant", "The assistant is back.", "answered"),
        ("assistant", "We have mugs.", "answered"),
    ]
    assert find(working, held).needs_staff_since is None


def test_agreeing_twice_is_agreeing(working, ana, held, plates):
    is_asked_back(working, held)

    modes = [
        person_requests.return_to_assistant(working, ana, held.session_id)
        for _ in range(3)
    ]
    ends(working, held)

    assert modes == ["assistant"] * 3
    assert states(working, held) == ["joined", "asked_back", "returned"]
    answers = [text for _, text, _ in seen(working, ana, held.session_id)]
    assert answers.count("We have mugs.") == 2


def test_whoever_was_not_asked_takes_nothing_away_from_mira(working, ana, held, plates):
    mode = person_requests.return_to_assistant(working, ana, held.session_id)

    assert mode == "staff"
    assert states(working, held) == ["joined"]


def test_otto_returns_nothing(working, ana, held, plates):
    is_asked_back(working, held)

    with pytest.raises(NotFound):
        person_requests.return_to_assistant(working, ana, "somebody-elses")
    assert find(working, held).mode == "staff"


def test_a_short_yes_is_enough_and_what_came_before_it_is_answered(
    working, ana, held, plates
):
    is_asked_back(working, held)

    yes = says(working, ana, "Yes, please!", held.session_id)

    assert yes.status == "handed_over"
    assert end_of(working, ana, plates).status == "answered"
    assert [text for _, text, _ in seen(working, ana, held.session_id)][-3:] == [
        "Yes, please!",
        "The assistant is back.",
        "We have mugs.",
    ]


def test_where_nothing_was_left_the_yes_is_answered(working, ana, held):
    is_asked_back(working, held)

    yes = says(working, ana, "ok", held.session_id)

    assert yes.status == "queued"
    assert end_of(working, ana, yes).status == "answered"


def test_a_yes_that_is_sent_again_has_the_same_answer(working, ana, held, plates):
    is_asked_back(working, held)
    yes = NewMessage("Yes", client_id="2" * 32, session_id=held.session_id)

    first = accepting.accept(working, ana, yes)
    again = accepting.accept(working, ana, yes)
    ends(working, held)

    assert (again.repeated, again.turn_id) == (True, first.turn_id)
    assert states(working, held).count("returned") == 1


@pytest.mark.parametrize("text", ["No", "Is Mira there?", "Yes, but I want Mira"])
def test_anything_else_waits_for_mira(working, ana, held, plates, text):
    is_asked_back(working, held)

    said = says(working, ana, text, held.session_id)

    assert said.status == "handed_over"
    assert find(working, held).mode == "staff"


def test_a_yes_to_mira_is_none_to_the_assistant(working, ana, held, plates):
    says(working, ana, "Yes", held.session_id)

    assert find(working, held).mode == "staff"


def test_what_mira_has_answered_is_not_answered_again(working, ana, held, plates):
    reply = StaffReply(MIRA, "Mira", "Plates, too.", "reply-1")
    handoff.say(working, ana.shop.id, held.conversation_id, reply)

    handoff.hand_back(working, ana.shop.id, held.conversation_id, MIRA)

    assert find(working, held).open_turns == 0
    assert states(working, held) == ["joined", "returned"]


def test_half_a_reply_stays_and_the_whole_one_comes_behind(working, ana, model):
    """Mira takes over in the middle of a reply, and gives it back without a word."""
    asked = says(working, ana, "Do you have mugs?")
    model.has_begun.wait(5)
    handoff.take_over(working, ana.shop.id, asked.conversation_id, MIRA)
    model.may_go_on.set()

    handoff.hand_back(working, ana.shop.id, asked.conversation_id, MIRA)

    assert end_of(working, ana, asked).status == "answered"
    assert [text for _, text, _ in seen(working, ana, asked.session_id)] == [
        "Do you have mugs?",
        "We have ",
        "Flux Test joined the chat",
        "The assistant is back.",
        "We have mugs.",
    ]
