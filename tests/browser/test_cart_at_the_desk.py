"""Who waits for a person has a cart, and the people of the shop see what lies in it; what lies in
the carts of another shop stays there.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from backend.dev.dev_app import open_app
from tests.browser.admin_desk import AdminDesk
from tests.browser.shopper import Shopper
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.scripted_model import ScriptedModel
from tests.support.whole_shop import WholeShop

MUG, CANDLE = 810301, 810801
CART_OF_OTTO = {
    "lines": [{"title": "Otto’s lamp", "quantity": 1, "price": 9_900}],
    "total": 9_900,
    "currency": "EUR",
}
# What the merchant may wait for news.
NEWS_SECONDS = 10


def news_ms() -> float:
    return 1_000 * soon(NEWS_SECONDS)


def puts_into_cart(ben: Shopper, variant_id: int, quantity: int) -> None:
    """As the theme does it."""
    items = [{"id": variant_id, "quantity": quantity}]
    ben.page.request.post(ben.address("/cart/add.js"), data={"items": items})


def told_carts(ben: Shopper) -> list[str]:
    """Bodies of what the chat tells of carts, from now on."""
    told: list[str] = []

    def listen(body: str | None) -> None:
        if body and '"cart":' in body:
            told.append(body)

    ben.page.on("request", lambda request: listen(request.post_data))
    return told


def waits_for_a_person(ben: Shopper) -> None:
    ben.button("Menu").click()
    ben.chat.get_by_role("menuitem", name="Talk to a person").click()
    ben.sees("Team notified")


def otto_has_a_shopper_too(tide: WholeShop) -> None:
    """In another shop of the same app, whose cart is told as well."""
    guest = Person(tide.app.base, "otto.myshopify.com")
    guest.says("Have you lamps?", wait=25)
    session = {"sessionId": guest.device.session_id}
    assert guest.sends("person", session).status == 200
    told = guest.sends("presence", session | {"cart": CART_OF_OTTO})
    assert told.status == 200


def cart_at(mira: AdminDesk) -> Locator:
    return mira.app.get_by_role("complementary", name="Details").locator("#cart")


def test_mira_sees_what_lies_in_bens_cart_while_he_waits_for_her(
    tide: WholeShop,
    desk: Callable[..., AdminDesk],
    person: Callable[..., Shopper],
    ai: ScriptedModel,
) -> None:
    open_app(tide.admin.base)
    ai.will_say("Gladly.", gap_ms=0)
    otto_has_a_shopper_too(tide)
    mira, ben = desk(), person(tide.storefront)
    puts_into_cart(ben, MUG, 2)
    ben.opens_chat("/")
    told = told_carts(ben)
    ben.asks("Can you engrave a name?", "Gladly.")
    assert not told

    waits_for_a_person(ben)
    mira.opens("/admin/inbox")
    mira.conversations.first.click()

    cart = cart_at(mira)
    expect(cart).to_contain_text("Harbour Mug", timeout=news_ms())
    expect(cart).to_contain_text("2 × €22.00")
    expect(cart).to_contain_text("Total: €44.00")
    expect(cart).to_contain_text(re.compile(r"Updated \d"))
    product = cart.get_by_role("link", name="Harbour Mug")
    expect(product).to_have_attribute("href", re.compile(r"/products/harbour-mug"))
    expect(cart).not_to_contain_text("lamp")

    puts_into_cart(ben, CANDLE, 1)
    ben.visits("/collections/all")
    expect(cart).to_contain_text("Total: €72.00", timeout=news_ms())
    expect(cart.get_by_role("listitem")).to_have_count(2)
    assert "token" not in "".join(told)
