"""A merchant's whole life with the app, in the sample admin, from the Install button to the last
trace and back.
"""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.admin_desk import AdminDesk
from tests.browser.shopper import Shopper, times_asked
from tests.support.canaries import traces
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.pretend_shopify import SHOP
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until
from tests.support.whole_shop import WholeShop

# Words that nobody else says; wherever they stand later, they have come from here.
ASKED = "Does the Krummhorn lamp come with a plug?"
BEGUN, NEVER_SAID = "Quite so, the Krummhorn", "never finished"
ANSWERED = "It is Mira here. The Krummhorn comes with a plug."
THANKED = "Thank you for the Krummhorn, Mira"
CANARIES = ["Krummhorn", "krummhorn"]
# What the merchant may wait for the news of a conversation.
NEWS_SECONDS = 2


def installs(mira: AdminDesk) -> None:
    mira.visits("/admin")
    mira.page.get_by_role("link", name="Install Flux Chat").click()
    mira.page.get_by_role("button", name="Install").click()
    expect(mira.heading("Flux Chat")).to_be_visible()


def switches_the_embed_on(mira: AdminDesk) -> None:
    """By the app's own link, which leads out of the frame."""
    expect(mira.app.get_by_text("Off", exact=True)).to_be_visible()
    expect(mira.app.get_by_text(re.compile("^[0-2] of 5 completed"))).to_be_visible()
    mira.app.get_by_role("link", name="Turn on chat").first.click()
    expect(mira.page.get_by_role("switch", name="Flux Chat")).to_be_checked()
    mira.page.get_by_role("button", name="Save").click()
    expect(mira.page.get_by_text("Saved: the chat is on.")).to_be_visible()
    mira.opens()
    expect(mira.app.get_by_text("On", exact=True)).to_be_visible()
    expect(mira.app.locator("[data-step=theme][data-done]")).to_be_visible()


def asks_and_is_being_answered(ben: Shopper, ai: ScriptedModel) -> None:
    """The model stops in the middle, and would go on when it is let."""
    ai.will_say(f"{BEGUN} is {NEVER_SAID}", when=ASKED, stall_after=4, gap_ms=0)
    ben.opens_chat("/")
    ben.says(ASKED)
    ben.sees(BEGUN)


def takes_over_in_the_middle_of_a_reply(mira: AdminDesk) -> None:
    mira.app.get_by_role("link", name=re.compile(re.escape(ASKED))).click()
    expect(mira.app.get_by_text(BEGUN)).to_be_visible()
    mira.button("Assign to me").click()
    expect(mira.button("Return to assistant")).to_be_visible()


def answers(mira: AdminDesk, words: str) -> None:
    mira.message.fill(words)
    mira.button("Send").click()
    expect(mira.app.get_by_role("log").get_by_text(words)).to_be_visible()


def uninstalls(mira: AdminDesk) -> None:
    mira.visits("/admin")
    mira.page.get_by_role("button", name="Uninstall").click()
    expect(mira.page.get_by_role("link", name="Install Flux Chat")).to_be_visible()


def sends_by_hand(mira: AdminDesk, topic: str) -> None:
    """As Shopify would, two days later."""
    mira.visits("/admin/webhooks")
    mira.page.get_by_label("Topic").select_option(topic)
    mira.page.get_by_role("button", name="Send").click()
    expect(mira.page.get_by_role("row", name=f"{topic} on time 200")).to_be_visible()


def test_from_the_install_button_to_the_last_trace_and_back(
    tide: WholeShop,
    desk: Callable[..., AdminDesk],
    person: Callable[..., Shopper],
    ai: ScriptedModel,
) -> None:
    tide.admin.begins(installed=False, embed=False)
    mira, ben = desk(), person(tide.storefront)

    installs(mira)
    ben.visits("/")
    expect(ben.page.locator("flux-chat-widget")).to_have_count(0)
    switches_the_embed_on(mira)

    mira.goes_to("Inbox")
    asks_and_is_being_answered(ben, ai)
    expect(mira.app.get_by_text(ASKED)).to_be_visible(
        timeout=1_000 * soon(NEWS_SECONDS)
    )

    takes_over_in_the_middle_of_a_reply(mira)
    ben.sees("You’re chatting with a person")
    answers(mira, ANSWERED)
    ben.has_read(ANSWERED)
    ben.says(THANKED)
    expect(mira.app.get_by_role("log").get_by_text(THANKED)).to_be_visible(
        timeout=1_000 * soon(NEWS_SECONDS)
    )
    assert times_asked(ai, THANKED) == 0
    expect(ben.chat).not_to_contain_text(NEVER_SAID)

    ai.will_say("At your service.", when=THANKED, gap_ms=0)
    ai.will_say("Gladly.", when="who are you", gap_ms=0)
    mira.button("Return to assistant").click()
    expect(mira.button("Assign to me")).to_be_visible()
    # It goes on with what nobody has answered.
    ben.sees("At your service.")
    ben.asks("And who are you?", "Gladly.")
    expect(mira.app.get_by_role("log").get_by_text("Gladly.")).to_be_visible(
        timeout=1_000 * soon(NEWS_SECONDS)
    )

    with mira.page.expect_download() as downloading:
        mira.app.get_by_role("link", name="PDF").click()
    assert downloading.value.path().read_bytes().startswith(b"%PDF-")

    assert traces(tide.app, CANARIES)
    uninstalls(mira)
    ben.says("Are you still there?")
    ben.sees("This store’s chat is turned off.")
    # What ended was the reply; a process remembers for a moment more that the shop is open.
    ana = Person(tide.app.base, SHOP)
    wait_until(lambda: ana.says("Anybody?").status == 410, "the shop is refused")
    assert ana.says("Anybody?").code == "shop_uninstalled"

    sends_by_hand(mira, "shop/redact")
    wait_until(lambda: not traces(tide.app, CANARIES), "nothing left of the shop")

    installs(mira)
    mira.goes_to("Inbox")
    expect(mira.app.get_by_text("Nothing here")).to_be_visible()
    assert tide.admin.calls(SHOP).count("exchange") == 2
