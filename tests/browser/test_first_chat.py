"""Somebody asks for the first time, and is answered."""

from playwright.sync_api import expect

from tests.browser.shopper import Shopper, times_asked
from tests.support.scripted_model import ScriptedModel

ANSWER = "By courier to every address within Germany, by letter post elsewhere."


def test_ben_reads_the_first_answer_word_by_word(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say(ANSWER, gap_ms=60)
    ben.opens_chat("/products/tidepool-bowls")
    ben.watches_the_reply()

    ben.asks("How long does shipping take?", ANSWER)

    states = ben.saw_of_the_reply()
    assert len(states) > 3
    assert all(ANSWER.startswith(state) for state in states)
    expect(ben.messages).to_have_count(2)


def test_the_chat_says_before_the_first_message_that_nobody_human_answers(
    ben: Shopper,
) -> None:
    ben.opens_chat("/")

    expect(ben.chat).to_have_accessible_name("Chat with us")
    expect(ben.chat).to_have_accessible_description(
        "You’re chatting with an AI assistant, not a person. It can make mistakes, so please"
        " double-check important details."
    )
    ben.sees("You’re chatting with an AI assistant")


def test_a_suggested_question_is_asked_with_one_tap(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say(ANSWER)
    ben.opens_chat("/")
    question = ben.button("How long does shipping take?")

    question.click()

    ben.has_read(ANSWER)
    ben.has_read("How long does shipping take?")
    expect(question).to_be_hidden()


def test_the_merchants_own_questions_and_welcome_take_the_place_of_ours(
    ben: Shopper,
) -> None:
    ben.opens_chat(
        '/?settings={"title":"Ask Mira","welcome":"Moin!","question_2":"What is new?"}'
    )

    expect(ben.chat).to_have_accessible_name("Ask Mira")
    ben.sees("Moin!")
    questions = ben.chat.get_by_role(
        "list", name="Questions to begin with"
    ).get_by_role("button")
    expect(questions).to_have_text(["What is new?"])


def test_enter_sends_and_shift_enter_begins_a_line(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Noted.")
    ben.opens_chat("/")

    ben.input.press_sequentially("One bowl")
    ben.input.press("Shift+Enter")
    ben.input.press_sequentially("One mug")
    expect(ben.messages).to_have_count(0)
    ben.input.press("Enter")

    ben.has_read("Noted.")
    assert times_asked(ai, "One bowl\nOne mug") == 1


def test_the_enter_that_ends_a_composed_word_does_not_send(ben: Shopper) -> None:
    ben.opens_chat("/")
    keyboard = ben.browser.new_cdp_session(ben.page)

    keyboard.send(
        "Input.imeSetComposition",
        {"text": "茶碗", "selectionStart": 2, "selectionEnd": 2},
    )
    enter = {
        "key": "Enter",
        "code": "Enter",
        "windowsVirtualKeyCode": 229,
        "nativeVirtualKeyCode": 229,
    }
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **enter})
    keyboard.send("Input.insertText", {"text": "茶碗"})

    expect(ben.input).to_have_value("茶碗")
    expect(ben.messages).to_have_count(0)


def test_stop_keeps_the_words_so_far(ben: Shopper, ai: ScriptedModel) -> None:
    ai.will_say("red green blue black white grey", stall_after=4, gap_ms=0)
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.sees("red green blue black")

    ben.button("Stop reply").click()

    ben.has_read("red green blue black")
    expect(ben.messages.last).to_contain_text("Stopped")
    expect(ben.button("Send")).to_be_visible()
    ben.page.reload()
    ben.has_read("red green blue black")


def test_a_reply_can_show_nothing_but_text(ben: Shopper, ai: ScriptedModel) -> None:
    nasty = (
        "<img src=/a.png onerror=window.hacked=1> Look."
        " ![tracked](https://elsewhere.example/pixel.png) [click](javascript:window.hacked=2)."
        " Or [your cart](/cart). <script>window.hacked=3</script>"
    )
    ai.will_say(nasty, gap_ms=0)
    ben.opens_chat("/")
    hosts: list[str] = []
    ben.page.on(
        "request",
        lambda request: hosts.append(request.url.split("/")[2].partition(":")[0]),
    )

    ben.says("Show me a picture")

    said = ben.messages.last
    expect(said).to_contain_text("<img src=/a.png onerror=window.hacked=1> Look.")
    expect(said).to_contain_text("<script>window.hacked=3</script>")
    expect(said).not_to_contain_text("elsewhere.example")
    expect(said).not_to_contain_text("javascript")
    expect(said.get_by_role("link")).to_have_text("your cart")
    expect(ben.log.get_by_role("img")).to_have_count(0)
    assert set(hosts) == {"127.0.0.1"}
    assert ben.page.evaluate("window.hacked") is None
