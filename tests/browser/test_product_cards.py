"""Products, sources, an order and a person in a reply: what is shown of them, what the store is
asked, and that none of it is more than words.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Route, expect

from backend.dev.storefront.sample_shop import catalog
from tests.browser.accessibility_scan import Scan
from tests.browser.screen_reader import heard, listens
from tests.browser.shopper import PHONE, SPREAD, Shopper
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.shown_parts import Part, product, products, will_show
from tests.support.waiting import wait_until

PAGE = "/pages/shipping"
QUESTION, ANSWER = "Which ones do you have?", "These go well together."
MUG, BOARD, MILL = "harbour-mug", "driftwood-serving-board", "lighthouse-pepper-mill"
TOWELS, COFFEE, LAMP = "dune-towels", "groundswell-coffee", "moonrise-floor-lamp"
MANY = [each["handle"] for each in catalog("en").products[:8]]
NASTY = "<img src=https://elsewhere.example/a.png onerror=window.hacked=1>"
STORE = re.compile(r"/products/[^/]+\.js$")
# What fades in has no contrast yet.
STILL = {"reduced_motion": "reduce"}
ORDER: Part = {
    "type": "order",
    "name": "#1042",
    "status": "partially_fulfilled",
    "placedAt": "2026-11-20T10:00:00Z",
    "fulfilments": [
        {
            "status": "in_transit",
            "company": "DHL",
            "number": "0034",
            "url": "https://dhl.example/track?id=0034",
        },
        {
            "status": "held_at_the_moon",
            "company": None,
            "number": None,
            "url": "javascript:window.hacked=1",
        },
    ],
    "items": [{"title": "Harbour Mug", "quantity": 2}],
}
SOURCES: Part = {
    "type": "sources",
    "items": [
        {"title": "Shipping", "url": "/pages/shipping"},
        {"title": "Somebody else", "url": "https://elsewhere.example/"},
    ],
}
AWAY: Part = {"type": "person", "state": "away", "hours": "Mon–Fri, 9–17"}
# How far the row has moved, whichever way the page runs.
MOVED = "scroller => Math.abs(scroller.scrollLeft)"


@pytest.fixture(scope="module")
def app(showing_app: RunningApp) -> RunningApp:
    return showing_app


@pytest.fixture
def shows(ai: ScriptedModel) -> Callable[..., None]:
    """What the answer to the question has beside its words."""
    return lambda *parts: will_show(ai, parts, QUESTION, ANSWER)


def asks(ben: Shopper, path: str = PAGE) -> None:
    ben.opens_chat(path)
    ben.asks(QUESTION, ANSWER)


def card(ben: Shopper, title: str) -> Locator:
    return ben.chat.get_by_role("group", name=title, exact=True)


def row(ben: Shopper, name: str = "Products") -> Locator:
    return ben.chat.get_by_role("group", name=name, exact=True)


def size_of(locator: Locator) -> tuple[float, float]:
    """Width and height as they are laid out, in pixels: what is drawn in between two of them, or
    while it moves, measures a hundred-thousandth less.
    """
    style = locator.evaluate(
        "each => [getComputedStyle(each).width, getComputedStyle(each).height]"
    )
    width, height = (float(each.removesuffix("px")) for each in style)
    return width, height


def title_of(handle: str, language: str = "en") -> str:
    found = catalog(language).find_product(handle)
    assert found
    return str(found["title"])


def host_of(address: str) -> str:
    return urlsplit(address).hostname or ""


def asked_of_the_store(ben: Shopper) -> list[str]:
    """The products that the page asks the store about, from now on."""
    handles: list[str] = []

    def listen(address: str) -> None:
        if STORE.search(address):
            handles.append(address.rpartition("/")[2].removesuffix(".js"))

    ben.page.on("request", lambda request: listen(request.url))
    return handles


def test_products_stand_below_the_words_that_speak_of_them(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(products(MUG, BOARD))
    hosts: set[str] = set()
    ben.page.on("request", lambda request: hosts.add(host_of(request.url)))

    asks(ben)

    mug = card(ben, "Harbour Mug")
    expect(mug).to_contain_text("€22.00")
    expect(mug.get_by_role("button", name="Add to cart")).to_be_enabled()
    expect(mug.get_by_role("link", name="View Harbour Mug")).to_be_visible()
    picture = mug.locator("img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("img => img.naturalWidth") > 0
    expect(card(ben, "Driftwood Serving Board")).to_contain_text("€39.00")
    assert hosts == {host_of(ben.address(""))}
    ben.page.reload()
    expect(card(ben, "Harbour Mug")).to_contain_text("€22.00")


def test_what_the_store_says_now_takes_the_place_of_what_we_knew(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    old = {"amount": "9.99", "currency": "USD"}
    item = product(catalog("en"), MUG, price=old, options=[], variants=[])
    shows({"type": "products", "items": [item]})
    with ben.page.expect_request(STORE):
        asks(ben)

    expect(card(ben, "Harbour Mug")).to_contain_text("€22.00")
    expect(card(ben, "Harbour Mug")).not_to_contain_text("9.99")
    expect(card(ben, "Harbour Mug").get_by_label("Colour")).to_have_value("Deep blue")


def test_the_store_is_asked_once_about_each_product(
    ben: Shopper, ai: ScriptedModel, shows: Callable[..., None]
) -> None:
    handles = asked_of_the_store(ben)
    shows(products(MUG, BOARD))
    asks(ben)
    expect(card(ben, "Driftwood Serving Board")).to_be_visible()

    will_show(ai, [products(BOARD, MUG)], "Once more", "Once more, then.")
    ben.asks("Once more", "Once more, then.")

    expect(card(ben, "Harbour Mug")).to_have_count(2)
    expect(card(ben, "Harbour Mug").last).to_contain_text("€22.00")
    ben.button("Close chat").click()
    ben.opens_chat()
    assert sorted(handles) == [BOARD, MUG]


def test_only_cards_that_come_near_are_asked_about(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    handles = asked_of_the_store(ben)
    shows(products(*MANY))
    asks(ben)
    with ben.page.expect_request(re.compile(f"/{MANY[2]}.js")):
        ben.button("Next products").click()

    assert MANY[-1] not in handles

    def is_asked_for_at_the_end() -> bool:
        """A smooth scroll that still runs would take the row back."""
        row(ben).evaluate("scroller => scroller.scrollTo(scroller.scrollWidth, 0)")
        return MANY[-1] in handles

    wait_until(is_asked_for_at_the_end, "the last card is asked about")


def test_a_price_before_is_struck_and_said(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(products(TOWELS))

    asks(ben)

    towels = card(ben, "Dune Waffle Towels")
    expect(towels).to_contain_text(
        re.compile(r"Sale price\s+€34.00\s+Regular price\s+€42.00")
    )
    expect(towels.locator("s")).to_have_text("€42.00")


def test_a_choice_has_its_own_price_and_says_what_is_sold_out(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(products(MILL))
    asks(ben)
    mill = card(ben, "Lighthouse Pepper Mill")
    size, wood = mill.get_by_label("Size"), mill.get_by_label("Wood")

    price = mill.locator("[data-field=price]")
    cheap = price.text_content()

    size.select_option("28 cm")

    expect(wood.get_by_role("option")).to_have_text(["Beech", "Walnut – Sold out"])
    assert price.text_content() != cheap
    wood.select_option("Walnut")
    expect(mill.get_by_role("button", name="Sold out")).to_be_disabled()
    size.select_option("18 cm")
    expect(mill.get_by_role("button", name="Add to cart")).to_be_enabled()


def test_a_combination_that_does_not_exist_is_marked_and_can_be_left_again(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    """As the store would tell of it: one variant fewer than there are combinations."""

    def without_last(route: Route) -> None:
        told = route.fetch().json()
        route.fulfill(json=told | {"variants": told["variants"][:3]})

    ben.page.route(STORE, without_last)
    shows(products(MILL))
    asks(ben)
    mill = card(ben, "Lighthouse Pepper Mill")
    mill.get_by_label("Wood").select_option("Walnut")

    expect(mill.get_by_label("Size").get_by_role("option")).to_have_text(
        ["18 cm", "28 cm – Unavailable"]
    )
    mill.get_by_label("Size").select_option("28 cm")
    expect(mill.get_by_role("button", name="Unavailable")).to_be_disabled()
    expect(mill.locator("[data-field=price]")).to_be_hidden()
    mill.get_by_label("Wood").select_option("Beech")
    expect(mill.get_by_role("button", name="Add to cart")).to_be_enabled()


def test_what_is_sold_out_gone_or_sold_by_plan_has_no_button_to_add_it(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    gone = product(catalog("en"), MUG, handle="mug-of-last-year", title="Old Mug")
    part = products(LAMP, COFFEE)
    shows({**part, "items": [*part["items"], gone]})
    asks(ben)

    lamp, coffee = card(ben, title_of(LAMP)), card(ben, title_of(COFFEE))
    expect(lamp.get_by_role("button", name="Sold out")).to_be_disabled()
    row(ben).evaluate("scroller => scroller.scrollTo(scroller.scrollWidth, 0)")
    expect(coffee).to_contain_text("Sold as a subscription.")
    expect(coffee.get_by_role("button")).to_have_count(0)
    expect(coffee.get_by_role("link", name="View")).to_be_visible()
    expect(card(ben, "Old Mug")).to_contain_text("No longer available")
    expect(card(ben, "Old Mug").get_by_role("button")).to_have_count(0)
    expect(card(ben, "Old Mug").get_by_role("link")).to_have_count(0)


def test_when_the_store_does_not_answer_ours_stays(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    ben.page.route(STORE, lambda route: route.abort())
    shows(products(MUG))

    with ben.page.expect_event("requestfailed"):
        asks(ben)

    expect(card(ben, "Harbour Mug")).to_contain_text("€22.00")
    expect(card(ben, "Harbour Mug").get_by_role("button")).to_be_enabled()


def test_a_name_is_text_and_a_picture_comes_from_the_shop_or_not_at_all(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    picture = {"url": "https://elsewhere.example/pixel.png", "alt": NASTY}
    missing = {"url": "/cdn/shop/0/assets/missing.svg", "alt": ""}
    goods = catalog("en")
    nasty = product(goods, MUG, title=NASTY, image=picture, url="javascript:alert(1)")
    lost = product(goods, BOARD, title="Lost picture", image=missing)
    shows({"type": "products", "items": [nasty, lost]})
    addresses: list[str] = []
    ben.page.on("request", lambda request: addresses.append(request.url))

    asks(ben)

    expect(card(ben, NASTY).get_by_text(NASTY, exact=True).first).to_be_visible()
    expect(card(ben, NASTY).locator("[data-field=initial]")).to_have_text("<")
    expect(card(ben, NASTY).locator("img")).to_be_hidden()
    expect(card(ben, "Lost picture").locator("[data-field=initial]")).to_have_text("L")
    expect(card(ben, "Lost picture").locator("img")).to_be_hidden()
    assert not [each for each in addresses if "elsewhere.example" in each]
    assert ben.page.evaluate("window.hacked") is None


def test_a_choice_made_while_the_words_still_come_stays(
    ben: Shopper, ai: ScriptedModel
) -> None:
    words = "One after the other these words arrive, and none of them takes it back."
    will_show(ai, [products(MUG)], QUESTION, words, gap_ms=150)
    ben.opens_chat(PAGE)
    ben.says(QUESTION)
    colour = card(ben, "Harbour Mug").get_by_label("Colour")

    colour.select_option("Fog")
    expect(ben.button("Stop reply")).to_be_visible()

    ben.has_read(words)
    expect(colour).to_have_count(1)
    expect(colour).to_have_value("Fog")


def test_view_leads_to_the_product_and_the_chat_goes_along(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(products(MUG))
    asks(ben)
    mug = card(ben, "Harbour Mug")
    mug.get_by_label("Colour").select_option("Fog")

    mug.get_by_role("link", name="View").click()

    ben.page.wait_for_url("**/products/harbour-mug?variant=810302")
    expect(card(ben, "Harbour Mug")).to_be_visible()
    ben.has_read(ANSWER)


def test_a_tap_anywhere_else_on_a_card_leads_there_too(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(products(MUG))
    asks(ben)
    picture = card(ben, "Harbour Mug").locator("img").bounding_box()
    assert picture

    ben.page.mouse.click(picture["x"] + 20, picture["y"] + 20)

    ben.page.wait_for_url("**/products/harbour-mug?variant=810301")


def test_cards_are_reached_and_moved_by_keys_alone(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(products(*MANY))
    asks(ben)
    expect(ben.button("Next products")).to_be_visible()
    expect(ben.button("Previous products")).to_be_hidden()
    row(ben).focus()

    ben.page.keyboard.press("ArrowRight")
    expect(ben.button("Previous products")).to_be_visible()
    moved = row(ben).evaluate(MOVED)
    ben.page.keyboard.press("ArrowLeft")

    expect(ben.button("Previous products")).to_be_hidden()
    assert moved > 100
    assert row(ben).evaluate(MOVED) == 0
    ben.page.keyboard.press("Tab")
    expect(card(ben, "Driftwood Serving Board").get_by_role("link")).to_be_focused()


def test_buttons_move_the_row_to_its_end_and_the_focus_is_not_lost(
    shopper: Callable[..., Shopper], shows: Callable[..., None]
) -> None:
    ben = shopper(**STILL)
    shows(products(*MANY[:3]))
    asks(ben)
    onwards = ben.button("Next products")
    assert min(size_of(onwards)) >= 24

    onwards.click()
    onwards.click()

    expect(onwards).to_be_hidden()
    expect(row(ben)).to_be_focused()
    expect(ben.button("Previous products")).to_be_visible()


def test_a_wheel_moves_the_row_sideways_and_the_chat_up_and_down(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(products(*MANY))
    asks(ben)
    card(ben, "Driftwood Serving Board").get_by_role("link").hover()

    ben.page.mouse.wheel(300, 0)

    expect(ben.button("Previous products")).to_be_visible()
    ben.page.mouse.wheel(0, -2000)
    expect(ben.chat.get_by_text("You’re chatting with an AI")).to_be_in_viewport()
    assert row(ben).evaluate(MOVED) > 100


def test_text_on_cards_may_be_twice_as_big_and_farther_apart(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(products(TOWELS, MILL), products(MUG), SOURCES, ORDER, AWAY)
    asks(ben)
    expect(card(ben, "Harbour Mug")).to_be_visible()

    ben.page.locator("flux-chat-widget").evaluate(SPREAD)

    assert ben.chat.evaluate("chat => chat.scrollWidth <= chat.clientWidth")
    for each in (card(ben, "Dune Waffle Towels"), card(ben, "Harbour Mug")):
        assert each.evaluate("card => card.scrollWidth <= card.clientWidth")
        assert each.evaluate("card => card.scrollHeight <= card.clientHeight")


def test_a_screen_reader_hears_the_words_once_and_no_change_of_a_card(
    ben: Shopper, ai: ScriptedModel
) -> None:
    will_show(ai, [products(MUG, BOARD)], QUESTION, ANSWER, gap_ms=100)
    ben.opens_chat(PAGE)
    listens(ben)
    with ben.page.expect_response(STORE):
        ben.asks(QUESTION, ANSWER)

    card(ben, "Harbour Mug").get_by_label("Colour").select_option("Rust")

    expect(card(ben, "Harbour Mug").get_by_role("button")).to_have_text("Sold out")
    # While it is not sent at once, Ben's own message says so.
    said = [words for words in heard(ben) if not words.startswith("You said")]
    assert said[0] == "The assistant is typing"
    assert [ANSWER in words for words in said[1:]] == [True]


@pytest.mark.parametrize("width", [320, 375])
def test_on_a_phone_the_next_card_peeks_and_nothing_sticks_out(
    shopper: Callable[..., Shopper], shows: Callable[..., None], width: int
) -> None:
    ben = shopper(**{**PHONE, "viewport": {"width": width, "height": 700}})
    shows(products(*MANY))
    asks(ben)

    first = card(ben, "Driftwood Serving Board").bounding_box()
    second = card(ben, "Tidepool Bowls, Set of Three").bounding_box()

    assert first
    assert second
    assert first["x"] >= 0
    assert first["x"] + first["width"] < second["x"] < width - 24
    expect(ben.button("Next products")).to_be_hidden()
    assert ben.page.evaluate("document.documentElement.scrollWidth") <= width
    _, height = size_of(card(ben, "Driftwood Serving Board").get_by_role("button"))
    assert height >= 44


def test_in_arabic_the_row_runs_from_right_to_left(
    shopper: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    ben = shopper(**STILL)
    will_show(ai, [products(*MANY, language="ar")], "أكواب", "إليك بعضها.")
    ben.opens_chat(f"/ar{PAGE}")
    ben.says("أكواب")
    ben.sees("إليك بعضها.")
    titles = [each["title"] for each in catalog("ar").products[:2]]
    expect(card(ben, titles[0])).to_contain_text("أضف إلى السلة")
    first, second = (card(ben, title).bounding_box() for title in titles)
    assert first
    assert second
    assert second["x"] < first["x"]

    row(ben, "المنتجات").focus()
    ben.page.keyboard.press("ArrowLeft")

    expect(ben.button("المنتجات السابقة")).to_be_visible()
    link = card(ben, titles[0]).get_by_role("link")
    expect(link).to_have_attribute(
        "href", re.compile(rf"/ar/products/{MANY[0]}\?variant=")
    )


def test_sources_lead_to_the_shop_alone(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(SOURCES)

    asks(ben)

    last = ben.messages.last
    expect(last).to_contain_text(re.compile(r"From:\s+Shipping\s*Somebody else"))
    expect(last.get_by_role("link")).to_have_count(1)
    expect(last.get_by_role("link", name="Shipping")).to_have_attribute(
        "href", ben.address(PAGE)
    )


def test_an_order_says_where_it_is_and_leads_to_its_carrier(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows(ORDER)

    asks(ben)

    last = ben.messages.last
    for words in ("Order #1042", "Partly shipped", "Placed on November 20, 2026"):
        expect(last).to_contain_text(words)
    expect(last).to_contain_text(re.compile(r"2\s+×\s+Harbour Mug"))
    expect(last).to_contain_text(re.compile(r"On its way\s+DHL 0034"))
    expect(last).to_contain_text("held at the moon")
    track = last.get_by_role("link")
    expect(track).to_have_count(1)
    expect(track).to_have_accessible_name("Track shipment (opens in a new tab)")
    expect(track).to_have_attribute("href", "https://dhl.example/track?id=0034")
    expect(track).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize(
    ("state", "hours", "words"),
    [
        ("requested", None, "Team notified"),
        ("away", "Mon–Fri, 9–17", "We answer: Mon–Fri, 9–17"),
        ("away", None, "Team is away"),
    ],
)
def test_a_person_is_promised_as_far_as_there_is_one(
    ben: Shopper,
    shows: Callable[..., None],
    state: str,
    hours: str | None,
    words: str,
) -> None:
    shows({"type": "person", "state": state, "hours": hours})

    asks(ben)

    expect(ben.messages.last).to_contain_text(words, use_inner_text=True)
    if not hours:
        expect(ben.messages.last).not_to_contain_text("We answer", use_inner_text=True)


def test_whoever_is_offered_a_person_may_ask_for_one(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    shows({"type": "person", "state": "offered", "hours": None})
    asks(ben)

    ben.messages.last.get_by_role("button", name="Talk to a person").click()

    expect(ben.messages.last).to_contain_text("I've asked our team")
    expect(ben.messages.last).to_contain_text("Team notified")


def test_the_menu_leads_to_a_person(ben: Shopper, shows: Callable[..., None]) -> None:
    shows(SOURCES)
    asks(ben)

    ben.button("Menu").click()
    ben.chat.get_by_role("menuitem", name="Talk to a person").click()

    expect(ben.messages.last).to_contain_text("Someone will answer you here.")


def test_a_chat_without_products_loads_nothing_for_them(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    loaded: list[str] = []
    ben.page.on("request", lambda request: loaded.append(request.url))
    shows(SOURCES, ORDER)

    asks(ben)

    assert not [each for each in loaded if re.search("chat-(cards|cart|money)", each)]


def test_where_the_cards_cannot_be_loaded_names_lead_to_products(
    ben: Shopper, shows: Callable[..., None]
) -> None:
    ben.page.route("**/chat-cards.js", lambda route: route.abort())
    shows(products(MUG))

    asks(ben)

    link = ben.messages.last.get_by_role("link", name="Harbour Mug")
    expect(link).to_have_attribute("href", ben.address(f"/products/{MUG}"))


def test_the_download_names_products_and_leads_to_them(
    shopper: Callable[..., Shopper], shows: Callable[..., None]
) -> None:
    ben = shopper(accept_downloads=True)
    shows(products(MUG), ORDER)
    asks(ben)
    ben.button("Menu").click()

    with ben.page.expect_download() as download:
        ben.chat.get_by_role("menuitem", name="Download this chat").click()

    text = download.value.path().read_text()
    assert f'<a href="{ben.address("/products/harbour-mug")}">Harbour Mug</a>' in text
    assert "Partly shipped" in text
    assert "Add to cart" not in text


def looks(ben: Shopper, without: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong about the chat; the page is the theme's."""
    return Scan(ben.page, without).violations


def test_axe_finds_nothing_in_any_light(
    shopper: Callable[..., Shopper], shows: Callable[..., None]
) -> None:
    ben = shopper(**STILL)
    shows(products(*MANY, COFFEE), SOURCES, ORDER, AWAY)
    asks(ben)
    expect(ben.button("Next products")).to_be_visible()
    media: Any = ben.page.emulate_media

    assert not looks(ben)
    media(color_scheme="dark", **STILL)
    assert not looks(ben)
    media(color_scheme="light", forced_colors="active", **STILL)
    # Words have the system's colors then, but the browser still tells axe those of the page.
    assert not looks(ben, without=["color-contrast"])


def test_axe_finds_nothing_on_a_phone_in_arabic(
    shopper: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    ben = shopper(**STILL, **PHONE)
    parts = [products(*MANY, language="ar"), products(TOWELS, language="ar"), SOURCES]
    will_show(ai, [*parts, ORDER, AWAY], "أكواب", "إليك بعضها.")
    ben.opens_chat(f"/ar{PAGE}")
    ben.says("أكواب")
    ben.sees("إليك بعضها.")
    expect(row(ben, "المنتجات").first).to_be_visible()

    assert not looks(ben)
