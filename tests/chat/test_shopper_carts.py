"""What lies in a shopper's cart: remembered while a person is concerned, in its own conversation
alone, and gone with it.
"""

import time

import pytest

from backend.chat import conversations, retention, sessions, shopper_carts
from backend.chat.conversations import Conversation
from backend.chat.sessions import Caller
from backend.chat.shopper_carts import Cart, CartLine
from backend.inbox import handoff
from backend.services import Services
from tests.support.talks import add_talk

SESSION = "known to the browser"
MUG = CartLine("Harbour Mug", "Fog", 2, 2_200, "/products/harbour-mug")
CART = Cart([MUG], more=3, total=9_900, currency="EUR")


@pytest.fixture
def talk(services: Services, ben: Caller) -> str:
    """Mira has it."""
    now = time.time_ns() // 1_000_000
    known = sessions.hash_of(SESSION)
    said = ["Do you have mugs?", "Yes."]
    talk = add_talk(services, ben.shop.id, 1, said, session_hash=known, active_at=now)
    handoff.take_over(services, ben.shop.id, talk, "42")
    return talk


def conversation_of(services: Services, ben: Caller, talk: str) -> Conversation:
    with services.db.reading() as connection:
        found = conversations.find(connection, ben.shop.id, talk)
    assert found
    return found


def keeps(services: Services, ben: Caller, talk: str, cart: Cart = CART) -> bool:
    conversation = conversation_of(services, ben, talk)
    return shopper_carts.keep_cart(services, conversation, cart)


def test_what_was_told_last_is_found_with_its_time(services, ben, talk):
    assert shopper_carts.find_cart(services, ben.shop.id, talk) is None

    empty = Cart([], more=0, total=0, currency="EUR")
    assert keeps(services, ben, talk, empty)
    assert keeps(services, ben, talk)

    found = shopper_carts.find_cart(services, ben.shop.id, talk)
    assert found
    assert (found.lines, found.more, found.total) == ([MUG], 3, 9_900)
    assert found.told_at >= conversation_of(services, ben, talk).started_at


def test_it_is_found_for_no_other_conversation_and_no_other_shop(services, ben, talk):
    keeps(services, ben, talk)

    assert shopper_carts.find_cart(services, ben.shop.id, "f" * 32) is None
    assert shopper_carts.find_cart(services, ben.shop.id + 1, talk) is None


def test_while_no_person_is_concerned_nothing_is_kept(services, ben, talk):
    handoff.hand_back(services, ben.shop.id, talk, "42")

    assert not keeps(services, ben, talk)

    assert shopper_carts.find_cart(services, ben.shop.id, talk) is None


@pytest.mark.parametrize("erase", [False, True])
def test_a_reset_forgets_it(services, ben, talk, erase: bool):
    keeps(services, ben, talk)

    retention.reset(services, ben, SESSION, erase)

    assert shopper_carts.find_cart(services, ben.shop.id, talk) is None


@pytest.mark.parametrize("kept", ["", "{}", '{"lines": 1}', "\x00"])
def test_what_another_version_has_kept_is_none(services, ben, talk, kept: str):
    services.cache.keep_text(f"cart:{ben.shop.id}:{talk}", 60, kept)

    assert shopper_carts.find_cart(services, ben.shop.id, talk) is None
