"""A guest in every theme: one that fights for everything, one that changes pages by script, the
theme editor.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, expect

from tests.browser.shopper import Shopper, counted, times_asked
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

MUGS = "/products/harbour-mug"
COUNTED = counted(60)
RENDERINGS = 20
BOXES = """widget => ["panel", "launcher"].map(name => {
  const part = widget.shadowRoot.querySelector(`[data-part="${name}"]`)
  const { x, y, width, height } = part.getBoundingClientRect()
  const { fontSize, color, letterSpacing, textTransform, visibility } = getComputedStyle(part)
  return [...[x, y, width, height].map(Math.round),
    fontSize, color, letterSpacing, textTransform, visibility].join()
})"""
# As the editor does after a change of a setting: the block's markup comes anew, and scripts put it
# into the page.
RENDER_ANEW = """async times => {
  for (let number = 0; number < times; number += 1) {
    const request = new XMLHttpRequest()
    request.responseType = "document"
    const answered = new Promise(done => (request.onload = done))
    request.open("GET", location.href)
    request.send()
    await answered
    const fresh = document.adoptNode(request.response.querySelector(".shopify-app-block"))
    document.querySelector(".shopify-app-block").replaceWith(fresh)
    document.dispatchEvent(new CustomEvent("shopify:block:select", { bubbles: true }))
  }
}"""


def widget(ben: Shopper) -> Locator:
    return ben.page.locator("flux-chat-widget")


def goes_to(ben: Shopper, name: str, path: str) -> None:
    """By a link of the page."""
    ben.page.get_by_role("navigation", name="Collections").get_by_role(
        "link", name=name
    ).click()
    ben.page.wait_for_url(re.compile(path))


def test_a_hostile_theme_changes_nothing_about_the_chat(
    shopper: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    ai.script(chunks=20, gap_ms=30, when="Count")
    ben = shopper(reduced_motion="reduce")
    ben.opens_chat(f"{MUGS}?theme=tide")
    ben.input.hover()
    expected = widget(ben).evaluate(BOXES)
    ben.button("Close chat").click()

    ben.opens_chat(f"{MUGS}?theme=maelstrom")
    ben.input.hover()
    assert widget(ben).evaluate(BOXES) == expected
    ben.input.press_sequentially("Count for me")
    ben.input.press("Enter")

    ben.has_read(counted(20))
    assert ben.page.evaluate("window.shortcuts") is None
    ben.page.reload()
    ben.has_read(counted(20))
    ben.button("Menu").click()
    ben.chat.get_by_role("menuitem", name="Reset chat").click()
    ben.button("Reset").click()
    expect(ben.messages).to_have_count(0)


def test_what_a_hostile_theme_has_in_its_outbox_survives_a_reload(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("To the left.", when="left", gap_ms=0)
    ai.will_say("To the right.", when="right", gap_ms=0)
    ben.opens_chat("/?theme=maelstrom")
    ben.browser.set_offline(True)
    ben.says("Go left")
    ben.says("Go right")
    ben.sees("You’re offline")
    ben.browser.set_offline(False)
    ben.page.reload()

    ben.has_read("To the left.")
    ben.has_read("To the right.")
    expect(ben.messages).to_have_count(4)


@pytest.mark.parametrize("state", ["closed", "open"])
@pytest.mark.parametrize("theme", ["tide", "maelstrom"])
def test_the_chat_makes_room_for_the_cart_drawer(
    ben: Shopper, theme: str, state: str
) -> None:
    ben.visits(f"/?theme={theme}")
    if state == "open":
        ben.opens_chat()
    drawer = ben.page.get_by_role("dialog", name="Your cart")
    ben.page.locator("[data-drawer-open]").press("Enter")

    ben.page.wait_for_function(NOTHING_LIES_OVER, arg=drawer.element_handle())
    drawer.get_by_role("button", name="Close").click()
    if state == "closed":
        ben.opens_chat()
    ben.input.fill("Here I am again")
    expect(ben.input).to_be_in_viewport()


def test_the_launcher_stands_on_the_cookie_banner(ben: Shopper) -> None:
    ben.visits("/?theme=maelstrom&consent=ask")
    banner = ben.page.get_by_role("region", name="Privacy")

    ben.page.wait_for_function(
        STANDS_ABOVE, arg=[widget(ben).element_handle(), banner.element_handle()]
    )
    ben.opens_chat()
    banner.get_by_role("button", name="No, thank you").click()
    ben.page.wait_for_function(STANDS_AT_THE_BOTTOM, arg=widget(ben).element_handle())
    expect(ben.input).to_be_visible()


def test_a_dialog_of_the_theme_lies_over_the_chat(ben: Shopper) -> None:
    ben.opens_chat(MUGS)

    ben.page.get_by_role("button", name="How to care for it").click()

    dialog = ben.page.get_by_role("dialog", name="How to care for it")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    ben.input.click()
    expect(ben.input).to_be_focused()


def test_pages_that_change_by_script_keep_one_chat_and_every_word(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(chunks=60, gap_ms=50)
    ben.opens_chat("/?theme=ebb")
    ben.says("Count for me")
    ben.reads_as_far_as("wh")

    goes_to(ben, "Living", "/collections/living")
    ben.reads_as_far_as("wdb")
    goes_to(ben, "Bath & Scent", "/collections/bath-scent")
    ben.page.go_back()

    ben.has_read(COUNTED)
    expect(ben.messages).to_have_count(2)
    expect(widget(ben)).to_have_count(1)
    assert times_asked(ai, "Count for me") == 1


def test_a_cart_that_reloads_the_page_costs_no_word(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(chunks=60, gap_ms=50)
    ben.opens_chat(f"{MUGS}?theme=ebb")
    ben.says("Count for me")
    ben.reads_as_far_as("wh")

    with ben.page.expect_navigation():
        ben.page.get_by_role("button", name="Add to cart").press("Enter")

    ben.has_read(COUNTED)
    expect(ben.messages).to_have_count(2)
    expect(ben.page.locator("[data-cart-count]")).to_have_text("1")
    assert times_asked(ai, "Count for me") == 1


def test_twenty_new_renderings_in_the_editor_leave_nothing_behind(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben.opens_chat("/pages/shipping?design_mode=1")
    ben.asks("Help me", "Gladly.")
    tab = ben.browser.new_cdp_session(ben.page)
    ben.page.evaluate(RENDER_ANEW, 5)
    ben.has_read("Gladly.")
    before = alive(tab)

    ben.page.evaluate(RENDER_ANEW, RENDERINGS)

    ben.has_read("Gladly.")
    expect(widget(ben)).to_have_count(1)
    expect(ben.messages).to_have_count(2)
    # A question that is on its way has a few of its own; what is left behind would be there once
    # for each.
    most = before | {
        "nodes": int(before["nodes"] * 1.1),
        "jsEventListeners": before["jsEventListeners"] + RENDERINGS - 1,
    }
    wait_until(
        lambda: all(alive(tab)[name] <= most[name] for name in most),
        f"no more than {most}",
    )


def alive(tab: CDPSession) -> dict[str, int]:
    """Documents, nodes and listeners that something still holds."""
    tab.send("HeapProfiler.enable")
    tab.send("HeapProfiler.collectGarbage")
    counters: dict[str, int] = tab.send("Memory.getDOMCounters")
    return counters


NOTHING_LIES_OVER = """drawer => {
  const { left, right, top, bottom } = drawer.getBoundingClientRect()
  const shares = [0.02, 0.5, 0.98]
  const at = (x, y) =>
    document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y)
  return shares.every(x => shares.every(y => drawer.contains(at(x, y))))
}"""
STANDS_ABOVE = """([widget, banner]) => {
  const launcher = widget.shadowRoot.querySelector('[data-part="launcher"]').getBoundingClientRect()
  return launcher.bottom <= banner.getBoundingClientRect().top
}"""
STANDS_AT_THE_BOTTOM = """widget =>
  innerHeight -
  widget.shadowRoot.querySelector('[data-part="launcher"]').getBoundingClientRect().bottom < 24"""
