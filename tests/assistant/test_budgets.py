"""A merchant's budgets: reserved before the model is asked, given back when it says nothing, per
shop and day.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from backend.assistant import budgets
from backend.errors import BudgetReached
from backend.services import Services
from backend.shops.settings import Settings

MIRAS, OTTOS = 1, 2
NOVEMBER_LAST = int(datetime(2026, 11, 30, 12, 0, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000


def test_the_reply_after_the_last_of_the_day_is_refused_until_tomorrow(
    services: Services,
) -> None:
    two_a_day = Settings(replies_per_day=2)
    for _ in range(2):
        budgets.reserve(services, MIRAS, two_a_day, NOVEMBER_LAST)

    for _ in range(2):
        with pytest.raises(BudgetReached):
            budgets.reserve(services, MIRAS, two_a_day, NOVEMBER_LAST)

    budgets.reserve(services, MIRAS, two_a_day, NOVEMBER_LAST + DAY)
    budgets.reserve(services, OTTOS, two_a_day, NOVEMBER_LAST)


def test_a_months_budget_is_that_of_its_days_together(services: Services) -> None:
    three_a_month = Settings(replies_per_month=3)
    for days in (2, 1, 0):
        budgets.reserve(services, MIRAS, three_a_month, NOVEMBER_LAST - days * DAY)

    with pytest.raises(BudgetReached):
        budgets.reserve(services, MIRAS, three_a_month, NOVEMBER_LAST)

    budgets.reserve(services, MIRAS, three_a_month, NOVEMBER_LAST + DAY)


def test_the_month_ends_when_it_ends_for_the_shop(services: Services) -> None:
    in_kolkata = Settings(replies_per_month=1, time_zone="Asia/Kolkata")
    already_december_there = NOVEMBER_LAST + 8 * 3_600_000

    budgets.reserve(services, MIRAS, in_kolkata, NOVEMBER_LAST)
    budgets.reserve(services, MIRAS, in_kolkata, already_december_there)


def test_a_reply_that_did_not_come_about_costs_nothing(services: Services) -> None:
    one_a_day = Settings(replies_per_day=1)
    for _ in range(3):
        budgets.reserve(services, MIRAS, one_a_day, NOVEMBER_LAST)
        budgets.give_back(services, MIRAS, one_a_day, NOVEMBER_LAST)


def test_without_a_budget_nothing_is_counted(services: Services) -> None:
    for _ in range(3):
        budgets.reserve(services, MIRAS, Settings(), NOVEMBER_LAST)

    budgets.reserve(services, MIRAS, Settings(replies_per_day=1), NOVEMBER_LAST)


def test_many_at_once_never_take_more_than_there_is(services: Services) -> None:
    if services.db.on_sqlite:
        pytest.skip("SQLite has one writer; only PostgreSQL can race")
    ten_a_day = Settings(replies_per_day=10)

    def taken(_: int) -> bool:
        try:
            budgets.reserve(services, MIRAS, ten_a_day, NOVEMBER_LAST)
        except BudgetReached:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(taken, range(30))) == 10
