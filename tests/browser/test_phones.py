"""Small screens: the keyboard is up, the phone lies on its side, the page is zoomed to 400 %."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from backend.dev.model.ai_script import counted
from tests.browser.shopper import PHONE, Shopper
from tests.support.scripted_model import ScriptedModel

PHONES = {"390x844": (390, 844, 336), "360x640": (360, 640, 280)}
# What an on-screen keyboard does to a page on a phone: the visual viewport alone gets smaller.
RAISE_KEYBOARD = """tall => {
  Object.defineProperty(visualViewport, "height",
    { configurable: true, get: () => innerHeight - tall })
  visualViewport.dispatchEvent(new Event("resize"))
}"""
LOWER_KEYBOARD = """() => {
  delete visualViewport.height
  visualViewport.dispatchEvent(new Event("resize"))
}"""
VIEWPORT = "document.querySelector('meta[name=viewport]').content"
SMALLEST_INPUT_PX = 16


@pytest.fixture(params=PHONES)
def size(request: pytest.FixtureRequest) -> tuple[int, int, int]:
    """Width, height, and how much of it the keyboard takes."""
    return PHONES[request.param]


def bottom_of(part: Locator) -> float:
    box = part.bounding_box()
    assert box
    return box["y"] + box["height"]


def test_above_the_keyboard_everything_that_is_needed_can_be_seen(
    shopper: Callable[..., Shopper], ai: ScriptedModel, size: tuple[int, int, int]
) -> None:
    width, height, keyboard = size
    ai.will_say(
        "\n\n".join(f"Paragraph {word}" for word in counted(12).split()), gap_ms=0
    )
    ben = shopper(**{**PHONE, "viewport": {"width": width, "height": height}})
    ben.visits("/")
    untouched = ben.page.evaluate(VIEWPORT)
    ben.launcher.tap()

    ben.input.tap()
    ben.page.evaluate(RAISE_KEYBOARD, keyboard)
    ben.says("Tell me a story")

    end = ben.log.get_by_text("Paragraph wcd", exact=True)
    expect(end).to_be_in_viewport()
    assert bottom_of(ben.button("Send")) <= height - keyboard
    assert bottom_of(ben.input) <= height - keyboard
    assert bottom_of(end) <= bottom_of(ben.input)
    assert font_px(ben.input) >= SMALLEST_INPUT_PX
    expect(ben.button("Close chat")).to_be_in_viewport()

    ben.page.evaluate(LOWER_KEYBOARD)
    expect(ben.chat).to_have_css("height", f"{height}px")
    assert ben.page.evaluate(VIEWPORT) == untouched
    assert "user-scalable" not in untouched
    assert "maximum-scale" not in untouched


def test_on_its_side_a_phone_has_room_to_read_and_to_write(
    shopper: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    ai.will_say("In Husum.", gap_ms=0)
    ben = shopper(**{**PHONE, "viewport": {"width": 844, "height": 390}})
    ben.visits("/")
    ben.launcher.tap()

    ben.asks("Where are you?", "In Husum.")

    assert bottom_of(ben.input) <= 390
    expect(ben.log.get_by_text("In Husum.", exact=True)).to_be_in_viewport()
    expect(ben.button("Close chat")).to_be_in_viewport()


def font_px(part: Locator) -> float:
    return float(
        part.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    )
