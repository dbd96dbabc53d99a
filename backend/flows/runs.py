"""Runs: the record, and the statements on its table. Answers are encrypted, and every write names
the revision that it has seen.
"""

import hmac
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from backend.clock import now_ms
from backend.config import Config
from backend.errors import ChangedMeanwhile, Undecipherable
from backend.flows.answers import Answers
from backend.logs import logger
from backend.metrics import FLOW_RUNS
from backend.services import Services
from backend.store import daily_counts
from backend.store.encryption import Vault
from backend.store.tables import flow_runs

ALL_KEYS = {"across_shops": "a new key is for all shops"}
COUNTS_ALL = {"across_shops": "an operator counts all"}
# What is counted for the merchant is named `<short>_<what happened>`.
SHORT = {"bulk_order": "bulk", "callback_request": "callback"}


class RunState(StrEnum):
    OPEN = "open"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    # Its conversation ended before it did.
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Run:
    """One pass through a flow. `seq` is that of the last message that it has taken in."""

    shop_id: int
    id: str
    conversation_id: str
    flow: str
    version: int
    state: RunState
    step: str | None
    revision: int
    answers: Answers
    language: str
    seq: int
    started_at: int
    changed_at: int

    @property
    def is_open(self) -> bool:
        return self.state is RunState.OPEN


@dataclass(frozen=True, slots=True)
class RunCount:
    """How many runs of all shops are at a step, or have ended there."""

    flow: str
    state: RunState
    step: str | None
    number: int


@dataclass(frozen=True, slots=True)
class OpenRun:
    """One that is open now, without what was answered."""

    shop_id: int
    id: str
    flow: str
    step: str | None
    started_at: int


@dataclass(frozen=True, slots=True)
class Sealing:
    """How answers are encrypted, and what makes hashes of them that no other shop has."""

    vault: Vault
    shop_key: bytes

    @classmethod
    def of(cls, config: Config, shop_key: bytes) -> Self:
        return cls(Vault(config.encryption_keys), shop_key)

    def seal(self, run: Run) -> dict[str, object]:
        """The columns that hold what was answered. Raises NotSetUp without a key."""
        text = run.answers.as_json()
        return {
            "answers": self.vault.seal(text, _about(run.shop_id, run.id)),
            "phone_hash": self.hash_of(run.answers.phone),
            "email_hash": self.hash_of(run.answers.email),
        }

    def hash_of(self, contact: str) -> bytes | None:
        """By which a number or an address is found again; letters of either case are one."""
        if not contact:
            return None
        return hmac.digest(self.shop_key, contact.casefold().encode(), sha256)


def new_run(
    shop_id: int,
    conversation_id: str,
    flow: str,
    version: int,
    language: str,
) -> Run:
    """One without answers, not stored yet."""
    now = now_ms()
    return Run(
        shop_id=shop_id,
        id=uuid.uuid4().hex,
        conversation_id=conversation_id,
        flow=flow,
        version=version,
        state=RunState.OPEN,
        step=None,
        revision=1,
        answers=Answers(),
        language=language,
        seq=0,
        started_at=now,
        changed_at=now,
    )


def add(connection: Connection, sealing: Sealing, run: Run) -> None:
    """A conversation has one open run; the caller has looked for it, and holds the conversation's
    lock. One that nobody can read any more makes way.
    """
    abandon(connection, run.shop_id, run.conversation_id)
    _insert(connection, sealing, run)
    _count(connection, run, "started")


def _insert(connection: Connection, sealing: Sealing, run: Run) -> None:
    row = {
        "shop_id": run.shop_id,
        "id": run.id,
        "conversation_id": run.conversation_id,
        "flow": run.flow,
        "version": run.version,
        "state": run.state,
        "step": run.step,
        "revision": run.revision,
        "language": run.language,
        "seq": run.seq,
        "started_at": run.started_at,
        "changed_at": run.changed_at,
    }
    connection.execute(insert(flow_runs), row | sealing.seal(run))


def save(connection: Connection, sealing: Sealing, run: Run) -> Run:
    """The run with its next revision. Raises ChangedMeanwhile when somebody else has saved it
    since it was read.
    """
    now = now_ms()
    values = {
        "version": run.version,
        "state": run.state,
        "step": run.step,
        "revision": run.revision + 1,
        "seq": run.seq,
        "changed_at": now,
    }
    seen = and_(
        _is(run.shop_id, run.id),
        flow_runs.c.revision == run.revision,
    )
    statement = update(flow_runs).where(seen)

    stored = connection.execute(statement.values(values | sealing.seal(run)))
    if stored.rowcount != 1:
        raise ChangedMeanwhile
    if not run.is_open:
        _count(connection, run, run.state.value)
    if run.state is RunState.CANCELLED:
        _count(connection, run, _left_at(run.step))
    return replace(run, revision=run.revision + 1, changed_at=now)


def _count(connection: Connection, run: Run, what: str) -> None:
    FLOW_RUNS.labels(run.flow, what).inc()
    daily_counts.count_today(connection, run.shop_id, f"{SHORT[run.flow]}_{what}")


def _left_at(step: str | None) -> str:
    return f"left_{step or 'end'}"


def find_open(
    connection: Connection,
    config: Config,
    shop_id: int,
    conversation_id: str,
) -> Run | None:
    """The run that a conversation is in."""
    mine = _within(shop_id, conversation_id)
    query = select(flow_runs).where(mine, flow_runs.c.state == RunState.OPEN)
    return _find(connection, config, query)


def find_taken(
    connection: Connection,
    config: Config,
    shop_id: int,
    conversation_id: str,
    seq: int,
) -> Run | None:
    """The open run, or the one that has ended with that message."""
    mine = _within(shop_id, conversation_id)
    is_meant = or_(flow_runs.c.state == RunState.OPEN, flow_runs.c.seq == seq)
    is_its_own = flow_runs.c.seq == seq
    query = (
        select(flow_runs)
        .where(mine, is_meant)
        .order_by(is_its_own.desc(), flow_runs.c.changed_at.desc())
        .limit(1)
    )
    return _find(connection, config, query)


def find_unfinished(
    connection: Connection,
    config: Config,
    shop_id: int,
    conversation_id: str,
) -> Run | None:
    """The latest that was put away before it was done: it may be gone on with."""
    left = (RunState.CANCELLED, RunState.ABANDONED)
    query = (
        select(flow_runs)
        .where(_within(shop_id, conversation_id), flow_runs.c.state.in_(left))
        .order_by(flow_runs.c.changed_at.desc())
        .limit(1)
    )
    return _find(connection, config, query)


def find(
    connection: Connection,
    config: Config,
    shop_id: int,
    run_id: str,
) -> Run | None:
    query = select(flow_runs).where(_is(shop_id, run_id))
    return _find(connection, config, query)


def list_of_conversations(
    connection: Connection,
    config: Config,
    shop_id: int,
    ids: Collection[str],
) -> list[Run]:
    """All of theirs, the oldest first."""
    query = (
        select(flow_runs)
        .where(flow_runs.c.shop_id == shop_id, flow_runs.c.conversation_id.in_(ids))
        .order_by(flow_runs.c.started_at, flow_runs.c.id)
    )
    return _read_all(connection, config, query)


def list_by_id(
    connection: Connection,
    config: Config,
    shop_id: int,
    ids: Collection[str],
) -> dict[str, Run]:
    query = select(flow_runs).where(
        flow_runs.c.shop_id == shop_id,
        flow_runs.c.id.in_(ids),
    )
    return {run.id: run for run in _read_all(connection, config, query)}


def list_conversations_of_contact(
    connection: Connection,
    shop_id: int,
    hashes: Collection[bytes],
) -> Sequence[str]:
    """The conversations in which one of these numbers or addresses was given."""
    is_theirs = or_(
        flow_runs.c.phone_hash.in_(hashes),
        flow_runs.c.email_hash.in_(hashes),
    )
    query = (
        select(flow_runs.c.conversation_id)
        .where(flow_runs.c.shop_id == shop_id, is_theirs)
        .distinct()
    )
    return connection.execute(query).scalars().all()


def has_open(
    shop_id: int | ColumnElement[int],
    conversation_id: str | ColumnElement[str],
) -> ColumnElement[bool]:
    """Whether a conversation has an open run, as a part of statements."""
    return exists().where(
        flow_runs.c.shop_id == shop_id,
        flow_runs.c.conversation_id == conversation_id,
        flow_runs.c.state == RunState.OPEN,
    )


def is_any_open(connection: Connection, shop_id: int, conversation_id: str) -> bool:
    query = select(has_open(shop_id, conversation_id))
    return bool(connection.execute(query).scalar_one())


def abandon(connection: Connection, shop_id: int, conversation_id: str) -> None:
    """Their conversation has ended; counted by the step at which they were left."""
    mine = _within(shop_id, conversation_id)
    is_open = flow_runs.c.state == RunState.OPEN
    left = connection.execute(
        update(flow_runs)
        .where(mine, is_open)
        .values(state=RunState.ABANDONED, revision=flow_runs.c.revision + 1)
        .returning(flow_runs.c.flow, flow_runs.c.step)
    )

    for row in left.all():
        FLOW_RUNS.labels(row.flow, "abandoned").inc()
        name = f"{SHORT[row.flow]}_{_left_at(row.step)}"
        daily_counts.count_today(connection, shop_id, name)


def count_by_state(connection: Connection) -> list[RunCount]:
    """Over all shops."""
    state = (flow_runs.c.flow, flow_runs.c.state, flow_runs.c.step)
    query = (
        select(*state, func.count().label("number")).group_by(*state).order_by(*state)
    )

    rows = connection.execute(query, execution_options=COUNTS_ALL).all()
    return [
        RunCount(row.flow, RunState(row.state), row.step, row.number) for row in rows
    ]


def list_latest_open(connection: Connection, most: int) -> list[OpenRun]:
    """Over all shops, the latest begun first."""
    columns = [flow_runs.c[name] for name in OpenRun.__slots__]
    query = (
        select(*columns)
        .where(flow_runs.c.state == RunState.OPEN)
        .order_by(flow_runs.c.started_at.desc(), flow_runs.c.id)
        .limit(most)
    )
    rows = connection.execute(query, execution_options=COUNTS_ALL)
    return [OpenRun(*row) for row in rows]


def find_shop_of(connection: Connection, run_id: str) -> int | None:
    """For an operator, who knows the run alone."""
    query = select(flow_runs.c.shop_id).where(flow_runs.c.id == run_id)
    found = connection.execute(query, execution_options=COUNTS_ALL)
    return found.scalar_one_or_none()


def import_runs(connection: Connection, sealing: Sealing, runs: Sequence[Run]) -> None:
    """As they were exported; their conversations are there. Nobody has begun them today."""
    for run in runs:
        _insert(connection, sealing, run)


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many runs that were."""
    query = select(flow_runs.c.shop_id, flow_runs.c.id, flow_runs.c.answers)
    with services.db.reading() as connection:
        rows = connection.execute(query, execution_options=ALL_KEYS).all()

    changed = 0
    for row in rows:
        if vault.is_current(row.answers):
            continue
        about = _about(row.shop_id, row.id)
        sealed = vault.reencrypt(row.answers, about)
        services.db.write(_replace_answers, _same(row), sealed)
        changed += 1
    return changed


def _same(row: Row) -> ColumnElement[bool]:
    """Unless it was saved meanwhile, with the newest key."""
    return and_(_is(row.shop_id, row.id), flow_runs.c.answers == row.answers)


def _replace_answers(
    connection: Connection,
    same: ColumnElement[bool],
    sealed: bytes,
) -> None:
    connection.execute(update(flow_runs).where(same).values(answers=sealed))


def _find(connection: Connection, config: Config, query: Select) -> Run | None:
    found = _read_all(connection, config, query)
    return found[0] if found else None


def _read_all(connection: Connection, config: Config, query: Select) -> list[Run]:
    """Those that can be read: of the others the key is gone."""
    vault = Vault(config.encryption_keys)
    found = []
    for row in connection.execute(query).all():
        try:
            found.append(_from_row(row, vault))
        except Undecipherable:
            logger().error("answers of a form cannot be read: its key is gone")
    return found


def _from_row(row: Row, vault: Vault) -> Run:
    """Raises Undecipherable."""
    text = vault.open(row.answers, _about(row.shop_id, row.id))
    return Run(
        shop_id=row.shop_id,
        id=row.id,
        conversation_id=row.conversation_id,
        flow=row.flow,
        version=row.version,
        state=RunState(row.state),
        step=row.step,
        revision=row.revision,
        answers=Answers.from_json(text),
        language=row.language,
        seq=row.seq,
        started_at=row.started_at,
        changed_at=row.changed_at,
    )


def _about(shop_id: int, run_id: str) -> str:
    return f"flow_runs.answers:{shop_id}:{run_id}"


def _within(shop_id: int, conversation_id: str) -> ColumnElement[bool]:
    return and_(
        flow_runs.c.shop_id == shop_id,
        flow_runs.c.conversation_id == conversation_id,
    )


def _is(shop_id: int, run_id: str) -> ColumnElement[bool]:
    return and_(flow_runs.c.shop_id == shop_id, flow_runs.c.id == run_id)
