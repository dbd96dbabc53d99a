"""Stop and retry: a shopper ends a reply and keeps what was said, or begins a failed one anew in
its place.
"""

import time

import pytest

from tests.contract.checked_people import asked_for
from tests.support.loopback import loopback
from tests.support.people import Answer
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until


@pytest.fixture
def counting(ben, ai):
    """A turn of Ben's that would take twenty seconds."""
    ai.script(chunks=400, gap_ms=50, when="Count")
    return ben.says("Count to 400").turn


def test_a_stopped_turn_keeps_what_was_said(ben, counting: str):
    with ben.watches(counting) as events:
        seen = [next(events) for _ in range(4)]
        assert ben.stops(counting).body == {"stopped": True}
        seen += list(events)

    assert seen[-1].name == "stopped"
    kept = ben.history().body
    assert [(said["role"], said["status"]) for said in kept["messages"]] == [
        ("shopper", "saved"),
        ("assistant", "partial"),
    ]
    assert kept["messages"][1]["text"].startswith("wc wd wf wg")
    assert kept["turn"] is None


def test_what_readers_saw_is_what_is_kept(ben, counting: str):
    with ben.watches(counting) as events:
        next(events)
        ben.stops(counting)
        list(events)

    assert ben.history().body["messages"][1]["text"] == ben.follows(counting).text


def test_nothing_is_said_after_a_stop(ben, counting: str):
    with ben.watches(counting) as events:
        next(events)
        ben.stops(counting)
        names = [event.name for event in events]

    assert set(names[:-1]) <= {"text"}
    assert names[-1] == "stopped"
    assert ben.follows(counting).names.count("stopped") == 1


def test_a_stop_ends_the_call_to_the_model(ben, ai, counting: str):
    with ben.watches(counting) as events:
        next(events)
    answering = answers_under_way(ai)

    ben.stops(counting)

    wait_until(
        lambda: answers_under_way(ai) < answering, "the model was left alone", within=15
    )


def test_a_turn_that_said_nothing_leaves_no_message(ben, ai):
    ai.script(chunks=1, first_ms=20_000, when="Think")
    turn = ben.says("Think about it").turn

    assert ben.stops(turn).body == {"stopped": True}

    assert ben.follows(turn).names == ["stopped"]
    assert [said["role"] for said in ben.history().body["messages"]] == ["shopper"]


def test_a_second_stop_learns_how_it_ended(ben, counting: str):
    ben.stops(counting)

    assert ben.stops(counting).body == {"stopped": False, "status": "stopped"}


def test_a_stop_that_comes_too_late_learns_how_it_ended(ben, ai):
    answered = ben.says("Do you sell mugs?").turn
    ben.follows(answered)
    ai.script(status=401)
    failed = ben.says("And bowls?").turn
    ben.follows(failed)

    assert ben.stops(answered).body == {"stopped": False, "status": "answered"}
    assert ben.stops(failed).body == {"stopped": False, "status": "failed"}
    assert ben.history().body["messages"][1]["status"] == "answered"


def test_the_next_message_goes_on_after_a_stop(ben, counting: str):
    with ben.watches(counting) as events:
        next(events)
        ben.stops(counting)

    after = ben.says("Do you sell mugs?")

    assert after.body["turn"]["status"] == "running"
    assert ben.follows(after.turn).text == "Yes, we do."


def test_a_failure_says_why_and_that_it_may_be_tried_again(ben, ai):
    ai.script(status=500)
    said = ben.says("Do you sell mugs?")

    seen = ben.follows(said.turn)

    assert seen.names == ["failed"]
    assert seen.events[0].data == {"code": "busy", "retry": True}
    told = ben.history().body
    assert told["messages"][0]["status"] == "failed"
    assert (told["turn"]["id"], told["turn"]["status"], told["turn"]["direct"]) == (
        said.turn,
        "failed",
        None,
    )
    assert ben.follows(said.turn, after=told["turn"]["next"]).names == ["failed"]


def test_a_retry_answers_the_same_message_in_the_same_turn(ben, ai):
    ai.script(status=401, times=1)
    said = ben.says("Do you sell mugs?")
    failed = ben.follows(said.turn)

    again = ben.retries(said.turn)

    assert again.status == 201
    assert again.turn == said.turn
    assert again.body["message"] == said.body["message"]
    assert again.body["sessionId"] == said.body["sessionId"]
    after = ben.follows(said.turn, after=failed.numbers[-1])
    assert (after.names[0], after.events[0].data, after.names[-1]) == (
        "restart",
        {"attempt": 2},
        "finished",
    )
    assert (after.numbers[0] > 1_000_000, after.numbers[0] % 1_000_000) == (True, 1)
    assert after.text == "Yes, we do."
    told = ben.history().body
    assert [said["status"] for said in told["messages"]] == ["answered", "answered"]
    assert told["turn"] is None


def test_half_a_reply_is_kept_until_the_retry_replaces_it(ben, ai):
    ai.script(chunks=5, gap_ms=5, error_after=3, times=1)
    said = ben.says("Do you sell mugs?")
    failed = ben.follows(said.turn)
    assert failed.events[-1].data == {"code": "busy", "retry": True}
    [_, partial] = ben.history().body["messages"]
    assert (partial["text"], partial["status"]) == ("wc wd wf", "partial")

    ai.script(text="Now it works.", first_ms=400, gap_ms=0)
    ben.retries(said.turn)
    assert [said["role"] for said in ben.history().body["messages"]] == ["shopper"]
    ben.follows(said.turn, after=failed.numbers[-1])

    [_, reply] = ben.history().body["messages"]
    assert (reply["text"], reply["status"], reply["seq"]) == (
        "Now it works.",
        "answered",
        partial["seq"],
    )


@pytest.mark.parametrize("end", ["answered", "stopped", "running"])
def test_a_retry_of_what_did_not_fail_changes_nothing(ben, ai, end: str):
    ai.script(chunks=400, gap_ms=50, when="Count")
    turn = ben.says("Do you sell mugs?" if end == "answered" else "Count to 400").turn
    wait_until(lambda: asked_for(ai, ben), "the model is asked")
    if end == "answered":
        ben.follows(turn)
    elif end == "stopped":
        ben.stops(turn)
    calls = len(asked_for(ai, ben))

    again = ben.retries(turn)

    assert (again.status, again.body["turn"]["status"]) == (201, end)
    assert len(asked_for(ai, ben)) == calls
    ben.stops(turn)


def test_two_retries_at_once_are_one(ben, ai):
    ai.script(text="Yes.", first_ms=300, gap_ms=0)
    ai.script(status=401, times=1)
    said = ben.says("Do you sell mugs?")
    failed = ben.follows(said.turn)

    ben.retries(said.turn)
    ben.retries(said.turn)

    after = ben.follows(said.turn, after=failed.numbers[-1])
    assert after.names.count("restart") == 1
    assert len(asked_for(ai, ben)) == 2


def test_a_retry_counts_as_haste(ben, ai):
    """Each failed attempt may cost money, so the limits of messages hold."""
    ai.script(status=401)
    turn = ben.says("Do you sell mugs?").turn
    answers: list[Answer] = []
    began = time.monotonic()
    while (not answers or answers[-1].status == 201) and time.monotonic() - began < 20:
        ben.follows(turn, after=ben.history().body["turn"]["next"])
        answers.append(ben.retries(turn))

    assert (answers[-1].status, answers[-1].code) == (429, "rate_limited")
    assert int(answers[-1].headers["Retry-After"]) <= 60


def answers_under_way(ai: ScriptedModel) -> int:
    return int(loopback.get(f"{ai.base}/open").json()["open"])
