"""A run goes on: its answers, and with the last one its request, are stored together or not at
all.
"""

import pytest
from sqlalchemy import select

from backend.errors import ChangedMeanwhile
from backend.flows import advance, flow_machine, request_records, runs
from backend.flows.answers import Answers
from backend.flows.bulk_order import BULK_ORDER
from backend.flows.request_records import OrderState, Request
from backend.flows.runs import Run, RunState
from backend.services import Services
from backend.store.tables import flow_requests, jobs
from tests.support.form_stories import (
    CONTACT,
    LAMPS,
    NOW,
    TO_CONFIRM,
    begin,
    ground_of,
    kept,
)
from tests.support.talks import MIRAS

YES = TO_CONFIRM.replace(is_confirmed=True)
WHEN = Answers(**CONTACT, when_from=NOW, when_until=NOW, when_text="today 10:00")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """On one store: the other one is in the stories of the whole app."""
    return sqlite_url


def store(services: Services, run: Run, answers: Answers, **settings: object) -> Run:
    ground = ground_of(services, run.shop_id, **settings)
    return services.db.write(advance.store, ground, run, answers)


def request_of(services: Services, run: Run) -> Request | None:
    with services.db.reading() as connection:
        return request_records.find_of_run(
            connection, services.config, run.shop_id, run.id
        )


def jobs_of(services: Services) -> list[tuple[str, str]]:
    query = select(jobs.c.kind, jobs.c.ref).where(jobs.c.shop_id == MIRAS)
    with services.db.reading() as connection:
        return [(row.kind, row.ref) for row in connection.execute(query)]


def test_a_run_stands_where_its_answers_lead(services: Services) -> None:
    run = begin(services)

    run = store(services, run, Answers(lines=(LAMPS,)))
    assert (run.step, run.state) == ("contact", RunState.OPEN)
    run = store(services, run, run.answers.replace(**CONTACT))

    assert (run.step, run.revision) == ("confirm", 3)
    assert kept(services, run).answers == run.answers
    assert request_of(services, run) is None


def test_a_yes_leaves_a_request_and_the_order_on_its_way(services: Services) -> None:
    run = begin(services, answers=TO_CONFIRM)

    done = store(services, run, YES)

    request = request_of(services, run)
    assert request is not None
    assert (done.state, done.step) == (RunState.FINISHED, None)
    assert "number follows" in kept(services, run).answers.reply
    assert (request.kind, request.order_state) == ("bulk_order", OrderState.PENDING)
    assert jobs_of(services) == [(advance.PLACING, request.id)]


def test_a_callback_leaves_a_request_and_nothing_to_be_placed(
    services: Services,
) -> None:
    run = begin(services, "callback_request", Answers(**CONTACT))

    done = store(services, run, WHEN, requests_to="mira")

    request = request_of(services, run)
    assert request is not None
    assert (request.order_state, request.staff_id) == (OrderState.NONE, "mira")
    assert request.due_at == NOW
    assert "today 10:00" in done.answers.reply
    assert jobs_of(services) == []


def test_a_second_wish_for_the_same_call_is_told_so(services: Services) -> None:
    first = begin(services, "callback_request", Answers(**CONTACT))
    store(services, first, WHEN)
    second = begin(services, "callback_request", Answers(**CONTACT), number=2)

    done = store(services, second, WHEN)

    assert "already had your request" in done.answers.reply
    assert request_of(services, first) is None
    assert request_of(services, second) is not None


def test_whoever_says_all_at_once_is_done_at_once(services: Services) -> None:
    run = begin(services, "callback_request", WHEN)

    assert run.state is RunState.FINISHED
    assert request_of(services, run) is not None
    assert kept(services, run).state is RunState.FINISHED


def test_who_comes_too_late_leaves_nothing(services: Services) -> None:
    run = begin(services, answers=TO_CONFIRM)
    store(services, run, TO_CONFIRM.replace(name="Ben"))

    with pytest.raises(ChangedMeanwhile):
        store(services, run, YES)

    query = select(flow_requests).where(flow_requests.c.shop_id == MIRAS)
    with services.db.reading() as connection:
        assert connection.execute(query).all() == []
    assert jobs_of(services) == []
    assert kept(services, run).state is RunState.OPEN


def test_a_yes_that_is_said_twice_leaves_one_request(services: Services) -> None:
    run = begin(services, answers=TO_CONFIRM)
    store(services, run, YES)

    with pytest.raises(ChangedMeanwhile):
        store(services, run, YES)

    assert len(jobs_of(services)) == 1


def test_what_was_put_away_keeps_its_answers_and_goes_on(services: Services) -> None:
    run = begin(services, answers=Answers(lines=(LAMPS,)))
    ground = ground_of(services)

    away = services.db.write(advance.cancel, ground, run)

    assert (away.state, away.step) == (RunState.CANCELLED, "contact")
    assert "cancelled" in away.answers.reply
    with services.db.reading() as connection:
        where = (MIRAS, run.conversation_id)
        assert runs.find_open(connection, services.config, *where) is None
    resumed = store(services, away, away.answers.replace(**CONTACT))

    assert (resumed.state, resumed.step) == (RunState.OPEN, "confirm")
    assert resumed.answers.lines == (LAMPS,)


def test_back_and_forth_between_two_processes(services: Services) -> None:
    """Each answer is stored, so whoever goes on begins where the other was."""
    run = begin(services, answers=TO_CONFIRM)
    terms = ground_of(services).terms

    back = flow_machine.go_back(BULK_ORDER, kept(services, run).answers, terms)
    run = store(services, run, back)
    assert kept(services, run).step == "contact"
    told = flow_machine.answer(
        BULK_ORDER, kept(services, run).answers, "contact", CONTACT, terms
    )

    assert store(services, run, told).step == "confirm"
