"""Several processes at one PostgreSQL and one Redis: any of them serves anybody, and none of them
is needed.
"""

import time
from threading import Thread

import pytest

from backend.dev.model.ai_script import counted
from tests.contract.checked_people import asked_for
from tests.support.event_reader import Event
from tests.support.pace import soon
from tests.support.running_app import RunningApp

ROUNDS = 12
SIXTY = counted(60)


@pytest.fixture(scope="module")
def app(stores, start_app):
    app = start_app(stores.new("postgresql"))
    yield app
    app.close()


@pytest.fixture(scope="module")
def other(app: RunningApp) -> RunningApp:
    return app.sibling()


@pytest.fixture
def mortal(app_factory) -> RunningApp:
    """A process that may die; its leases are short."""
    return app_factory("postgresql", TURN_LEASE_SECONDS="2")


@pytest.mark.parametrize("way", ["stream", "poll"])
def test_a_reader_at_another_process_misses_nothing_and_waits_for_nothing(
    other, ben, ai, way
):
    ai.script(chunks=5, gap_ms=5, when="Count")
    slowest = 0.0
    for number in range(ROUNDS):
        turn = ben.says(f"Count, round {number}").turn
        began = time.monotonic()
        seen = ben.at(other).follows(turn, way=way)
        slowest = max(slowest, time.monotonic() - began)
        assert (seen.text, seen.names[-1]) == ("wc wd wf wg wh", "finished")

    assert slowest < soon(2)


def test_a_poll_at_another_process_ends_with_the_message(other, ben):
    ben.follows(ben.says("The first").turn)
    answer = ben.at(other).begins(
        "history", {"sessionId": ben.device.session_id, "after": 2, "wait": 8}
    )
    began = time.monotonic()

    ben.says("The second")

    assert answer().body["messages"][0]["text"] == "The second"
    assert time.monotonic() - began < soon(3)


@pytest.mark.parametrize("how", ["stop", "reset", "erase"])
def test_another_process_may_end_a_turn_and_readers_hear_it_within_a_second(
    other, ben, ai, how: str
):
    ai.script(chunks=400, gap_ms=50, when="Count")
    turn = ben.says("Count to 400").turn
    there = ben.at(other)
    with ben.watches(turn) as here_events, there.watches(turn) as there_events:
        next(here_events)
        next(there_events)
        there.stops(turn) if how == "stop" else there.sends("reset", reset(there, how))
        began = time.monotonic()

        assert list(there_events)[-1].name == "stopped"
        assert list(here_events)[-1].name == "stopped"
        assert time.monotonic() - began < soon(1.5)


def test_a_retry_at_another_process_is_seen_at_the_first(other, ben, ai):
    ai.script(chunks=5, gap_ms=20, when="Count")
    ai.script(status=401, times=1)
    said = ben.says("Count to five")
    last = ben.follows(said.turn).numbers[-1]
    began = time.monotonic()

    assert ben.at(other).retries(said.turn).status == 201

    after = ben.follows(said.turn, after=last)
    assert (after.names[0], after.text, after.names[-1]) == (
        "restart",
        "wc wd wf wg wh",
        "finished",
    )
    assert ben.at(other).follows(said.turn, after=last).events == after.events
    assert time.monotonic() - began < soon(4)


def test_a_message_at_another_process_waits_for_the_turn_at_the_first(other, ben, ai):
    ai.script(chunks=5, gap_ms=60, when="Count")
    running = ben.says("Count to five").turn
    waiting = ben.at(other).says("Do you sell mugs?")

    assert waiting.body["turn"]["status"] == "queued"
    assert ben.at(other).follows(waiting.turn).names[-1] == "finished"
    assert ben.follows(running).names[-1] == "finished"


def test_a_process_killed_in_the_middle_of_a_reply_costs_one_restart_and_no_word(
    mortal, person_at, ai
):
    survivor = mortal.sibling()
    ai.script(chunks=60, gap_ms=30, when="Count")
    ben = person_at(mortal)
    there = ben.at(survivor)
    turn = ben.says("Count to sixty").turn
    with there.watches(turn) as reader:
        before = read_to(reader, 30)

        mortal.kill()

        whole = before + list(reader)
    names = [event.name for event in whole]
    assert (names.count("restart"), names.count("finished"), names[-1]) == (
        1,
        1,
        "finished",
    )
    assert [event.data for event in whole if event.name == "restart"] == [
        {"attempt": 2}
    ]
    assert there.follows(turn).text == SIXTY
    for after in (0, 1, 30, 1_000_001, 1_000_031, whole[-2].id):
        assert there.follows(turn, after=after).events == [
            event for event in whole if event.id > after
        ]
    assert [said["text"] for said in there.history().body["messages"]] == [
        "Count to sixty",
        SIXTY,
    ]
    assert len(asked_for(ai, ben)) == 2
    assert there.history().body["turn"] is None


def test_a_reader_of_the_killed_process_goes_on_where_it_was(mortal, person_at, ai):
    survivor = mortal.sibling()
    ai.script(chunks=60, gap_ms=30, when="Count")
    ben = person_at(mortal)
    turn = ben.says("Count to sixty").turn
    with ben.watches(turn) as reader:
        seen = read_to(reader, 30)
        mortal.kill()

    after = ben.at(survivor).follows(turn, after=30)

    assert [event.id for event in seen] == list(range(1, 31))
    assert (after.names.count("restart"), after.names[-1], after.text) == (
        1,
        "finished",
        SIXTY,
    )


def test_a_process_that_is_asked_to_end_hands_its_turns_over_at_once(
    app_factory, person_at, ai
):
    # A lease so long that waiting for its end would be noticed.
    leaving = app_factory("postgresql", TURN_LEASE_SECONDS="30")
    staying = leaving.sibling()
    ai.script(chunks=60, gap_ms=30, when="Count")
    ben = person_at(leaving)
    there = ben.at(staying)
    turn = ben.says("Count to sixty").turn
    with there.watches(turn) as reader:
        before = read_to(reader, 10)
        began = time.monotonic()

        # Its own streams may keep the process for a while; nobody waits for that.
        Thread(target=leaving.terminate, daemon=True).start()

        whole = before + list(reader)
        assert time.monotonic() - began < soon(8)
    assert [event.name for event in whole].count("restart") == 1
    assert there.follows(turn).text == SIXTY


def test_a_killed_process_on_sqlite_goes_on_after_its_restart(
    app_factory, person_at, ai
):
    app = app_factory("sqlite", TURN_LEASE_SECONDS="1")
    ai.script(chunks=60, gap_ms=20, when="Count")
    ben = person_at(app)
    turn = ben.says("Count to sixty").turn
    with ben.watches(turn) as reader:
        read_to(reader, 20)
        app.kill()

    app.restart()

    after = ben.follows(turn, after=20)
    assert after.events[-1].name == "finished"
    assert ben.history().body["messages"][-1]["text"] == SIXTY
    assert len(ben.history().body["messages"]) == 2
    assert len(asked_for(ai, ben)) == 2


def read_to(reader, number: int) -> list[Event]:
    seen = [next(reader)]
    while seen[-1].id < number:
        seen.append(next(reader))
    return seen


def reset(person, how: str) -> dict[str, object]:
    return {"sessionId": person.device.session_id, "erase": how == "erase"}
