"""F05, F06: Redis dies, stays silent, comes back empty. Replies go on, messages are taken, limits
still limit.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import pytest

from backend.dev.model.ai_script import nonsense
from faults.mortal_app import ThreeProcesses
from tests.support.event_reader import Event, shown_text
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.waiting import wait_until

# Checkpoints come each half second, and without Redis the database is asked each second.
LONGEST_STEP = 2.0


@pytest.fixture
def slow_reply(ai) -> Callable[..., tuple[str, str]]:
    """A question and its answer, which takes `seconds`."""

    def script(seconds: float = 4, words: int = 40) -> tuple[str, str]:
        question = f"Slowly, please: {nonsense(1)}"
        reply = nonsense(words)
        ai.will_say(reply, when=question, gap_ms=int(seconds * 1000 / words))
        return question, reply

    return script


def timed(events: Any) -> list[tuple[float, Event]]:
    return [(time.monotonic(), event) for event in events]


def longest_step(seen: list[tuple[float, Event]], since: float) -> float:
    times = [since, *(at for at, _ in seen)]
    return max(later - earlier for earlier, later in pairwise(times))


def test_a_reply_goes_on_while_redis_is_dead_and_after_it_came_back_empty(
    three: ThreeProcesses, ben, a, b, shop, slow_reply, all_is_well
):
    question, reply = slow_reply(6)
    sent = ben.says(question)
    others = [Person(app.base, shop) for app in three.apps]
    with (
        ben.watches(sent.turn) as at_home,
        ben.at(b).watches(sent.turn) as elsewhere,
        ThreadPoolExecutor(2) as readers,
    ):
        before = [next(at_home)], [next(elsewhere)]
        three.redis.kill()
        died = time.monotonic()
        home, away = readers.submit(timed, at_home), readers.submit(timed, elsewhere)
        wait_until(
            lambda: all(app.is_degraded() for app in three.apps),
            "all notice",
            within=15,
        )
        taken = [
            person.says(f"Are you still there? {nonsense(1)}") for person in others
        ]
        assert [answer.status for answer in taken] == [201] * 3
        answered = [
            person.at(b).follows(answer.turn).names[-1]
            for person, answer in zip(others, taken, strict=True)
        ]
        assert answered == ["finished"] * 3

        three.revive_redis()

        wait_until(
            lambda: not any(app.is_degraded() for app in three.apps),
            "all have it again",
            within=15,
        )
        for seen, first in ((home.result(), before[0]), (away.result(), before[1])):
            assert longest_step(seen, died) <= soon(LONGEST_STEP)
            assert shown_text([*first, *(event for _, event in seen)]) == reply
            assert [event.name for _, event in seen].count("finished") == 1
    assert ben.at(b).follows(sent.turn).text == reply
    all_is_well()


@pytest.mark.parametrize("fault", ["a black hole", "one second late", "cut off"])
def test_a_sick_redis_delays_no_message(
    three: ThreeProcesses, shop, a, b, ai, slow_reply, fault: str, all_is_well
):
    question, reply = slow_reply(2)
    toxics: dict[str, tuple[str, dict[str, int]]] = {
        "a black hole": ("timeout", {"timeout": 0}),
        "one second late": ("latency", {"latency": 1000}),
        "cut off": ("reset_peer", {"timeout": 0}),
    }
    kind, how = toxics[fault]
    ben = Person(a.base, shop)
    assert ben.follows(ben.says(f"Hello {nonsense(1)}").turn).names[-1] == "finished"
    with three.to_redis.toxic(kind, **how) as toxic:
        began = time.monotonic()
        answer = ben.says(question)
        took = time.monotonic() - began
        followed = ben.at(b).follows(answer.turn)
        toxic.has_bitten()

    assert answer.status == 201
    assert followed.text == reply
    assert took < soon(3)
    all_is_well()


def test_every_reader_gets_every_word_as_it_comes(
    three: ThreeProcesses, ben, slow_reply
):
    """However many begin at once, whichever process they meet, and with a Redis that takes its
    time.
    """
    question, reply = slow_reply(2, words=40)
    tabs = [ben.at(three.apps[number % 3]) for number in range(12)]
    with (
        three.to_redis.toxic("latency", latency=20) as slow,
        ExitStack() as streams,
        ThreadPoolExecutor(12) as readers,
    ):
        turn = ben.says(question).turn
        for tab in tabs:
            tab.device.session_id = ben.device.session_id
        opened = readers.map(lambda tab: streams.enter_context(tab.watches(turn)), tabs)
        seen = list(readers.map(timed, list(opened)))
        slow.has_bitten()

    began = min(at for events in seen for at, _ in events)
    assert [shown_text([event for _, event in events]) for events in seen] == [
        reply
    ] * 12
    assert max(longest_step(events, began) for events in seen) < 1


def test_limits_outlive_the_redis_that_counted(three: ThreeProcesses, shop):
    """Emptied, it is told once more what the processes have counted this minute; dead, each process
    allows half.
    """
    process = three.sibling(SESSION_MESSAGES_PER_MINUTE="4")
    ben, ina = Person(process.restart().base, shop), Person(process.base, shop)
    wait_until(lambda: time.time() % 60 < 40, "a minute that will last", within=25)
    try:
        statuses = [_says_and_hears(ben, number) for number in range(5)]
        three.redis.forgets()
        after_emptying = ben.says("One more").status
        three.redis.kill()
        after_its_death = [_says_and_hears(ina, number) for number in range(5)]
    finally:
        process.close()

    assert statuses == [201] * 5, (
        "the first came before there was a session to count for"
    )
    assert after_its_death[:2] == [201, 201]
    assert after_its_death[-1] == 429
    assert after_emptying == 429


def _says_and_hears(person: Person, number: int) -> int:
    answer = person.says(f"Number {number} {nonsense(1)}")
    if answer.status == 201:
        person.follows(answer.turn)
    return answer.status
