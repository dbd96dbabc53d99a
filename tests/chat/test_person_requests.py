"""Whoever asks for a person is told what is true: about how fast, or that nobody is there."""

import pytest

from backend.assistant.rule_replies import say_wait
from backend.catalog.lexicon import LANGUAGES
from backend.chat import accepting, handoffs, person_requests
from backend.chat.accepting import Accepted
from backend.chat.handoffs import Handoff, Why
from backend.chat.person_requests import round_wait
from backend.clock import now_ms
from backend.errors import BudgetReached
from backend.inbox import handoff
from backend.inbox.handoff import StaffReply
from backend.services import Services
from tests.support.any_model import answer_with
from tests.support.people_of_shop import MIRA, find, send_home
from tests.support.talking import Moody, end_of, says, seen


@pytest.fixture
def asked(working, ana):
    accepted = says(working, ana, "Do you have mugs?")
    end_of(working, ana, accepted)
    return accepted


def needs(services: Services, it: Accepted) -> list[Handoff]:
    with services.db.reading() as connection:
        return handoffs.list_handoffs(connection, it.shop_id, it.conversation_id)


def know_three_waits(services: Services, shop_id: int) -> None:
    for number in range(3):
        services.db.write(handoffs.add, shop_id, f"{number}", Why.ASKED, now_ms())
        services.db.write(handoffs.mark_answered, shop_id, f"{number}")


def test_nobody_is_promised_a_time_that_nobody_knows(working, ana, asked):
    called = person_requests.ask_for_person(working, ana, asked.session_id)

    assert (called.state, called.usual_wait, called.email) == ("requested", None, False)


def test_who_asks_is_told_about_how_fast(working, ana, asked):
    know_three_waits(working, ana.shop.id)

    called = person_requests.ask_for_person(working, ana, asked.session_id)

    assert called.usual_wait == 1
    assert seen(working, ana, asked.session_id)[-1][1].endswith(
        "It usually takes about 1 min."
    )


def test_outside_hours_no_time_is_promised(working, ana, asked):
    know_three_waits(working, ana.shop.id)
    send_home(working, ana.shop.id)

    called = person_requests.ask_for_person(working, ana, asked.session_id)

    assert (called.state, called.usual_wait) == ("away", None)
    assert called.hours


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        (0, 1),
        (60, 1),
        (61, 2),
        (240, 5),
        (301, 10),
        (2_700, 45),
        (2_701, 60),
        (3_601, 120),
        (86_400, 1_440),
        (86_401, None),
    ],
)
def test_a_wait_is_rounded_up(seconds: int, minutes: int | None) -> None:
    assert round_wait(seconds) == minutes


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wait_is_told_in_every_language(language: str) -> None:
    assert "45" in say_wait(45, language)
    assert "2" in say_wait(120, language)
    assert say_wait(120, language) != say_wait(2, language)


def test_a_need_is_counted_once_and_answered_by_a_person(working, ana, asked):
    for _ in range(3):
        person_requests.ask_for_person(working, ana, asked.session_id)
    where = (working, ana.shop.id, asked.conversation_id)
    handoff.take_over(*where, MIRA)
    [waiting] = needs(working, asked)
    assert (waiting.why, waiting.answered_at) == (Why.ASKED, None)
    assert find(working, asked).needs_staff_since == waiting.asked_at

    handoff.say(*where, StaffReply(MIRA, "Mira", "We do.", "reply-1"))
    says(working, ana, "In blue?", asked.session_id)
    handoff.hand_back(*where, MIRA)

    first, second = needs(working, asked)
    assert first.answered_at is not None
    assert (second.why, second.answered_at) == (Why.MESSAGE, None)
    assert first.ended_at == second.ended_at is not None


@pytest.mark.parametrize(
    ("code", "why"), [("timeout", Why.FAILED), (BudgetReached.code, Why.LIMIT)]
)
def test_a_reply_that_fails_says_why(working, ana, code, why):
    class Failing(Moody):
        def stream(self, *_):
            raise BudgetReached if why is Why.LIMIT else TimeoutError
            yield

    answer_with(working, Failing())
    failed = says(working, ana, "Do you have mugs?")
    assert end_of(working, ana, failed).status == "failed"

    assert find(working, failed).needs_staff_why == why
    assert [each.why for each in needs(working, failed)] == [why]


def test_a_retry_ends_the_need_of_a_failure_but_not_a_wish(working, ana):
    answer_with(working, Moody(failures=2))
    failed = says(working, ana, "Do you have mugs?")
    end_of(working, ana, failed)
    accepting.retry(working, ana, failed.session_id, failed.turn_id)
    end_of(working, ana, failed)
    assert [each.ended_at is None for each in needs(working, failed)] == [False, True]

    person_requests.ask_for_person(working, ana, failed.session_id)
    accepting.retry(working, ana, failed.session_id, failed.turn_id)
    assert end_of(working, ana, failed).status == "answered"

    now = find(working, failed)
    assert (now.needs_staff_why, now.needs_staff_since is None) == (Why.ASKED, False)
