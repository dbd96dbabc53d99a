"""Many callers at once are served in turn; a store that answers nobody holds nobody for long."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier

import pytest

from backend.errors import StoreUnavailable
from backend.store import waiting_line
from backend.store.waiting_line import WaitingLine

ANSWER_SECONDS = 2.0
PEOPLE = 12
# Together they need longer than the store may be silent for one of them.
WORK_SECONDS = 2 * ANSWER_SECONDS / PEOPLE


@pytest.fixture
def line() -> WaitingLine:
    return WaitingLine(1, ANSWER_SECONDS)


def works(seconds: float) -> None:
    """Without sleeping, as something that the processor is needed for."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def is_served(line: WaitingLine, work: Callable[[float], None]) -> float:
    """Returns the seconds that were left for it."""
    with line.place() as seconds:
        work(seconds)
    return seconds


def gives_up(line: WaitingLine, work: Callable[[float], None]) -> float:
    """Returns how long it took."""
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        is_served(line, work)
    return time.monotonic() - began


def all_come(count: int, does: Callable[[], float]) -> list[Future[float]]:
    """At the same moment."""
    door = Barrier(count)

    def comes() -> float:
        door.wait()
        return does()

    with ThreadPoolExecutor(count) as people:
        return [people.submit(comes) for _ in range(count)]


def test_all_are_served_in_turn_while_the_store_answers(line):
    asked = all_come(PEOPLE, lambda: is_served(line, lambda _: works(WORK_SECONDS)))

    assert all(each.result() > 0 for each in asked)


def test_a_silent_store_is_given_up_by_all_of_them_at_the_same_time(line):
    def is_not_answered(seconds: float) -> None:
        works(seconds)
        raise StoreUnavailable

    took = all_come(PEOPLE, lambda: gives_up(line, is_not_answered))

    # Twelve in turn would need twelve times as long.
    assert max(each.result() for each in took) < 2 * ANSWER_SECONDS


def test_whoever_comes_to_a_silent_store_later_has_the_whole_time(line):
    gives_up(line, lambda _: refuses())

    assert is_served(line, lambda _: None) > ANSWER_SECONDS / 2


def test_nobody_waits_for_ever_also_while_others_are_served(line, monkeypatch):
    monkeypatch.setattr(waiting_line, "LONGEST_WAIT_SECONDS", 0.0)

    assert gives_up(line, lambda _: None) < ANSWER_SECONDS


def test_a_place_is_free_again_whatever_became_of_it(line):
    for _ in range(3):
        gives_up(line, lambda _: refuses())

    assert is_served(line, lambda _: None) > 0


def refuses() -> None:
    raise StoreUnavailable
