"""One conversation as staff see it: opened it is seen and logged, and Otto finds nothing."""

from dataclasses import replace

import pytest

from backend.errors import NotFound
from backend.inbox import conversation_view, notes
from backend.inbox.access_log import What
from backend.inbox.conversation_list import Waiting
from backend.inbox.conversation_view import MESSAGES
from backend.services import Services
from backend.shops.directory import Directory
from backend.shops.staff import Staff
from backend.store.open_requests import held_by_nobody
from tests.support.talks import add_talk


@pytest.fixture
def mira(services: Services) -> Staff:
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    return Staff(shop, "42", "Mira")


@pytest.fixture
def talk(services: Services, mira: Staff) -> str:
    return add_talk(services, mira.shop.id, 1, ["Do you have mugs?", "Yes."])


def test_what_is_opened_is_seen_and_logged_and_what_is_read_is_not(
    services: Services, mira: Staff, talk: str
) -> None:
    read = conversation_view.read_view(services, mira.shop.id, talk)
    again = conversation_view.read_view(services, mira.shop.id, talk)
    assert (read.looks, again.conversation.staff_seq) == ((), 0)

    opened = conversation_view.open_view(services, mira, talk)

    assert [message.text for message in opened.messages] == [
        "Do you have mugs?",
        "Yes.",
    ]
    assert [(look.user_id, look.what) for look in opened.looks] == [("42", What.READ)]
    after = conversation_view.read_view(services, mira.shop.id, talk)
    assert after.conversation.staff_seq == 2


def test_earlier_messages_are_a_page_of_their_own(
    services: Services, mira: Staff
) -> None:
    said = [f"Number {number}" for number in range(1, MESSAGES + 4)]
    talk = add_talk(services, mira.shop.id, 2, said)

    newest = conversation_view.read_view(services, mira.shop.id, talk)
    earlier = conversation_view.read_view(
        services, mira.shop.id, talk, before=newest.messages[0].seq
    )

    shown = (*earlier.messages, *newest.messages)
    assert [message.text for message in shown] == said
    assert (newest.has_earlier, newest.has_later) == (True, False)
    assert (earlier.has_earlier, earlier.has_later) == (False, True)


def test_a_note_makes_it_another_version_and_a_look_does_not(
    services: Services, mira: Staff, talk: str
) -> None:
    seen = conversation_view.read_view(services, mira.shop.id, talk).version
    assert conversation_view.open_view(services, mira, talk).version == seen

    notes.add_note(services, mira.shop.id, talk, "Mira", "Call back.")

    version = conversation_view.wait_for_news(
        services, mira.shop.id, talk, Waiting(seen, 600, held_by_nobody())
    )
    assert version != seen


def test_otto_finds_nothing_and_leaves_no_look(
    services: Services, mira: Staff, talk: str
) -> None:
    shop = Directory(services.db).open_shop("otto.myshopify.com")
    otto = replace(mira, shop=shop)

    for conversation_id in (talk, "0" * 32):
        with pytest.raises(NotFound):
            conversation_view.open_view(services, otto, conversation_id)

    view = conversation_view.open_view(services, mira, talk)
    assert len(view.looks) == 1
