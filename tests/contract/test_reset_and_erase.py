"""Reset revokes the session at once and everywhere; with `erase` the words are deleted as well."""

import time

from tests.contract.database_hand import ask
from tests.support.pace import soon
from tests.support.running_app import RunningApp

ANSWER = {"reset": True}


def test_a_reset_leaves_an_unknown_session(ben):
    said = ben.says("Let us start over")
    ben.follows(said.turn)

    assert ben.resets().body == ANSWER

    ben.keeps(said)
    assert ben.history().body == {
        "messages": [],
        "turn": None,
        "form": None,
        "mode": None,
        "more": False,
        "waiting": False,
        "typing": False,
        "rating": True,
    }
    assert ben.follows(said.turn).status == 404
    assert ben.follows(said.turn, way="poll").status == 404
    assert ben.stops(said.turn).status == 404
    assert ben.retries(said.turn).status == 404


def test_the_next_message_begins_a_new_session(ben):
    before = ben.says("Let us start over")
    ben.resets()

    after = ben.says("Hello again")

    assert after.body["session"] == "new"
    assert after.body["sessionId"] != before.body["sessionId"]
    assert after.body["message"]["seq"] == 1


def test_a_tab_that_has_not_heard_of_the_reset_begins_a_new_session_too(ben):
    before = ben.says("Let us start over")
    ben.resets()

    after = ben.keeps(before).says("I have not heard of it")

    assert after.body["session"] == "new"
    assert after.body["sessionId"] != before.body["sessionId"]
    assert after.body["message"]["seq"] == 1


def test_the_same_first_id_after_a_reset_is_a_new_session(ben):
    first_id = ben.device.first_id
    before = ben.says("Let us start over")
    ben.resets()

    after = ben.says("With what I had", firstId=first_id)

    assert after.body["session"] == "new"
    assert after.body["sessionId"] != before.body["sessionId"]


def test_a_reset_of_nothing_is_answered_alike(ben, otto):
    of_ben = ben.says("This is mine").body["sessionId"]

    for fields in (
        {},
        {"sessionId": None},
        {"sessionId": "made-up"},
        {"sessionId": of_ben},
    ):
        assert otto.sends("reset", fields).body == ANSWER
    assert ben.resets().body == ANSWER
    assert ben.resets().body == ANSWER


def test_a_reset_ends_what_runs_and_what_waits_within_a_second(ben, ai):
    ai.script(chunks=400, gap_ms=50, when="Count")
    running, waiting = ben.says("Count to 400").turn, ben.says("Count again").turn
    with ben.watches(running) as events, ben.watches(waiting) as waits:
        next(events)
        ben.sends("reset", {"sessionId": ben.device.session_id})
        began = time.monotonic()

        assert [event.name for event in events][-1] == "stopped"
        assert [event.name for event in waits] == ["stopped"]
        assert time.monotonic() - began < soon(1)


def test_late_words_of_a_reset_turn_have_nowhere_to_go(app: RunningApp, ben, ai):
    ai.script(chunks=400, gap_ms=50, when="Count")
    said = ben.says("Count to 400")
    with ben.watches(said.turn) as events:
        next(events)
        ben.resets()

    again = ben.says("Something else")
    ben.follows(again.turn)
    question, reply = messages(app, said.body["message"]["id"])
    assert (question.role, reply.role) == ("shopper", "assistant")
    # What was said until the reset, as after a stop.
    assert (reply.status, reply.text.split()[0]) == ("partial", "wc")
    assert "wgbb" not in reply.text


def test_a_reset_keeps_the_words_for_the_shop(app: RunningApp, ben):
    said = ben.says("Keep this for the shop")
    ben.follows(said.turn)
    ben.resets()

    kept = messages(app, said.body["message"]["id"])
    assert kept[0].text == "Keep this for the shop"


def test_an_erasure_deletes_the_words(app: RunningApp, ben, ai):
    ai.will_say("A reply that is to be erased", when="Erase")
    said = ben.says("Erase this for me", page={"title": "A page to be erased"})
    ben.follows(said.turn)
    conversation = messages(app, said.body["message"]["id"])[0].conversation_id

    assert ben.resets(erase=True).body == ANSWER

    assert not messages(app, said.body["message"]["id"])
    [turn] = ask(
        app, "SELECT text, page FROM turns WHERE conversation_id = :id", id=conversation
    )
    assert (turn.text, turn.page) in [("", None), ("", "null")]


def test_an_erasure_takes_the_words_out_of_the_live_log(ben, ai):
    ai.script(chunks=200, gap_ms=20, when="Count")
    said = ben.says("Count to 200")
    with ben.watches(said.turn) as events:
        assert next(events).data["text"] == "wc"
        ben.resets(erase=True)

        assert [event.name for event in events][-1] == "stopped"
    assert ben.follows_directly(said.direct).status == 404


def messages(app: RunningApp, message_id: str) -> list:
    """All of the conversation that holds this message."""
    within = "conversation_id IN (SELECT conversation_id FROM messages WHERE id = :id)"
    return ask(
        app, f"SELECT * FROM messages WHERE {within} ORDER BY seq", id=message_id
    )
