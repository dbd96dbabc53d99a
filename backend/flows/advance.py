"""A run goes on: what it says now is stored, and with its last answer the request that it leaves,
in one transaction.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from backend.config import Config
from backend.flows import bulk_order, request_records, runs, speech
from backend.flows.answers import Answers
from backend.flows.flow_machine import next_step
from backend.flows.flow_terms import Terms
from backend.flows.flows import FLOWS
from backend.flows.runs import Run, RunState, Sealing
from backend.shops.directory import Shop
from backend.store import job_queue

# The job that creates a draft order; its ref is the request's id.
PLACING = "draft_order"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a run goes on: whose shop it is, and under which terms."""

    config: Config
    shop: Shop
    terms: Terms

    @property
    def sealing(self) -> Sealing:
        return Sealing.of(self.config, self.shop.session_key)


def begin(connection: Connection, ground: Ground, run: Run) -> Run:
    """Store a run that is new. One that has been told everything at once ends at once."""
    begun = _placed(run, ground.terms)
    runs.add(connection, ground.sealing, begun)
    if begun.step is None:
        return store(connection, ground, begun, begun.answers)
    return begun


def store(connection: Connection, ground: Ground, run: Run, answers: Answers) -> Run:
    """The run with these answers. The last of them ends it. Raises ChangedMeanwhile."""
    told = _placed(replace(run, answers=answers, state=RunState.OPEN), ground.terms)
    if told.step is None:
        told = _finish(connection, ground, told)
    return runs.save(connection, ground.sealing, told)


def cancel(connection: Connection, ground: Ground, run: Run) -> Run:
    """It is put away as it is, and may be gone on with. Raises ChangedMeanwhile."""
    reply = speech.say_state(RunState.CANCELLED, ground.terms)
    answers = run.answers.replace(reply=reply)
    put_away = replace(run, answers=answers, state=RunState.CANCELLED)
    return runs.save(connection, ground.sealing, put_away)


def _placed(run: Run, terms: Terms) -> Run:
    """At the step that follows from its answers, by the table of today."""
    flow = FLOWS[run.flow]
    step = next_step(flow, run.answers, terms)
    return replace(run, step=step.name if step else None, version=flow.version)


def _finish(connection: Connection, ground: Ground, run: Run) -> Run:
    """What it leaves is there as soon as it is told of."""
    staff_id = ground.terms.settings.requests_to or None
    opened = request_records.open_request(connection, ground.sealing, run, staff_id)
    if run.flow == bulk_order.NAME:
        job_queue.add_ready(connection, run.shop_id, PLACING, opened.request_id)

    reply = speech.finish(run, ground.terms, opened.is_merged)
    answers = run.answers.replace(reply=reply)
    return replace(run, answers=answers, state=RunState.FINISHED)
