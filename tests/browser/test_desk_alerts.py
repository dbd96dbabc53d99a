"""Somebody begins to wait: whoever is in the admin hears it and is notified, once, and of nothing
that was known before.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.admin_desk import AdminDesk
from tests.support.people import Person
from tests.support.pretend_shopify import SHOP
from tests.support.scripted_model import ScriptedModel
from tests.support.whole_shop import WholeShop

# So often a page asks how many there are.
EVERY_MS = 20_000
# Two tones are one sound.
TONES = 2
WORDS = "A shopper is waiting for a reply"

# A loudspeaker and a browser's notices that count.
STAND_INS = """
window.told = { tones: 0, notices: [], asked: 0 }
class Tone {
  frequency = {}
  connect(next) { return next }
  start() { told.tones += 1 }
  stop() {}
}
window.AudioContext = class {
  state = "suspended"
  currentTime = 0
  async resume() { this.state = "running" }
  createOscillator() { return new Tone() }
  createGain() {
    const gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} }
    return { gain, connect: (next) => next }
  }
}
window.Notification = class {
  static permission = "PERMISSION"
  static async requestPermission() {
    told.asked += 1
    return (Notification.permission = "granted")
  }
  constructor(title, { body }) {
    told.notices.push(body)
    FAILS
  }
}
"""


@pytest.fixture
def waits(tide: WholeShop, ai: ScriptedModel) -> Callable[[], None]:
    """One more shopper asks for a person."""
    ai.will_say("Gladly.")

    def wait() -> None:
        somebody = Person(tide.app.base, SHOP)
        somebody.says("Hello", wait=25)
        asked = somebody.sends("person", {"sessionId": somebody.device.session_id})
        assert asked.status == 200

    return wait


@pytest.fixture
def mira_in(desk: Callable[..., AdminDesk]) -> Callable[..., AdminDesk]:
    """Mira at the inbox, in a browser that has said so about notices."""

    def open_inbox(permission: str = "granted", fails: str = "") -> AdminDesk:
        mira = desk()
        script = STAND_INS.replace("PERMISSION", permission).replace("FAILS", fails)
        mira.page.add_init_script(script)
        mira.page.clock.install()
        mira.opens("/admin/inbox")
        return mira

    return open_inbox


def hears(mira: AdminDesk) -> None:
    """Switches the sound on, which plays it once."""
    mira.button("Menu").click()
    mira.app.get_by_label("Play a sound").check()
    mira.frame.wait_for_function(f"told.tones === {TONES}")
    mira.frame.evaluate("told.tones = 0")
    mira.page.keyboard.press("Escape")


def told(mira: AdminDesk) -> Any:
    return mira.frame.evaluate("told")


def count_at(mira: AdminDesk) -> int:
    """As the app's menu has it."""
    words = mira.frame.locator("s-app-nav [data-counts]").text_content() or ""
    return int(words.partition("(")[2].rstrip(")") or 0)


def asks_again(mira: AdminDesk, count: int) -> None:
    """The page has asked, and knows of so many."""
    mira.page.clock.fast_forward(EVERY_MS)
    link = mira.frame.locator("s-app-nav [data-counts]")
    expect(link).to_have_text(f"Inbox ({count})")


def test_whoever_begins_to_wait_is_heard_and_seen_once(
    mira_in: Callable[..., AdminDesk], waits: Callable[[], None]
) -> None:
    mira = mira_in()
    hears(mira)
    known = count_at(mira)

    waits()
    asks_again(mira, known + 1)
    assert told(mira) == {"tones": TONES, "notices": [WORDS], "asked": 0}

    # What is known by now is told no more.
    with mira.page.expect_response("**/inbox/waiting"):
        mira.page.clock.fast_forward(EVERY_MS)
    waits()
    asks_again(mira, known + 2)
    assert told(mira)["tones"] == 2 * TONES
    assert told(mira)["notices"] == [WORDS, WORDS]


def test_who_waited_before_the_page_was_opened_is_no_news(
    mira_in: Callable[..., AdminDesk], waits: Callable[[], None]
) -> None:
    waits()
    mira = mira_in()
    hears(mira)

    with mira.page.expect_response("**/inbox/waiting"):
        mira.page.clock.fast_forward(EVERY_MS)
    mira.goes_to("Settings")
    mira.goes_to("Inbox")

    assert told(mira) == {"tones": 0, "notices": [], "asked": 0}


def test_without_the_switch_there_is_no_sound_and_without_leave_no_notice(
    mira_in: Callable[..., AdminDesk], waits: Callable[[], None]
) -> None:
    mira = mira_in("denied")
    expect(mira.button("Turn on notifications")).to_be_hidden()
    mira.button("Menu").click()
    expect(mira.app.get_by_label("Play a sound")).not_to_be_checked()
    mira.page.keyboard.press("Escape")

    waits()
    asks_again(mira, count_at(mira) + 1)

    assert told(mira) == {"tones": 0, "notices": [], "asked": 0}


def test_a_browser_is_asked_for_leave_by_a_button_alone(
    mira_in: Callable[..., AdminDesk], waits: Callable[[], None]
) -> None:
    mira = mira_in("default")
    known = count_at(mira)
    waits()
    asks_again(mira, known + 1)
    assert told(mira) == {"tones": 0, "notices": [], "asked": 0}

    mira.button("Menu").click()
    mira.button("Turn on notifications").click()
    expect(mira.button("Turn on notifications")).to_be_hidden()
    waits()
    asks_again(mira, known + 2)

    assert told(mira) == {"tones": 0, "notices": [WORDS], "asked": 1}


def test_the_switch_holds_for_the_next_page_whose_first_key_wakes_the_sound(
    mira_in: Callable[..., AdminDesk], waits: Callable[[], None]
) -> None:
    mira = mira_in()
    hears(mira)
    mira.page.reload()
    expect(mira.heading("Inbox")).to_be_visible()
    known = count_at(mira)

    mira.conversations.first.press("j")
    waits()
    asks_again(mira, known + 1)

    assert told(mira)["tones"] == TONES


def test_a_browser_that_makes_no_notices_is_asked_once_for_each(
    mira_in: Callable[..., AdminDesk], waits: Callable[[], None]
) -> None:
    """As on phones, where a page alone may not."""
    mira = mira_in(fails="throw new TypeError('Illegal constructor')")
    known = count_at(mira)
    waits()
    asks_again(mira, known + 1)

    with mira.page.expect_response("**/inbox/waiting"):
        mira.page.clock.fast_forward(EVERY_MS)
    waits()
    asks_again(mira, known + 2)

    assert told(mira)["notices"] == [WORDS, WORDS]
