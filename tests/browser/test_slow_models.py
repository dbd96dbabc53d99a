"""A model that thinks for a long time, cuts its reply short, or refuses: what the shopper sees of
it.
"""

import re

from playwright.sync_api import expect

from tests.browser.screen_reader import heard, listens
from tests.browser.shopper import Shopper
from tests.support.scripted_model import ScriptedModel

THINKING = "The assistant is thinking"
# Longer than the widget waits with it, shorter than it waits for a sign of life.
A_WHILE_MS = 9_000


def test_while_a_model_is_silent_the_shopper_sees_that_it_thinks(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(silent=True)
    ben.opens_chat("/")
    listens(ben)
    ben.page.clock.install()
    ben.says("Which of them all?")
    expect(ben.button("Stop reply")).to_be_visible()
    thinking = ben.page.get_by_text(THINKING).and_(
        ben.page.locator('[data-part="thinking"]')
    )
    expect(thinking).to_be_hidden()

    ben.page.clock.fast_forward(A_WHILE_MS)

    expect(thinking).to_be_visible()
    assert heard(ben).count(THINKING) == 1
    ben.button("Stop reply").click()
    expect(thinking).to_be_hidden()


def test_a_reply_that_was_cut_short_says_so(ben: Shopper, ai: ScriptedModel) -> None:
    ai.script(text="We have mugs, cups and", finish="length", gap_ms=0)
    ben.opens_chat("/")

    ben.says("What do you have?")

    ben.has_read("We have mugs, cups and")
    expect(ben.messages.last).to_contain_text("Stopped")


def test_a_refused_message_is_told_in_its_own_words_and_cannot_be_retried(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(
        status=400,
        body='{"error": {"code": "content_filter"}}',
        content_type="application/json",
    )
    ben.opens_chat("/")

    ben.says("Something terrible")

    expect(ben.page.get_by_text(re.compile("rephrase it"))).to_be_visible()
    expect(ben.button("Try again")).to_be_hidden()
    ben.page.reload()
    expect(ben.page.get_by_text(re.compile("rephrase it"))).to_be_visible()
    expect(ben.button("Try again")).to_be_hidden()
