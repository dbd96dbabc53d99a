"""Starting afresh: asked for in the menu, confirmed, and then nothing of the old words is left."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.shopper import Shopper
from tests.support.scripted_model import ScriptedModel


@pytest.fixture
def talker(ben: Shopper, ai: ScriptedModel) -> Shopper:
    """Ben, after a question and its answer."""
    ai.will_say("Sandalwood and cedar.", gap_ms=0)
    ben.opens_chat("/")
    ben.asks("How does it smell?", "Sandalwood and cedar.")
    return ben


def asks_for_reset(ben: Shopper) -> None:
    ben.button("Menu").click()
    ben.chat.get_by_role("menuitem", name="Reset chat").click()
    expect(ben.page.get_by_role("alertdialog", name="Reset chat?")).to_be_visible()


@pytest.mark.parametrize("erase", [False, True])
def test_a_reset_leaves_nothing_behind(
    talker: Shopper, ai: ScriptedModel, erase: bool
) -> None:
    asks_for_reset(talker)
    if erase:
        talker.page.get_by_label("Also delete it from the store’s records").check()

    with talker.page.expect_request("**/apps/flux-chat/reset") as asked:
        talker.button("Reset").click()

    expect(talker.messages).to_have_count(0)
    talker.sees("Hello! What can I help you with?")
    assert json.loads(asked.value.post_data or "{}")["erase"] is erase
    assert talker.keeps() == {
        "local": set(),
        "session": {"transport"},
        "cookies": set(),
    }
    talker.page.reload()
    talker.opens_chat()
    expect(talker.messages).to_have_count(0)

    ai.will_say("Of the sea.", gap_ms=0)
    talker.asks("And the towels?", "Of the sea.")
    assert [said["role"] for said in ai.calls()[-1]["body"]["messages"]] == [
        "system",
        "user",
    ]


def test_whoever_changes_their_mind_keeps_everything(talker: Shopper) -> None:
    asks_for_reset(talker)

    talker.button("Cancel").click()

    expect(talker.page.get_by_role("alertdialog")).to_be_hidden()
    expect(talker.button("Menu")).to_be_focused()
    talker.has_read("Sandalwood and cedar.")


def test_a_reset_ends_the_reply_that_is_being_written(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(chunks=5, stall_after=3, gap_ms=0)
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.sees("wc wd wf")

    asks_for_reset(ben)
    ben.button("Reset").click()

    ben.sees("Hello! What can I help you with?")
    expect(ben.chat).not_to_contain_text("wc wd wf")
    expect(ben.button("Send")).to_be_visible()


def test_a_reset_in_one_tab_is_one_in_the_other(talker: Shopper) -> None:
    again = talker.another_tab()
    again.opens_chat("/")
    again.has_read("Sandalwood and cedar.")

    asks_for_reset(again)
    again.button("Reset").click()

    expect(talker.messages).to_have_count(0)
    talker.sees("Hello! What can I help you with?")


def test_a_reset_that_does_not_arrive_says_so(talker: Shopper) -> None:
    asks_for_reset(talker)
    talker.browser.set_offline(True)

    talker.button("Reset").click()

    problem = talker.page.get_by_role("alertdialog").get_by_role("alert")
    expect(problem).to_have_text(
        "That didn’t work. Please check your connection and try again."
    )
    talker.browser.set_offline(False)
    talker.button("Reset").click()
    expect(talker.messages).to_have_count(0)
