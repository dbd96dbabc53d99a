"""The three ways on which a reply can come, each forced in turn through the same stories."""

import pytest
from playwright.sync_api import expect

from backend.dev.storefront.sample_shop import DOMAIN
from tests.browser.shopper import Shopper, counted, times_asked
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.storefronts import Storefront

WAY = f"flux-chat/transport-{DOMAIN}"
WAYS = ["direct", "stream", "poll"]
COUNTED = counted(60)


@pytest.fixture(params=WAYS)
def way(
    request: pytest.FixtureRequest,
    ben: Shopper,
    app: RunningApp,
    storefront: Storefront,
) -> str:
    """The only one that is open, and the one that this tab remembers as good."""
    way: str = request.param
    ben.browser.add_init_script(f"sessionStorage.setItem('{WAY}', '{way}')")
    if way != "direct":
        ben.browser.route(f"{app.base}/stream/**", lambda route: route.abort())
    if way != "stream":
        storefront.proxy("buffer")
    return way


def test_no_word_is_lost_on_any_way(way: str, ben: Shopper, ai: ScriptedModel) -> None:
    ai.script(chunks=60, gap_ms=100)
    ben.opens_chat("/")
    ben.watches_the_reply()
    ben.says("Count for me")

    ben.reads_as_far_as("wch")
    assert len(ben.saw_of_the_reply()) >= (1 if way == "poll" else 5)
    ben.visits("/cart")
    ben.reads_as_far_as("wfb")
    ben.browser.set_offline(True)
    ben.sees("You’re offline")
    ben.browser.set_offline(False)

    ben.has_read(COUNTED)
    expect(ben.messages).to_have_count(2)
    assert times_asked(ai, "Count for me") == 1
    # One that failed would have been given up for the next.
    assert ben.page.evaluate(f"sessionStorage.getItem('{WAY}')") == way


def test_on_any_way_a_reply_can_be_stopped_and_a_failed_one_tried_again(
    way: str, ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say(
        "red green blue black white grey", when="Count", stall_after=4, gap_ms=0
    )
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.reads_as_far_as("black")
    ben.button("Stop reply").click()
    ben.has_read("red green blue black")

    ai.script(status=500, when="there")
    ben.says("Are you there?")
    expect(ben.button("Try again")).to_be_visible()
    ai.will_say("I am here.", when="there", gap_ms=0)
    ben.button("Try again").click()

    ben.has_read("I am here.")
    expect(ben.messages).to_have_count(4)
