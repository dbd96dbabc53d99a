"""What a shopper who waits for a person has not seen: counted, previewed, and told at once."""

from typing import Any

import gevent
import pytest

from backend.chat import conversations, messages, news, presence, retention
from backend.chat.conversations import Mode
from backend.chat.handoffs import Why
from backend.chat.news import NOTHING, News, Preview, Reading
from backend.chat.sessions import Caller, hash_of
from backend.clock import now_ms
from backend.inbox import handoff
from backend.inbox.handoff import StaffReply
from backend.services import Services
from backend.store.open_requests import held_by_nobody
from tests.support.talks import add_talk

SESSION = "known to the browser"
SAID = ["Is anybody there?", "I’ve told the team."]
MIRA = "42"


@pytest.fixture
def talk(services: Services, ben: Caller) -> str:
    """In which Ben waits for somebody."""
    talk_id = add_talk(
        services,
        ben.shop.id,
        1,
        SAID,
        session_hash=hash_of(SESSION),
        active_at=now_ms(),
    )
    asked = (ben.shop.id, talk_id, Why.ASKED)
    services.db.write(conversations.set_needs_staff, *asked)
    return talk_id


def says(services: Services, ben: Caller, talk: str, text: str) -> None:
    reply = StaffReply(MIRA, "Mira", text, f"form of {text}")
    handoff.say(services, ben.shop.id, talk, reply)


def follow(
    services: Services, ben: Caller, seen: int, last: int, **more: Any
) -> list[News | None]:
    reading = Reading(ben, hash_of(SESSION), seen, last, **more)
    return list(news.follow(services, reading))


def test_who_has_seen_all_waits_and_has_nothing_to_read(services, ben, talk):
    found = news.read(services, ben, hash_of(SESSION), 2)

    assert (found.mode, found.last, found.unread) == (Mode.ASSISTANT, 2, 0)
    assert found.waiting
    assert found.preview is None


def test_what_a_person_says_is_counted_and_begins_like_this(services, ben, talk):
    says(services, ben, talk, "Hello Ben,\nI’m here. " + "So " * 60)
    says(services, ben, talk, "Which size?")

    found = news.read(services, ben, hash_of(SESSION), 2)
    first = news.read(services, ben, hash_of(SESSION), 2 - 1)

    assert (found.mode, found.unread, first.unread) == (Mode.STAFF, 2, 3)
    assert found.preview is not None
    assert found.preview == Preview("Which size?", "Mira", found.preview.at)


def test_a_long_message_is_cut_to_one_line(services, ben, talk):
    says(services, ben, talk, "Hello Ben,\nI’m here. " + "So " * 60)

    preview = news.read(services, ben, hash_of(SESSION), 2).preview

    assert preview is not None
    assert preview.text.startswith("Hello Ben, I’m here. So So")
    assert preview.text.endswith("…")
    assert len(preview.text) <= news.MOST_PREVIEW_CHARACTERS


def test_the_shoppers_own_words_are_no_news(services, ben, talk):
    assert news.read(services, ben, hash_of(SESSION), 0).unread == 1


def test_who_waits_hears_of_each_message_at_once(services, ben, talk):
    told = news.follow(services, Reading(ben, hash_of(SESSION), seen=2, last=2))
    waiting = gevent.spawn(next, told)
    gevent.idle()

    says(services, ben, talk, "Here I am.")

    found = waiting.get(timeout=5)
    assert (found.unread, found.last) == (1, 4)
    assert found.preview.text == "Here I am."
    says(services, ben, talk, "Which size?")
    assert [each.unread for each in (next(told),) if each] == [2]


def test_what_is_known_is_not_told_again(services, ben, talk):
    says(services, ben, talk, "Here I am.")

    assert [it for it in follow(services, ben, 2, 4, seconds=0.05) if it] == []


def test_there_is_a_sign_of_life_while_nothing_comes(services, ben, talk):
    assert set(follow(services, ben, 2, 2, seconds=0.05, beat=0.01)) == {None}


def test_whoever_waits_for_nobody_is_told_so_and_let_go(services, ben, talk):
    handoff.close(services, ben.shop.id, talk, MIRA)

    (found,) = follow(services, ben, 2, 2)

    assert found is not None
    assert (found.mode, found.waiting) == (Mode.CLOSED, False)


@pytest.mark.parametrize("erase", [False, True])
def test_a_reset_ends_the_wait(services, ben, talk, erase: bool):
    waiting = gevent.spawn(follow, services, ben, 2, 2)
    gevent.idle()

    retention.reset(services, ben, SESSION, erase=erase)

    assert waiting.get(timeout=1) == [NOTHING]


def test_a_displaced_wait_ends(services, ben, talk):
    held = held_by_nobody()
    waiting = gevent.spawn(follow, services, ben, 2, 2, held=held)
    gevent.idle()

    held.displace()

    assert [it for it in waiting.get(timeout=1) if it] == []


def test_whoever_waits_is_seen_to_be_there(services, ben, talk):
    assert not presence.is_shopper_here(services, talk)

    follow(services, ben, 2, 2, seconds=0.01)

    assert presence.is_shopper_here(services, talk)


def test_a_guessed_session_has_no_news(services, ben, talk):
    assert news.read(services, ben, hash_of("guessed"), 0) == NOTHING
    assert news.read(services, ben, hash_of(""), 0) == NOTHING
    guessed = Reading(ben, hash_of("guessed"), seen=0, last=0)
    assert list(news.follow(services, guessed)) == [NOTHING]


def test_replies_are_the_newest_first_and_bounded(services, ben, talk):
    says(services, ben, talk, "One")
    says(services, ben, talk, "Two")

    with services.db.reading() as connection:
        found = messages.list_replies(connection, ben.shop.id, talk, 2, 1)

    assert [message.text for message in found] == ["Two"]
