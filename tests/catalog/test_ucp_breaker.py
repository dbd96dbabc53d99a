"""A store that does not answer is left in peace for a while, and nobody else is."""

import pytest

from backend.catalog import ucp_breaker
from backend.catalog.ucp_breaker import FAILURES, REST_SECONDS, UcpBreaker
from tests.support.still_clock import StillClock

TIDE, OTTO = "https://tide.example", "https://otto.example"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def breaker(clock: StillClock) -> UcpBreaker:
    return UcpBreaker(clock)


def fails(breaker: UcpBreaker, times: int = FAILURES) -> list[bool]:
    return [breaker.note_failure(TIDE) for _ in range(times)]


def test_a_store_is_asked_until_it_has_failed_a_few_times_in_a_row(
    breaker: UcpBreaker,
) -> None:
    assert fails(breaker, FAILURES - 1) == [False] * (FAILURES - 1)
    assert breaker.may_ask(TIDE)

    assert fails(breaker, 1) == [True]
    assert not breaker.may_ask(TIDE)
    assert breaker.may_ask(OTTO)


def test_an_answer_ends_the_row(breaker: UcpBreaker) -> None:
    fails(breaker, FAILURES - 1)
    breaker.note_answer(TIDE)
    fails(breaker, FAILURES - 1)

    assert breaker.may_ask(TIDE)


def test_after_a_rest_one_may_look(breaker: UcpBreaker, clock: StillClock) -> None:
    fails(breaker)
    clock.now += REST_SECONDS

    assert [breaker.may_ask(TIDE) for _ in range(3)] == [True, False, False]

    breaker.note_answer(TIDE)
    assert breaker.may_ask(TIDE)


def test_a_look_in_vain_begins_another_rest(
    breaker: UcpBreaker, clock: StillClock
) -> None:
    fails(breaker)
    clock.now += REST_SECONDS
    breaker.may_ask(TIDE)
    fails(breaker, 1)

    clock.now += REST_SECONDS - 1
    assert not breaker.may_ask(TIDE)
    clock.now += 1
    assert breaker.may_ask(TIDE)


def test_stores_in_trouble_are_not_remembered_without_end(
    breaker: UcpBreaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ucp_breaker, "MOST_STORES", 10)
    fails(breaker)

    for number in range(10):
        breaker.note_failure(f"https://{number}.example")

    assert len(breaker._stores) == 10
    assert breaker.may_ask(TIDE)
