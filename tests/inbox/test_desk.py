"""A page of the desk is told of news in its conversation, in its list, and of who comes."""

import pytest

from backend.chat import presence
from backend.clock import now_ms
from backend.errors import NotFound
from backend.inbox import (
    conversation_list,
    conversation_view,
    desk,
    labels,
    notes,
    onlookers,
)
from backend.inbox.conversation_list import InboxFilter, Waiting
from backend.inbox.desk import DeskPlace
from backend.inbox.onlookers import Onlookers
from backend.services import Services
from backend.shops import staff
from backend.shops.directory import Directory
from backend.shops.staff import Staff
from backend.store.open_requests import held_by_nobody
from tests.support.talks import add_talk

FOR_LONG = 600


@pytest.fixture
def mira(services: Services) -> Staff:
    shop = Directory(services.db).open_shop("tide.myshopify.com")
    staff.find_staff(services, shop, "43", now_ms())
    return Staff(shop, "42", "Mira")


@pytest.fixture
def talk(services: Services, mira: Staff) -> str:
    return add_talk(services, mira.shop.id, 1, ["Do you have mugs?", "Yes."])


def shown(services: Services, mira: Staff, talk: str) -> str:
    """As a page would have it now."""
    view = conversation_view.read_view(services, mira.shop.id, talk)
    page = conversation_list.read_page(services, mira.shop.id, InboxFilter())
    with services.db.reading() as connection:
        colleagues = onlookers.list_colleagues(connection, mira)

    there = onlookers.read_onlookers(services, mira.shop.id, talk, colleagues)
    return desk.version_at(view.version, page.version, there)


def waits(
    services: Services, mira: Staff, talk: str, seen: str, seconds: float = FOR_LONG
) -> str:
    """Whoever has seen another version is told at once: nothing else would end this wait."""
    place = DeskPlace(talk, InboxFilter())
    waiting = Waiting(seen, seconds, held_by_nobody())
    return desk.wait_for_news(services, mira, place, waiting)


def test_a_note_a_label_another_conversation_and_a_colleague_are_news(
    services: Services, mira: Staff, talk: str
) -> None:
    versions = [shown(services, mira, talk)]

    notes.add_note(services, mira.shop.id, talk, "Mira", "Call back.")
    versions.append(waits(services, mira, talk, versions[-1]))
    labels.add_label(services, mira.shop.id, talk, "VIP")
    versions.append(waits(services, mira, talk, versions[-1]))
    add_talk(services, mira.shop.id, 2, ["Me too"])
    versions.append(waits(services, mira, talk, versions[-1]))
    presence.note_staff(services, talk, "43")
    versions.append(waits(services, mira, talk, versions[-1]))

    assert len(set(versions)) == 5
    assert versions[-1] == shown(services, mira, talk)


def test_a_page_that_waits_is_seen_by_others_and_is_no_news_to_itself(
    services: Services, mira: Staff, talk: str
) -> None:
    seen = shown(services, mira, talk)

    assert waits(services, mira, talk, seen, seconds=0) == seen

    [present] = presence.list_staff(services, talk, ["42"])
    assert not present.is_typing


def test_beside_a_search_the_list_is_no_news(
    services: Services, mira: Staff, talk: str
) -> None:
    view = conversation_view.read_view(services, mira.shop.id, talk)
    seen = desk.version_at(view.version, "", Onlookers())
    add_talk(services, mira.shop.id, 2, ["Me too"])

    place, waiting = DeskPlace(talk, None), Waiting(seen, 0, held_by_nobody())

    assert desk.wait_for_news(services, mira, place, waiting) == seen


def test_a_conversation_of_another_shop_is_not_found(
    services: Services, mira: Staff, talk: str
) -> None:
    shop = Directory(services.db).open_shop("otto.myshopify.com")
    otto = Staff(shop, "42", "Otto")

    with pytest.raises(NotFound):
        waits(services, otto, talk, "")

    assert presence.list_staff(services, talk, ["42"]) == []
