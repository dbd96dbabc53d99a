"""What a shopper gets of a model that refuses, filters, cuts, thinks aloud or says nothing; and who
pays for it.
"""

from secrets import token_hex
from typing import Any

import pytest

from backend.ai.breaker import FAILURES
from tests.support.people import Person

JSON = {"content_type": "application/json"}
STREAM = {"content_type": "text/event-stream"}
FLAGGED = (
    '{"error": {"code": "content_filter", "type": "invalid_request_error", "message": "Your'
    ' prompt was filtered."}}'
)
TOO_LONG = (
    '{"error": {"code": "context_length_exceeded", "message": "The maximum context length is'
    ' 8192 tokens."}}'
)


def stream_of(*chunks: str) -> str:
    """Events of these choices, and the end of the stream."""
    events = (f'data: {{"choices": [{{"index": 0, {chunk}}}]}}\n\n' for chunk in chunks)
    return "".join(events) + "data: [DONE]\n\n"


def asks(who: Person, words: str) -> dict[str, Any]:
    """The last event of a turn."""
    followed = who.follows(who.says(words).turn)
    return {
        "name": followed.names[-1],
        **followed.events[-1].data,
        "text": followed.text,
    }


def stored(who: Person) -> list[tuple[str, str, str]]:
    return [
        (said["role"], said["text"], said["status"])
        for said in who.history().body["messages"]
    ]


def asked_about(ai, words: str) -> list[list[dict[str, str]]]:
    """What the model was sent, without the rules, each time that it was asked about these words."""
    sent = [call["body"]["messages"][1:] for call in ai.calls()]
    return [said for said in sent if words in said[-1]["content"]]


# Whoever is refused


def test_a_refused_message_has_its_own_end_and_no_retry(ben, ai):
    words = f"Something terrible {token_hex(4)}"
    ai.script(when=words, status=400, body=FLAGGED, **JSON)

    end = asks(ben, words)

    assert (end["name"], end["code"], end["retry"]) == ("failed", "refused", False)
    assert len(asked_about(ai, words)) == 1
    assert stored(ben) == [("shopper", words, "failed")]
    turn = ben.history().body["turn"]
    assert ben.retries(turn["id"]).body["turn"]["status"] == "failed"
    assert len(asked_about(ai, words)) == 1, "the same words are not sent again"


def test_it_stays_out_of_what_the_model_reads_later_and_others_do_not(ben, ai):
    terrible, unlucky = (
        f"Something terrible {token_hex(4)}",
        f"Something unlucky {token_hex(4)}",
    )
    ai.script(when=terrible, status=400, body=FLAGGED, **JSON)
    ai.script(when=unlucky, status=401)
    asks(ben, terrible)
    asks(ben, unlucky)
    ai.will_say("Mugs.", when="What do you sell?")

    assert asks(ben, "What do you sell?")["text"] == "Mugs."

    [said] = asked_about(ai, "What do you sell?")
    assert said == [{"role": "user", "content": f"{unlucky}\n\nWhat do you sell?"}]


def test_a_simple_client_is_told_so_in_a_sentence(ben, ai):
    words = f"Something terrible {token_hex(4)}"
    ai.script(when=words, status=400, body=FLAGGED, **JSON)

    answer = ben.sends("chat", {"message": words})

    assert answer.body["reply"] == "I can't answer this message. Please rephrase it."


@pytest.mark.parametrize(
    "rule",
    [
        {"status": 400, "body": FLAGGED, **JSON},
        {"status": 422, "body": '{"detail": "cannot be processed"}', **JSON},
        {"status": 413, "body": "{}", **JSON},
        {"status": 400, "body": TOO_LONG, **JSON},
        {"body": stream_of('"delta": {}, "finish_reason": "content_filter"'), **STREAM},
        {
            "body": stream_of('"delta": {"content": " "}, "finish_reason": "stop"'),
            **STREAM,
        },
        {"body": stream_of('"delta": {}, "finish_reason": "length"'), **STREAM},
    ],
)
def test_what_one_shopper_is_refused_is_no_outage_for_the_others(
    ben, app, shop, ai, rule: dict[str, Any]
):
    words = f"Something terrible {token_hex(4)}"
    ai.script(when=words, **rule)
    for _ in range(FAILURES + 1):
        assert asks(ben, words)["name"] == "failed"
    ai.will_say("Mugs.", when="What do you sell?")

    assert asks(Person(app.base, shop), "What do you sell?")["text"] == "Mugs."


# Too long a conversation


def test_a_conversation_that_is_too_long_is_asked_about_again_without_its_older_half(
    ben, ai
):
    for number in (1, 2):
        ai.will_say(f"Answer {number}.", when=f"Question {number}")
        asks(ben, f"Question {number}")
    ai.will_say("Answer 3.", when="Question 3")
    ai.script(when="Question 3", status=400, body=TOO_LONG, times=1, **JSON)

    assert asks(ben, "Question 3")["text"] == "Answer 3."

    first, second = asked_about(ai, "Question 3")
    assert [said["content"] for said in first] == [
        "Question 1",
        "Answer 1.",
        "Question 2",
        "Answer 2.",
        "Question 3",
    ]
    assert [said["content"] for said in second] == [
        "Question 2",
        "Answer 2.",
        "Question 3",
    ]


def test_and_no_more_than_once(ben, ai):
    ai.will_say("Mugs.", when="What do you sell?")
    asks(ben, "What do you sell?")
    ai.script(when="And now?", status=400, body=TOO_LONG, **JSON)

    assert asks(ben, "And now?")["code"] == "refused"
    assert len(asked_about(ai, "And now?")) == 2


# Replies that are not whole


@pytest.mark.parametrize(
    "reason",
    ["length", "content_filter", "error", "MAX_TOKENS", "insufficient_system_resource"],
)
def test_a_reply_that_was_cut_says_so(ben, ai, reason: str):
    cut = stream_of(
        '"delta": {"content": "We have mu"}',
        f'"delta": {{}}, "finish_reason": "{reason}"',
    )
    ai.script(when="mugs?", body=cut, **STREAM)

    end = asks(ben, "Do you have mugs?")

    assert (end["name"], end["text"]) == ("finished", "We have mu")
    assert stored(ben) == [
        ("shopper", "Do you have mugs?", "answered"),
        ("assistant", "We have mu", "partial"),
    ]


@pytest.mark.parametrize(
    "blank", [" ", "\\n\\n", "\\u200b", "\\u3164 \\u2800", "<think>hm</think>\\n"]
)
def test_an_answer_of_nothing_is_none(ben, ai, blank: str):
    ai.script(
        when="mugs?",
        body=stream_of(f'"delta": {{"content": "{blank}"}}, "finish_reason": "stop"'),
        **STREAM,
    )

    end = asks(ben, "Do you have mugs?")

    assert (end["name"], end["code"], end["retry"], end["text"]) == (
        "failed",
        "upstream_invalid",
        True,
        "",
    )
    assert stored(ben) == [("shopper", "Do you have mugs?", "failed")]


# Reasoning


@pytest.mark.parametrize(
    "thought", ["<think>They want a mug.</think>", "They want a mug.\n</think>\n\n"]
)
def test_what_a_model_thinks_is_neither_kept_nor_sent_back(ben, ai, thought: str):
    ai.will_say(f"{thought}We have mugs.", when="mugs?", gap_ms=5, cut_utf8=7)
    assert asks(ben, "Do you have mugs?")["text"].strip() == "We have mugs."
    assert [said["text"] for said in ben.history().body["messages"]] == [
        "Do you have mugs?",
        "We have mugs.",
    ]
    ai.will_say("Blue.", when="Which")
    asks(ben, "Which ones?")

    [said] = asked_about(ai, "Which ones?")
    assert "They want" not in str(said)


def test_the_log_tells_the_operator_what_to_look_at_and_no_words(ben, app, ai):
    words = f"canary {token_hex(6)}"
    body = f'{{"error": {{"code": "model_not_found", "type": "{words}", "message": "{words}"}}}}'
    ai.script(when=words, status=404, body=body, **JSON)

    assert asks(ben, words)["code"] == "busy"

    log = app.logs()
    assert "status 404, code model_not_found" in log
    assert "OPENAI_BASE_URL, which mostly ends in /v1, and OPENAI_MODEL" in log
    assert words not in log


def test_an_address_that_mostly_is_wrong_is_told_at_start(app_factory, model):
    app = app_factory("sqlite", OPENAI_BASE_URL=model.base)

    assert "OPENAI_BASE_URL has no /v1 in its path" in app.logs()
