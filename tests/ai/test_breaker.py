"""The breaker: five failures close the door, a probe opens it again."""

from contextlib import suppress

import pytest

from backend.ai.breaker import FAILURES, PROBE_SECONDS, WITHIN_SECONDS, Breaker
from backend.errors import AssistantBusy, AssistantTimeout, LeaseLost


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: Breaker, shop: str = "mira") -> None:
    with pytest.raises(AssistantTimeout), breaker.guarding(shop):
        raise AssistantTimeout


def test_after_five_failures_the_model_is_left_alone_until_a_probe_works() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        fail(breaker)

    with pytest.raises(AssistantBusy), breaker.guarding("mira"):
        pytest.fail("the model was asked")

    clock.now += PROBE_SECONDS
    with breaker.guarding("mira"):
        pass
    with breaker.guarding("mira"):
        pass


def test_a_failing_probe_keeps_the_door_closed() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        fail(breaker)
    clock.now += PROBE_SECONDS
    fail(breaker)

    with pytest.raises(AssistantBusy), breaker.guarding("mira"):
        pytest.fail("the model was asked")


def test_rare_failures_and_other_shops_leave_it_open() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        fail(breaker)
        clock.now += WITHIN_SECONDS / 2

    with breaker.guarding("mira"), breaker.guarding("otto"):
        pass


def test_a_probe_that_is_stopped_after_its_first_words_has_worked() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        fail(breaker)
    clock.now += PROBE_SECONDS

    with suppress(LeaseLost), breaker.guarding("mira"):
        breaker.note_words("mira")
        raise LeaseLost

    with breaker.guarding("mira"):
        pass
