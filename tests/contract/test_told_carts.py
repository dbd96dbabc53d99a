"""What lies in a shopper's cart, from their page to the side pane of the inbox: told with the signs
of life, while a person is concerned, and shown in that conversation alone.
"""

import re
from typing import Any

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.support.inbox_pages import only_conversation, version_of
from tests.support.merchants import Merchant
from tests.support.running_app import RunningApp

MARKUP = "<img src=x onerror=alert(1)>"
MUG = {
    "title": "Harbour Mug",
    "variant": "Fog",
    "quantity": 2,
    "price": 2_200,
    "url": "/products/harbour-mug?variant=7",
}
CART = {"lines": [MUG], "more": 0, "total": 4_400, "currency": "EUR"}
NO_CARTS: list[Any] = [
    5,
    "a cart",
    [],
    {},
    CART | {"lines": [MUG] * 21},
    CART | {"currency": "€"},
    CART | {"total": 10**30},
    CART | {"lines": [MUG | {"quantity": 0}]},
    CART | {"lines": [MUG | {"title": "x" * 300}]},
]
SIDE = re.compile(r'<div id="cart" data-live>(.*?)</div>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


@pytest.fixture
def talking(ben: CheckedPerson, ai) -> CheckedPerson:
    """Ben, whose first question has been answered."""
    ben.follows(ben.says("Do you have mugs?").turn)
    return ben


@pytest.fixture
def waiting(talking: CheckedPerson) -> CheckedPerson:
    """Ben, who has asked for a person."""
    assert talking.sends("person", session_of(talking)).status == 200
    return talking


def session_of(who: CheckedPerson) -> dict[str, Any]:
    return {"sessionId": who.device.session_id}


def tells(who: CheckedPerson, cart: Any, **more: Any) -> int:
    return who.sends("presence", session_of(who) | {"cart": cart} | more).status


def side_of(mira: Merchant, talk: str) -> str:
    """The part of the page that has the cart, as it stands there."""
    page = mira.fetches(f"/admin/inbox/{talk}")
    found = SIDE.search(page.content.decode())
    assert found
    return found[1]


def cart_of(mira: Merchant, talk: str) -> str:
    """In words."""
    return " ".join(TAG.sub(" ", side_of(mira, talk)).split())


def test_staff_see_the_lines_the_total_and_when_it_was_told(waiting, mira: Merchant):
    talk = only_conversation(mira)
    before = version_of(mira.fetches(f"/admin/inbox/{talk}"))
    assert cart_of(mira, talk) == ""

    assert tells(waiting, CART | {"more": 3}) == 200

    said = cart_of(mira, talk)
    assert "Harbour Mug Fog 2 × €22.00 and 3 more lines Total: €44.00 Updated" in said
    page = f"https://{mira.shop}/products/harbour-mug?variant=7"
    assert f'href="{page}"' in side_of(mira, talk)
    assert version_of(mira.fetches(f"/admin/inbox/{talk}")) != before

    assert tells(waiting, CART | {"lines": [], "total": 0}) == 200
    assert "Cart Empty Total: €0.00" in cart_of(mira, talk)


def test_nothing_that_a_browser_says_becomes_markup_or_a_link(waiting, mira: Merchant):
    talk = only_conversation(mira)
    nasty = {"title": MARKUP, "variant": MARKUP, "url": "https://evil.example/"}

    tells(waiting, CART | {"lines": [MUG | nasty]})

    shown = side_of(mira, talk)
    assert shown.count("&lt;img src=x onerror=alert(1)&gt;") == 2
    assert "<img" not in shown
    assert "href" not in shown


def test_a_cart_says_nothing_of_typing_and_typing_nothing_of_the_cart(
    waiting, mira: Merchant
):
    talk = only_conversation(mira)
    waiting.sends("presence", session_of(waiting) | {"typing": True})

    tells(waiting, CART)
    waiting.sends("presence", session_of(waiting) | {"typing": True})

    page = mira.fetches(f"/admin/inbox/{talk}").content.decode()
    assert "Shopper is typing…" in page
    assert "Harbour Mug" in cart_of(mira, talk)


def test_while_only_the_assistant_answers_no_cart_is_kept(talking, mira: Merchant):
    assert tells(talking, CART) == 200

    assert cart_of(mira, only_conversation(mira)) == ""


def test_a_cart_of_another_shop_is_never_seen(waiting, mira: Merchant, otto):
    otto.follows(otto.says("Do you have mugs?").turn)
    otto.sends("person", session_of(otto))
    other = {"lines": [MUG | {"title": "Cart of Otto’s shop"}]}
    assert tells(otto, CART | other) == 200
    # With Ben's session as well.
    stolen = {"sessionId": waiting.device.session_id, "cart": CART | other}
    assert otto.sends("presence", stolen).status == 404

    talk = only_conversation(mira)
    assert cart_of(mira, talk) == ""
    merchant = Merchant(mira.base, otto.shop, customer="7009")
    assert merchant.fetches(f"/admin/inbox/{talk}").status == 404
    assert "Cart of Otto’s shop" in cart_of(merchant, only_conversation(merchant))


def test_a_cart_that_is_none_is_refused(waiting, mira: Merchant):
    for wrong in NO_CARTS:
        answer = waiting.sends("presence", session_of(waiting) | {"cart": wrong})

        assert (answer.status, answer.code) == (422, "invalid"), wrong
    assert cart_of(mira, only_conversation(mira)) == ""


def test_after_a_reset_it_is_gone(waiting, mira: Merchant):
    talk = only_conversation(mira)
    tells(waiting, CART)

    waiting.resets(erase=False)

    assert cart_of(mira, talk) == ""


def test_no_log_repeats_it(app: RunningApp, waiting):
    tells(waiting, CART | {"lines": [MUG | {"title": "canary-of-the-cart"}]})
    tells(waiting, CART | {"lines": [MUG | {"url": "canary-of-the-cart" * 99}]})

    assert "canary-of-the-cart" not in app.logs()
