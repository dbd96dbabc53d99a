"""The story that started the orders of many pieces, in a browser: asked, killed, gone on with,
placed once. By keyboard, on small phones and in other scripts as well.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from backend.dev.dev_app import open_app
from backend.shops.settings import Settings
from tests.browser.accessibility_scan import Scan
from tests.browser.shopper import PHONE, Shopper
from tests.support.form_talks import CONTACT, IN_WORDS, ORDER, QUESTION
from tests.support.order_shops import (
    GENEROUS,
    HARBOUR,
    OLD_TOWN,
    WITHOUT_MODEL,
    choose,
)
from tests.support.pretend_shopify import SHOP
from tests.support.pretend_stores import PretendStore
from tests.support.scripted_model import ScriptedModel
from tests.support.shop_catalogs import ShopCatalog
from tests.support.stores import Stores
from tests.support.waiting import wait_until
from tests.support.whole_shop import WholeShop, whole_shop

CONTACT_TITLE, PLACE_TITLE = "How can we reach you?", "Where would you like to get it?"
ORDER_TITLE = "Your order"
TOTAL = re.compile(r"Total\s+€159\.50")
NUMBER = re.compile(r"Order number\s+#D\d+")
STILL = {"reduced_motion": "reduce"}
SMALL = {**PHONE, "viewport": {"width": 320, "height": 640}, **STILL}
FOCUSED = "element => element.matches(':focus')"
SESSION = (
    "Object.entries(localStorage).filter(([name]) => name.includes('session')).sort()"
)
WIDE = """chat => [chat, ...chat.querySelectorAll('.chat-form, .chat-form *')]
  .filter(each => each.scrollWidth > each.clientWidth + 1
    && getComputedStyle(each).display !== 'inline'
    && !each.matches('.chat-unseen, input, textarea')).length"""
# An order in each language; the shop's goods have one name in all of them.
ORDERS = {
    "ar": ("/ar", "أحتاج إلى 11 Lantern Remote Control"),
    "ml": ("/ml", "എനിക്ക് 11 Lantern Remote Control വേണം"),
}


@pytest.fixture(scope="module")
def lagoon(
    stores: Stores, model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WholeShop]:
    """Tide & Timber with its goods read, and without any model."""
    folder = tmp_path_factory.mktemp("lagoon")
    settings = WITHOUT_MODEL | GENEROUS
    with whole_shop(stores.new("sqlite"), folder, model, **settings) as shop:
        PretendStore(shop.admin.base, SHOP).grants()
        open_app(shop.admin.base)
        kept = ShopCatalog(shop.app, SHOP)
        wait_until(lambda: kept.is_ready and not kept.jobs(), "its goods are read")
        choose(shop.app, SHOP, Settings(pickup_places=(HARBOUR,)))
        yield shop


@pytest.fixture
def places(lagoon: WholeShop) -> Iterator[None]:
    """Mira has two of them, and delivers."""
    chosen = Settings(pickup_places=(HARBOUR, OLD_TOWN), delivery=True)
    choose(lagoon.app, SHOP, chosen)
    yield
    choose(lagoon.app, SHOP, Settings(pickup_places=(HARBOUR,)))


@pytest.fixture
def visitor(
    lagoon: WholeShop, person: Callable[..., Shopper]
) -> Callable[..., Shopper]:
    return lambda **browser: person(lagoon.storefront, **browser)


@pytest.fixture
def ben(visitor: Callable[..., Shopper]) -> Shopper:
    return visitor()


def the_form(ben: Shopper, title: str) -> Locator:
    return ben.chat.get_by_role("form", name=title)


def labelled(ben: Shopper, label: str) -> Locator:
    return ben.chat.get_by_role("textbox", name=re.compile(f"^{label}"))


def sends(ben: Shopper) -> None:
    ben.chat.get_by_role("form").get_by_role("button", name="Send", exact=True).click()


def fill_in_contact(ben: Shopper) -> None:
    labelled(ben, "Name").fill(CONTACT["name"])
    labelled(ben, "Phone").fill(CONTACT["phone"])
    labelled(ben, "Email").fill(CONTACT["email"])


def draft_orders(lagoon: WholeShop, page: Page) -> Locator:
    """As Mira sees them in her admin, the newest first."""
    page.goto(f"{lagoon.admin.base}/admin/draft_orders")
    return page.get_by_role("heading", level=2)


def receipt_of(ben: Shopper) -> Locator:
    told = ben.messages.filter(has_text=NUMBER)
    expect(told).to_have_count(1)
    return told


def test_the_order_that_started_it(lagoon: WholeShop, ben: Shopper) -> None:
    before = draft_orders(lagoon, ben.another_tab().page).count()
    ben.opens_chat("/")
    ben.says(ORDER)
    expect(the_form(ben, CONTACT_TITLE)).to_be_visible()
    session = ben.page.evaluate(SESSION)

    lagoon.app.kill()
    lagoon.app.restart()
    ben.says(IN_WORDS)

    asked = the_form(ben, ORDER_TITLE)
    expect(asked).to_contain_text(f"{HARBOUR.name}, {HARBOUR.address}")
    expect(asked).to_contain_text(re.compile(r"11 × Lantern Remote Control"))
    expect(asked).to_contain_text(TOTAL)
    expect(ben.chat).not_to_contain_text("have it delivered")
    expect(ben.chat.get_by_role("radio")).to_have_count(0)
    ben.has_read(ORDER)
    assert ben.page.evaluate(SESSION) == session
    ben.button("Confirm order").click()

    receipt = receipt_of(ben)
    expect(ben.chat.get_by_role("form")).to_have_count(0)
    admin = ben.another_tab().page
    expect(draft_orders(lagoon, admin)).to_have_count(before + 1)
    name = draft_orders(lagoon, admin).first.inner_text()
    expect(receipt).to_contain_text(f"Order number {name}")
    expect(admin.locator("main")).to_contain_text(CONTACT["email"])


def test_a_form_is_right_on_every_page_and_in_every_tab(
    lagoon: WholeShop, ben: Shopper, places: None
) -> None:
    ben.opens_chat("/")
    ben.says(ORDER)
    expect(the_form(ben, CONTACT_TITLE)).to_be_visible()

    ben.page.reload()
    expect(the_form(ben, CONTACT_TITLE)).to_be_visible()
    ben.visits("/pages/shipping")
    expect(the_form(ben, CONTACT_TITLE)).to_be_visible()
    ben.says(QUESTION)
    ben.sees("your form is still here")
    other = ben.another_tab()
    other.opens_chat("/")
    expect(the_form(other, CONTACT_TITLE)).to_be_visible()
    fill_in_contact(other)
    sends(other)

    expect(the_form(other, PLACE_TITLE)).to_be_visible()
    expect(the_form(ben, PLACE_TITLE)).to_be_visible()
    ben.chat.get_by_label("Old Town, Market 1").check()
    sends(ben)
    expect(the_form(other, ORDER_TITLE)).to_contain_text("Old Town, Market 1")
    other.button("Confirm order").click()
    receipt_of(ben)
    ben.visits("/pages/shipping")
    receipt_of(ben)
    expect(ben.chat.get_by_role("form")).to_have_count(0)


def test_what_is_wrong_is_said_at_its_field(ben: Shopper) -> None:
    ben.opens_chat("/")
    ben.says(ORDER)
    expect(the_form(ben, CONTACT_TITLE)).to_be_visible()
    fill_in_contact(ben)
    labelled(ben, "Phone").fill("123")

    sends(ben)

    described = re.compile("looks too short")
    expect(labelled(ben, "Phone")).to_have_accessible_description(described)
    expect(labelled(ben, "Phone")).to_be_focused()
    expect(labelled(ben, "Email")).to_have_value(CONTACT["email"])


def tab_to(ben: Shopper, target: Locator) -> None:
    for _ in range(40):
        if target.evaluate(FOCUSED):
            return
        ben.page.keyboard.press("Tab")
    raise AssertionError("the Tab key does not lead there")


def test_the_whole_order_is_given_by_keyboard(
    lagoon: WholeShop, ben: Shopper, places: None
) -> None:
    press, types = ben.page.keyboard.press, ben.page.keyboard.type
    ben.visits("/pages/shipping")
    ben.launcher.focus()
    press("Enter")
    expect(ben.input).to_be_focused()
    types(ORDER)
    press("Enter")
    expect(the_form(ben, CONTACT_TITLE)).to_be_visible()

    ben.log.focus()
    tab_to(ben, labelled(ben, "Name"))
    for field in CONTACT.values():
        types(field)
        press("Tab")
    press("Enter")
    title = the_form(ben, PLACE_TITLE).get_by_role("heading")
    expect(title).to_be_focused()
    tab_to(ben, ben.chat.get_by_role("radio").first)
    press("ArrowDown")
    press("Enter")
    expect(the_form(ben, ORDER_TITLE).get_by_role("heading")).to_be_focused()
    tab_to(ben, ben.button("Confirm order"))
    press("Enter")

    receipt_of(ben)
    expect(ben.input).to_be_focused()


def sticks_out(ben: Shopper) -> bool:
    """Whether anything has to be scrolled sideways."""
    page = "document.documentElement.scrollWidth > innerWidth"
    return bool(ben.chat.evaluate(WIDE)) or bool(ben.page.evaluate(page))


@pytest.mark.parametrize("language", ORDERS)
def test_an_order_on_a_small_phone_in_another_script(
    visitor: Callable[..., Shopper], places: None, language: str, tmp_path: Path
) -> None:
    """Each step, and nothing that axe or the eye minds; the pictures are for people to look at."""
    root, words = ORDERS[language]
    ben = visitor(**SMALL)
    ben.opens_chat(f"{root}/pages/shipping")
    found: dict[str, Any] = {}

    def looks(step: str) -> None:
        ben.page.screenshot(path=tmp_path / f"{language}-{step}.png")
        if sticks_out(ben) or Scan(ben.page).violations:
            found[step] = sticks_out(ben), Scan(ben.page).violations

    ben.says(words)
    expect(ben.chat.locator("input[type=tel]")).to_be_visible()
    looks("contact")
    ben.says(", ".join(CONTACT.values()))
    places_asked = ben.chat.get_by_role("radio")
    expect(places_asked).to_have_count(3)
    looks("place")
    places_asked.nth(1).check()
    ben.chat.get_by_role("form").locator("[type=submit]").click()
    expect(places_asked).to_have_count(0)
    expect(ben.chat.get_by_role("form")).to_contain_text("Old Town")
    looks("confirm")
    ben.chat.get_by_role("form").locator("[type=submit]").click()
    expect(ben.chat.get_by_role("form")).to_have_count(0)
    expect(ben.messages.filter(has_text="#D").last).to_be_visible()
    looks("receipt")

    assert not found
