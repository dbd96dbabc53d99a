"""F07–F09: PostgreSQL restarts, or swallows everything. What was acknowledged is there; the rest is
told clearly.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from backend.dev.model.ai_script import counted, nonsense
from faults.mortal_app import ThreeProcesses
from tests.support.loopback import loopback
from tests.support.pace import soon
from tests.support.people import Answer, Person
from tests.support.waiting import wait_until

RECOVERED_WITHIN = 5.0
TOLD_WITHIN = 3.0


def test_a_restart_of_postgresql_loses_no_message_and_no_reply(
    three: ThreeProcesses, ben, ai, shopper, log, all_is_well
):
    """While it is away a reply waits to be stored, and messages wait in their browsers'
    outboxes.
    """
    question = f"Across a restart, please: {nonsense(1)}"
    ai.will_say(counted(4), when=question, gap_ms=300)
    turn = ben.says(question).turn
    browsers = [shopper(seed) for seed in range(6)]

    with ThreadPoolExecutor(len(browsers)) as together:
        three.postgres.stop()
        told = [
            together.submit(browser.converses, f"{browser.name} asks")
            for browser in browsers
        ]
        wait_until(lambda: len(refusals(log)) >= 6, "the outboxes are refused")
        three.postgres.start()
        began = time.monotonic()
        ends = [future.result().name for future in told]
    assert time.monotonic() - began < soon(RECOVERED_WITHIN)
    assert ends == ["finished"] * 6
    assert {(record["status"], record["retry_after"]) for record in refusals(log)} == {
        (503, "1")
    }
    assert ben.follows(turn).text == counted(4)
    for browser in browsers:
        browser.opens()
    all_is_well()


def refusals(log) -> list[dict]:
    return [record for record in log.records() if record["what"] == "refused"]


def test_a_crash_of_postgresql_is_over_when_it_is_over(
    three: ThreeProcesses, ben, all_is_well
):
    """Its processes die, connections in the pools are dead; the first request after that succeeds
    or says 503.
    """
    for app in three.apps:
        assert ben.at(app).says(f"Before {nonsense(1)}").status == 201
    three.postgres.kill()
    three.postgres.start()
    began = time.monotonic()

    for app in three.apps:
        person, words = Person(app.base, ben.shop), f"After {nonsense(1)}"
        statuses: list[int] = []
        wait_until(lambda: _is_taken(person, words, statuses), "service is back")  # noqa: B023
        assert set(statuses) <= {201, 503}
    assert time.monotonic() - began < soon(RECOVERED_WITHIN)
    all_is_well()


def _is_taken(person: Person, words: str, statuses: list[int]) -> bool:
    statuses.append(person.says(words).status)
    return statuses[-1] == 201


def test_a_postgresql_that_swallows_everything_is_told_in_three_seconds(
    three: ThreeProcesses, shop, a, all_is_well
):
    """And nobody is left hanging: sixty hang together, and the process still answers."""
    people = [Person(a.base, shop) for _ in range(60)]
    people[0].says(f"Before {nonsense(1)}")
    with (
        three.to_postgres.toxic("timeout", timeout=0) as hole,
        ThreadPoolExecutor(len(people)) as together,
    ):
        asked = [together.submit(_timed_message, person) for person in people]
        hole.has_bitten()
        healthy = [
            _seconds_for(lambda: a.get("/health").status_code == 200) for _ in range(5)
        ]
        told = [future.result() for future in asked]
        ready = a.get("/ready")
    assert {answer.status for answer, _ in told} == {503}
    assert {(answer.code, answer.headers["Retry-After"]) for answer, _ in told} == {
        ("store_unavailable", "1")
    }
    assert ready.status_code == 503
    assert max(healthy) < 0.5
    assert max(seconds for _, seconds in told) <= soon(TOLD_WITHIN)

    began = time.monotonic()
    wait_until(
        lambda: people[0].says(f"After {nonsense(1)}").status == 201, "service is back"
    )
    assert time.monotonic() - began < soon(RECOVERED_WITHIN)
    all_is_well()


def _timed_message(person: Person) -> tuple[Answer, float]:
    began = time.monotonic()
    answer = person.says(f"Is anybody there? {nonsense(1)}")
    return answer, time.monotonic() - began


def _seconds_for(ask) -> float:
    began = time.monotonic()
    assert ask()
    return time.monotonic() - began


def test_a_message_whose_fate_nobody_knows_is_one_message(
    three: ThreeProcesses, shopper, log, all_is_well
):
    """Everything reaches PostgreSQL, and nothing comes back: only the repeat can tell what was
    kept.
    """
    ben = shopper()
    ben.converses(f"{ben.name} says hello")
    with (
        ThreadPoolExecutor(1) as other,
        three.to_postgres.toxic("timeout", "downstream", timeout=0) as hole,
    ):
        told = other.submit(ben.tells, f"{ben.name} asks")
        wait_until(
            lambda: any(record["what"] == "refused" for record in log.records()),
            "it was refused once",
        )
        hole.has_bitten()
    sent = told.result()
    assert ben.watches_to_the_end(sent.turn).name == "finished"
    assert [message["role"] for message in ben.opens()["messages"]] == [
        "shopper",
        "assistant",
    ] * 2
    all_is_well()


@pytest.mark.parametrize(
    "kind, how",
    [("latency", {"latency": 100}), ("slicer", {"average_size": 11, "delay": 100})],
)
def test_a_slow_postgresql_is_only_slow(
    three: ThreeProcesses, ben, kind: str, how: dict[str, int], all_is_well
):
    with three.to_postgres.toxic(kind, **how) as slow:
        answer = ben.says(f"Take your time {nonsense(1)}")
        assert answer.status == 201
        assert ben.follows(answer.turn).names[-1] == "finished"
        slow.has_bitten()
    all_is_well()


def test_every_commit_waits_for_the_disk_of_the_primary(three: ThreeProcesses):
    """F09 rests on it: an acknowledgement that only a replica's memory has seen would be a promise
    we cannot keep.
    """
    with psycopg.connect(three.direct_url) as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_browsers_question_about_the_direct_way_gets_an_answer_without_the_records(
    three: ThreeProcesses, ben
):
    """No storefront is known then, so the browser takes the way through the shop's own address."""
    with three.to_postgres.down():
        told = loopback.options(
            f"{three.apps[0].base}/stream/{'0' * 32}",
            headers={"Origin": "https://new.example"},
        )

    assert told.status_code == 204
    assert "Access-Control-Allow-Origin" not in told.headers
