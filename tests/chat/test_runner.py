"""What the shop learns of a turn afterwards: what it cost, and whether a person is needed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import gevent
import pytest
from sqlalchemy import Row, select

from backend.ai.provider import Usage
from backend.assistant import budgets
from backend.assistant.budgets import MONEY
from backend.assistant.transcript import estimate
from backend.chat import accepting, answering, events, runner, store_patience, turns
from backend.chat.sessions import Caller
from backend.clock import now_ms
from backend.errors import StoreUnavailable
from backend.jobs import worker
from backend.jobs.worker import Worker
from backend.model_settings import model_prices
from backend.services import Services
from backend.shops import directory
from backend.shops.settings import Settings
from backend.store import tables
from tests.support.any_model import answer_with
from tests.support.stepwise_model import StepwiseModel
from tests.support.talking import Moody, end_of, row_of, says

REPLY = "We have mugs."


@pytest.fixture
def services(services: Services) -> Services:
    """With a price of the model: a dollar for a million tokens asked, two for those said."""
    prices = model_prices(f"{services.config.openai_model}=1/2")
    return replace(services, config=replace(services.config, model_prices=prices))


def spent(services: Services, who: Caller) -> int:
    """In microdollars, when nothing is on its way any more."""
    worker = services.process.run_now.__self__  # type: ignore[attr-defined]
    gevent.joinall(list(worker._running.values()), timeout=10)
    with services.db.reading() as connection:
        known = budgets.read_used(connection, who.shop.id, Settings(), now_ms())
    return known[MONEY].today


def allow_dollars(services: Services, who: Caller, dollars: str) -> None:
    chosen = Settings(dollars_per_day=Decimal(dollars))
    services.db.write(directory.save_settings, who.shop.id, chosen, 0)


def test_an_answer_costs_what_was_asked_and_what_was_said(working, ana):
    answered = end_of(working, ana, says(working, ana, "Do you have mugs?"))

    assert answered.tokens_out == estimate(REPLY)
    # The rules, which nobody counts by hand, and the question.
    assert answered.tokens_in > estimate("Do you have mugs?")


def test_a_longer_conversation_costs_more(working, ana):
    first = says(working, ana, "Do you have mugs?")
    one = end_of(working, ana, first)
    two = end_of(
        working, ana, says(working, ana, "Do you have mugs?", first.session_id)
    )

    assert two.tokens_in == one.tokens_in + estimate(REPLY) + estimate(
        "Do you have mugs?"
    )


def test_attempts_are_charged_together(working, ana):
    answer_with(working, Moody(failures=1))
    said = says(working, ana, "Do you have mugs?")
    failed = end_of(working, ana, said)
    assert (failed.tokens_in > 0, failed.tokens_out) == (True, 0)

    accepting.retry(working, ana, said.session_id, said.turn_id)

    answered = end_of(working, ana, said)
    assert (answered.tokens_in, answered.tokens_out) == (
        2 * failed.tokens_in,
        estimate(REPLY),
    )


def test_a_reply_that_was_stopped_is_paid_for_all_the_same(working, ana, model):
    """What the model had been asked and had said by then."""
    said = says(working, ana, "Do you have mugs?")
    model.has_begun.wait(5)
    turns.stop(working, ana, said.session_id, said.turn_id)
    model.may_go_on.set()
    model.has_ended.wait(5)
    working.db.write(
        lambda _: None
    )  # writes come one after the other, and this one after its own

    stopped = end_of(working, ana, said)
    assert stopped.status == "stopped"
    assert stopped.tokens_in > estimate("Do you have mugs?")
    assert stopped.tokens_out > 0


@pytest.mark.parametrize("patience", [30, -1], ids=["waits", "begins anew"])
def test_a_store_that_is_away_before_the_model_is_asked_costs_no_reply(
    working, ana, monkeypatch, patience
):
    read, away = answering._read_question, iter([True, True])

    def read_when_it_is_back(*asked: Any) -> Any:
        if next(away, False):
            raise StoreUnavailable
        return read(*asked)

    monkeypatch.setattr(answering, "_read_question", read_when_it_is_back)
    monkeypatch.setattr(store_patience, "PATIENCE_SECONDS", patience)
    monkeypatch.setattr(worker, "STORE_AGAIN_SECONDS", 0)

    answered = end_of(working, ana, says(working, ana, "Do you have mugs?"))

    assert (answered.status, answered.failure) == ("answered", None)


def test_a_repeat_of_a_message_is_counted_by_nobody(working, ana):
    message = accepting.NewMessage(
        "Do you have mugs?",
        client_id="0b0e5ad8-7f0e-4a0e-9d5e-3f6a1c2b4d5e",
        first_id="f" * 22,
    )
    said = [accepting.accept(working, ana, message) for _ in range(3)]
    end_of(working, ana, said[0])

    working.daily_counts.write()

    assert len({each.turn_id for each in said}) == 1
    assert counted(working, ana) == {"session_new": 1}


def test_a_failure_wants_a_person_until_a_retry_begins(working, ana, model):
    answer_with(working, Moody(failures=1))
    said = says(working, ana, "Do you have mugs?")
    end_of(working, ana, said)
    assert row_of(working, said).needs_staff_since is not None

    answer_with(working, model)
    accepting.retry(working, ana, said.session_id, said.turn_id)

    assert row_of(working, said).needs_staff_since is None
    model.may_go_on.set()
    assert end_of(working, ana, said).status == "answered"
    assert row_of(working, said).needs_staff_since is None


def test_who_waits_longest_has_waited_since_the_first_failure(working, ana):
    answer_with(working, Moody(failures=2))
    said = says(working, ana, "Do you have mugs?")
    end_of(working, ana, said)
    since = row_of(working, said).needs_staff_since

    end_of(working, ana, says(working, ana, "And plates?", said.session_id))

    assert row_of(working, said).needs_staff_since == since is not None


def test_an_answer_and_a_stop_want_nobody(working, ana, model):
    stopped = says(working, ana, "Do you have mugs?")
    model.has_begun.wait(5)
    turns.stop(working, ana, stopped.session_id, stopped.turn_id)
    model.may_go_on.set()
    end_of(working, ana, says(working, ana, "And plates?", stopped.session_id))

    assert row_of(working, stopped).needs_staff_since is None


def counted(services: Services, who: Caller) -> dict[str, int]:
    query = select(tables.daily_counts.c.name, tables.daily_counts.c.count).where(
        tables.daily_counts.c.shop_id == who.shop.id
    )
    with services.db.reading() as connection:
        rows: list[Row] = list(connection.execute(query).all())
    return {row.name: row[1] for row in rows}


def test_whoever_waits_for_a_retried_turn_waits_for_its_latest_attempt(
    working, ana, model
):
    answer_with(working, Moody(failures=1))
    said = says(working, ana, "Do you have mugs?")
    end_of(working, ana, said)
    answer_with(working, model)
    accepting.retry(working, ana, said.session_id, said.turn_id)
    gevent.spawn(lambda: model.has_begun.wait(5) and model.may_go_on.set())

    turn = turns.get(working, ana, said.session_id, said.turn_id)
    assert events.wait_for_end(working, turn, 5).status == "answered"


def test_a_renewal_between_the_end_and_its_answer_does_not_cut_it_off(
    working, ana, monkeypatch
):
    """The job's row is gone then because its holder has done it, not because somebody
    else has it.
    """
    worker: Worker = working.process.run_now.__self__
    durably = runner._durably

    def renewed_at_once(services, *work):
        ended = durably(services, *work)
        worker._drop_lost(set(worker._running), set())
        gevent.idle()
        return ended

    monkeypatch.setattr(runner, "_durably", renewed_at_once)

    said = says(working, ana, "Do you have mugs?")

    assert end_of(working, ana, said).status == "answered"
    assert working.live.log(said.turn_id).ended


@pytest.mark.parametrize("budget", ["", "1"], ids=["without a budget", "of a dollar"])
def test_a_reply_costs_what_the_service_has_counted(working, ana, budget):
    if budget:
        allow_dollars(working, ana, budget)
    answer_with(working, StepwiseModel([REPLY, Usage(asked=1_000, said=20)]))

    end_of(working, ana, says(working, ana, "Do you have mugs?"))

    assert spent(working, ana) == 1_040


def test_a_reply_that_was_stopped_costs_what_was_said_and_not_what_was_reserved(
    working, ana, model
):
    allow_dollars(working, ana, "1")
    said = says(working, ana, "Do you have mugs?")
    model.has_begun.wait(5)
    with working.db.reading() as connection:
        known = budgets.read_used(connection, ana.shop.id, Settings(), now_ms())
    reserved = known[MONEY].today

    turns.stop(working, ana, said.session_id, said.turn_id)
    model.may_go_on.set()
    model.has_ended.wait(5)

    tokens = end_of(working, ana, said)
    assert reserved > 2 * budgets.USUAL_MOST_SAID
    assert 0 < spent(working, ana) < reserved - budgets.USUAL_MOST_SAID
    assert tokens.status == "stopped"


def test_a_model_that_gives_no_word_costs_nothing(working, ana):
    allow_dollars(working, ana, "1")
    answer_with(working, Moody(failures=1))

    end_of(working, ana, says(working, ana, "Do you have mugs?"))

    assert spent(working, ana) == 0


def test_what_was_counted_of_an_empty_answer_is_paid_for(working, ana):
    allow_dollars(working, ana, "1")
    answer_with(working, StepwiseModel([Usage(asked=1_000, said=800)]))

    end_of(working, ana, says(working, ana, "Do you have mugs?"))

    assert spent(working, ana) == 2_600


def test_a_used_up_budget_in_dollars_asks_no_model(working, ana, model):
    allow_dollars(working, ana, "0.001")

    ended = end_of(working, ana, says(working, ana, "Do you have mugs?"))

    assert ended.failure == "budget_reached"
    assert (model.asked, spent(working, ana)) == (0, 0)
