"""F20–F22, F24 as far as the back end goes: readers who are cut off, leave, return, double, or
sleep.
"""

import itertools
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex

import httpx2
import pytest

from backend.dev.model.ai_script import nonsense
from faults.faulty_links import FaultyLink
from faults.mortal_app import ThreeProcesses
from tests.support.event_reader import Event, shown_text
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.scripted_model import ScriptedModel

POINTS = 20
RESUMED_WITHIN = 0.5


def long_reply(ai: ScriptedModel, words: int, gap_ms: int = 20) -> tuple[str, str]:
    """A question, and an answer with letters of one, two and four bytes."""
    question = f"A long one, please {nonsense(1)}"
    reply = nonsense(words).replace(" ", "ä👋 ")
    ai.will_say(reply, when=question, gap_ms=gap_ms)
    return question, reply


@pytest.fixture
def way(three: ThreeProcesses) -> FaultyLink:
    """The shopper's own network, to a process that does not run the turn."""
    return three.proxy.link_to(f"way-{token_hex(2)}", three.apps[1].port)


def calls_for(ai: ScriptedModel, question: str) -> int:
    return sum(
        call["body"]["messages"][-1]["content"] == question for call in ai.calls()
    )


@pytest.mark.parametrize(
    "kind, how",
    [
        ("reset_peer", {}),
        ("timeout", {"timeout": 0}),
        ("limit_data", {"bytes": 3000}),
        ("down", {}),
    ],
)
def test_a_reader_who_was_cut_off_goes_on_at_the_byte(
    ben, way, ai, kind: str, how: dict[str, int], all_is_well
):
    question, reply = long_reply(ai, 60)
    turn = ben.says(question).turn
    seen: list[Event] = []
    reader = Person(f"http://127.0.0.1:{way.port}", ben.shop, device=ben.device)
    reader._client.timeout = httpx2.Timeout(0.5)

    with pytest.raises(httpx2.TransportError):
        _reads_until_cut_off(reader, turn, seen, way, kind, how)
    began = time.monotonic()
    with reader.watches(turn, after=seen[-1].id) as events:
        rest = [next(events)]
        assert time.monotonic() - began < soon(RESUMED_WITHIN)
        rest += events

    assert shown_text(seen + rest) == reply
    assert [event.id for event in seen + rest] == list(range(1, len(seen + rest) + 1))
    assert calls_for(ai, question) == 1
    all_is_well()


def _reads_until_cut_off(
    reader: Person,
    turn: str,
    seen: list[Event],
    way: FaultyLink,
    kind: str,
    how: dict[str, int],
) -> None:
    with reader.watches(turn) as events:
        _keep_each(itertools.islice(events, 5), seen)
        with way.down() if kind == "down" else way.toxic(kind, **how):
            _keep_each(events, seen)


def _keep_each(events: Iterable[Event], seen: list[Event]) -> None:
    """One by one, because the last of them may be an exception."""
    for event in events:
        seen.append(event)


def test_a_page_opened_at_any_point_shows_it_all_once(
    three: ThreeProcesses, ben, ai, all_is_well
):
    """Twenty navigations in one reply, at each of the three processes in turn."""
    question, reply = long_reply(ai, POINTS * 3, gap_ms=30)
    turn = ben.says(question).turn
    with ben.watches(turn) as events, ThreadPoolExecutor(POINTS) as pages:
        opened = []
        for point in range(POINTS):
            opened.append(
                pages.submit(opens_and_follows, ben.at(three.apps[point % 3]))
            )
            if point < POINTS - 1:
                [next(events) for _ in range(3)]
        everything = [page.result() for page in opened]

    assert [text for text, _ in everything] == [reply] * POINTS
    assert max(seconds for _, seconds in everything) < soon(1)
    assert calls_for(ai, question) == 1
    all_is_well()


def opens_and_follows(person: Person) -> tuple[str, float]:
    """The final text on that page, and how long it took until the reply so far was there."""
    began = time.monotonic()
    page = person.history().body
    took = time.monotonic() - began
    turn = page["turn"]
    if turn is None:
        return page["messages"][-1]["text"], took
    start = Event(0, "text", {"at": 0, "text": turn["text"]})
    return shown_text(
        [start, *person.follows(turn["id"], after=turn["next"]).events]
    ), took


def test_who_comes_back_after_the_end_and_after_redis_forgot_gets_it_too(
    three: ThreeProcesses, ben, ai
):
    """Ten minutes later the live log may be gone; the reply is not."""
    question, reply = long_reply(ai, 10, gap_ms=5)
    turn = ben.says(question).turn
    first = ben.follows(turn)
    three.redis.forgets()

    for app in three.apps[1:]:
        again = ben.at(app).follows(turn, after=3)
        assert shown_text(first.events[:3] + again.events) == reply
        assert again.names[-1] == "finished"
        asked = {
            "sessionId": ben.device.session_id,
            "after": first.numbers[-1],
            "wait": 8,
        }
        told = ben.at(app).sends(f"turns/{turn}", asked).body
        assert (told["events"], told["status"]) == ([], "answered")


def test_closing_one_tab_leaves_the_other_alone(three: ThreeProcesses, ben, ai):
    question, reply = long_reply(ai, 30)
    turn = ben.says(question).turn
    other = ben.at(three.apps[2])
    with ThreadPoolExecutor(1) as tabs:
        following = tabs.submit(other.follows, turn)
        with ben.watches(turn) as events:
            next(events)

        assert following.result().text == reply
    assert calls_for(ai, question) == 1


def test_stop_in_one_tab_stops_both_and_the_model(
    three: ThreeProcesses, ben, ai, all_is_well
):
    question, reply = long_reply(ai, 300)
    turn = ben.says(question).turn
    other = ben.at(three.apps[1])
    with other.watches(turn) as events:
        seen = [next(events) for _ in range(5)]
        stopped = ben.at(three.apps[2]).stops(turn)
        seen += events

    assert stopped.body == {"stopped": True}
    assert seen[-1].name == "stopped"
    pages = [ben.at(app).history().body["messages"] for app in three.apps]
    assert pages[0] == pages[1] == pages[2]
    assert pages[0][-1]["status"] == "partial"
    assert reply.startswith(pages[0][-1]["text"])
    assert pages[0][-1]["text"].startswith(shown_text(seen[:-1])[:20])
    all_is_well()


def test_a_tab_that_slept_catches_up_with_one_call(three: ThreeProcesses, ben, ai):
    """All that other tabs said meanwhile comes with the first answer, and a fresh token for the
    stream with it.
    """
    ben.follows(ben.says(f"Before the sleep {nonsense(1)}").turn)
    known = ben.history().body["messages"][-1]["seq"]
    elsewhere = ben.at(three.apps[1])
    for number in range(3):
        elsewhere.follows(
            elsewhere.says(f"While it slept, {number} {nonsense(1)}").turn
        )
    question, _ = long_reply(ai, 30)
    elsewhere.says(question)

    news = ben.history(after=known, wait=8).body

    assert [said["role"] for said in news["messages"]] == [
        "shopper",
        "assistant",
    ] * 3 + ["shopper"]
    assert (
        ben.follows_directly(news["turn"]["direct"], after=news["turn"]["next"]).status
        == 200
    )
