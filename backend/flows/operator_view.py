"""What an operator sees of forms: how many stand where, which are open now, and one of them. Never
what somebody has filled in.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from backend.clock import iso
from backend.config import Config
from backend.flows import runs
from backend.flows.answers import Answers
from backend.flows.runs import OpenRun, Run, RunCount
from backend.services import Services
from backend.shops import directory

MOST_LISTED = 20
# In seconds.
UNITS = {"d": 86_400, "h": 3_600, "min": 60}
# What may be answered, by the name of a field of the answers.
FIELDS = (
    "lines",
    "name",
    "phone",
    "email",
    "place",
    "when_from",
    "quote",
    "is_confirmed",
)


@dataclass(frozen=True, slots=True)
class ListedRun:
    run: OpenRun
    domain: str


def list_runs(services: Services, now: int) -> Iterator[str]:
    """Counts by flow, state and step over all shops, and the latest that are open."""
    with services.db.reading() as connection:
        counts = runs.count_by_state(connection)
        listed = _list_open(connection)

    if not counts:
        yield "None."
    for count in counts:
        yield _write_count(count)
    for each in listed:
        yield _write_open(each, now)


def _list_open(connection: Connection) -> list[ListedRun]:
    found = runs.list_latest_open(connection, MOST_LISTED)
    return [
        ListedRun(run, directory.find_domain(connection, run.shop_id) or "")
        for run in found
    ]


def _write_count(count: RunCount) -> str:
    step = count.step or "-"
    return f"{count.flow:16}  {count.state:9}  {step:8}  {count.number}"


def _write_open(listed: ListedRun, now: int) -> str:
    run = listed.run
    step = run.step or "-"
    age = _write_age(now - run.started_at)
    return f"{run.id}  {listed.domain}  {run.flow}  {step}  {age}"


def _write_age(milliseconds: int) -> str:
    """In the largest unit."""
    seconds = max(0, milliseconds // 1000)
    for unit, length in UNITS.items():
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def show_run(services: Services, run_id: str) -> list[str]:
    """One run without what was answered; nothing when there is none, or its key is gone."""
    with services.db.reading() as connection:
        shop_id = runs.find_shop_of(connection, run_id)
        if shop_id is None:
            return []
        run = _find(connection, services.config, shop_id, run_id)
        domain = directory.find_domain(connection, shop_id) or ""

    return [] if run is None else _describe(run, domain)


def _find(
    connection: Connection,
    config: Config,
    shop_id: int,
    run_id: str,
) -> Run | None:
    return runs.find(connection, config, shop_id, run_id)


def _describe(run: Run, domain: str) -> list[str]:
    facts = {
        "shop": domain,
        "conversation": run.conversation_id,
        "flow": run.flow,
        "version": run.version,
        "state": run.state,
        "step": run.step or "-",
        "revision": run.revision,
        "started": iso(run.started_at),
        "changed": iso(run.changed_at),
    }
    told = [f"{name:13} {value}" for name, value in facts.items()]
    return [*told, *_list_answered(run.answers)]


def _list_answered(answers: Answers) -> Iterator[str]:
    for name in FIELDS:
        value = getattr(answers, name)
        is_answered = value is not None and value not in ("", (), False)
        yield f"{name:13} {'yes' if is_answered else 'no'}"
