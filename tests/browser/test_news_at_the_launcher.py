"""A shopper who waits for a person closes the chat and walks on: the person's words find them."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from backend.dev.dev_app import open_app
from tests.browser.shopper import Shopper
from tests.support.inbox_pages import inbox_of, only_conversation
from tests.support.merchants import Merchant
from tests.support.pace import soon
from tests.support.pretend_shopify import SHOP
from tests.support.scripted_model import ScriptedModel
from tests.support.whole_shop import WholeShop

# What a shopper may wait for a person's words, wherever they are in the store.
NEWS_SECONDS = 10
ANSWER = "It’s Mira. The lamp comes with a plug.\nWhich color would you like?"


def answers(mira: Merchant, talk: str, words: str) -> None:
    said = {"text": words, "client_id": "0" * 32}
    assert mira.submits(f"/admin/inbox/{talk}/say", said).status < 400


def test_a_person_finds_whoever_has_closed_the_chat_and_walked_on(
    tide: WholeShop, person: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    open_app(tide.admin.base)
    ai.will_say("Gladly.", gap_ms=0)
    mira, ben = Merchant(tide.app.base, SHOP), person(tide.storefront)
    loaded: list[str] = []
    ben.page.on("request", lambda asked: loaded.append(asked.url))

    ben.opens_chat("/")
    ben.asks("Does the lamp come with a plug?", "Gladly.")
    ben.button("Close chat").click()
    assert not [address for address in loaded if "chat-news" in address]
    ben.launcher.click()
    ben.button("Menu").click()
    ben.chat.get_by_role("menuitem", name="Talk to a person").click()
    ben.sees("Team notified")
    ben.button("Close chat").click()

    ben.visits("/collections/all")
    expect(ben.page.get_by_role("dialog")).to_have_count(0)
    answers(mira, only_conversation(mira), ANSWER)
    unread = ben.page.get_by_role("button", name="Open chat, new messages: 1")
    expect(unread).to_be_visible(timeout=1_000 * soon(NEWS_SECONDS))
    preview = ben.page.get_by_role("button", name=re.compile("The lamp comes with a"))
    expect(preview).to_contain_text("Which color would you like?")

    ben.page.get_by_role("button", name="Dismiss").click()
    expect(preview).to_have_count(0)
    ben.page.reload()
    expect(unread).to_be_visible()
    expect(preview).to_have_count(0)

    answers(mira, only_conversation(mira), "Are you there?")
    ben.page.get_by_role("button", name=re.compile("Are you there")).click()
    ben.has_read("Are you there?")
    expect(unread).to_have_count(0)


def test_a_new_tab_tells_of_a_person_as_well(
    tide: WholeShop, person: Callable[..., Shopper], ai: ScriptedModel
) -> None:
    open_app(tide.admin.base)
    ai.will_say("Gladly.", gap_ms=0)
    mira, ben = Merchant(tide.app.base, SHOP), person(tide.storefront)
    ben.opens_chat("/?consent=granted")
    ben.asks("Does the stool come with a cushion?", "Gladly.")
    ben.button("Menu").click()
    ben.chat.get_by_role("menuitem", name="Talk to a person").click()
    ben.sees("Team notified")
    ben.button("Close chat").click()

    new = ben.another_tab()
    new.visits("/collections/all")
    expect(new.page.get_by_role("dialog")).to_have_count(0)
    answers(mira, inbox_of(mira)[0], "It does.")

    unread = new.page.get_by_role("button", name="Open chat, new messages: 1")
    expect(unread).to_be_visible(timeout=1_000 * soon(NEWS_SECONDS))
