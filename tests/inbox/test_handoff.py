"""A person of the shop takes a conversation over: the assistant falls silent, and nothing that was
said is lost.
"""

import gevent
import pytest

from backend.chat import accepting, history, retention
from backend.chat.accepting import Accepted
from backend.chat.messages import Span
from backend.chat.sessions import Caller
from backend.errors import HeldByColleague, Invalid, NotFound
from backend.inbox import handoff
from backend.inbox.handoff import StaffReply
from backend.services import Services
from backend.shops.directory import Directory
from tests.support.any_model import answer_with
from tests.support.talking import (
    LATEST,
    Hesitating,
    Moody,
    end_of,
    events,
    row_of,
    says,
    seen,
)

MIRA, NOAH = "42", "43"


@pytest.fixture
def asked(services: Services, ana: Caller, model: Hesitating) -> Accepted:
    """Ana's question, in the middle of its answer."""
    accepted = says(services, ana, "Do you have mugs?")
    model.has_begun.wait(5)
    return accepted


def test_taking_over_in_the_middle_of_a_reply_keeps_its_words_and_ends_it(
    services, ana, asked, model
):
    waiting = says(services, ana, "And plates?", asked.session_id)

    handoff.take_over(services, ana.shop.id, asked.conversation_id, MIRA)
    model.may_go_on.set()

    assert seen(services, ana, asked.session_id) == [
        ("shopper", "Do you have mugs?", "saved"),
        ("shopper", "And plates?", "saved"),
        ("assistant", "We have ", "partial"),
        ("assistant", "Flux Test joined the chat", "answered"),
    ]
    page = history.read(services, ana, asked.session_id, LATEST)
    assert (page.mode, page.turn, row_of(services, asked).open_turns) == (
        "staff",
        None,
        0,
    )
    assert events(services, ana, asked, asked.session_id)[-1] == "handed_over"
    assert events(services, ana, waiting, asked.session_id) == ["handed_over"]
    assert model.asked == 1


def test_while_a_person_has_it_the_assistant_is_silent(services, ana, asked, model):
    handoff.take_over(services, ana.shop.id, asked.conversation_id, MIRA)

    more = says(services, ana, "Hello?", asked.session_id)

    assert (more.status, more.claim) == ("handed_over", None)
    assert events(services, ana, more, asked.session_id) == ["handed_over"]
    assert model.asked == 1


def test_what_a_person_says_is_said_once(services, ana, asked):
    places = [
        handoff.say(
            services,
            ana.shop.id,
            asked.conversation_id,
            StaffReply(MIRA, "Mira", "We do, in blue.", "reply-1"),
        )
        for _ in range(3)
    ]

    assert len({place.id for place in places}) == 1
    said = seen(services, ana, asked.session_id)
    assert said.count(("staff", "We do, in blue.", "saved")) == 1
    # Ana's question has its answer now.
    assert said[0] == ("shopper", "Do you have mugs?", "answered")


def test_words_that_only_readers_had_stand_before_what_a_person_says(
    services, ana, asked
):
    """The reply is cut short and answered in one transaction; its checkpoint may be behind."""
    handoff.say(
        services,
        ana.shop.id,
        asked.conversation_id,
        StaffReply(MIRA, "Mira", "We do, in blue.", "reply-1"),
    )

    assert seen(services, ana, asked.session_id) == [
        ("shopper", "Do you have mugs?", "answered"),
        ("assistant", "We have ", "partial"),
        ("assistant", "Flux Test joined the chat", "answered"),
        ("staff", "We do, in blue.", "saved"),
    ]


def test_a_reply_that_cannot_be_kept_takes_nothing_over(services, ana, asked, model):
    half_a_pair = "\ud800"
    reply = StaffReply(MIRA, half_a_pair, "We do.", "reply-1")

    with pytest.raises(Invalid):
        handoff.say(services, ana.shop.id, asked.conversation_id, reply)

    assert history.read(services, ana, asked.session_id, LATEST).mode == "assistant"
    model.may_go_on.set()
    assert end_of(services, ana, asked).status == "answered"


def test_other_words_are_another_message_also_when_nobody_heard_of_the_first(
    services, ana, asked
):
    """The answer to the first was lost, so the form is still the same when Mira writes on."""
    for text in ("We do.", "We do, in blue.", "We do."):
        handoff.say(
            services,
            ana.shop.id,
            asked.conversation_id,
            StaffReply(MIRA, "Mira", text, "reply-1"),
        )

    said = [
        text
        for role, text, _ in seen(services, ana, asked.session_id)
        if role == "staff"
    ]
    assert said == ["We do.", "We do, in blue."]


def test_a_persons_words_reach_who_waits_for_news(services, ana, asked):
    handoff.take_over(services, ana.shop.id, asked.conversation_id, MIRA)
    last = seen(services, ana, asked.session_id)
    waiting = gevent.spawn(
        history.wait_for_news,
        services,
        ana,
        asked.session_id,
        Span(50, after=len(last), wait=8),
    )
    gevent.idle()

    handoff.say(
        services,
        ana.shop.id,
        asked.conversation_id,
        StaffReply(MIRA, "Mira", "Hello Ana", "reply-1"),
    )

    [news] = waiting.get(timeout=2).messages
    assert (news.role, news.author, news.text) == ("staff", "Mira", "Hello Ana")


def test_two_of_the_staff_do_not_collide(services, ana, asked):
    handoff.take_over(services, ana.shop.id, asked.conversation_id, MIRA)

    for attempt in (
        lambda: handoff.take_over(services, ana.shop.id, asked.conversation_id, NOAH),
        lambda: handoff.say(
            services,
            ana.shop.id,
            asked.conversation_id,
            StaffReply(NOAH, "Noah", "Hi", "reply-2"),
        ),
        lambda: handoff.hand_back(services, ana.shop.id, asked.conversation_id, NOAH),
        lambda: handoff.close(services, ana.shop.id, asked.conversation_id, NOAH),
    ):
        with pytest.raises(HeldByColleague):
            attempt()

    handoff.take_over(
        services, ana.shop.id, asked.conversation_id, NOAH, instead_of=MIRA
    )
    handoff.say(
        services,
        ana.shop.id,
        asked.conversation_id,
        StaffReply(NOAH, "Noah", "Hi", "reply-2"),
    )
    assert seen(services, ana, asked.session_id)[-1] == ("staff", "Hi", "saved")


def test_handed_back_the_assistant_answers_the_next_message(
    services, ana, asked, model
):
    handoff.take_over(services, ana.shop.id, asked.conversation_id, MIRA)
    handoff.hand_back(services, ana.shop.id, asked.conversation_id, MIRA)
    model.may_go_on.set()

    again = says(services, ana, "Thank you. And cups?", asked.session_id)

    assert end_of(services, ana, again).status == "answered"
    assert seen(services, ana, asked.session_id)[-1] == (
        "assistant",
        "We have mugs.",
        "answered",
    )


def test_what_was_closed_opens_with_the_next_message(services, ana, asked, model):
    handoff.close(services, ana.shop.id, asked.conversation_id, MIRA)
    assert history.read(services, ana, asked.session_id, LATEST).mode == "closed"

    again = says(services, ana, "One more thing", asked.session_id)

    assert (again.status, again.session_id) == ("running", asked.session_id)
    assert history.read(services, ana, asked.session_id, LATEST).mode == "assistant"


def test_another_shops_staff_reaches_nothing(services, ana, asked):
    other = Directory(services.db).open_shop("other-shop.myshopify.com")

    with pytest.raises(NotFound):
        handoff.take_over(services, other.id, asked.conversation_id, MIRA)
    with pytest.raises(NotFound):
        handoff.say(
            services,
            other.id,
            asked.conversation_id,
            StaffReply(MIRA, "Mira", "Hi", "reply-1"),
        )
    assert history.read(services, ana, asked.session_id, LATEST).mode == "assistant"


def test_late_words_of_the_model_have_nowhere_to_go(services, ana, asked, model):
    handoff.take_over(services, ana.shop.id, asked.conversation_id, MIRA)
    before = seen(services, ana, asked.session_id)

    model.may_go_on.set()
    assert model.has_ended.wait(5)

    assert seen(services, ana, asked.session_id) == before
    assert events(services, ana, asked, asked.session_id).count("handed_over") == 1


def test_a_retry_while_a_person_has_it_leaves_the_model_alone(services, ana):
    answer_with(services, Moody(failures=1))
    failed = says(services, ana, "Do you have mugs?")
    assert end_of(services, ana, failed).status == "failed"
    handoff.take_over(services, ana.shop.id, failed.conversation_id, MIRA)

    again = accepting.retry(services, ana, failed.session_id, failed.turn_id)

    assert (again.status, again.claim) == ("failed", None)
    assert row_of(services, failed).open_turns == 0


def test_who_writes_to_a_person_waits_for_one_until_they_speak(services, ana, asked):
    handoff.take_over(services, ana.shop.id, asked.conversation_id, MIRA)
    assert row_of(services, asked).needs_staff_since is None

    says(services, ana, "Hello?", asked.session_id)
    since = row_of(services, asked).needs_staff_since
    says(services, ana, "Anybody?", asked.session_id)
    assert row_of(services, asked).needs_staff_since == since is not None

    handoff.say(
        services,
        ana.shop.id,
        asked.conversation_id,
        StaffReply(MIRA, "Mira", "Here I am", "reply-1"),
    )
    assert row_of(services, asked).needs_staff_since is None


def test_taking_it_over_twice_is_taking_it_over(services, ana, asked):
    for _ in range(2):
        handoff.take_over(services, ana.shop.id, asked.conversation_id, MIRA)

    assert events(services, ana, asked, asked.session_id).count("handed_over") == 1
    assert len(seen(services, ana, asked.session_id)) == 3


def test_what_the_shopper_has_reset_is_out_of_reach(services, ana, asked):
    handoff.take_over(services, ana.shop.id, asked.conversation_id, MIRA)
    retention.reset(services, ana, asked.session_id, erase=False)
    where = (services, ana.shop.id, asked.conversation_id, MIRA)

    for attempt in (handoff.take_over, handoff.hand_back, handoff.close):
        with pytest.raises(NotFound):
            attempt(*where)
    with pytest.raises(NotFound):
        handoff.say(
            services,
            ana.shop.id,
            asked.conversation_id,
            StaffReply(MIRA, "Mira", "Are you there?", "reply-1"),
        )


def test_a_change_of_hands_wakes_who_waits_for_news(services, ana, asked):
    last = len(seen(services, ana, asked.session_id))
    for change, mode in (
        (handoff.take_over, "staff"),
        (handoff.hand_back, "assistant"),
    ):
        # The words so far, and that somebody has joined.
        after = last + 2 * (mode == "assistant")
        waiting = gevent.spawn(
            history.wait_for_news,
            services,
            ana,
            asked.session_id,
            Span(50, after=after, wait=8),
        )
        gevent.idle()

        change(services, ana.shop.id, asked.conversation_id, MIRA)

        assert waiting.get(timeout=2).mode == mode
