"""A person of the shop takes a conversation over: the assistant falls silent, and nothing that was said is lost."""

import uuid
from collections.abc import Iterator

import gevent
import pytest
from gevent.event import Event

from backend.chat import conversations, following, takeovers, turns
from backend.chat.sessions import Caller
from backend.chat.turns import Accepted, NewMessage
from backend.errors import HeldByColleague, NotFound
from backend.jobs.worker import Worker
from backend.services import Services
from backend.shops.directory import Directory

MIRA, NOAH = "42", "43"


class Hesitating:
    """A model that says two words and goes on only when it is told to."""

    def __init__(self) -> None:
        self.has_begun, self.may_go_on, self.asked = Event(), Event(), 0

    def stream(self, words: object, seconds: float) -> Iterator[str]:
        self.asked += 1
        yield "We have "
        self.has_begun.set()
        self.may_go_on.wait(5)
        yield "mugs."

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def model(services: Services) -> Hesitating:
    services.ai = model = Hesitating()
    return model


@pytest.fixture
def ana(services: Services, model: Hesitating) -> Iterator[Caller]:
    """Ana, in a shop whose process does its jobs."""
    worker = Worker(services)
    worker.start()
    yield Caller(Directory(services.db).open_shop("flux-test.myshopify.com"), "7001", "shop.example", "203.0.113.7")
    worker.stop()


@pytest.fixture
def asked(services: Services, ana: Caller, model: Hesitating) -> Accepted:
    """Ana's question, in the middle of its answer."""
    accepted = says(services, ana, "Do you have mugs?")
    model.has_begun.wait(5)
    return accepted


def says(services: Services, who: Caller, text: str, session_id: str | None = None) -> Accepted:
    return turns.start(services, who, NewMessage(text, client_id=str(uuid.uuid4()), session_id=session_id))


def seen(services: Services, who: Caller, session_id: str) -> list[tuple[str, str, str]]:
    page = conversations.history(services, who, session_id, None, 50)
    return [(row.role, row.text, row.status) for row in page.messages]


def events(services: Services, who: Caller, it: Accepted, session_id: str) -> list[str]:
    turn = turns.find(services, who, session_id, it.turn_id)
    return [event.name for event in following.gather(services, turn, 0, 1)]


def test_taking_over_in_the_middle_of_a_reply_keeps_its_words_and_ends_it(services, ana, asked, model):
    waiting = says(services, ana, "And plates?", asked.session_id)

    takeovers.take_over(services, ana.shop.id, asked.conversation_id, MIRA)
    model.may_go_on.set()

    assert seen(services, ana, asked.session_id) == [
        ("shopper", "Do you have mugs?", "saved"),
        ("shopper", "And plates?", "saved"),
        ("assistant", "We have ", "partial"),
    ]
    page = conversations.history(services, ana, asked.session_id, None, 50)
    assert (page.mode, page.turn) == ("staff", None)
    assert events(services, ana, asked, asked.session_id)[-1] == "handed_over"
    assert events(services, ana, waiting, asked.session_id) == ["handed_over"]
    assert model.asked == 1


def test_while_a_person_has_it_the_assistant_is_silent(services, ana, asked, model):
    takeovers.take_over(services, ana.shop.id, asked.conversation_id, MIRA)

    more = says(services, ana, "Hello?", asked.session_id)

    assert (more.status, more.claim) == ("handed_over", None)
    assert events(services, ana, more, asked.session_id) == ["handed_over"]
    assert model.asked == 1


def test_what_a_person_says_is_said_once(services, ana, asked):
    places = [
        takeovers.say(services, ana.shop.id, asked.conversation_id, MIRA, "Mira", "We do, in blue.", "reply-1")
        for _ in range(3)
    ]

    assert len({place.id for place in places}) == 1
    said = seen(services, ana, asked.session_id)
    assert said.count(("staff", "We do, in blue.", "saved")) == 1
    # Ana's question has its answer now.
    assert said[0] == ("shopper", "Do you have mugs?", "answered")


def test_a_persons_words_reach_who_waits_for_news(services, ana, asked):
    takeovers.take_over(services, ana.shop.id, asked.conversation_id, MIRA)
    last = seen(services, ana, asked.session_id)
    waiting = gevent.spawn(conversations.news, services, ana, asked.session_id, len(last), 8, 50)
    gevent.idle()

    takeovers.say(services, ana.shop.id, asked.conversation_id, MIRA, "Mira", "Hello Ana", "reply-1")

    [news] = waiting.get(timeout=2).messages
    assert (news.role, news.author, news.text) == ("staff", "Mira", "Hello Ana")


def test_two_of_the_staff_do_not_collide(services, ana, asked):
    takeovers.take_over(services, ana.shop.id, asked.conversation_id, MIRA)

    for attempt in (
        lambda: takeovers.take_over(services, ana.shop.id, asked.conversation_id, NOAH),
        lambda: takeovers.say(services, ana.shop.id, asked.conversation_id, NOAH, "Noah", "Hi", "reply-2"),
        lambda: takeovers.hand_back(services, ana.shop.id, asked.conversation_id, NOAH),
        lambda: takeovers.close(services, ana.shop.id, asked.conversation_id, NOAH),
    ):
        with pytest.raises(HeldByColleague):
            attempt()

    takeovers.take_over(services, ana.shop.id, asked.conversation_id, NOAH, instead_of=MIRA)
    takeovers.say(services, ana.shop.id, asked.conversation_id, NOAH, "Noah", "Hi", "reply-2")
    assert seen(services, ana, asked.session_id)[-1] == ("staff", "Hi", "saved")


def test_handed_back_the_assistant_answers_the_next_message(services, ana, asked, model):
    takeovers.take_over(services, ana.shop.id, asked.conversation_id, MIRA)
    takeovers.hand_back(services, ana.shop.id, asked.conversation_id, MIRA)
    model.may_go_on.set()

    again = says(services, ana, "Thank you. And cups?", asked.session_id)

    turn = turns.find(services, ana, asked.session_id, again.turn_id)
    assert following.wait_for_end(services, turn, 5).status == "answered"
    assert seen(services, ana, asked.session_id)[-1] == ("assistant", "We have mugs.", "answered")


def test_what_was_closed_opens_with_the_next_message(services, ana, asked, model):
    takeovers.close(services, ana.shop.id, asked.conversation_id, MIRA)
    assert conversations.history(services, ana, asked.session_id, None, 50).mode == "closed"

    again = says(services, ana, "One more thing", asked.session_id)

    assert (again.status, again.session_id) == ("running", asked.session_id)
    assert conversations.history(services, ana, asked.session_id, None, 50).mode == "assistant"


def test_another_shops_staff_reaches_nothing(services, ana, asked):
    other = Directory(services.db).open_shop("other-shop.myshopify.com")

    with pytest.raises(NotFound):
        takeovers.take_over(services, other.id, asked.conversation_id, MIRA)
    with pytest.raises(NotFound):
        takeovers.say(services, other.id, asked.conversation_id, MIRA, "Mira", "Hi", "reply-1")
    assert conversations.history(services, ana, asked.session_id, None, 50).mode == "assistant"
