"""Of several budgets the merchant is told of the one that is nearest to its end, and of what all
has cost.
"""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from backend.ai.provider import Usage
from backend.assistant import budgets
from backend.assistant.budgets import MONEY, REPLIES, Used
from backend.model_settings import model_prices
from backend.reports import budget_report
from backend.reports.budget_report import BudgetReport, BudgetStanding, Period
from backend.services import Services
from backend.shops.settings import Settings

MIRAS, OTTOS = 1, 2
DAY = 86_400_000
NOON = int(datetime(2026, 11, 29, 12, 0, tzinfo=UTC).timestamp() * 1000)
# What one more step has to find left: two dollars for a million tokens said.
LEAST = 2 * budgets.USUAL_MOST_SAID


@pytest.fixture
def priced(services: Services) -> Services:
    prices = model_prices(f"{services.config.openai_model}=1/2")
    return replace(services, config=replace(services.config, model_prices=prices))


def read(
    services: Services, chosen: Settings, shop: int = MIRAS, at: int = NOON
) -> BudgetReport:
    with services.db.reading() as connection:
        return budget_report.read_budgets(connection, services.config, shop, chosen, at)


def spend(services: Services, microdollars: int, at: int = NOON) -> None:
    taken = budgets.reserve(services, MIRAS, Settings(), at, Usage(0, 0))
    budgets.settle(services, taken, Usage(microdollars, 0))


def test_a_shop_without_budgets_is_warned_of_none(priced: Services) -> None:
    spend(priced, 123_456)

    assert read(priced, Settings()) == BudgetReport(Used(123_456, 123_456), None)
    assert read(priced, Settings(), OTTOS) == BudgetReport(Used(0, 0), None)


def test_where_the_price_is_unknown_nothing_is_said_of_money(
    services: Services,
) -> None:
    chosen = Settings(dollars_per_day=Decimal("0.01"))

    assert read(services, chosen) == BudgetReport(None, None)


@pytest.mark.parametrize(
    ("microdollars", "is_told", "is_reached"),
    [
        (799_999, False, False),
        (800_000, True, False),
        (1_000_000 - LEAST, True, False),
        (1_000_001 - LEAST, True, True),
        (2_000_000, True, True),
    ],
)
def test_from_four_fifths_on_the_merchant_is_told(
    priced: Services, microdollars: int, is_told: bool, is_reached: bool
) -> None:
    spend(priced, microdollars)

    warning = read(priced, Settings(dollars_per_day=Decimal(1))).warning

    assert (warning is not None) == is_told
    assert (warning is not None and warning.is_reached) == is_reached


def test_of_several_that_are_near_the_one_that_is_reached_counts(
    priced: Services,
) -> None:
    spend(priced, 900_000, NOON - DAY)
    spend(priced, 95_000)
    chosen = Settings(
        replies_per_day=1,
        dollars_per_day=Decimal("0.10"),
        dollars_per_month=Decimal(1),
    )

    assert read(priced, chosen).warning == BudgetStanding(
        MONEY, Period.MONTH, 995_000, 1_000_000, LEAST
    )

    budgets.reserve(priced, MIRAS, Settings(replies_per_day=1), NOON, Usage(0, 0))
    assert read(priced, chosen).warning == BudgetStanding(REPLIES, Period.DAY, 1, 1, 1)


def test_yesterday_counts_for_the_month_alone(priced: Services) -> None:
    spend(priced, 990_000, NOON - DAY)

    assert read(priced, Settings(dollars_per_day=Decimal(1))).warning is None
    monthly = read(priced, Settings(dollars_per_month=Decimal(1))).warning
    assert monthly is not None
    assert monthly.used == 990_000
