"""In front of themes that move, filter, contain or zoom all that they have: the chat stays in its
corner.
"""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, expect

from tests.browser.shopper import PHONE, Shopper
from tests.browser.test_any_theme import widget
from tests.support.scripted_model import ScriptedModel

CATCHING = [
    *(
        "transform: translateX(0)",
        "transform: rotate(1deg)",
        "translate: 1px",
        "rotate: 1deg",
        "scale: 0.9",
    ),
    *(
        "filter: grayscale(1)",
        "filter: blur(0)",
        "backdrop-filter: blur(1px)",
        "perspective: 100px",
    ),
    *(
        "contain: paint",
        "contain: layout",
        "will-change: transform",
        "will-change: filter",
    ),
    *(
        "container-type: inline-size",
        "transform-style: preserve-3d",
        "content-visibility: auto",
    ),
    *("zoom: 1.5", "zoom: 0.5", "zoom: 1.25; transform: scale(0.8)"),
]
# Neither may move, when the theme's own page does.
PLACES = """widget => ["launcher", "panel"].map(name => {
  const { x, y, width, height } =
    widget.shadowRoot.querySelector(`[data-part="${name}"]`).getBoundingClientRect()
  return [x, y, width, height].map(Math.round)
})"""
IN_PLACE = f"""([widget, places]) =>
  ({PLACES})(widget).every((box, at) =>
    box.every((number, side) => Math.abs(number - places[at][side]) <= 2))"""
SCROLL = "top => scrollTo({ top, behavior: 'instant' })"
COVERS = """([x, y]) => document.elementFromPoint(x, y)?.localName"""
HIDE_POPOVERS = (
    "() => document.querySelectorAll('[popover]').forEach(one => one.hidePopover())"
)


def expected_places(ben: Shopper) -> list[list[int]]:
    """Where both are in front of an ordinary theme."""
    ben.opens_chat("/")
    places: list[list[int]] = widget(ben).evaluate(PLACES)
    ben.button("Close chat").click()
    return places


def adds_style(ben: Shopper, rules: str) -> None:
    """To each page before it is drawn."""
    ben.page.add_init_script(f"""addEventListener("DOMContentLoaded", () => {{
          const style = document.createElement("style")
          style.textContent = {json.dumps(rules)}
          document.head.append(style)
        }}, {{ capture: true }})""")


def is_in_place(ben: Shopper, places: list[list[int]]) -> None:
    ben.page.wait_for_function(
        IN_PLACE, arg=[widget(ben).element_handle(), places], timeout=5_000
    )


@pytest.mark.parametrize("element", ["html", "body", ".shopify-app-block"])
def test_an_open_chat_stays_in_its_corner(
    shopper: Callable[..., Shopper], element: str
) -> None:
    ben = shopper(reduced_motion="reduce")
    places = expected_places(ben)
    moved = []

    for rule in CATCHING if element == "body" else CATCHING[::3]:
        other = ben.another_tab()
        adds_style(other, f"{element} {{ {rule} }}")
        try:
            other.visits("/")
            other.page.evaluate(SCROLL, 600)
            other.opens_chat()
            is_in_place(other, places)
            other.page.evaluate(SCROLL, 100)
            is_in_place(other, places)
        except Error as error:
            moved.append((rule, str(error)[:200]))
        other.page.close()

    assert not moved


@pytest.mark.parametrize(
    "rule", ["transform: scale(0.9)", "filter: blur(0)", "contain: layout", "zoom: 0.8"]
)
def test_on_a_phone_it_is_the_whole_screen(
    shopper: Callable[..., Shopper], ai: ScriptedModel, rule: str
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben = shopper(**PHONE, reduced_motion="reduce")
    adds_style(ben, f"body {{ {rule} }}")
    ben.visits("/")
    ben.page.evaluate(SCROLL, 900)

    ben.opens_chat()

    panel = ben.chat.bounding_box()
    screen = ben.page.evaluate("[visualViewport.width, visualViewport.height]")
    assert panel is not None
    assert [round(panel[side]) for side in ("x", "y", "width", "height")] == [
        0,
        0,
        *map(round, screen),
    ]
    ben.asks("Help me", "Gladly.")
    ben.page.keyboard.press("Escape")
    expect(ben.launcher).to_be_focused()


def test_keys_work_and_nothing_lies_before_the_page(
    shopper: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben = shopper(reduced_motion="reduce")
    adds_style(
        ben,
        "body { transform: scale(1) } ::backdrop { background: black; pointer-events: auto"
        " !important }",
    )
    ben.visits("/")
    ben.page.wait_for_function(
        "document.querySelector('flux-chat-widget').matches(':popover-open')"
    )
    assert ben.page.evaluate(COVERS, [300, 300]) not in (
        "flux-chat-widget",
        "html",
        None,
    )

    ben.launcher.press("Enter")
    expect(ben.input).to_be_focused()
    ben.asks("Help me", "Gladly.")
    ben.page.keyboard.press("Escape")

    expect(ben.launcher).to_be_focused()
    expect(ben.chat).to_be_hidden()


def test_a_theme_that_closes_every_popover_does_not_take_the_chat_along(
    shopper: Callable[..., Shopper],
) -> None:
    ben = shopper(reduced_motion="reduce")
    places = expected_places(ben)
    adds_style(ben, "body { filter: grayscale(0.5) }")
    ben.opens_chat("/")
    is_in_place(ben, places)

    ben.page.evaluate(HIDE_POPOVERS)

    is_in_place(ben, places)


def test_a_theme_that_moves_its_page_while_the_chat_is_open_does_not_move_the_chat(
    shopper: Callable[..., Shopper],
) -> None:
    ben = shopper(reduced_motion="reduce")
    places = expected_places(ben)
    ben.opens_chat()
    ben.input.fill("Half a thought")

    ben.page.evaluate("document.body.style.transform = 'translateX(200px)'")

    is_in_place(ben, places)
    expect(ben.input).to_have_value("Half a thought")
