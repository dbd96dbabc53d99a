"""What a reader gets: the pages of a long conversation, and news as soon as there are any."""

import time

import gevent
import pytest
from sqlalchemy import Connection, update

from backend.chat import history, presence, retention, sessions
from backend.chat.history import NOTHING
from backend.chat.messages import Span
from backend.chat.sessions import Caller
from backend.inbox import handoff
from backend.services import Services
from backend.store.tables import turns
from tests.support.form_stories import begin, with_key
from tests.support.talks import add_talk

SESSION = "known to the browser"
SAID = [f"Number {number}" for number in range(1, 8)]


@pytest.fixture
def talk(services: Services, ben: Caller) -> str:
    now = time.time_ns() // 1_000_000
    known = sessions.hash_of(SESSION)
    return add_talk(services, ben.shop.id, 1, SAID, session_hash=known, active_at=now)


def test_pages_go_backwards_without_a_gap_or_a_repeat(services, ben, talk):
    newest = history.read(services, ben, SESSION, Span(3))
    middle = history.read(services, ben, SESSION, Span(3, before=5))
    oldest = history.read(services, ben, SESSION, Span(3, before=2))

    pages = (oldest, middle, newest)
    assert [each.text for page in pages for each in page.messages] == SAID
    assert [page.more for page in pages] == [False, True, True]


def test_news_are_what_came_after_and_no_more_than_asked_for(services, ben, talk):
    news = history.wait_for_news(services, ben, SESSION, Span(2, after=4))

    assert [each.seq for each in news.messages] == [5, 6]
    assert news.more


def test_who_waits_hears_that_nothing_came_when_the_wait_is_over(services, ben, talk):
    nothing = history.wait_for_news(
        services, ben, SESSION, Span(50, after=7, wait=0.05)
    )

    assert (nothing.messages, nothing.mode) == ([], "assistant")


def test_a_reset_ends_the_wait(services, ben, talk):
    waiting = gevent.spawn(
        history.wait_for_news, services, ben, SESSION, Span(50, after=7, wait=8)
    )
    gevent.idle()

    retention.reset(services, ben, SESSION, erase=False)

    assert waiting.get(timeout=2) == NOTHING


def test_who_reads_along_hears_that_mira_writes(services, ben, talk):
    handoff.take_over(services, ben.shop.id, talk, "42")
    waiting = gevent.spawn(
        history.wait_for_news, services, ben, SESSION, Span(50, after=8, wait=8)
    )
    gevent.idle()

    presence.note_staff(services, talk, "42", is_typing=True)

    found = waiting.get(timeout=5)
    assert (found.typing, found.waiting) == (True, True)
    assert presence.is_shopper_here(services, talk)


def test_a_colleague_who_looks_on_does_not_write_to_the_shopper(services, ben, talk):
    handoff.take_over(services, ben.shop.id, talk, "42")

    presence.note_staff(services, talk, "43", is_typing=True)

    assert not history.read(services, ben, SESSION, Span(3)).typing


@pytest.mark.parametrize(
    ("taken_in", "status", "busy"),
    [(5, "queued", True), (7, "running", True), (3, "running", False)],
)
def test_a_form_is_busy_while_its_last_answer_is_worked_on(
    services, ben, talk, taken_in, status, busy
):
    services = with_key(services)
    begin(services, number=1, shop=ben.shop.id, seq=taken_in)
    answered = history.read(services, ben, SESSION, Span(3)).form or {}

    goes_on = (
        update(turns)
        .where(turns.c.shop_id == ben.shop.id, turns.c.seq == 5)
        .values(status=status)
    )
    services.db.write(Connection.execute, goes_on)

    worked_on = history.read(services, ben, SESSION, Span(3)).form or {}
    assert (answered["busy"], worked_on["busy"]) == (False, busy)
