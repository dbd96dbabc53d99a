"""Long replies and long conversations: nothing jumps, and nobody is read to what they have not
asked for.
"""

from playwright.sync_api import expect

from backend.dev.model.ai_script import counted
from tests.browser.long_talk import remembers_a_long_talk
from tests.browser.screen_reader import heard, listens
from tests.browser.shopper import Shopper
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel

# Returns where the element then is, before anything can have answered.
SCROLL_TO_THE_TOP = """element => {
  let scroller = element
  while (scroller.scrollHeight <= scroller.clientHeight
      || getComputedStyle(scroller).overflowY === "visible")
    scroller = scroller.parentElement
  scroller.scrollTop = 0
  return element.getBoundingClientRect().top
}"""
TOP = "element => element.getBoundingClientRect().top"
FEW_PX = 2


def test_five_hundred_messages_come_in_pages_and_what_is_being_read_stays_where_it_is(
    ben: Shopper, app: RunningApp
) -> None:
    ben.visits("/")
    remembers_a_long_talk(ben.page, app, 500)
    ben.opens_chat()
    expect(ben.messages).to_have_count(50)
    expect(ben.messages.last).to_be_in_viewport()
    listens(ben)

    for shown in range(50, 500, 50):
        oldest = ben.log.get_by_text(f"Question {(500 - shown) // 2 + 1}", exact=True)
        place = oldest.evaluate(SCROLL_TO_THE_TOP)
        expect(ben.messages).to_have_count(shown + 50)
        assert abs(oldest.evaluate(TOP) - place) < FEW_PX

    ben.has_read("Question 1")
    expect(ben.button("Show earlier messages")).to_be_hidden()
    assert heard(ben) == []
    ben.button("Go to the newest message").click()
    expect(ben.log.get_by_text("Answer 250", exact=True)).to_be_in_viewport()


def test_a_reply_of_four_thousand_words_can_be_read_from_its_beginning_while_it_grows(
    ben: Shopper, ai: ScriptedModel
) -> None:
    chapters = [
        f"Chapter {word}. " + "and then the sea rose a little " * 39
        for word in counted(15).split()
    ]
    story = "\n\n".join(text.strip() for text in chapters)
    assert len(story.split()) > 4000
    ai.will_say(story, gap_ms=1)
    ben.opens_chat("/")
    ben.says("Tell me a story")
    ben.sees("Chapter wd.")

    beginning = ben.chat.get_by_text("Tell me a story", exact=True)
    place = beginning.evaluate(SCROLL_TO_THE_TOP)
    ben.sees("Chapter wn.")
    assert abs(beginning.evaluate(TOP) - place) < FEW_PX

    expect(ben.messages).to_have_count(2)
    assert (
        ben.messages.last.locator("[data-field=text]").inner_text().split()
        == story.split()
    )
    assert abs(beginning.evaluate(TOP) - place) < FEW_PX
    ben.button("Go to the newest message").click()
    expect(ben.messages.last.locator("p").last).to_be_in_viewport()
