"""Mira asks for a post with a picture, wants it shorter, publishes it, and goes on with it after
the server was restarted: the same article, on the storefront. A draft goes on when she leaves.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, expect

from backend.dev.dev_app import open_app
from tests.browser.admin_desk import AdminDesk
from tests.support.scripted_model import ScriptedModel
from tests.support.whole_shop import WholeShop

Desk = Callable[..., AdminDesk]
POSTS = "/admin/posts"
PHONE_SIZE = {"width": 375, "height": 812}
WISH = "Create a post about our candles with a picture"
AGAIN = "# Candles once more\n\nLight the evenings.\n\n---\nSummary: Candles.\nTags: candles"
LONG = "# Candles\n\n" + "Light the long evenings. " * 30


class Copilot:
    """The talk on the page of posts."""

    def __init__(self, mira: AdminDesk) -> None:
        self.mira = mira

    @property
    def cards(self) -> Locator:
        return self.mira.app.get_by_role("log").get_by_role("article")

    def asks(self, words: str, cards: int) -> Locator:
        """Returns the card that comes of it: so many are in the talk then."""
        self.mira.app.get_by_label("Message to the copilot").fill(words)
        self.mira.button("Send").click()
        expect(self.cards).to_have_count(cards)
        return self.cards.last

    def grants(self) -> None:
        self.mira.button("Grant access").click()
        self.mira.page.get_by_role("button", name="Go on").click()
        expect(self.mira.button("Grant access")).to_have_count(0)


@pytest.fixture(autouse=True)
def hasty(tide: WholeShop, ai: ScriptedModel) -> None:
    """The app is installed, and its model drafts all at once."""
    open_app(tide.admin.base)
    ai.hurries()


def test_a_post_from_the_first_wish_to_the_second_edition(
    desk: Desk, tide: WholeShop, ai: ScriptedModel
) -> None:
    mira = desk()
    copilot = Copilot(mira)
    mira.opens(POSTS)
    copilot.grants()
    draft = copilot.asks(WISH, cards=1)
    expect(draft.locator("img")).to_be_visible()
    copilot.asks("Make it shorter, please", cards=2)
    expect(copilot.cards.first).to_contain_text("not the current version")
    copilot.asks("yes", cards=3).get_by_role("button", name="Publish").click()

    expect(mira.app.get_by_text("is published.")).to_be_visible()
    mira.app.get_by_role("link", name=re.compile("^Open")).last.click()
    link = mira.app.get_by_role("link", name="View on your store")
    path = urlsplit(link.get_attribute("href") or "").path
    store = mira.page.context.new_page()
    store.goto(tide.storefront.url(path))
    first = store.get_by_role("heading", level=1).inner_text()
    expect(store.locator("main img").first).to_be_visible()

    tide.app.kill()
    tide.app.restart()
    ai.will_say(AGAIN, when=f"Request: {WISH}", gap_ms=0)
    mira.opens(POSTS)
    copilot.asks("Regenerate the previous post", cards=5)
    newest = copilot.cards.last
    expect(newest).to_contain_text("Version 3")
    newest.get_by_role("button", name="Publish changes").click()
    expect(mira.app.get_by_text("is published.")).to_have_count(2)

    store.reload()
    second = store.get_by_role("heading", level=1).inner_text()
    assert (first != second, second) == (True, "Candles once more")
    store.goto(tide.storefront.url(path.rpartition("/")[0]))
    expect(store.get_by_role("link", name=second)).to_have_count(1)
    expect(store.get_by_role("link", name=first)).to_have_count(0)
    store.close()


def test_a_draft_goes_on_when_mira_leaves_the_page(
    desk: Desk, tide: WholeShop, ai: ScriptedModel
) -> None:
    ai.will_say(LONG, when="evenings", gap_ms=60)
    mira = desk(viewport=PHONE_SIZE)
    copilot = Copilot(mira)
    mira.opens(POSTS)
    before = copilot.cards.count()
    mira.app.get_by_label("Message to the copilot").fill("Write a post about evenings")
    mira.button("Send").click()
    expect(mira.app.locator("[data-part=words]")).to_contain_text("Light the long")

    mira.opens("/admin/settings")
    mira.opens(POSTS)

    words = mira.app.locator("[data-part=words]")
    expect(words).to_contain_text("Light the long")
    expect(copilot.cards).to_have_count(before + 1, timeout=30_000)
    expect(copilot.cards.last).to_contain_text("Candles")
    width = mira.frame.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE_SIZE["width"]
