"""A process at work: what it takes from the queue beside its own turns, and what goes on whatever
breaks.
"""

from collections.abc import Callable

import pytest
from gevent import Greenlet
from gevent.event import Event
from gevent.queue import Queue
from sqlalchemy import select, update

from backend.catalog import sync
from backend.jobs import schedule
from backend.jobs import worker as worker_module
from backend.jobs.worker import MOST_HEAVY, Worker
from backend.services import Services
from backend.store import job_queue
from backend.store.job_queue import TRIES, Claim
from backend.store.tables import jobs


@pytest.fixture
def worker(services: Services) -> Worker:
    """Not started: the test does what its loops would."""
    return Worker(services)


def test_a_process_full_of_its_own_turns_takes_lost_ones_over_all_the_same(
    services, worker, monkeypatch
):
    worker._running = {
        Claim(1, "turn", f"own {number}", 1): Greenlet() for number in range(100)
    }
    taken: list[Claim] = []
    monkeypatch.setattr(worker, "take", taken.append)
    lost = [Claim(1, "turn", f"lost {number}", 1) for number in range(3)]
    for claim in lost:
        services.db.write(
            lambda connection, claim=claim: job_queue.add_held(
                connection, claim, "gone", -1
            )
        )

    worker._claim()

    assert {claim.ref for claim in taken} >= {claim.ref for claim in lost}


def test_it_takes_no_more_at_a_time_than_it_can_do(services, worker, monkeypatch):
    monkeypatch.setattr(worker_module, "RECURRING", {})
    monkeypatch.setattr(worker_module, "MOST_CLAIMED", 2)
    monkeypatch.setattr(
        worker, "take", lambda claim: worker._running.update({claim: Greenlet()})
    )
    for number in range(5):
        claim = Claim(1, "turn", f"lost {number}", 1)
        services.db.write(
            lambda connection, claim=claim: job_queue.add_held(
                connection, claim, "gone", -1
            )
        )

    worker._claim()
    worker._claim()
    assert len(worker._running) == 2

    worker._running.clear()
    worker._claim()
    assert len(worker._running) == 2


def test_heavy_work_has_a_limit_of_its_own_and_keeps_nothing_else_waiting(
    services, worker, monkeypatch
):
    monkeypatch.setattr(worker_module, "RECURRING", {})
    monkeypatch.setattr(
        worker, "take", lambda claim: worker._running.update({claim: Greenlet()})
    )
    for shop_id in range(1, 9):
        services.db.write(job_queue.add_ready, shop_id, sync.FILL, "")
    lost = Claim(1, "turn", "lost", 1)
    services.db.write(job_queue.add_held, lost, "gone", -1)

    worker._claim()
    worker._claim()
    taken = sorted(claim.kind for claim in worker._running)
    assert taken == [*[sync.FILL] * MOST_HEAVY, "turn"]

    worker._running.clear()
    worker._claim()
    assert [claim.kind for claim in worker._running] == [sync.FILL] * MOST_HEAVY


@pytest.fixture
def breaks(services, worker, monkeypatch) -> Callable[[], list[str]]:
    """Has a job done that breaks each time, and says what is left of it in the table."""

    def run(_services: Services, _claim: Claim) -> None:
        raise LookupError("nobody thought of this")

    monkeypatch.setitem(schedule.JOBS, "develop", run)
    services.db.write(job_queue.add_ready, 1, "develop", "a")

    def once() -> list[str]:
        due = update(jobs).where(jobs.c.kind == "develop", jobs.c.shop_id == 1)
        services.db.write(lambda connection: connection.execute(due.values(due_at=0)))
        for claim in services.db.write(job_queue.claim, "me", 60, 1, ["develop"]):
            worker._do(claim)
        with services.db.reading() as connection:
            query = select(jobs.c.status).where(jobs.c.shop_id == 1)
            return list(connection.execute(query).scalars())

    return once


def test_a_job_that_is_worn_out_tells_whoever_waits_for_it_and_is_gone(
    breaks, monkeypatch
):
    told: list[Claim] = []

    def give_up(services: Services, claim: Claim) -> None:
        told.append(claim)
        services.db.write(job_queue.complete, claim)

    monkeypatch.setitem(schedule.GIVEN_UP, "develop", give_up)

    for _ in range(TRIES):
        assert breaks() == ["ready"]
    assert not told
    assert breaks() == []
    assert [claim.ref for claim in told] == ["a"]


def breaks_as_well(_services: Services, _claim: Claim) -> None:
    raise LookupError("nobody thought of this either")


def finds_nobody(_services: Services, _claim: Claim) -> None: ...


@pytest.mark.parametrize("give_up", [None, breaks_as_well, finds_nobody])
def test_a_worn_out_job_that_is_still_there_is_parked(breaks, monkeypatch, give_up):
    if give_up is not None:
        monkeypatch.setitem(schedule.GIVEN_UP, "develop", give_up)

    for _ in range(TRIES):
        assert breaks() == ["ready"]
    assert breaks() == ["parked"]


def test_what_waits_longest_is_claimed_as_soon_as_heavy_work_ends(worker):
    claimed: Queue[str] = Queue()
    loop = worker._repeat(
        "nothing is claimed", 60, lambda: claimed.put("once more"), worker._room
    )
    claimed.get(timeout=30)
    assert claimed.empty()

    worker.take(Claim(1, sync.FILL, "", 1))

    assert claimed.get(timeout=30)
    loop.kill()


def test_a_loop_that_meets_a_mistake_goes_on(worker):
    """Once it has ended nobody would begin it again, and everything else would look well."""
    tried, again = [], Event()

    def breaks() -> None:
        tried.append(1)
        if len(tried) > 1:
            again.set()
        raise LookupError("a table is not there yet")

    loop = worker._repeat("nothing is done", 0.001, breaks)

    assert again.wait(5)
    loop.kill()
