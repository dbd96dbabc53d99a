"""Leased jobs: each is done by one holder at a time, none is lost, and a later holder has a higher
epoch.
"""

import pytest
from sqlalchemy import Connection, select, update

from backend.store import job_queue
from backend.store.database import Database
from backend.store.job_queue import TRIES, Claim, Finished, Lease
from backend.store.tables import jobs

LONG, OVER = 60, -1
ONE = Claim(1, "turn", "one", 1)


@pytest.fixture
def queue(db: Database):
    """The functions of the queue, each in a transaction of its own."""

    class Queue:
        def __getattr__(self, name: str):
            work = getattr(job_queue, name)
            return lambda *values: db.write(work, *values)

    return Queue()


def test_a_job_that_is_held_is_nobody_elses(queue):
    queue.add_held(ONE, "ana", LONG)

    assert queue.claim("ben", LONG, 10) == []


def test_a_silent_holders_job_is_taken_over_with_a_higher_epoch(queue):
    queue.add_held(ONE, "ana", OVER)

    assert queue.claim("ben", LONG, 10) == [Claim(1, "turn", "one", 2, taken_over=True)]
    assert queue.claim("mira", LONG, 10) == []


def test_a_holder_that_renews_in_time_keeps_its_jobs(queue):
    queue.add_held(ONE, "ana", OVER)

    assert queue.renew("ana", LONG, [ONE]) == {(1, "turn", "one", 1)}
    assert queue.claim("ben", LONG, 10) == []


def test_a_lease_that_its_holder_knows_nothing_of_runs_out(queue):
    """The commit that took it was made, and its answer was lost."""
    queue.add_held(ONE, "ana", OVER)
    known = Claim(1, "turn", "two", 1)
    queue.add_held(known, "ana", OVER)

    assert queue.renew("ana", LONG, [known]) == {(1, "turn", "two", 1)}

    assert [claim.ref for claim in queue.claim("ben", LONG, 10)] == ["one"]


def test_a_holder_that_comes_too_late_learns_what_it_has_lost(queue):
    queue.add_held(ONE, "ana", OVER)
    other = Claim(2, "turn", "two", 1)
    queue.add_held(other, "ana", LONG)
    queue.claim("ben", LONG, 10)

    assert queue.renew("ana", LONG, [ONE, other]) == {(2, "turn", "two", 1)}


def test_what_is_given_back_may_be_claimed_at_once_and_is_no_takeover(queue):
    queue.add_held(ONE, "ana", LONG)
    queue.add_held(Claim(1, "turn", "of ben", 1), "ben", LONG)

    assert queue.give_back("ana") == 1
    assert queue.claim("mira", LONG, 10) == [
        Claim(1, "turn", "one", 2, taken_over=False)
    ]


def test_a_waiting_job_is_claimed_by_nobody_until_it_is_released(queue):
    queue.add_waiting(Claim(1, "turn", "one", 0))
    assert queue.claim("ben", LONG, 10) == []

    assert queue.release(1, "turn", "one", Lease("ana", LONG)) == Claim(
        1, "turn", "one", 1
    )

    assert queue.claim("ben", LONG, 10) == []
    assert queue.release(1, "turn", "one", Lease("ben", LONG)) is None


def test_a_job_that_is_done_is_gone(queue):
    other = Claim(2, "turn", "one", 1)
    queue.add_held(ONE, "ana", OVER)
    queue.add_held(other, "ana", LONG)

    assert queue.finish(1, "turn", "one") == Finished("leased", 1)

    assert queue.finish(1, "turn", "one") is None
    assert queue.claim("ben", LONG, 10) == []
    assert queue.renew("ana", LONG, [ONE, other]) == {(2, "turn", "one", 1)}


def test_who_has_lost_a_job_cannot_let_it_go(queue):
    queue.add_held(ONE, "ana", OVER)
    [taken] = queue.claim("ben", LONG, 10)

    queue.let_go(ONE)
    assert queue.renew("ben", LONG, [taken]) == {(1, "turn", "one", 2)}

    queue.let_go(taken)
    assert queue.renew("ben", LONG, [taken]) == set()


def test_what_is_asked_for_again_while_it_is_done_is_done_once_more(queue):
    queue.add_ready(1, "fill", "")
    [claim] = queue.claim("ana", LONG, 10)
    queue.add_ready(1, "fill", "")
    assert queue.claim("ben", LONG, 10) == []

    queue.complete(claim)
    [again] = queue.claim("ben", LONG, 10)
    queue.complete(claim)
    assert queue.renew("ben", LONG, [again]) == {(1, "fill", "", 2)}
    queue.complete(again)

    assert queue.claim("mira", LONG, 10) == []
    assert queue.renew("ben", LONG, [again]) == set()


def test_what_waits_for_later_is_done_at_once_when_it_is_asked_for(queue):
    queue.add_ready(1, "fill", "", LONG)
    assert queue.claim("ana", LONG, 10) == []

    queue.add_ready(1, "fill", "", 2 * LONG)
    queue.add_ready(1, "fill", "")

    assert len(queue.claim("ana", LONG, 10)) == 1


def test_a_holder_takes_no_more_than_it_asked_for_and_the_oldest_first(queue, db):
    for number in range(5):
        queue.add_held(Claim(1, "turn", f"job {number}", 1), "ana", OVER)
    older = (
        update(jobs).where(jobs.c.shop_id == 1, jobs.c.ref == "job 3").values(due_at=1)
    )
    db.write(lambda connection: connection.execute(older))

    taken = queue.claim("ben", LONG, 2)

    assert next(claim.ref for claim in taken) == "job 3"
    assert len(taken) == 2
    assert len(queue.claim("mira", LONG, 10)) == 3


def test_a_recurring_job_is_one_row_and_comes_back(queue):
    queue.add_recurring("sweep")
    queue.add_recurring("sweep")
    [claim] = queue.claim("ana", LONG, 10)

    queue.put_off(claim, 0)
    assert [again.epoch for again in queue.claim("ben", LONG, 10)] == [claim.epoch + 1]


def test_a_job_put_off_waits_its_time(queue):
    queue.add_recurring("sweep")
    [claim] = queue.claim("ana", LONG, 10)

    queue.put_off(claim, LONG)

    assert queue.claim("ben", LONG, 10) == []


@pytest.mark.parametrize("failed", [False, True])
def test_a_job_that_is_wanted_while_it_runs_is_not_put_off_beyond_that(queue, failed):
    queue.add_ready(1, "publish_post", "post")
    [claim] = queue.claim("ana", LONG, 10)
    # A second ago: within the millisecond of the first it would be no other time.
    queue.add_ready(1, "publish_post", "post", -1)

    queue.put_off(claim, LONG, failed)

    assert len(queue.claim("ben", LONG, 10)) == 1


def test_a_job_that_is_wanted_for_later_while_it_runs_waits_until_it_is_put_off(queue):
    queue.add_ready(1, "publish_post", "post")
    [claim] = queue.claim("ana", LONG, 10)
    queue.add_ready(1, "publish_post", "post", 2 * LONG)

    queue.put_off(claim, 0)

    assert len(queue.claim("ben", LONG, 10)) == 1


def test_who_has_lost_a_job_cannot_put_it_off(queue):
    queue.add_held(ONE, "ana", OVER)
    [taken] = queue.claim("ben", LONG, 10)

    queue.put_off(ONE, LONG, True)

    assert queue.renew("ben", LONG, [taken]) == {(1, "turn", "one", taken.epoch)}


def test_a_job_that_fails_again_and_again_is_parked_for_a_person(queue, db):
    queue.add_held(ONE, "ana", OVER)
    failures = 0
    while claims := queue.claim("ana", LONG, 10):
        queue.put_off(claims[0], 0, True)
        failures += 1

    assert failures == TRIES + 1
    assert statuses(db) == ["parked"]


def test_two_holders_who_claim_at_once_get_different_jobs(db):
    if db.on_sqlite:
        pytest.skip("SQLite has one writer: claims come one after the other")
    for number in range(6):
        claim = Claim(1, "turn", f"job {number}", 1)
        db.write(
            lambda connection, claim=claim: job_queue.add_held(
                connection, claim, "gone", OVER
            )
        )

    with db.engine.begin() as of_ana, db.engine.begin() as of_ben:
        one = job_queue.claim(of_ana, "ana", LONG, 3)
        # Ana has not committed: whoever waited for her rows would wait here for ever.
        other = job_queue.claim(of_ben, "ben", LONG, 10)

    assert len(one) == len(other) == 3
    assert not {claim.ref for claim in one} & {claim.ref for claim in other}


def test_a_job_whose_transaction_fails_never_was(db):
    def work(connection: Connection) -> None:
        job_queue.add_held(connection, ONE, "ana", LONG)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        db.write(work)
    assert statuses(db) == []


def statuses(db: Database) -> list[str]:
    with db.reading() as connection:
        found = connection.execute(
            select(jobs.c.status),
            execution_options={"across_shops": "a test counts all"},
        )
        return list(found.scalars())


def test_several_jobs_are_written_at_once_and_none_later_than_it_was(db: Database):
    db.write(job_queue.add_ready, 1, "news", "a", 60)
    db.write(job_queue.add_each_ready, 1, "news", ["a", "b"], 0)
    db.write(job_queue.add_each_ready, 1, "news", ["a", "b", "c"], 60)
    db.write(job_queue.add_each_ready, 1, "news", [], 0)

    due = db.write(job_queue.claim, "me", 5, 10, ["news"])

    assert {claim.ref for claim in due} == {"a", "b"}
