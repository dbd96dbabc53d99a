"""F04, F34: one process after another is replaced while people talk; the older and the newer
version work together.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from backend.dev.model.ai_script import nonsense
from faults.harmed_workers import NEW_KIND, worker
from faults.mortal_app import MortalApp, ThreeProcesses
from faults.simulated_browser import SimulatedBrowser
from tests.support.pace import soon
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

BROWSERS = 8
# gunicorn lets open answers finish for ten seconds; a little more for the rest.
GONE_WITHIN = 12.0


def test_a_rolling_restart_under_load_fails_nobody(
    three: ThreeProcesses, shopper, ai, log, all_is_well
):
    browsers, done = [shopper(seed) for seed in range(BROWSERS)], threading.Event()
    with ThreadPoolExecutor(BROWSERS) as together:
        talks = [
            together.submit(_talks_until, done, browser, ai) for browser in browsers
        ]
        try:
            for app in three.apps:
                _is_replaced(app)
        finally:
            done.set()
        ends = [end for talk in talks for end in talk.result()]

    met = {record["what"] for record in log.records()}
    restarts = [
        record
        for record in log.records()
        if record["what"] == "event" and record["name"] == "restart"
    ]
    assert "unreachable" in met, "somebody met a process that was not there"
    assert restarts, "somebody's reply was handed over"
    assert set(ends) == {"finished"}
    assert "gave_up" not in met
    all_is_well()


def _talks_until(
    done: threading.Event, browser: SimulatedBrowser, ai: ScriptedModel
) -> list[str]:
    """Replies take a second, so that each process has some at work when it is told to go."""
    ends = []
    while not done.is_set():
        words = f"{browser.name} asks {nonsense(1)}"
        ai.will_say(nonsense(20), when=words, gap_ms=50)
        ends.append(browser.converses(words).name)
        browser.opens()
    return ends


def _is_replaced(app: MortalApp) -> None:
    app.begin_to_end()
    wait_until(
        lambda: not app.is_alive(), "the process has ended by itself", soon(GONE_WITHIN)
    )
    app.restart()


@pytest.fixture
def newer_database(three: ThreeProcesses) -> Iterator[None]:
    """Migrated for the next version while the older one is at work."""
    with psycopg.connect(three.direct_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE turns ADD COLUMN mood TEXT")
        connection.execute("CREATE TABLE moods (shop_id BIGINT PRIMARY KEY)")
        yield
        connection.execute("DROP TABLE moods")
        connection.execute("ALTER TABLE turns DROP COLUMN mood")


@pytest.fixture
def newer(three: ThreeProcesses, newer_database: None) -> Iterator[MortalApp]:
    newer = three.sibling(**worker("NewerWorker"))
    newer.restart()
    yield newer
    newer.close()


@pytest.fixture
def slow_question(ai: ScriptedModel) -> Callable[[], tuple[str, str]]:
    def script() -> tuple[str, str]:
        question, reply = (
            f"Slowly {nonsense(1)}",
            nonsense(20),
        )
        ai.will_say(reply, when=question, gap_ms=60)
        return question, reply

    return script


def test_an_older_and_a_newer_version_work_side_by_side(
    three: ThreeProcesses, newer: MortalApp, ben, b, slow_question, all_is_well
):
    """Each reads what the other writes, and each goes on with what the other has begun."""
    question, reply = slow_question()
    followed = ben.at(b).follows(ben.at(newer).says(question).turn)
    assert "mood" in followed.names
    assert (followed.text, followed.names[-1]) == (reply, "finished")

    question, reply = slow_question()
    with ben.at(b).watches(ben.at(newer).says(question).turn) as events:
        seen = [next(events)]
        newer.kill()
        seen += events
    assert [event.name for event in seen].count("restart") == 1
    assert ben.history().body["messages"][-1]["text"] == reply

    newer.restart()
    assert _is_polished(three), "the newer version does its own jobs"
    all_is_well()


def _is_polished(three: ThreeProcesses) -> bool:
    """A job of a new kind, written for a newer version, is done by nobody else and is not spoilt
    meanwhile.
    """
    with psycopg.connect(three.direct_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO jobs (shop_id, kind, ref, status, epoch, tries, due_at, until)"
            " VALUES (0, %s, '', 'ready', 0, 0, 0, 0)",
            [NEW_KIND],
        )
        left = "SELECT count(*) FROM jobs WHERE kind = %s"
        wait_until(
            lambda: connection.execute(left, [NEW_KIND]).fetchone() == (0,),
            "the job is done",
            within=10,
        )
    return True


def test_an_older_version_leaves_a_newer_ones_jobs_alone(
    three: ThreeProcesses, ben, a, slow_question
):
    """It looks for jobs each second; that it has looked is known when it has taken over a dead
    process's turn.
    """
    with psycopg.connect(three.direct_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO jobs (shop_id, kind, ref, status, epoch, tries, due_at, until)"
            " VALUES (0, %s, 'for later', 'ready', 0, 0, 0, 0)",
            [NEW_KIND],
        )
        turn = ben.says(slow_question()[0]).turn
        a.kill()
        assert ben.at(three.apps[1]).follows(turn).names[-1] == "finished"
        found = connection.execute(
            "DELETE FROM jobs WHERE kind = %s RETURNING status, epoch, tries",
            [NEW_KIND],
        )
        assert found.fetchone() == ("ready", 0, 0)


def test_migrating_again_beside_living_processes_changes_nothing(
    three: ThreeProcesses, ben
):
    three.apps[1].flask("migrate")

    assert (
        ben.follows(ben.says(f"Still there? {nonsense(1)}").turn).names[-1]
        == "finished"
    )
