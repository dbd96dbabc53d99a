"""The judge itself: content with an honest run, and red at one planted bug for each invariant."""

import copy
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.dev.model.ai_script import nonsense
from faults.evidence import Evidence
from faults.final_scan import scan
from faults.history_log import HistoryLog, Record
from faults.invariants import JUDGES, judge, told
from faults.simulated_browser import WAYS, SimulatedBrowser
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel

QUESTIONS = 3


@pytest.fixture(scope="module")
def app(stores, start_app) -> Iterator[RunningApp]:
    app = start_app(stores.new("sqlite"))
    yield app
    app.close()


@pytest.fixture(scope="module")
def honest(
    app: RunningApp, model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory
) -> Evidence:
    """Three browsers of two shops talk, by all three transports; nothing goes wrong but one
    refusal.
    """
    model.forgets()
    log = HistoryLog(tmp_path_factory.mktemp("honest") / "history.jsonl")
    browsers = [
        SimulatedBrowser(
            [app.base], f"calm-{number % 2}.myshopify.com", log, seed=number
        )
        for number in range(3)
    ]
    for browser in browsers:
        for number in range(QUESTIONS):
            words = f"{browser.name} asks {number}"
            model.will_say(
                f"Thank you, {browser.name}. {nonsense(1)} 👋 {nonsense(1)}",
                when=words,
                gap_ms=5,
            )

    with ThreadPoolExecutor(3) as together:
        list(together.map(talks, browsers, WAYS))
    log.note("recovered", seconds=0.4)
    asked = [call["body"]["messages"][-1]["content"] for call in model.calls()]
    model.forgets()
    return Evidence(log.records(), scan(app.store.database_url), asked)


def talks(browser: SimulatedBrowser, way) -> None:
    for number in range(QUESTIONS):
        sent = browser.tells(f"{browser.name} asks {number}")
        page = browser.opens()
        so_far = page["turn"] or {"next": 0, "text": ""}
        direct = sent.answer.body["turn"]["direct"]
        browser.watches_to_the_end(
            sent.turn, so_far["next"], so_far["text"], way=way, direct=direct
        )
        browser.opens()
    browser._refused("chat", browser.sends("chat", {"message": " "}))


def test_an_honest_run_is_believed(honest: Evidence):
    verdict = judge(honest)

    assert verdict, told(verdict)
    assert (verdict.acknowledged, verdict.lost, verdict.doubled, verdict.leaked) == (
        3 * QUESTIONS,
        0,
        0,
        0,
    )
    assert verdict.longest_recovery == 0.4
    assert {"follows", "event", "page", "refused"} <= {
        record["what"] for record in honest.records
    }


Bug = Callable[[Evidence], None]


def first(evidence: Evidence, what: str, **fields: str) -> Record:
    return next(
        record for record in evidence.of(what) if fields.items() <= record.items()
    )


def a_row_is_gone(evidence: Evidence) -> None:
    del evidence.scan.messages[
        next(
            n
            for n, row in enumerate(evidence.scan.messages)
            if row["role"] == "shopper"
        )
    ]


def a_text_was_changed(evidence: Evidence) -> None:
    next(row for row in evidence.scan.messages if row["role"] == "shopper")["text"] += (
        "!"
    )


def a_row_is_there_twice(evidence: Evidence) -> None:
    evidence.scan.messages.append(evidence.scan.messages[0] | {"seq": 99})


def a_reply_is_there_twice(evidence: Evidence) -> None:
    reply = next(row for row in evidence.scan.messages if row["role"] == "assistant")
    evidence.scan.messages.append(reply | {"id": "another", "seq": 99})


def a_repeat_got_another_answer(evidence: Evidence) -> None:
    ack = copy.deepcopy(first(evidence, "acknowledged"))
    ack["message"]["seq"] += 1
    evidence.records = [*evidence.records, ack]


def a_place_is_empty(evidence: Evidence) -> None:
    evidence.scan.messages[-1]["seq"] += 1


def two_readers_saw_two_orders(evidence: Evidence) -> None:
    page = evidence.pages[-1]["page"]["messages"]
    page[0]["id"], page[1]["id"] = page[1]["id"], page[0]["id"]


def a_page_forgot_what_was_read(evidence: Evidence) -> None:
    evidence.pages[-1]["page"]["messages"].pop(0)


def a_page_lacks_what_was_just_sent(evidence: Evidence) -> None:
    page = next(page for page in evidence.pages if page["page"]["messages"])
    page["page"]["messages"] = page["page"]["messages"][:-1]


def a_word_was_swallowed(evidence: Evidence) -> None:
    texts = [
        event
        for event in evidence.of("event")
        if event["name"] == "text" and event["data"]["at"] > 0
    ]
    texts[-1]["data"]["text"] = texts[-1]["data"]["text"][:-1]


def a_word_came_twice(evidence: Evidence) -> None:
    text = next(
        event
        for event in evidence.of("event")
        if event["name"] == "text" and event["data"]["at"] > 0
    )
    text["data"]["text"] *= 2


def another_reply_was_stored(evidence: Evidence) -> None:
    next(row for row in evidence.scan.messages if row["role"] == "assistant")[
        "text"
    ] += " PS"


def a_fresh_page_differs(evidence: Evidence) -> None:
    page = next(page for page in reversed(evidence.pages) if page["page"]["messages"])
    page["page"]["messages"][-1]["text"] = "Thank you."


def a_word_of_another_was_told(evidence: Evidence) -> None:
    stranger = next(
        page["browser"]
        for page in evidence.pages
        if page["browser"] != evidence.pages[0]["browser"]
    )
    evidence.pages[0]["page"]["messages"][0]["text"] = f"{stranger} asks 0"


def a_word_of_another_was_stored(evidence: Evidence) -> None:
    ends = evidence.scan.messages[0], evidence.scan.messages[-1]
    ends[0]["text"] += ends[1]["text"]


def a_turn_never_ended(evidence: Evidence) -> None:
    evidence.scan.turns[0]["status"] = "running"


def a_turn_took_too_long(evidence: Evidence) -> None:
    evidence.scan.turns[0]["ended_at"] += 100_000


def a_turn_ended_twice(evidence: Evidence) -> None:
    end = next(event for event in evidence.of("event") if event["name"] == "finished")
    evidence.records = [*evidence.records, end]


def a_job_was_left_behind(evidence: Evidence) -> None:
    evidence.scan.jobs.append({"kind": "turn", "ref": "left", "status": "leased"})


def an_error_was_blank(evidence: Evidence) -> None:
    first(evidence, "refused")["body"] = ""


def an_error_told_too_much(evidence: Evidence) -> None:
    first(evidence, "refused")["status"] = 500


def a_failure_had_no_name(evidence: Evidence) -> None:
    end = next(event for event in evidence.of("event") if event["name"] == "finished")
    end |= {"name": "failed", "data": {"code": "oops", "retry": True}}


def the_model_was_asked_again(evidence: Evidence) -> None:
    evidence.calls = [*evidence.calls, evidence.calls[0]]


def a_holder_counted_an_attempt_too_many(evidence: Evidence) -> None:
    evidence.scan.turns[0]["attempt"] += 1


def it_took_long_to_recover(evidence: Evidence) -> None:
    evidence.records = [*evidence.records, {"what": "recovered", "seconds": 5.1}]


def somebody_gave_up(evidence: Evidence) -> None:
    evidence.records = [
        *evidence.records,
        {"what": "gave_up", "browser": "one", "path": "chat"},
    ]


PLANTED: list[tuple[str, Bug]] = [
    ("I1", a_row_is_gone),
    ("I1", a_text_was_changed),
    ("I2", a_row_is_there_twice),
    ("I2", a_reply_is_there_twice),
    ("I2", a_repeat_got_another_answer),
    ("I3", a_place_is_empty),
    ("I3", two_readers_saw_two_orders),
    ("I4", a_page_forgot_what_was_read),
    ("I4", a_page_lacks_what_was_just_sent),
    ("I5", a_word_was_swallowed),
    ("I5", a_word_came_twice),
    ("I5", another_reply_was_stored),
    ("I6", a_fresh_page_differs),
    ("I7", a_word_of_another_was_told),
    ("I7", a_word_of_another_was_stored),
    ("I8", a_turn_never_ended),
    ("I8", a_turn_took_too_long),
    ("I8", a_turn_ended_twice),
    ("I8", a_job_was_left_behind),
    ("I9", an_error_was_blank),
    ("I9", an_error_told_too_much),
    ("I9", a_failure_had_no_name),
    ("I10", the_model_was_asked_again),
    ("I10", a_holder_counted_an_attempt_too_many),
    ("I11", it_took_long_to_recover),
    ("I11", somebody_gave_up),
]


@pytest.mark.parametrize(
    "invariant, bug", PLANTED, ids=lambda part: getattr(part, "__name__", part)
)
def test_a_planted_bug_turns_it_red(honest: Evidence, invariant: str, bug: Bug):
    doctored = copy.deepcopy(honest)
    bug(doctored)

    assert invariant in judge(doctored).broken


def test_every_invariant_has_a_planted_bug():
    assert {invariant for invariant, _ in PLANTED} == JUDGES.keys()


def test_a_row_deleted_behind_the_back_of_the_app_is_missed(
    honest: Evidence, app: RunningApp, tmp_path: Path
):
    """The same once more with a real database, so that the scan is proven as well as the judge."""
    stolen = tmp_path / "stolen.db"
    with (
        sqlite3.connect(app.store.database_url.removeprefix("sqlite:///")) as kept,
        sqlite3.connect(stolen) as copied,
    ):
        kept.backup(copied)
        copied.execute(DELETE_ONE)
    doctored = copy.deepcopy(honest)
    doctored.scan = scan(f"sqlite:///{stolen}")

    verdict = judge(doctored)

    assert verdict.lost == 1
    assert {"I1", "I3"} <= verdict.broken.keys()


DELETE_ONE = """
DELETE FROM messages
WHERE id = (SELECT id FROM messages WHERE role = 'shopper' ORDER BY at LIMIT 1)
"""
