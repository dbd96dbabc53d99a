"""Slow proxies, hotel networks, tunnels, and a model that is down."""

from playwright.sync_api import expect

from tests.browser.shopper import Shopper, counted, times_asked
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.storefronts import Storefront
from tests.support.waiting import wait_until

ANSWER = "As soon as it is packed."
COUNTED = counted(30)


def direct_stream(app: RunningApp) -> str:
    return f"{app.base}/stream/**"


def paths(storefront: Storefront, part: str) -> list[str]:
    return [call["path"] for call in storefront.calls() if part in call["path"]]


def test_past_a_proxy_that_buffers_the_words_come_directly(
    ben: Shopper, ai: ScriptedModel, storefront: Storefront
) -> None:
    ai.will_say(ANSWER, gap_ms=60)
    storefront.proxy("buffer")
    ben.opens_chat("/")
    ben.watches_the_reply()

    ben.asks("How long?", ANSWER)

    assert len(ben.saw_of_the_reply()) > 2
    assert not paths(storefront, "/turns/")


def test_through_a_proxy_that_streams_the_words_come_where_nothing_else_may(
    ben: Shopper, ai: ScriptedModel, app: RunningApp, storefront: Storefront
) -> None:
    ai.script(chunks=30, gap_ms=60)
    ben.page.route(direct_stream(app), lambda route: route.abort())
    ben.opens_chat("/")
    ben.watches_the_reply()

    ben.asks("Count for me", COUNTED)

    assert len(ben.saw_of_the_reply()) > 5
    assert paths(storefront, "/turns/")


def test_through_a_proxy_that_buffers_alone_the_words_come_by_and_by(
    ben: Shopper, ai: ScriptedModel, app: RunningApp, storefront: Storefront
) -> None:
    ai.script(chunks=30, gap_ms=200)
    ben.page.route(direct_stream(app), lambda route: route.abort())
    storefront.proxy("buffer")
    ben.opens_chat("/")
    ben.watches_the_reply()

    ben.asks("Count for me", COUNTED)

    assert len(ben.saw_of_the_reply()) > 2
    assert times_asked(ai, "Count for me") == 1


def test_an_answer_that_gets_lost_is_asked_for_again_and_nothing_is_said_twice(
    ben: Shopper, ai: ScriptedModel, storefront: Storefront
) -> None:
    ai.will_say(ANSWER, gap_ms=0)
    storefront.proxy("drop", at="answer")
    ben.opens_chat("/")

    ben.says("How long?")
    wait_until(lambda: len(paths(storefront, "/chat")) > 1, "sent again")
    storefront.proxy()

    ben.has_read(ANSWER)
    expect(ben.messages).to_have_count(2)
    assert times_asked(ai, "How long?") == 1


def test_behind_the_login_page_of_a_hotel_the_message_waits(
    ben: Shopper, ai: ScriptedModel, storefront: Storefront
) -> None:
    ai.will_say(ANSWER, gap_ms=0)
    storefront.proxy("html")
    ben.opens_chat("/")

    ben.says("How long?")
    ben.sees("You’re offline. We’ll send your messages when you’re back online.")
    expect(ben.messages).to_contain_text(["Sending"])
    storefront.proxy()

    ben.has_read(ANSWER)
    expect(ben.chat).not_to_contain_text("You’re offline", use_inner_text=True)
    assert times_asked(ai, "How long?") == 1


def test_offline_during_a_reply_costs_no_word(ben: Shopper, ai: ScriptedModel) -> None:
    ai.script(chunks=30, gap_ms=60)
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.sees("wc wd wf")

    ben.browser.set_offline(True)
    ben.sees("You’re offline")
    ben.browser.set_offline(False)

    ben.has_read(COUNTED)
    expect(ben.chat).not_to_contain_text("You’re offline", use_inner_text=True)
    assert times_asked(ai, "Count for me") == 1


def test_what_is_written_offline_is_sent_once_and_in_order_when_the_network_is_back(
    ben: Shopper, ai: ScriptedModel, storefront: Storefront
) -> None:
    ai.will_say("To the left.", when="left", gap_ms=0)
    ai.will_say("To the right.", when="right", gap_ms=0)
    ben.opens_chat("/")
    ben.browser.set_offline(True)
    ben.says("Go left")
    ben.says("Go right")
    ben.sees("You’re offline")

    ben.browser.set_offline(False)

    ben.has_read("To the left.")
    ben.has_read("To the right.")
    expect(ben.messages.filter(has_text="You said:")).to_contain_text(
        ["Go left", "Go right"]
    )
    expect(ben.messages.filter(has_text="The assistant said:")).to_contain_text(
        ["To the left.", "To the right."]
    )
    assert len(paths(storefront, "/chat")) == 2


def test_what_could_not_be_sent_survives_the_page(
    ben: Shopper, ai: ScriptedModel, storefront: Storefront
) -> None:
    ai.will_say(ANSWER, gap_ms=0)
    storefront.proxy("drop", at="request")
    ben.opens_chat("/")
    ben.says("How long?")
    ben.sees("You’re offline")

    ben.visits("/cart")
    ben.has_read("How long?")
    storefront.proxy()

    ben.has_read(ANSWER)
    assert times_asked(ai, "How long?") == 1


def test_when_the_model_is_down_the_chat_says_so_and_can_try_again(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(status=500)
    ben.opens_chat("/")

    ben.says("Are you there?")

    expect(ben.chat.get_by_role("alert")).to_contain_text(
        "Your message is saved. Please try again in a minute."
    )
    ai.will_say("I am here.", gap_ms=0)
    ben.button("Try again").click()
    ben.has_read("I am here.")
    expect(ben.button("Try again")).to_be_hidden()
    expect(ben.messages).to_have_count(2)


def test_a_reply_that_breaks_off_is_written_anew_when_tried_again(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("red green blue black", drop_after=2, gap_ms=0)
    ben.opens_chat("/")
    ben.says("Count for me")
    expect(ben.messages.last).to_contain_text("Stopped")
    ben.has_read("red green")
    ai.will_say("red green blue black", gap_ms=0)

    ben.button("Try again").click()

    ben.has_read("red green blue black")
    expect(ben.messages).to_have_count(2)
    expect(ben.messages.last).not_to_contain_text("Stopped", use_inner_text=True)
