"""From a card into the theme's own cart, whatever kind of theme it is: once, and shown at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Request, expect

from backend.dev.storefront.ajax_cart import MOST_OF_ONE
from backend.dev.storefront.sample_controls import CART_SHAPES
from backend.dev.storefront.sample_shop import catalog
from tests.browser.accessibility_scan import Scan
from tests.browser.shopper import PHONE, Shopper
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.shown_parts import product, products, will_show

PAGE = "/pages/shipping"
QUESTION, ANSWER = "Have you a mug?", "This one is large."
MUG = "harbour-mug"
ADD = re.compile(r"/cart/add\.js$")
# What fades in has no contrast yet.
STILL = {"reduced_motion": "reduce"}
# As when a second tap comes before the first has been answered.
TAP_TWICE = "button => { button.click(); button.click() }"
TWO_MUGS = "2 × Harbour Mug - Fog"
NO_MORE = f"You can only add {MOST_OF_ONE} of this to the cart."


@pytest.fixture(scope="module")
def app(showing_app: RunningApp) -> RunningApp:
    return showing_app


@pytest.fixture(autouse=True)
def mug(ai: ScriptedModel) -> None:
    """What the answer shows."""
    will_show(ai, [products(MUG)], QUESTION, ANSWER)


def asks(ben: Shopper, shape: str = "actions", path: str = PAGE) -> Locator:
    """In a theme whose cart has this shape. The card of the mug."""
    choice = {"shape": shape}
    ben.page.request.post(ben.address("/sample/cart"), data=choice)
    ben.opens_chat(path)
    ben.asks(QUESTION, ANSWER)

    card = ben.chat.get_by_role("group", name="Harbour Mug", exact=True)
    expect(card).to_be_visible()
    return card


def adds(card: Locator, quantity: int = 1) -> None:
    card.get_by_label("Quantity").fill(str(quantity))
    card.get_by_role("button", name="Add to cart").click()


def count(ben: Shopper) -> Locator:
    """What the theme's header says of the cart."""
    return ben.page.locator("[data-cart-count]")


def drawer(ben: Shopper) -> Locator:
    return ben.page.get_by_role("dialog", name="Your cart")


def cart_of(ben: Shopper) -> Any:
    """As the store has it."""
    return ben.page.request.get(ben.address("/cart.js")).json()


def additions(ben: Shopper) -> list[Request]:
    """What is asked of the cart, from now on."""
    asked: list[Request] = []

    def listen(request: Request) -> None:
        if ADD.search(request.url):
            asked.append(request)

    ben.page.on("request", listen)
    return asked


def analytics(ben: Shopper, is_allowed: bool) -> None:
    decide = (
        "allowed => Shopify.customerPrivacy.setTrackingConsent({ analytics: allowed })"
    )
    ben.page.evaluate(decide, is_allowed)


@pytest.mark.parametrize("shape", CART_SHAPES)
def test_ben_chooses_and_the_themes_own_cart_has_it_at_once(
    ben: Shopper, shape: str
) -> None:
    card = asks(ben, shape)
    card.get_by_label("Colour").select_option("Fog")

    adds(card, 2)

    expect(count(ben)).to_have_text("2")
    expect(count(ben)).to_be_visible()
    expect(card.get_by_role("button", name="Added")).to_be_attached()
    expect(card.get_by_role("status")).to_have_text("Added to cart")
    assert [item["variant_id"] for item in cart_of(ben)["items"]] == [810302]
    if shape == "actions":
        expect(drawer(ben)).to_contain_text(TWO_MUGS)
    else:
        ben.button("Close chat").click()
        ben.page.locator("[data-drawer-open]").click()
        where = drawer(ben) if shape == "sections" else ben.page.get_by_role("main")
        expect(where).to_contain_text("Harbour Mug")
        expect(where).to_contain_text("€44.00")


def test_the_page_is_told_that_its_cart_has_changed(ben: Shopper) -> None:
    card = asks(ben, "sections")
    told = (
        "new Promise(done => document.addEventListener('cart:refresh', () => done(1)))"
    )
    heard = ben.page.evaluate_handle(f"({{ told: {told} }})")

    adds(card)

    assert heard.evaluate("({ told }) => told") == 1


@pytest.mark.parametrize("shape", CART_SHAPES)
def test_a_strict_and_hostile_page_shows_its_cart_as_well(
    ben: Shopper, shape: str
) -> None:
    card = asks(ben, shape, f"{PAGE}?theme=maelstrom")

    adds(card, 3)

    expect(count(ben)).to_have_text("3")
    expect(card.get_by_role("status")).to_have_text("Added to cart")
    assert cart_of(ben)["item_count"] == 3
    if shape == "sections":
        ben.button("Close chat").click()
        ben.page.locator("[data-drawer-open]").press("Enter")
        expect(drawer(ben)).to_contain_text("3 × Harbour Mug")


def test_the_page_of_the_cart_begins_anew_and_the_chat_goes_on(ben: Shopper) -> None:
    card = asks(ben, "form", "/cart")

    with ben.page.expect_navigation():
        adds(card)

    expect(ben.page.get_by_role("main")).to_contain_text("Harbour Mug")
    ben.has_read(ANSWER)


@pytest.mark.parametrize("shape", CART_SHAPES)
def test_two_taps_add_once(ben: Shopper, shape: str) -> None:
    card = asks(ben, shape)
    asked = additions(ben)

    card.get_by_role("button", name="Add to cart").evaluate(TAP_TWICE)

    expect(card.get_by_role("status")).to_have_text("Added to cart")
    assert cart_of(ben)["item_count"] == 1
    assert len(asked) == 1


def test_another_choice_meanwhile_waits_as_well(ben: Shopper) -> None:
    card = asks(ben, "sections")
    asked = additions(ben)
    ben.page.route(ADD, lambda route: None)
    with ben.page.expect_request(ADD):
        adds(card)

    card.get_by_label("Colour").select_option("Fog")
    card.get_by_role("button", name="Add to cart").evaluate(TAP_TWICE)

    assert len(asked) == 1


def test_a_theme_that_begins_anew_after_each_change_adds_once(ben: Shopper) -> None:
    card = asks(ben, path=f"{PAGE}?theme=ebb")
    asked = additions(ben)

    with ben.page.expect_navigation():
        adds(card)

    expect(count(ben)).to_have_text("1")
    ben.has_read(ANSWER)
    expect(card.get_by_role("button", name="Add to cart")).to_be_enabled()
    assert cart_of(ben)["item_count"] == 1
    assert len(asked) == 1


@pytest.mark.parametrize("how_far", ["asked", "answered"])
def test_a_reload_in_the_middle_adds_nothing_more(ben: Shopper, how_far: str) -> None:
    card = asks(ben, "sections")
    asked = additions(ben)
    page = ben.page

    until = page.expect_request if how_far == "asked" else page.expect_response
    with until(ADD):
        adds(card)
    page.reload()

    ben.has_read(ANSWER)
    expect(card.get_by_role("button", name="Add to cart")).to_be_enabled()
    assert len(asked) == 1
    if how_far == "answered":
        expect(count(ben)).to_have_text("1")


@pytest.mark.parametrize("shape", ["actions", "sections"])
def test_what_the_store_refuses_it_says_itself_and_ben_may_try_again(
    ben: Shopper, shape: str
) -> None:
    card = asks(ben, shape)

    adds(card, MOST_OF_ONE + 1)

    expect(card.get_by_role("alert")).to_have_text(NO_MORE)
    expect(card.get_by_role("button")).to_have_text("Add to cart")
    assert cart_of(ben)["item_count"] == 0
    adds(card, MOST_OF_ONE)
    expect(count(ben)).to_have_text(str(MOST_OF_ONE))
    expect(card.locator("[data-field=problem]")).to_be_empty()


def test_what_is_gone_meanwhile_is_said_to_be(ben: Shopper, ai: ScriptedModel) -> None:
    item = product(catalog("en"), MUG)
    for variant in item["variants"]:
        variant["id"] = "gid://shopify/ProductVariant/1"
    will_show(ai, [{"type": "products", "items": [item]}], QUESTION, ANSWER)
    ben.page.route("**/products/*.js", lambda route: route.abort())
    card = asks(ben, "sections")

    adds(card)

    expect(card.get_by_role("alert")).to_have_text("No longer available")


@pytest.mark.parametrize("shape", CART_SHAPES)
def test_without_a_connection_ben_is_told_and_tries_again_himself(
    ben: Shopper, shape: str
) -> None:
    card = asks(ben, shape)
    ben.browser.set_offline(True)

    adds(card)

    expect(card.get_by_role("alert")).to_contain_text("Please check your connection")
    ben.browser.set_offline(False)
    assert cart_of(ben)["item_count"] == 0
    adds(card)
    expect(count(ben)).to_have_text("1")


@pytest.mark.parametrize(
    ("written", "added"), [("0", 1), ("", 1), ("2.4", 2), ("-5", 1), ("120", 99)]
)
def test_a_number_is_made_to_be_one(ben: Shopper, written: str, added: int) -> None:
    card = asks(ben, "sections")
    asked = additions(ben)
    card.get_by_label("Quantity").fill(written)

    card.get_by_role("button", name="Add to cart").click()

    expect(card.get_by_label("Quantity")).to_have_value(str(added))
    [request] = asked
    assert f"quantity={added}" in (request.post_data or "")


def test_by_keys_alone(ben: Shopper) -> None:
    card = asks(ben)
    card.get_by_role("link", name="View").focus()

    ben.page.keyboard.press("Tab")
    expect(card.get_by_label("Colour")).to_be_focused()
    ben.page.keyboard.press("ArrowDown")
    ben.page.keyboard.press("Tab")
    ben.page.keyboard.press("ArrowUp")
    ben.page.keyboard.press("Tab")
    expect(card.get_by_role("button", name="Add to cart")).to_be_focused()
    ben.page.keyboard.press("Enter")

    expect(drawer(ben)).to_contain_text(TWO_MUGS)
    drawer(ben).get_by_role("button", name="Close").press("Enter")
    card.get_by_label("Quantity").press("Enter")
    expect(count(ben)).to_have_text("4")


def test_on_a_phone_the_chat_stays_and_leads_to_the_cart(
    shopper: Callable[..., Shopper],
) -> None:
    ben = shopper(**PHONE)
    card = asks(ben)

    card.get_by_role("button", name="Add to cart").tap()

    expect(card.get_by_role("button", name="Added")).to_be_visible()
    expect(drawer(ben)).to_be_hidden()
    card.get_by_role("link", name="View cart").tap()
    ben.page.wait_for_url("**/cart")
    expect(ben.page.get_by_role("main")).to_contain_text("Harbour Mug")
    expect(ben.chat).to_be_hidden()


def test_in_arabic_everything_is_said_in_arabic(
    shopper: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    ben = shopper()
    will_show(ai, [products(MUG, language="ar")], "كوب", "هذا كبير.")
    ben.opens_chat(f"/ar{PAGE}")
    ben.says("كوب")
    card = ben.chat.locator("flux-chat-card")
    card.get_by_label("الكمية").fill(str(MOST_OF_ONE + 1))
    card.get_by_role("button", name="أضف إلى السلة").click()
    expect(card.get_by_role("alert")).to_have_text(NO_MORE)

    card.get_by_label("الكمية").fill("1")
    card.get_by_role("button", name="أضف إلى السلة").click()

    expect(card.get_by_role("status")).to_have_text("تمت الإضافة إلى السلة")
    expect(card.get_by_role("link", name="عرض السلة")).to_have_attribute(
        "href", "/ar/cart"
    )


@pytest.mark.parametrize(
    ("is_allowed", "kept"), [(True, {"_flux_chat": "1"}), (False, {})]
)
def test_the_cart_is_marked_with_consent_to_figures_alone(
    ben: Shopper, is_allowed: bool, kept: dict[str, str]
) -> None:
    card = asks(ben, path=f"{PAGE}?consent=ask")
    analytics(ben, is_allowed)

    adds(card)

    expect(count(ben)).to_have_text("1")
    ben.page.wait_for_function(
        "kept => fetch('/cart.js').then(answer => answer.json())"
        ".then(({ attributes }) => JSON.stringify(attributes) === kept)",
        arg='{"_flux_chat":"1"}' if kept else "{}",
    )


def test_axe_finds_nothing_when_it_was_added_or_refused(
    shopper: Callable[..., Shopper],
) -> None:
    ben = shopper(**STILL)
    card = asks(ben, "sections")
    adds(card, MOST_OF_ONE + 1)
    expect(card.get_by_role("alert")).to_be_visible()
    media: Any = ben.page.emulate_media
    assert not Scan(ben.page).violations

    media(color_scheme="dark", **STILL)
    assert not Scan(ben.page).violations
    adds(card)
    expect(card.get_by_role("button", name="Added")).to_be_visible()
    assert not Scan(ben.page).violations
