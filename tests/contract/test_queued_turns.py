"""Messages sent while a turn runs wait their turn: one at a time, in order, and not too many."""

import pytest

from tests.contract.checked_people import asked_for
from tests.support.people import Answer


@pytest.fixture
def slow(ai) -> None:
    ai.script(chunks=400, gap_ms=50, when="Count")


def test_a_message_sent_meanwhile_waits(ben, slow):
    running = ben.says("Count to 400")
    waiting = ben.says("And then?")

    assert running.body["turn"]["status"] == "running"
    assert waiting.body["turn"]["status"] == "queued"
    assert waiting.body["message"]["seq"] == 2
    now = ben.history().body
    assert now["turn"]["id"] == running.turn
    assert [said["text"] for said in now["messages"]] == ["Count to 400", "And then?"]
    ben.stops(running.turn)


def test_waiting_turns_run_in_the_order_of_their_messages(ben, ai):
    ai.script(chunks=2, gap_ms=20, when="wait")
    ai.script(chunks=2, gap_ms=1_000, when="0: please wait")  # until all have been sent
    turns = [ben.says(f"{number}: please wait").turn for number in range(4)]

    for turn in turns:
        assert ben.follows(turn).names[-1] == "finished"

    assert questions(ai, ben) == [f"{number}: please wait" for number in range(4)]
    replies = [
        said for said in ben.history().body["messages"] if said["role"] == "assistant"
    ]
    assert [reply["seq"] for reply in replies] == [5, 6, 7, 8]


def test_a_waiting_turn_is_answered_to_its_own_message_with_what_came_before(ben, ai):
    ai.will_say("The first answer", when="first", gap_ms=50)
    one, two = ben.says("The first question"), ben.says("The second question")
    ben.follows(one.turn)
    ben.follows(two.turn)

    told = [
        (said["role"], said["content"])
        for said in asked_for(ai, ben)[-1]["messages"][1:]
    ]
    assert told[-1] == ("user", "The second question")
    assert ("assistant", "The first answer") in told
    assert ("user", "The second question") not in told[:-1]


def test_a_reader_of_a_waiting_turn_sees_it_begin(ben, ai):
    ai.script(chunks=3, gap_ms=100, when="first")
    ben.says("The first question")

    seen = ben.follows(ben.says("The second question").turn)

    assert seen.names[-1] == "finished"
    assert seen.text == "Yes, we do."
    assert seen.numbers[0] == 1


def test_a_fifth_open_turn_is_too_much(ben, slow):
    accepted = [ben.says("Count to 400")] + [
        ben.says(f"Waiting, number {number}") for number in range(3)
    ]
    refused = ben.says("One too many")

    assert [answer.status for answer in accepted] == [201] * 4
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert int(refused.headers["Retry-After"]) >= 1
    assert len(ben.history().body["messages"]) == 4
    ben.resets()


def test_there_is_room_again_when_one_has_ended(ben, slow):
    first, *_ = [ben.says("Count to 400")] + [
        ben.says(f"Waiting, number {number}") for number in range(3)
    ]
    assert ben.says("One too many").status == 429

    ben.stops(first.turn)

    assert ben.says("One more").status == 201


def test_stopping_the_first_begins_the_next(ben, slow):
    first, second = ben.says("Count to 400"), ben.says("Do you sell mugs?")

    ben.stops(first.turn)

    assert ben.follows(second.turn).text == "Yes, we do."


def test_stopping_a_waiting_turn_leaves_the_running_one_alone(ben, slow, ai):
    first, second, third = (
        ben.says("Count to 400"),
        ben.says("Never mind"),
        ben.says("Count again"),
    )

    assert ben.stops(second.turn).body == {"stopped": True}

    assert ben.follows(second.turn).names == ["stopped"]
    assert states(ben, first, second, third) == ["running", "stopped", "queued"]
    assert "Never mind" not in questions(ai, ben)
    ben.stops(first.turn)
    with ben.watches(third.turn) as events:
        assert next(events).name == "text"
    assert questions(ai, ben) == ["Count to 400", "Count again"]
    ben.stops(third.turn)


def test_a_failure_does_not_hold_up_the_next(ben, ai):
    ai.script(status=401, when="fail")
    failing, next_one = ben.says("Please fail"), ben.says("Do you sell mugs?")

    assert ben.follows(failing.turn).names == ["failed"]
    assert ben.follows(next_one.turn).text == "Yes, we do."


def test_a_retry_waits_for_what_runs(ben, ai):
    ai.script(chunks=6, gap_ms=100, when="Count")
    ai.script(status=401, when="fail", times=1)
    failed = ben.says("Please fail").turn
    last = ben.follows(failed).numbers[-1]
    running = ben.says("Count to six").turn

    assert ben.retries(failed).body["turn"]["status"] == "queued"

    assert ben.follows(running).names[-1] == "finished"
    assert ben.follows(failed, after=last).names[-1] == "finished"
    assert [said["role"] for said in ben.history().body["messages"]] == [
        "shopper",
        "shopper",
        "assistant",
        "assistant",
    ]


def states(person, *answers: Answer) -> list[str]:
    asked = {"sessionId": person.device.session_id, "wait": 0}
    return [
        person.sends(f"turns/{answer.turn}", asked).body["status"] for answer in answers
    ]


def questions(ai, person) -> list[str]:
    return [body["messages"][-1]["content"] for body in asked_for(ai, person)]
