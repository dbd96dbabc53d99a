"""Streams and polls that are held open are few for each session, the newest ones; everybody else is
served.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Bell

import pytest

from backend.dev.model.ai_script import counted
from faults.held_open import Hoarder, direct_request, is_served, signed_request
from tests.support.event_reader import Event, shown_text
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.waiting import wait_until

OF_SESSION = 8
MANY = 200
# A machine that others use as well is late now and then.
LATE = 6
BREATH_SECONDS = 0.5


@pytest.fixture
def ben(app: RunningApp, shop: str) -> Person:
    return Person(app.base, shop)


@pytest.fixture
def otto(app: RunningApp, shop: str) -> Person:
    return Person(app.base, f"otto-of-{shop}")


@pytest.fixture
def hoarder(app: RunningApp) -> Iterator[Hoarder]:
    with Hoarder(app) as hoarder:
        yield hoarder


@pytest.fixture
def talking(ben: Person, ai: ScriptedModel) -> Iterator[str]:
    """A turn of Ben's that goes on for a minute."""
    ai.script(chunks=1_200, gap_ms=50, when="At length")
    turn = ben.says("At length").turn
    yield turn
    ben.stops(turn)


def test_one_tokens_streams_are_few_and_the_newest_one_stays(
    app: RunningApp, hoarder: Hoarder, ben, talking, otto
):
    direct = ben.history().body["turn"]["direct"]

    hoarder.opens(MANY, direct_request(talking, direct))

    hoarder.waits_for(OF_SESSION, within=soon(LATE))
    assert len(hoarder.held()) == OF_SESSION
    assert all(b"event: finished" not in answer for answer in hoarder.answers())
    assert is_served(app, otto)
    newest = hoarder.held()[-1]
    heard = hoarder.said_on(newest)
    wait_until(
        lambda: len(hoarder.said_on(newest)) > len(heard), "the newest one goes on"
    )


def test_one_sessions_streams_through_the_proxy_are_few(hoarder: Hoarder, ben, talking):
    asked = json.dumps(
        {"sessionId": ben.device.session_id, "after": 0, "as": "stream"}
    ).encode()

    hoarder.opens(MANY, signed_request(ben, f"turns/{talking}", asked))

    hoarder.waits_for(OF_SESSION, within=soon(LATE))


@pytest.mark.parametrize("path", ["history", "turns"])
def test_one_sessions_polls_are_few_and_the_others_answer_at_once(
    app: RunningApp, hoarder: Hoarder, ben, ai, path, otto
):
    ai.script(chunks=2, gap_ms=30_000, when="Slowly")
    turn = ben.says("Slowly").turn
    seq = ben.history().body["messages"][-1]["seq"]
    after = {"history": seq, "turns": 10**6}[path]
    asked = json.dumps(
        {"sessionId": ben.device.session_id, "after": after, "wait": 8}
    ).encode()

    hoarder.opens(
        MANY, signed_request(ben, path if path == "history" else f"turns/{turn}", asked)
    )

    # Before the eight seconds that each has asked for.
    hoarder.waits_for(OF_SESSION, within=7.5)
    assert {answer[:12] for answer in hoarder.ended} == {b"HTTP/1.1 200"}
    assert is_served(app, otto)
    ben.stops(turn)


def test_messages_that_wait_for_their_reply_are_stored_whatever_is_open(
    app_factory, ben, ai
):
    ai.script(chunks=2, gap_ms=1_000, when="Slowly")
    app = app_factory(SESSION_OPEN_REQUESTS="1")
    ben = ben.at(app)
    ben.device.forgets()
    ben.says("Hello", wait=25)

    with ThreadPoolExecutor(3) as tabs:
        answers = list(
            tabs.map(lambda number: ben.says(f"Slowly {number}", wait=25), range(3))
        )

    assert [answer.status for answer in answers] == [201] * 3


def test_many_tabs_of_one_shopper_all_read_to_the_end_without_a_storm(
    ben: Person, ai: ScriptedModel
):
    """Twelve readers for eight places, each as the widget is: cut off, it takes a breath and goes
    on.
    """
    reply = counted(60)
    ai.will_say(reply, when="To all tabs", gap_ms=100)
    turn = ben.says("To all tabs").turn
    tabs = [Tab(ben, turn) for _ in range(12)]

    with ThreadPoolExecutor(len(tabs)) as together:
        list(together.map(Tab.reads, tabs))

    assert {tab.events[-1].name for tab in tabs} == {"finished"}
    assert {shown_text(tab.events) for tab in tabs} == {reply}
    assert all(tab.numbers == sorted(set(tab.numbers)) for tab in tabs)
    # Four too many, each back after a breath, for the six seconds and more that the reply takes.
    assert sum(tab.asked for tab in tabs) < 12 + 4 * 2 * 30


class Tab:
    """Reads one turn to its end."""

    def __init__(self, person: Person, turn: str) -> None:
        self._person = person
        self._turn = turn
        self.events: list[Event] = []
        self.asked = 0

    @property
    def numbers(self) -> list[int]:
        return [event.id for event in self.events]

    def reads(self) -> None:
        while not (self.events and self.events[-1].is_last):
            self.asked += 1
            after = self.events[-1].id if self.events else 0
            with self._person.watches(self._turn, after) as events:
                self.events.extend(events)
            Bell().wait(BREATH_SECONDS)
