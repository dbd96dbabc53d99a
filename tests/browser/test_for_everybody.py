"""What axe cannot see: where the focus is, what moves, how long one may think, that no key is taken
from the page.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from backend.dev.storefront.sample_shop import DOMAIN
from tests.browser.shopper import SPREAD, Shopper
from tests.support.people import Person
from tests.support.running_app import AppFactory, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

SESSION = f"flux-chat/session-{DOMAIN}"
DAY_MS = 24 * 60 * 60 * 1000
# WCAG asks for 3:1 between what shows the focus and what is around it.
ENOUGH = 3
# The best contrast of any line around the element, or around the box that it is in, with what lies
# behind it.
FOCUS_SHOWN = """widget => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
  const luminance = (color) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data
    const linear = part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    if (alpha < 255) return null
    return 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255)
  }
  const behind = (element) => {
    const found = luminance(getComputedStyle(element).backgroundColor)
    return found ?? (element.parentElement ? behind(element.parentElement) : 1)
  }
  const focused = widget.shadowRoot.activeElement
  const places = [focused, focused.closest("form")].filter(Boolean)
  const lines = places.flatMap(element => {
    const style = getComputedStyle(element)
    const around = behind(
      parseFloat(style.outlineOffset) < 0 ? element : (element.parentElement ?? element))
    const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    const outline = isOutlined && [style.outlineColor, around]
    const rim = element !== focused && [style.borderTopColor, behind(element)]
    return [outline, rim].filter(Boolean)
  })
  const contrasts = lines.map(([color, around]) => {
    const [dark, light] = [luminance(color), around].sort((one, other) => one - other)
    return (light + 0.05) / (dark + 0.05)
  })
  return [focused.dataset.part ?? focused.className, Math.max(0, ...contrasts)]
}"""
ENDLESS = """widget => widget.shadowRoot.getAnimations().filter(({ effect }) =>
  effect.getComputedTiming().iterations === Infinity && effect.target.checkVisibility()).length"""
MOVING = "widget => widget.shadowRoot.getAnimations().length"
SMOOTH = """widget => [...widget.shadowRoot.querySelectorAll('*')]
  .filter(element => getComputedStyle(element).scrollBehavior === 'smooth').length"""


@pytest.mark.parametrize("light", ["light", "dark"])
def test_the_focus_can_be_seen_wherever_it_is(
    shopper: Callable[..., Shopper], ai: ScriptedModel, light: str
) -> None:
    ai.will_say("See [our shipping page](/pages/shipping).", gap_ms=0)
    ben = shopper(color_scheme=light, reduced_motion="reduce")
    ben.visits("/pages/shipping")
    ben.launcher.focus()
    ben.page.keyboard.press("Enter")
    expect(ben.input).to_be_focused()
    ben.says("How long?")
    expect(ben.log.get_by_role("link")).to_be_visible()
    widget = ben.page.locator("flux-chat-widget")
    shown: dict[str, float] = {}

    while widget.evaluate("widget => widget === document.activeElement"):
        part, contrast = widget.evaluate(FOCUS_SHOWN)
        shown[part] = contrast
        ben.page.keyboard.press("Shift+Tab")

    assert {"launcher", "menu-button", "close", "log", "input"} <= shown.keys()
    assert not {part: contrast for part, contrast in shown.items() if contrast < ENOUGH}


def test_whoever_wants_no_movement_sees_none(
    shopper: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    ai.script(silent=True)
    ben = shopper(reduced_motion="reduce")
    ben.opens_chat("/pages/shipping")
    widget = ben.page.locator("flux-chat-widget")
    ben.says("Are you there?")
    expect(ben.button("Stop reply")).to_be_visible()

    assert widget.evaluate(MOVING) == 0
    assert widget.evaluate(SMOOTH) == 0


def test_nothing_goes_on_moving_once_the_answer_is_there(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("In Husum.", first_ms=200)
    ben.opens_chat("/pages/shipping")

    ben.asks("Where are you?", "In Husum.")

    assert ben.page.locator("flux-chat-widget").evaluate(ENDLESS) == 0


def test_single_keys_do_nothing_outside_the_text_box(ben: Shopper) -> None:
    ben.opens_chat("/pages/shipping")
    ben.button("Close chat").focus()

    for key in "abcdefghijklmnopqrstuvwxyz0123456789/?":
        ben.page.keyboard.press(key)

    expect(ben.button("Close chat")).to_be_focused()
    expect(ben.input).to_have_value("")
    expect(ben.messages).to_have_count(0)


def test_whoever_thinks_for_a_day_finds_their_words_again(ben: Shopper) -> None:
    ben.page.clock.install()
    ben.opens_chat("/pages/shipping")
    ben.input.press_sequentially("I am not sure whether")

    ben.page.clock.fast_forward(DAY_MS)

    expect(ben.input).to_be_focused()
    expect(ben.input).to_have_value("I am not sure whether")
    ben.page.reload()
    expect(ben.input).to_have_value("I am not sure whether")


def test_when_the_conversation_has_ended_meanwhile_it_says_so_and_the_draft_is_kept(
    shopper_at: Callable[[RunningApp], Shopper],
    app_factory: AppFactory,
    ai: ScriptedModel,
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    app = app_factory(SESSION_IDLE_SECONDS="1", SESSION_EXPIRY_SECONDS="2")
    ben = shopper_at(app)
    ben.opens_chat("/pages/shipping")
    ben.asks("Help me", "Gladly.")
    ben.input.press_sequentially("I am not sure whether")
    there = Person(app.base, DOMAIN)
    there.device.session_id = ben.page.evaluate(f"localStorage.getItem('{SESSION}')")
    wait_until(lambda: there.history().body["mode"] is None, "the session has expired")

    ben.page.reload()

    ben.sees("Your earlier chat has ended. A new one starts here.")
    expect(ben.input).to_have_value("I am not sure whether")
    ben.input.press("Enter")
    ben.has_read("Gladly.")
    expect(ben.messages).to_have_count(2)


def test_text_may_be_twice_as_big_and_farther_apart(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("See [our shipping page](/pages/shipping) for **all** of it.", gap_ms=0)
    ben.opens_chat("/pages/shipping")
    ben.says("How long?")
    expect(ben.log.get_by_role("link")).to_be_visible()

    ben.page.locator("flux-chat-widget").evaluate(SPREAD)

    assert ben.chat.evaluate("chat => chat.scrollWidth <= chat.clientWidth")
    for part in (
        ben.input,
        ben.button("Send"),
        ben.button("Close chat"),
        ben.log.get_by_role("link"),
    ):
        expect(part).to_be_in_viewport()


@pytest.mark.parametrize(
    "screen",
    [(320, 640), (320, 256), (1280, 720)],
    ids=["small", "at 400 %", "beside the chat"],
)
def test_the_chat_hides_nothing_that_has_the_focus(
    shopper: Callable[..., Shopper], screen: tuple[int, int]
) -> None:
    ben = shopper(
        viewport={"width": screen[0], "height": screen[1]}, reduced_motion="reduce"
    )
    ben.visits("/cart")
    if screen[0] > 1000:
        ben.opens_chat()
        ben.page.evaluate("document.activeElement.blur()")

    for _ in range(ben.page.evaluate(STOPS)):
        ben.page.keyboard.press("Tab")
        # The launcher makes room when the page has nothing else to do.
        ben.page.wait_for_function(IS_SEEN)


STOPS = "document.querySelectorAll('a[href], button, input').length + 1"
# What has the focus is on the screen, and not all of it lies under the launcher.
IS_SEEN = """() => {
  const focused = document.activeElement
  if (!focused || focused === document.body || focused.localName === "flux-chat-widget") return true

  const { left, top, width, height } = focused.getBoundingClientRect()
  const shares = [0.05, 0.5, 0.95]
  const at = (x, y) => document.elementFromPoint(left + width * x, top + height * y)
  const isOwn = element => element && (focused.contains(element) || element.contains(focused))
  return shares.some(x => shares.some(y => isOwn(at(x, y))))
}"""
