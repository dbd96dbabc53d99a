"""How much of what a merchant allows is used: in replies and in money, today and this month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from backend.assistant import budgets
from backend.assistant.budgets import MONEY, REPLIES, Limits, Used
from backend.config import Config
from backend.shops.settings import Settings

# From here on the merchant is told.
WARNING_SHARE = 0.8


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """One budget: replies, or microdollars. `least` is what one more reply has to find left."""

    name: str
    period: Period
    used: int
    limit: int
    least: int

    @property
    def share(self) -> float:
        return self.used / self.limit

    @property
    def is_reached(self) -> bool:
        """Whether the assistant is silent now."""
        return self.used + self.least > self.limit


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """`spent` is in microdollars, None where the model's price is unknown. `warning` is the budget
    that is nearest to its end, if one is near.
    """

    spent: Used | None
    warning: BudgetStanding | None


def read_budgets(
    connection: Connection,
    config: Config,
    shop_id: int,
    chosen: Settings,
    now: int,
) -> BudgetReport:
    used = budgets.read_used(connection, shop_id, chosen, now)
    least, _ = budgets.cost_of_reply(config)
    leasts = {
        REPLIES: 1,
        MONEY: least,
    }

    standings: list[BudgetStanding] = []
    for limits in budgets.limits_of(config, chosen):
        name = limits.name
        standings += _list_standings(limits, used[name], leasts[name])

    spent = used[MONEY] if config.model_price is not None else None
    return BudgetReport(spent, _find_warning(standings))


def _list_standings(
    limits: Limits,
    used: Used,
    least: int,
) -> Iterator[BudgetStanding]:
    name = limits.name
    if limits.per_day is not None:
        yield BudgetStanding(
            name,
            Period.DAY,
            used.today,
            limits.per_day,
            least,
        )

    if limits.per_month is not None:
        yield BudgetStanding(
            name,
            Period.MONTH,
            used.month,
            limits.per_month,
            least,
        )


def _find_warning(standings: Sequence[BudgetStanding]) -> BudgetStanding | None:
    near = [
        standing
        for standing in standings
        if standing.is_reached or standing.share >= WARNING_SHARE
    ]
    return max(near, key=_urgency, default=None)


def _urgency(standing: BudgetStanding) -> tuple[bool, float]:
    return standing.is_reached, standing.share
