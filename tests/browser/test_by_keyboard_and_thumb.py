"""Without a mouse, and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from backend.dev.model.ai_script import counted
from tests.browser.shopper import PHONE, Shopper
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

# Of the page itself, or inside the chat's shadow root.
FOCUS_IS_IN_CHAT = "document.activeElement?.localName === 'flux-chat-widget'"
RESTS = (
    "[...document.querySelectorAll('header, main, footer')].every(one => one.closest('[inert]')"
    " !== null)"
)


@pytest.fixture
def phone(shopper: Callable[..., Shopper]) -> Shopper:
    """Ben with a phone in his hand."""
    return shopper(**PHONE)


def tabs_to(ben: Shopper, target: Locator) -> None:
    """With the Tab key alone, from wherever the focus is."""
    for _ in range(100):
        ben.page.keyboard.press("Tab")
        if target.evaluate("element => element.matches(':focus')"):
            return
    raise AssertionError("the Tab key does not lead there")


def test_everything_is_done_by_keyboard(ben: Shopper, ai: ScriptedModel) -> None:
    ai.will_say("In Husum.", gap_ms=0)
    press = ben.page.keyboard.press
    ben.visits("/")

    tabs_to(ben, ben.launcher)
    press("Enter")
    expect(ben.input).to_be_focused()
    ben.page.keyboard.type("Where are you?")
    press("Enter")
    ben.has_read("In Husum.")
    expect(ben.input).to_be_focused()

    tabs_to(ben, ben.button("Menu"))
    press("Enter")
    expect(ben.chat.get_by_role("menuitem", name="Reset chat")).to_be_focused()
    press("Escape")
    expect(ben.button("Menu")).to_be_focused()
    press("ArrowDown")
    press("Enter")
    expect(ben.button("Cancel")).to_be_focused()
    press("Escape")
    expect(ben.page.get_by_role("alertdialog")).to_be_hidden()
    expect(ben.button("Menu")).to_be_focused()
    press("Enter")
    press("Enter")
    press("Tab")
    press("Enter")
    expect(ben.messages).to_have_count(0)

    press("Escape")
    expect(ben.chat).to_be_hidden()
    expect(ben.launcher).to_be_focused()
    expect(ben.launcher).to_have_attribute("aria-expanded", "false")


def test_beside_the_chat_the_page_stays_usable(ben: Shopper) -> None:
    ben.opens_chat("/")

    expect(ben.chat).not_to_have_attribute("aria-modal", "true")
    tabs_to(ben, ben.page.get_by_role("main").get_by_role("link").first)


def test_the_reader_can_scroll_the_conversation_by_keyboard(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say(
        "\n\n".join(f"Paragraph {word}" for word in counted(40).split()), gap_ms=0
    )
    ben.opens_chat("/")
    ben.says("Tell me a story")
    end = ben.log.get_by_text("Paragraph wgb")
    expect(end).to_be_in_viewport()

    tabs_to(ben, ben.log)
    ben.page.keyboard.press("Home")

    # It moves there by and by.
    scroller = ben.page.locator('[data-part="scroller"]').first
    wait_until(lambda: scroller.evaluate("it => it.scrollTop") == 0, "the beginning")
    expect(end).not_to_be_in_viewport()
    ben.button("Go to the newest message").click()
    expect(end).to_be_in_viewport()


def test_on_a_phone_the_chat_is_the_whole_screen_and_the_page_behind_rests(
    phone: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("In Husum.", gap_ms=0)
    phone.visits("/")

    phone.launcher.tap()

    expect(phone.chat).to_have_attribute("aria-modal", "true")
    # The chat's opening is a movement; this is where it ends.
    expect(phone.chat).to_have_css("translate", "none")
    assert phone.chat.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert phone.page.evaluate(RESTS)
    expect(phone.chat.get_by_role("heading", name="Chat with us")).to_be_focused()
    phone.asks("Where are you?", "In Husum.")

    phone.button("Close chat").tap()

    expect(phone.chat).to_be_hidden()
    assert not phone.page.evaluate(RESTS)
    expect(phone.launcher).to_be_focused()


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_on_a_phone_the_tab_key_stays_in_the_chat(phone: Shopper, key: str) -> None:
    phone.opens_chat("/")
    visited = set()

    for _ in range(20):
        phone.page.keyboard.press(key)
        assert phone.page.evaluate(FOCUS_IS_IN_CHAT)
        visited.add(
            phone.page.evaluate(
                "document.activeElement.shadowRoot.activeElement.dataset.part"
            )
        )

    assert {"menu-button", "close", "log", "input", "send"} <= visited


def test_a_link_in_a_reply_leads_a_phone_to_its_page_and_back_again(
    phone: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("See [your cart](/cart).", gap_ms=0)
    phone.opens_chat("/")
    phone.says("How long?")

    phone.log.get_by_role("link", name="your cart").tap()

    expect(phone.page.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(phone.chat).to_be_hidden()
    phone.opens_chat()
    phone.has_read("How long?")


@pytest.mark.parametrize("width", [320, 390, 768])
def test_nothing_sticks_out_of_the_screen(
    shopper: Callable[..., Shopper], ai: ScriptedModel, width: int
) -> None:
    ai.will_say(
        f"| a | b |\n|---|---|\n| {'long ' * 30}| {'x' * 200} |\n\n`{'y' * 200}`",
        gap_ms=0,
    )
    ben = shopper(viewport={"width": width, "height": 640})
    ben.opens_chat("/")

    ben.says("z" * 300)

    expect(ben.log.get_by_role("table")).to_be_visible()
    box = ben.chat.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert ben.chat.evaluate("chat => chat.scrollWidth <= chat.clientWidth")
    assert ben.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
