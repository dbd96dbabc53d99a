"""F26, F27: replayed requests, and processes whose clocks are minutes apart or jump back in the
middle of a reply.
"""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.dev.model.ai_script import nonsense
from faults.harmed_workers import worker
from faults.mortal_app import MortalApp, ThreeProcesses
from tests.support.pace import soon
from tests.support.people import Pairs, Person

FIVE_MINUTES = 300
TAKEN_OVER_WITHIN = 10.0


class ElsewhereInTime(Person):
    """Somebody whose Shopify has the same clock as the process that they meet."""

    ahead = 0

    def signed_query(self, extra: Pairs | None = None, **changed: Any) -> str:
        return super().signed_query(
            extra, **({"timestamp": str(int(time.time()) + self.ahead)} | changed)
        )

    def meets(self, app: "MistimedApp") -> "ElsewhereInTime":
        there = self.at(app.process)
        there.ahead = app.ahead
        return there


class MistimedApp:
    """A process with a clock of its own."""

    def __init__(self, three: ThreeProcesses, file: Path, ahead: int) -> None:
        self._file = file
        self.turn_to(ahead)
        self.process: MortalApp = three.sibling(
            **worker("MistimedWorker"), FLUX_TEST_CLOCK=str(file)
        )
        self.process.restart()

    def turn_to(self, ahead: int) -> None:
        self.ahead = ahead
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(ahead))
        fresh.replace(self._file)  # at no moment is there half a number


@pytest.fixture(scope="module")
def mistimed(
    three_started: ThreeProcesses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[MistimedApp]]:
    """Five minutes ahead of the database's clock, and five behind."""
    folder = tmp_path_factory.mktemp("clocks")
    apps = [
        MistimedApp(three_started, folder / f"clock-{ahead}", ahead)
        for ahead in (FIVE_MINUTES, -FIVE_MINUTES)
    ]
    yield apps
    for app in apps:
        app.process.close()


@pytest.fixture
def ben(three: ThreeProcesses, shop: str) -> ElsewhereInTime:
    return ElsewhereInTime(three.apps[0].base, shop)


def test_order_is_the_order_of_arrival_whatever_the_clocks_say(
    three: ThreeProcesses, mistimed, ben, all_is_well
):
    places = []
    for number in range(9):
        there = ben if number % 3 == 2 else ben.meets(mistimed[number % 3])
        said = there.says(f"Number {number} {nonsense(1)}")
        places.append(said.body["message"]["seq"])
        assert there.follows(said.turn).names[-1] == "finished"

    assert places == list(range(1, 18, 2))
    pages = [
        person.history().body["messages"]
        for person in (ben, *(ben.meets(app) for app in mistimed))
    ]
    assert pages[0] == pages[1] == pages[2]
    assert [said["text"][:8] for said in pages[0][::2]] == [
        f"Number {number}" for number in range(9)
    ]
    all_is_well()


@pytest.mark.parametrize("which", [0, 1])
def test_nobody_takes_a_turn_whose_lease_lasts_by_the_databases_clock(
    three, mistimed, ben, ai, which: int
):
    """The reply takes longer than a lease, at a process whose clock says that all leases are over,
    or never are.
    """
    question, reply = (
        f"For long {nonsense(1)}",
        nonsense(30),
    )
    ai.will_say(reply, when=question, gap_ms=100)

    followed = ben.meets(mistimed[which]).follows(
        ben.meets(mistimed[which]).says(question).turn
    )

    assert (followed.text, "restart" in followed.names) == (reply, False)
    assert (
        sum(call["body"]["messages"][-1]["content"] == question for call in ai.calls())
        == 1
    )


@pytest.mark.parametrize("which", [0, 1])
def test_a_dead_process_is_replaced_in_time_though_its_clock_was_wrong(
    three, mistimed, ben, ai, which: int
):
    """A turn's minute is counted by the database's clock, whoever began it and whoever takes it
    over.
    """
    question, reply = (
        f"From the dead {nonsense(1)}",
        nonsense(20),
    )
    ai.will_say(reply, when=question, gap_ms=50)
    ai.will_say("never whole", when=question, times=1, stall_after=1)
    app = mistimed[which]
    turn = ben.meets(app).says(question).turn
    with ben.watches(turn) as events:
        seen = [next(events)]
        app.process.kill()
        began = time.monotonic()
        seen += events
    took = time.monotonic() - began
    app.process.restart()

    assert took <= soon(TAKEN_OVER_WITHIN)
    assert seen[-1].name == "finished"
    assert ben.history().body["messages"][-1]["text"] == reply


def test_a_clock_that_jumps_back_disturbs_no_reply(
    three, mistimed, ben, ai, all_is_well
):
    app = mistimed[0]
    question, reply = (
        f"Across the jump {nonsense(1)}",
        nonsense(20),
    )
    ai.will_say(reply, when=question, gap_ms=50)
    turn = ben.meets(app).says(question).turn
    with ben.watches(turn) as events:
        seen = [next(events)]
        app.turn_to(-FIVE_MINUTES)
        seen += events
    again = ben.meets(app).says(f"After the jump {nonsense(1)}")
    app.turn_to(FIVE_MINUTES)

    assert [event.name for event in seen].count("finished") == 1
    assert again.body["message"]["seq"] == 3
    assert ben.follows(again.turn).names[-1] == "finished"
    assert [said["text"] for said in ben.history().body["messages"]][:2] == [
        question,
        reply,
    ]
    all_is_well()


def test_a_wrong_clock_is_noticed(mistimed, ben):
    """Its process refuses what Shopify has just signed, and says why where an operator looks."""
    refused = ben.at(mistimed[0].process).says("Now?")

    assert (refused.status, refused.code) == (401, "stale_signature")
    assert refused.body["error"]["retry"] is True
    for app in mistimed:
        assert "this machine's clock and the database's differ" in app.process.logs()


# Replays


def ago(seconds: int) -> str:
    return str(int(time.time()) - seconds)


@pytest.mark.parametrize("seconds", [0, 80])
def test_a_replay_within_the_window_changes_nothing(
    three: ThreeProcesses, ben, ai, seconds: int, all_is_well
):
    words = f"Only once {nonsense(1)}"
    query = ben.signed_query(timestamp=ago(seconds))
    body = {
        "message": words,
        "messageId": str(uuid.uuid4()),
        "firstId": ben.device.first_id,
    }
    first = ben.sends("chat", body, query=query)
    ben.device.session_id = first.body["sessionId"]
    ben.follows(first.turn)

    again = [ben.at(app).sends("chat", body, query=query) for app in three.apps]

    assert {
        (answer.status, answer.turn, answer.body["message"]["seq"]) for answer in again
    } == {(201, first.turn, 1)}
    assert [said["role"] for said in ben.history().body["messages"]] == [
        "shopper",
        "assistant",
    ]
    assert (
        sum(call["body"]["messages"][-1]["content"] == words for call in ai.calls())
        == 1
    )
    all_is_well()


def test_a_replay_after_the_window_is_refused_before_anything_is_read(ben):
    answer = ben.sends(
        "chat", {"message": "Too late"}, query=ben.signed_query(timestamp=ago(92))
    )

    assert (answer.status, answer.code) == (401, "stale_signature")


def test_a_recorded_address_opens_nobodys_conversation(ben):
    """The signature covers the query alone: what may be read and written hangs on the session id in
    the body.
    """
    query = ben.signed_query()
    ben.sends("chat", {"message": "Mine", "messageId": str(uuid.uuid4())}, query=query)

    assert ben.sends("chat", b"", query=query, method="GET").status == 405
    assert ben.sends("history", {"sessionId": None}, query=query).body["messages"] == []
    other = ben.sends(
        "chat",
        {"message": "Whose is this?", "messageId": str(uuid.uuid4())},
        query=query,
    )
    page = ben.sends(
        "history", {"sessionId": other.body["sessionId"]}, query=query
    ).body["messages"]
    assert [said["text"] for said in page if said["role"] == "shopper"] == [
        "Whose is this?"
    ]
