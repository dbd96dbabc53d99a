"""Beside another app's chat in the same page: each has its own elements, names and looks, whoever
comes first.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.shopper import Shopper
from tests.browser.test_any_theme import BOXES, widget
from tests.support.scripted_model import ScriptedModel

# Elements, events, variables, attributes and keys as any app that sells a chat may have named its
# own.
ANOTHER_APP = """() => {
  const names = ["widget", "panel", "composer", "transcript", "menu", "reset", "earlier"]
    .map(name => `chat-${name}`)
  const style = document.createElement("style")
  style.textContent = `
    :root, body, * { --chat-accent: red; --chat-surface: red; --chat-layer: -1 }
    :root, body, * { --chat-lift: 300px; --chat-below: 300px }
    [data-aside], [data-full-screen] { display: none !important }
  `
  window.heard = []
  for (const name of ["chat:send", "panel:open", "draft:change", "menu:open", "mode:change"])
    addEventListener(name, () => window.heard.push(name))
  for (const name of names)
    customElements.define(name, class extends HTMLElement {
      connectedCallback() {
        this.textContent = "Another app's chat"
      }
    })
  document.head.append(style)
  document.body.append(...names.map(name => document.createElement(name)))
}"""
AT_FIRST = f"addEventListener('DOMContentLoaded', {ANOTHER_APP}, {{ capture: true }})"
BEFORE_ALL = """
customElements.define("chat-widget", class extends HTMLElement {
  connectedCallback() { this.textContent = "Another app's chat" }
})
addEventListener("DOMContentLoaded", () =>
  document.body.prepend(document.createElement("chat-widget")))
"""
LOAD_OURS_AGAIN = """async () => {
  const script = document.querySelector("script[src*='chat-widget.js']")
  const again = Object.assign(document.createElement("script"), { src: `${script.src}?again` })
  const loaded = new Promise((done, fail) => Object.assign(again, { onload: done, onerror: fail }))
  document.head.append(again)
  await loaded
}"""


@pytest.mark.parametrize("first", ["ours", "theirs", "both at once"])
def test_another_apps_chat_and_ours_both_work(
    ben: Shopper, ai: ScriptedModel, first: str
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    if first == "theirs":
        ben.page.add_init_script(BEFORE_ALL)
    if first == "both at once":
        ben.page.add_init_script(AT_FIRST)
    ben.visits()
    if first == "ours":
        ben.page.evaluate(ANOTHER_APP)

    ben.opens_chat()
    ben.asks("Help me", "Gladly.")

    theirs = ben.page.locator("chat-widget")
    expect(theirs).to_have_count(1)
    expect(theirs).to_have_text("Another app's chat")
    expect(widget(ben)).to_have_count(1)


def test_another_apps_names_neither_change_ours_nor_hear_what_is_said(
    shopper: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben = shopper(reduced_motion="reduce")
    ben.opens_chat("/")
    ben.input.hover()
    expected = widget(ben).evaluate(BOXES)
    ben.page.evaluate(ANOTHER_APP)

    ben.asks("Help me", "Gladly.")
    ben.button("Menu").click()
    ben.page.keyboard.press("Escape")
    ben.input.hover()

    assert widget(ben).evaluate(BOXES) == expected
    assert ben.page.evaluate("window.heard") == []


def test_a_theme_that_loads_our_script_twice_has_one_chat(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben.visits()
    ben.page.evaluate(LOAD_OURS_AGAIN)

    ben.opens_chat()
    ben.page.evaluate(LOAD_OURS_AGAIN)
    ben.asks("Help me", "Gladly.")

    expect(widget(ben)).to_have_count(1)
