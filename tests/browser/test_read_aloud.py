"""What a screen reader says: each thing once, and no word of a reply before all of them
are there.
"""

from playwright.sync_api import expect

from backend.dev.model.ai_script import counted
from tests.browser.screen_reader import heard, listens
from tests.browser.shopper import Shopper
from tests.support.scripted_model import ScriptedModel


def test_a_reply_is_announced_once_and_whole(ben: Shopper, ai: ScriptedModel) -> None:
    ai.will_say("We are in **Husum**, by the sea.", gap_ms=40)
    ben.opens_chat("/")
    listens(ben)

    ben.says("Where are you?")
    expect(ben.messages.last).to_contain_text("by the sea")
    # The states of recent messages are asked for after each reply, which must not be heard.
    expect(ben.messages.first).to_contain_text("Answered", use_inner_text=True)

    answers = [text for text in heard(ben) if "Where are you?" not in text]
    assert len(answers) == 2
    assert answers[0] == "The assistant is typing"
    assert "We are in Husum, by the sea." in answers[1]


def test_what_was_said_before_is_not_read_out_again(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("In Husum.", gap_ms=0)
    ben.opens_chat("/")
    ben.asks("Where are you?", "In Husum.")
    ben.button("Close chat").click()
    ben.visits("/cart")
    listens(ben)

    ben.opens_chat()

    ben.has_read("In Husum.")
    assert heard(ben) == []


def test_a_problem_is_announced_once_and_belongs_to_the_text_box(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(status=500)
    ben.opens_chat("/")
    listens(ben)
    problem = (
        "The assistant can’t answer right now. Your message is saved. Please try again in a"
        " minute."
    )

    ben.says("Are you there?")

    expect(ben.input).to_have_accessible_description(problem)
    assert heard(ben).count(problem) == 1


def test_an_answer_that_arrives_while_the_chat_is_closed_shows_on_the_launcher(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.script(chunks=20, gap_ms=60)
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.sees("wc wd")

    ben.page.keyboard.press("Escape")

    expect(ben.launcher).to_have_accessible_name("Open chat, new messages: 1")
    ben.opens_chat()
    expect(ben.launcher).to_have_accessible_name("Open chat")
    ben.has_read(counted(20))
