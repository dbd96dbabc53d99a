"""F01–F03: a process dies, or sleeps and wakes, in the middle of a reply. The reply comes, once,
from another one.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import create_engine, text

from backend.clock import now_ms
from backend.config import database_address
from backend.dev.model.ai_script import counted, nonsense
from backend.store import job_queue
from backend.store.database import Database
from faults.harmed_workers import worker
from faults.mortal_app import MortalApp, ThreeProcesses
from tests.support.event_reader import shown_text
from tests.support.loopback import loopback
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

WORDS = 20
FIRST = counted(WORDS, "first")
SECOND = counted(WORDS, "second")
# Lease, the look for jobs that follows it, and the second reply.
TAKEN_OVER_WITHIN = 10.0


@pytest.fixture
def asked_twice(ai: ScriptedModel) -> Callable[..., str]:
    """A question that is answered differently at each attempt, so that a mixture of the two would
    show.

    The first answer stops after `words` and would never end by itself.
    """

    def question(words: int = WORDS) -> str:
        asked = f"Two answers, please: {nonsense(1)}"
        ai.will_say(SECOND, when=asked, gap_ms=20)
        ai.will_say(FIRST, when=asked, times=1, gap_ms=20, stall_after=words)
        return asked

    return question


def calls_for(ai: ScriptedModel, question: str) -> int:
    return sum(
        call["body"]["messages"][-1]["content"] == question for call in ai.calls()
    )


def shown_once(person: Person, question: str, reply: str) -> None:
    said = [
        (message["role"], message["text"], message["status"])
        for message in person.history().body["messages"]
    ]
    assert said == [("shopper", question, "answered"), ("assistant", reply, "answered")]


def dies(app: MortalApp) -> None:
    app.kill()
    wait_until(lambda: not app.pids(), "nothing of the process is left")


def test_replies_survive_the_death_of_their_process_wherever_they_are(
    three, shop, a, b, ai, asked_twice, all_is_well
):
    """Before the first word, after one, in the middle, and after the last word but before
    the end.
    """
    points = [0, 1, WORDS // 2, WORDS]
    with ExitStack() as streams:
        people = [Person(a.base, shop) for _ in points]
        questions = [asked_twice(words) for words in points]
        turns = [
            ben.says(question).turn
            for ben, question in zip(people, questions, strict=True)
        ]
        people = [ben.at(b) for ben in people]
        watched = [
            streams.enter_context(ben.watches(turn))
            for ben, turn in zip(people, turns, strict=True)
        ]
        before = [
            [next(events) for _ in range(words)]
            for events, words in zip(watched, points, strict=True)
        ]
        wait_until(
            lambda: all(calls_for(ai, question) for question in questions),
            "the model is asked",
        )
        began = now_ms()

        dies(a)

        for ben, seen in zip(people, before, strict=True):
            so_far = ben.history().body["turn"]["text"]
            assert FIRST.startswith(so_far)
            assert so_far.startswith(shown_text(seen))
        after = [list(events) for events in watched]
    assert (now_ms() - began) / 1000 <= soon(TAKEN_OVER_WITHIN)
    for ben, question, seen, rest in zip(people, questions, before, after, strict=True):
        assert [event.data for event in rest if event.name == "restart"] == [
            {"attempt": 2}
        ]
        assert rest[-1].name == "finished"
        assert shown_text(seen + rest) == SECOND
        shown_once(ben, question, SECOND)
        assert calls_for(ai, question) == 2
    all_is_well()


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_a_message_is_one_message_though_its_first_process_died_accepting_it(
    three: ThreeProcesses, ai, moment: str, shopper, log, all_is_well
):
    """Between commit and answer the browser knows nothing; its repeat under the same id meets what
    is there.
    """
    doomed = three.sibling(**worker("DyingWorker"), FLUX_TEST_DIES=moment)
    ben, question = shopper(), f"Did you get this? {nonsense(1)}"
    ben.base = doomed.restart().base
    try:
        sent = ben.tells(question)
        wait_until(lambda: not doomed.pids(), "the process has died by its own hand")
    finally:
        doomed.close()

    assert [record["what"] for record in log.records()].count("unreachable") >= 1
    assert ben.watches_to_the_end(sent.turn).name == "finished"
    assert [message["role"] for message in ben.opens()["messages"]] == [
        "shopper",
        "assistant",
    ]
    assert calls_for(ai, question) == 1
    all_is_well()


@pytest.mark.parametrize("unread", ["nothing", "the rest"])
def test_a_frozen_process_finds_on_waking_that_another_has_answered(
    three, ben, a, b, ai, asked_twice, unread: str
):
    """It wakes with `unread` of the first reply before it, and may neither publish nor store any of
    it.
    """
    question = asked_twice(3 if unread == "nothing" else WORDS)
    sent = ben.says(question)
    with ben.watches(sent.turn) as at_a, ben.at(b).watches(sent.turn) as at_b:
        before = [(next(at_a), next(at_b)) for _ in range(3)]
        with a.frozen():
            rest_at_b = list(at_b)
            assert [event.name for event in rest_at_b].count("restart") == 1
            stored = turn_row(three, sent.turn)
            assert (stored["epoch"], stored["attempt"], stored["status"]) == (
                2,
                2,
                "answered",
            )
        rest_at_a = list(at_a)

    wait_until(lambda: open_calls(ai) == 0, "the woken process has dropped the turn")
    for seen, rest in zip(
        zip(*before, strict=True), (rest_at_a, rest_at_b), strict=True
    ):
        assert shown_text([*seen, *rest]) == SECOND
        assert [event.name for event in rest].count("finished") == 1
    assert turn_row(three, sent.turn) == stored
    shown_once(ben, question, SECOND)
    assert ben.follows(sent.turn).text == SECOND
    assert calls_for(ai, question) == 2


def open_calls(ai: ScriptedModel) -> int:
    """Answers that the model is still giving."""
    return int(loopback.get(f"{ai.base}/open").json()["open"])


def turn_row(three: ThreeProcesses, turn: str) -> dict[str, object]:
    engine = create_engine(database_address(three.direct_url))
    with engine.connect() as connection:
        row = dict(
            connection.execute(text("SELECT * FROM turns WHERE id = :id"), {"id": turn})
            .mappings()
            .one()
        )
    engine.dispose()
    return row


def test_one_of_eight_that_reach_for_a_job_gets_it(three: ThreeProcesses):
    databases = [
        Database(database_address(three.direct_url), pool_size=1) for _ in range(8)
    ]
    kind = f"reached-for-{nonsense(1)}"
    together = threading.Barrier(8)

    def reach(number: int) -> list[job_queue.Claim]:
        together.wait()
        return databases[number].write(job_queue.claim, f"holder {number}", 60, 32)

    with ThreadPoolExecutor(8) as holders:
        for _ in range(10):
            databases[0].write(job_queue.add_recurring, kind)
            claimed = [
                claim
                for found in holders.map(reach, range(8))
                for claim in found
                if claim.kind == kind
            ]
            assert len(claimed) == 1
            databases[0].write(job_queue.finish, 0, kind, "")
    for database in databases:
        database.close()
