"""Who comes late to a turn, because it was frozen or cut off, begins nothing, ends nothing and
removes nothing.
"""

from collections.abc import Generator
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.chat import accepting, runner, turns
from backend.chat.accepting import Accepted
from backend.chat.sessions import Caller
from backend.chat.turns import Outcome, TurnStatus
from backend.errors import LeaseLost
from backend.services import Services
from backend.shops.directory import Directory
from backend.store import job_queue
from backend.store.job_queue import Claim
from backend.store.tables import jobs
from tests.support.any_model import answer_with
from tests.support.talking import Moody, says


@pytest.fixture
def idle(services: Services) -> Services:
    """A process that does nothing by itself: the test runs each claim when its holder would."""
    answer_with(services, Moody(failures=1))
    return services


@pytest.fixture
def ana(idle: Services) -> Caller:
    return Caller(
        Directory(idle.db).open_shop("flux-test.myshopify.com"),
        "7001",
        "shop.example",
        "203.0.113.7",
    )


@pytest.fixture
def told(idle: Services) -> list[Claim]:
    """What the process was told to run, oldest first."""
    told: list[Claim] = []
    idle.process.run_now = told.append
    return told


def test_whoever_took_over_what_then_ended_leaves_its_retry_alone(idle, ana):
    """Its holder was slow and not dead: it ended the turn before the other had begun, and the
    shopper was quick.
    """
    said = says(idle, ana, "Do you have mugs?")
    late = taken_over(idle, said)
    runs(idle, said.claim)
    again = accepting.retry(idle, ana, said.session_id, said.turn_id)

    runs(idle, late)
    assert stored(idle, said).status == "queued"

    runs(idle, again.claim)
    assert stored(idle, said).status == "answered"


def test_so_it_does_with_a_retry_that_waits_for_another_turn(idle, ana, told):
    said = says(idle, ana, "Do you have mugs?")
    late = taken_over(idle, said)
    runs(idle, said.claim)
    other = says(idle, ana, "And plates?", said.session_id)
    assert accepting.retry(idle, ana, said.session_id, said.turn_id).claim is None

    runs(idle, late)
    assert job_of(idle, said) == "waiting"

    runs(idle, other.claim)
    runs(idle, told[-1])
    assert (stored(idle, said).status, stored(idle, other).status) == (
        "answered",
        "answered",
    )


def test_whoever_never_heard_that_it_had_ended_a_turn_does_not_end_its_retry(idle, ana):
    said = says(idle, ana, "Do you have mugs?")
    held = stored(idle, said)
    runs(idle, said.claim)
    accepting.retry(idle, ana, said.session_id, said.turn_id)

    outcome = Outcome(TurnStatus.FAILED, text="", number=1)
    with pytest.raises(LeaseLost):
        idle.db.write(turns.finish, idle, held, outcome)

    assert (stored(idle, said).status, job_of(idle, said)) == ("queued", "leased")


def test_whoever_begins_after_another_has_taken_over_leaves_the_job_to_it(idle, ana):
    said = says(idle, ana, "Do you have mugs?")
    later = taken_over(idle, said)
    idle.db.write(turns.begin, later, idle.config.turn_seconds)

    runs(idle, said.claim)

    assert (stored(idle, said).status, job_of(idle, said)) == ("running", "leased")


def test_whoever_ends_what_another_has_taken_over_sends_its_readers_there(
    idle, ana, monkeypatch
):
    """The database was away for longer than a lease, and its own log would say nothing more."""
    said = says(idle, ana, "Do you have mugs?")
    answer_with(idle, LosesItMeanwhile(idle, said))
    sent_away: list[str] = []
    monkeypatch.setattr(idle.live, "lost", sent_away.append)

    runs(idle, said.claim)

    assert sent_away == [said.turn_id]
    assert (stored(idle, said).status, job_of(idle, said)) == ("running", "leased")


class LosesItMeanwhile:
    """A model during whose last words another process takes the turn over."""

    def __init__(self, services: Services, it: Accepted) -> None:
        self._services, self._it = services, it

    def stream(
        self, messages: object, tools: object, seconds: float
    ) -> Generator[str, None, None]:
        yield "We have mugs."
        later = taken_over(self._services, self._it)
        whole = self._services.config.turn_seconds
        self._services.db.write(turns.begin, later, whole)

    def close(self) -> None:
        """Nothing is open."""


def test_a_job_without_a_turn_to_do_is_removed(idle, ana):
    said = says(idle, ana, "Do you have mugs?")
    runs(idle, said.claim)
    left_over = Claim(said.shop_id, "turn", said.turn_id, 1)
    idle.db.write(job_queue.add_held, left_over, idle.process.me, 60)

    runs(idle, left_over)

    assert job_of(idle, said) is None


def runs(services: Services, claim: Claim | None) -> None:
    assert claim is not None
    runner.run(services, claim)


def taken_over(services: Services, it: Accepted) -> Claim:
    """The claim of another process, once its holder's lease has run out."""
    over = update(jobs).where(jobs.c.shop_id == it.shop_id).values(until=0)
    services.db.write(lambda connection: connection.execute(over))
    [claim] = services.db.write(job_queue.claim, "another", 60, 10)
    return claim


def stored(services: Services, it: Accepted) -> Any:
    with services.db.reading() as connection:
        return turns.find(connection, it.shop_id, it.conversation_id, it.turn_id)


def job_of(services: Services, it: Accepted) -> str | None:
    query = select(jobs.c.status).where(
        jobs.c.shop_id == it.shop_id, jobs.c.kind == "turn", jobs.c.ref == it.turn_id
    )
    with services.db.reading() as connection:
        status: str | None = connection.execute(query).scalar_one_or_none()
        return status
