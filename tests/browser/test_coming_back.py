"""The conversation belongs to the browser: reloads, other pages, other tabs, older messages, killed
servers.
"""

from playwright.sync_api import expect

from tests.browser.shopper import Shopper, counted, times_asked
from tests.support.scripted_model import ScriptedModel
from tests.support.storefronts import Storefront

COUNTED = counted(40)


def test_a_reload_keeps_the_conversation(ben: Shopper, ai: ScriptedModel) -> None:
    ai.will_say("We are in Husum.", when="Where", gap_ms=0)
    ai.will_say("Truly.", when="Really", gap_ms=0)
    ben.opens_chat("/")
    ben.asks("Where are you?", "We are in Husum.")

    ben.page.reload()

    ben.has_read("Where are you?")
    ben.has_read("We are in Husum.")
    ben.asks("Really?", "Truly.")
    assert [said["role"] for said in ai.calls()[-1]["body"]["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]


def test_a_page_change_during_a_reply_loses_and_repeats_nothing(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(chunks=40, gap_ms=60)
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.sees("wc wd wf")

    ben.page.get_by_role("main").get_by_role("link").first.click()
    ben.page.wait_for_url("**/collections/**")

    ben.has_read(COUNTED)
    expect(ben.messages).to_have_count(2)
    assert times_asked(ai, "Count for me") == 1


def test_the_panel_that_was_open_is_open_on_the_next_page_and_leaves_the_focus_alone(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Yes.", gap_ms=0)
    ben.opens_chat("/")
    ben.asks("Do you deliver?", "Yes.")

    ben.visits("/cart")

    ben.has_read("Yes.")
    assert ben.page.evaluate("document.activeElement === document.body")
    ben.button("Close chat").click()
    ben.visits("/")
    expect(ben.launcher).to_have_attribute("aria-expanded", "false")
    expect(ben.chat).to_be_hidden()


def test_what_was_not_sent_yet_is_still_in_the_box_after_a_reload(ben: Shopper) -> None:
    ben.opens_chat("/")
    ben.input.press_sequentially("I am looking for a gift")

    ben.page.reload()

    expect(ben.input).to_have_value("I am looking for a gift")


def test_a_failed_reply_can_still_be_tried_again_after_a_reload(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(status=500)
    ben.opens_chat("/")
    ben.says("Are you there?")
    expect(ben.button("Try again")).to_be_visible()
    ben.page.reload()
    expect(ben.chat.get_by_role("alert")).to_have_text(
        "The assistant can’t answer right now. Your message is saved. Please try again in a"
        " minute."
    )
    ai.will_say("I am here.", gap_ms=0)

    ben.button("Try again").click()

    ben.has_read("I am here.")
    expect(ben.messages).to_have_count(2)
    expect(ben.button("Try again")).to_be_hidden()


def test_a_second_tab_shows_the_same_and_asks_the_model_nothing(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(chunks=40, gap_ms=60)
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.sees("wc wd wf")

    again = ben.another_tab()
    again.opens_chat("/products/harbour-mug")

    again.has_read(COUNTED)
    ben.has_read(COUNTED)
    assert times_asked(ai, "Count for me") == 1


def test_what_is_said_in_one_tab_appears_in_the_other(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("First answer.", when="First", gap_ms=0)
    ai.will_say("Second answer.", when="Second", gap_ms=0)
    ben.opens_chat("/")
    ben.asks("First question", "First answer.")
    again = ben.another_tab()
    again.opens_chat("/")
    again.has_read("First answer.")

    again.asks("Second question", "Second answer.")

    ben.has_read("Second answer.")
    expect(ben.messages).to_have_count(4)
    expect(again.messages).to_have_count(4)


def test_the_first_messages_of_two_tabs_meet_in_one_conversation(
    ben: Shopper, ai: ScriptedModel, storefront: Storefront
) -> None:
    ai.will_say("To the left.", when="left", gap_ms=0)
    ai.will_say("To the right.", when="right", gap_ms=0)
    ben.opens_chat("/")
    again = ben.another_tab()
    again.opens_chat("/")
    # So slow that both have sent before either knows a session.
    storefront.proxy("delay", ms=400)

    ben.says("Go left")
    again.says("Go right")

    for tab in (ben, again):
        for text in ("Go left", "To the left.", "Go right", "To the right."):
            tab.has_read(text)
        expect(tab.messages).to_have_count(4)
    assert ben.messages.all_inner_texts() == again.messages.all_inner_texts()
