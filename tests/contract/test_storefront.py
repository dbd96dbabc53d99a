"""A first message makes the session, whose id only the server issues; tabs and lost answers meet in
one.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contract.checked_people import asked_for
from tests.contract.contract_document import is_valid


def test_a_first_message_makes_a_new_session(ben):
    first = ben.says("Do you sell mugs?")

    assert first.status == 201
    assert set(first.body) == {"sessionId", "session", "message", "turn"}
    assert first.body["session"] == "new"
    assert first.body["message"]["seq"] == 1
    assert is_valid("Accepted", first.body)


def test_the_session_is_kept_with_the_next_message(ben):
    first = ben.says("Do you sell mugs?")
    second = ben.says("And bowls?")

    assert second.body["session"] == "kept"
    assert second.body["sessionId"] == first.body["sessionId"]
    assert second.body["turn"]["id"] != first.body["turn"]["id"]


def test_a_bare_message_is_answered_with_the_reply_and_nothing_else(ben, ai):
    ai.will_say("Yes, four kinds.", when="Do you sell mugs?")

    answer = ben.asks("Do you sell mugs?")

    assert (answer.status, answer.body["reply"]) == (201, "Yes, four kinds.")
    assert set(answer.body) == {"reply", "sessionId"}


def test_a_bare_message_gets_a_sentence_when_the_model_fails(ben, ai):
    ai.script(status=500)

    answer = ben.asks("Do you sell mugs?")

    assert answer.status == 201
    assert set(answer.body) == {"reply", "sessionId"}
    assert "can't answer" in answer.body["reply"]


def test_whoever_waits_gets_the_reply_along(ben, ai):
    ai.will_say("Yes, four kinds.", when="mugs")

    answer = ben.says("Do you sell mugs?", wait=25)

    assert answer.body["reply"] == "Yes, four kinds."
    assert answer.body["turn"]["status"] == "answered"
    assert answer.body["turn"]["direct"] is None


def test_whoever_does_not_wait_long_enough_follows(ben, ai):
    ai.will_say("Yes, four kinds.", when="mugs", first_ms=1_500)

    answer = ben.says("Do you sell mugs?", wait=0.1)

    assert "reply" not in answer.body
    assert answer.body["turn"]["status"] == "running"
    assert ben.follows(answer.turn).text == "Yes, four kinds."


def test_whoever_does_not_wait_gets_no_reply_even_when_it_is_there(ben, ai):
    ai.will_say("Yes.")
    sent = {
        "message": "Mugs?",
        "messageId": "0b0e5ad8-7f0e-4a0e-9d5e-3f6a1c2b4d5e",
        "wait": 0,
    }
    first = ben.says(
        **{
            "text": sent["message"],
            **{name: sent[name] for name in ("messageId", "wait")},
        }
    )
    ben.follows(first.turn)

    again = ben.sends("chat", sent | {"sessionId": first.body["sessionId"]})

    assert again.body["turn"] == {
        "id": first.turn,
        "status": "answered",
        "direct": None,
    }
    assert "reply" not in again.body


def test_two_first_messages_at_once_meet_in_one_session(ben):
    with ThreadPoolExecutor(2) as tabs:
        one, two = tabs.map(
            lambda text: ben.sends("chat", first(ben, text)),
            ["From one tab", "From the other"],
        )

    assert one.body["sessionId"] == two.body["sessionId"]
    # The reply to the one may stand before the other: then it is 1 and 3.
    first_seq, last_seq = sorted(one_of.body["message"]["seq"] for one_of in (one, two))
    assert first_seq == 1
    assert last_seq in {2, 3}
    assert {one.body["session"], two.body["session"]} == {"new", "kept"}


def test_different_first_ids_are_different_browsers(ben):
    assert (
        ben.says("Hello from here").body["sessionId"]
        != ben.elsewhere().says("Hello from there").body["sessionId"]
    )


def test_the_same_first_id_in_another_shop_is_another_browser(ben, otto):
    of_ben = ben.sends("chat", first(ben, "Hello, Ben here"))
    of_otto = otto.sends("chat", first(ben, "Hello, Otto here"))

    assert of_ben.body["sessionId"] != of_otto.body["sessionId"]
    assert of_otto.body["session"] == "new"


def test_messages_without_any_id_are_strangers_to_each_other(ben):
    ids = {
        ben.sends("chat", {"message": "Hello again"}).body["sessionId"]
        for _ in range(2)
    }

    assert len(ids) == 2


@pytest.mark.parametrize("invented", ["made-up", "A" * 43, "", "ü" * 40])
def test_a_session_that_was_never_issued_is_not_adopted(ben, invented: str):
    answer = ben.says("Is this mine?", sessionId=invented, firstId=None)

    assert answer.body["session"] == "new"
    assert answer.body["sessionId"] != invented
    assert not ben.sends("history", {"sessionId": invented}).body["messages"]


def test_an_invented_session_beside_a_first_id_leads_to_the_session_of_the_first_id(
    ben,
):
    known = ben.says("This is my first").body["sessionId"]

    answer = ben.says("Still me", sessionId="made-up", firstId=ben.device.first_id)

    assert answer.body["sessionId"] == known
    assert answer.body["session"] == "kept"


def test_page_and_locale_reach_the_model_and_the_query_of_the_page_does_not(ben, ai):
    page = {
        "url": "https://tide.example/products/mug?token=sesame#top",
        "title": "Harbour Mug",
        "productId": 42,
    }

    ben.follows(ben.says("What is this?", page=page, locale="de-AT").turn)

    [asked] = asked_for(ai, ben)
    told = asked["messages"][0]["content"]
    assert all(word in told for word in ("Harbour Mug", "/products/mug", "de-AT"))
    assert "sesame" not in told
    assert "store" not in asked, "only OpenAI's own host knows it"


def first(person, text: str) -> dict[str, str]:
    return {"message": text, "firstId": person.device.first_id}
