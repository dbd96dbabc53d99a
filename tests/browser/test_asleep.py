"""A frozen tab, a sleeping laptop, a page behind the back button: what was said meanwhile
is there.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserType, CDPSession, Request, expect

from tests.browser.shopper import Shopper, counted, times_asked
from tests.support.machine import chromium_path
from tests.support.scripted_model import ScriptedModel
from tests.support.storefronts import Storefront
from tests.support.waiting import wait_until

HALF_AN_HOUR_MS = 30 * 60 * 1000
COUNTED = counted(40)


def lifecycle(session: CDPSession, state: str) -> None:
    session.send("Page.setWebLifecycleState", {"state": state})


def asked(ben: Shopper) -> list[str]:
    """The chat's requests from now on."""
    paths: list[str] = []

    def note(request: Request) -> None:
        if "/apps/flux-chat/" in request.url or "/stream/" in request.url:
            paths.append(request.url)

    ben.browser.on("request", note)
    return paths


@pytest.mark.parametrize("network", ["kept", "lost"])
def test_a_tab_that_slept_for_half_an_hour_catches_up_at_once(
    ben: Shopper, ai: ScriptedModel, network: str
) -> None:
    ai.script(chunks=40, gap_ms=50, when="Count")
    ben.page.clock.install()
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.reads_as_far_as("wh")
    tab = ben.browser.new_cdp_session(ben.page)

    lifecycle(tab, "frozen")
    ben.browser.set_offline(network == "lost")
    wait_until(lambda: not ai.open(), "the model has said it all")
    ben.page.clock.fast_forward(HALF_AN_HOUR_MS)
    paths = asked(ben)
    ben.browser.set_offline(False)
    lifecycle(tab, "active")

    ben.has_read(COUNTED)
    expect(ben.messages).to_have_count(2)
    # What is left of the turn, and then the newest messages: no storm.
    assert len(paths) <= 3
    assert times_asked(ai, "Count for me") == 1


@pytest.fixture
def page_keeper(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    storefront: Storefront,
) -> Iterator[Shopper]:
    """Ben with a browser that keeps a page alive behind the back button, which Playwright's own
    setting forbids.
    """
    forbidden = ["--disable-back-forward-cache"]
    whole = {"executable_path": chromium_path()}
    browser = browser_type.launch(
        **(browser_type_launch_args | whole), ignore_default_args=forbidden
    )
    yield Shopper(browser.new_page(), storefront)
    browser.close()


def test_a_page_that_comes_back_by_the_back_button_goes_on(
    page_keeper: Shopper, ai: ScriptedModel
) -> None:
    ben = page_keeper
    ai.script(chunks=40, gap_ms=50, when="Count")
    ai.will_say("Gladly.", when="Help", gap_ms=0)
    ben.page.add_init_script(
        "addEventListener('pageshow', ({ persisted }) => (window.isBack = persisted))"
    )
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.reads_as_far_as("wh")
    ben.visits("/cart")
    ben.has_read(COUNTED)
    ben.asks("Help me", "Gladly.")

    ben.page.go_back(wait_until="commit")

    ben.page.wait_for_function("window.isBack")
    ben.has_read("Gladly.")
    ben.has_read(COUNTED)
    expect(ben.messages).to_have_count(4)
    expect(ben.button("Send")).to_be_visible()
    assert times_asked(ai, "Count for me") == 1


def test_the_back_button_after_a_reset_on_a_later_page_keeps_the_new_chat(
    page_keeper: Shopper, ai: ScriptedModel
) -> None:
    ben = page_keeper
    ai.will_say("Gladly.", gap_ms=0)
    ben.page.add_init_script(
        "addEventListener('pageshow', ({ persisted }) => (window.isBack = persisted))"
    )
    ben.opens_chat("/")
    ben.asks("The old chat", "Gladly.")
    ben.visits("/cart")
    ben.has_read("Gladly.")
    ben.button("Menu").click()
    ben.chat.get_by_role("menuitem", name="Reset chat").click()
    ben.button("Reset").click()
    expect(ben.messages).to_have_count(0)
    ben.asks("The new chat", "Gladly.")

    ben.page.go_back(wait_until="commit")

    ben.page.wait_for_function("window.isBack")
    ben.has_read("The new chat")
    expect(ben.messages).to_have_count(2)
    ben.page.reload()
    ben.has_read("The new chat")
    expect(ben.messages).to_have_count(2)
