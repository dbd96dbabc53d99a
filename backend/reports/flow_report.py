"""How forms go: how many were begun, sent and left in the last days, and at which step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, func, select

from backend.flows.runs import SHORT
from backend.reports.period_report import DAYS, days_of_utc, midnight
from backend.shops.settings import Settings
from backend.store.tables import daily_counts

# In the order in which they are asked.
STEPS = {
    "bulk_order": ("items", "choose", "contact", "place", "confirm"),
    "callback_request": ("contact", "when"),
}


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How many were left at a step, canceled or not."""

    step: str
    left: int


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """Of one flow in the last days. `abandoned` are those whose conversation ended first."""

    flow: str
    started: int
    finished: int
    cancelled: int
    abandoned: int
    steps: tuple[StepFigures, ...]

    @property
    def is_blank(self) -> bool:
        return not (self.started or self.finished or self.cancelled or self.abandoned)

    def share_of(self, step: StepFigures) -> float | None:
        """Of all that ended, how many were left there; None when none did."""
        ended = self.finished + self.cancelled + self.abandoned
        return step.left / ended if ended else None


def read_flows(
    connection: Connection,
    shop_id: int,
    chosen: Settings,
    now: int,
) -> list[FlowFigures]:
    """Of the same days as the other figures."""
    today = chosen.local_time(now).date()
    since = midnight(today - timedelta(days=DAYS - 1), chosen)
    before = midnight(today + timedelta(days=1), chosen)

    first, last = days_of_utc(since, before, now)
    counted = _read_counted(connection, shop_id, first, last)
    return [_figures_of(flow, counted) for flow in STEPS]


def _read_counted(
    connection: Connection,
    shop_id: int,
    first: int,
    last: int,
) -> dict[str, int]:
    names: list[str] = []
    for flow in STEPS:
        names += _names_of(flow)

    query = (
        select(
            daily_counts.c.name,
            func.sum(daily_counts.c.count).label("number"),
        )
        .where(daily_counts.c.shop_id == shop_id)
        .where(daily_counts.c.name.in_(names))
        .where(daily_counts.c.day.between(first, last))
        .group_by(daily_counts.c.name)
    )
    rows = connection.execute(query)
    return {row.name: int(row.number) for row in rows}


def _names_of(flow: str) -> list[str]:
    short = SHORT[flow]
    left = [_left_name(flow, step) for step in STEPS[flow]]
    return [
        f"{short}_started",
        f"{short}_finished",
        f"{short}_cancelled",
        *left,
    ]


def _left_name(flow: str, step: str) -> str:
    return f"{SHORT[flow]}_left_{step}"


def _figures_of(flow: str, counted: Mapping[str, int]) -> FlowFigures:
    short = SHORT[flow]
    steps = []
    for step in STEPS[flow]:
        name = _left_name(flow, step)
        steps.append(StepFigures(step, counted.get(name, 0)))

    left = sum(each.left for each in steps)
    cancelled = counted.get(f"{short}_cancelled", 0)

    return FlowFigures(
        flow=flow,
        started=counted.get(f"{short}_started", 0),
        finished=counted.get(f"{short}_finished", 0),
        cancelled=cancelled,
        # Whoever cancels leaves a step as well.
        abandoned=max(0, left - cancelled),
        steps=tuple(steps),
    )
