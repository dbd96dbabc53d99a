"""A merchant's budgets: reserved before the model is asked, settled with what its service has
counted, given back when it says nothing, per shop and day.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from threading import Lock

import gevent.pool
import pytest

from backend.ai.provider import Usage
from backend.assistant import budgets
from backend.assistant.budgets import DOLLAR, MONEY, REPLIES, Reservation, Used
from backend.errors import BudgetReached
from backend.model_settings import model_prices
from backend.services import Services
from backend.shops.settings import Settings

MIRAS, OTTOS = 1, 2
NOVEMBER_LAST = int(datetime(2026, 11, 30, 12, 0, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000
# A quarter of a dollar, at a dollar for a million tokens asked and two for those said.
QUARTER = Usage(50_000, 100_000)
NONE = Usage(0, 0)
DOLLAR_A_DAY = Settings(dollars_per_day=Decimal(1))
WORKERS = 8


@pytest.fixture
def priced(services: Services) -> Services:
    """Where the operator has said what the model costs."""
    prices = model_prices(f"{services.config.openai_model}=1/2")
    return replace(services, config=replace(services.config, model_prices=prices))


def take(
    services: Services,
    chosen: Settings,
    at: int = NOVEMBER_LAST,
    shop: int = MIRAS,
    estimate: Usage = NONE,
) -> Reservation:
    return budgets.reserve(services, shop, chosen, at, estimate)


def used(services: Services, at: int = NOVEMBER_LAST, shop: int = MIRAS) -> Used:
    """Of the money, in cents."""
    with services.db.reading() as connection:
        money = budgets.read_used(connection, shop, Settings(), at)[MONEY]
    return Used(money.today * 100 // DOLLAR, money.month * 100 // DOLLAR)


def test_a_picture_counts_as_a_reply_and_costs_what_it_costs(priced: Services) -> None:
    chosen = replace(DOLLAR_A_DAY, replies_per_day=3)
    taken = budgets.reserve_picture(priced, MIRAS, chosen, NOVEMBER_LAST, 600_000)
    assert used(priced) == Used(60, 60)

    with pytest.raises(BudgetReached):
        budgets.reserve_picture(priced, MIRAS, chosen, NOVEMBER_LAST, 600_000)
    budgets.give_back(priced, taken)
    assert used(priced) == Used(0, 0)


def test_the_reply_after_the_last_of_the_day_is_refused_until_tomorrow(
    services: Services,
) -> None:
    two_a_day = Settings(replies_per_day=2)
    for _ in range(2):
        take(services, two_a_day)

    for _ in range(2):
        with pytest.raises(BudgetReached):
            take(services, two_a_day)

    take(services, two_a_day, NOVEMBER_LAST + DAY)
    take(services, two_a_day, shop=OTTOS)


def test_a_months_budget_is_that_of_its_days_together(services: Services) -> None:
    three_a_month = Settings(replies_per_month=3)
    for days in (2, 1, 0):
        take(services, three_a_month, NOVEMBER_LAST - days * DAY)

    with pytest.raises(BudgetReached):
        take(services, three_a_month)

    take(services, three_a_month, NOVEMBER_LAST + DAY)


def test_the_month_ends_when_it_ends_for_the_shop(services: Services) -> None:
    in_kolkata = Settings(replies_per_month=1, time_zone="Asia/Kolkata")
    already_december_there = NOVEMBER_LAST + 8 * 3_600_000

    take(services, in_kolkata)
    take(services, in_kolkata, already_december_there)


def test_a_shop_that_moves_does_not_double_its_budgets(services: Services) -> None:
    """From where it is December already to where it still is November."""
    at = NOVEMBER_LAST
    early = Settings(
        replies_per_day=2, replies_per_month=3, time_zone="Pacific/Kiritimati"
    )
    late = replace(early, time_zone="Pacific/Pago_Pago")
    for _ in range(2):
        take(services, early, at)

    with pytest.raises(BudgetReached):
        take(services, late, at)
    assert used_replies(services, late, at) == Used(2, 2)

    two_days_later = at + 2 * DAY
    take(services, late, two_days_later)
    with pytest.raises(BudgetReached):
        take(services, late, two_days_later)


def used_replies(services: Services, chosen: Settings, at: int) -> Used:
    with services.db.reading() as connection:
        return budgets.read_used(connection, MIRAS, chosen, at)[REPLIES]


def test_a_reply_that_did_not_come_about_costs_nothing(priced: Services) -> None:
    one_a_day = Settings(replies_per_day=1, dollars_per_day=Decimal("0.25"))

    for _ in range(3):
        taken = take(priced, one_a_day, estimate=QUARTER)
        budgets.give_back(priced, taken)

    assert used(priced) == Used(0, 0)


def test_what_the_service_has_counted_is_paid_for_though_it_gave_no_word(
    priced: Services,
) -> None:
    chosen = Settings(replies_per_day=1, dollars_per_day=Decimal(1))
    taken = take(priced, chosen, estimate=QUARTER)

    budgets.give_back(priced, taken, Usage(50_000, 0))

    assert used(priced) == Used(5, 5)
    take(priced, chosen, estimate=QUARTER)


def test_without_a_budget_replies_are_not_counted(services: Services) -> None:
    for _ in range(3):
        take(services, Settings())

    take(services, Settings(replies_per_day=1))


def test_many_at_once_never_take_more_than_there_is(services: Services) -> None:
    if services.db.on_sqlite:
        pytest.skip("SQLite has one writer; only PostgreSQL can race")
    ten_a_day = Settings(replies_per_day=10)

    def taken(_: int) -> bool:
        try:
            take(services, ten_a_day)
        except BudgetReached:
            return False
        return True

    with ThreadPoolExecutor(WORKERS) as pool:
        assert sum(pool.map(taken, range(30))) == 10


def test_money_is_reserved_before_the_model_is_asked(priced: Services) -> None:
    for cents in (25, 50, 75, 100):
        take(priced, DOLLAR_A_DAY, estimate=QUARTER)
        assert used(priced) == Used(cents, cents)

    with pytest.raises(BudgetReached):
        take(priced, DOLLAR_A_DAY, estimate=Usage(1, 0))
    assert used(priced) == Used(100, 100)

    take(priced, DOLLAR_A_DAY, NOVEMBER_LAST + DAY, estimate=QUARTER)
    take(priced, DOLLAR_A_DAY, shop=OTTOS, estimate=QUARTER)


def test_a_refused_reply_takes_nothing_of_any_budget(priced: Services) -> None:
    chosen = replace(DOLLAR_A_DAY, replies_per_day=1)

    with pytest.raises(BudgetReached):
        take(priced, chosen, estimate=Usage(2_000_000, 0))

    take(priced, chosen, estimate=QUARTER)


def test_what_it_has_cost_takes_the_place_of_what_was_reserved(
    priced: Services,
) -> None:
    taken = take(priced, DOLLAR_A_DAY, estimate=QUARTER)

    budgets.settle(priced, taken, Usage(10_000, 10_000))

    assert used(priced) == Used(3, 3)


def test_a_reply_may_turn_out_to_cost_more_and_the_next_one_is_refused(
    priced: Services,
) -> None:
    taken = take(priced, DOLLAR_A_DAY, estimate=QUARTER)

    budgets.settle(priced, taken, Usage(100_000, 600_000))

    assert used(priced) == Used(130, 130)
    with pytest.raises(BudgetReached):
        take(priced, DOLLAR_A_DAY, estimate=Usage(1, 0))


def test_a_months_money_is_that_of_its_days(priced: Services) -> None:
    monthly = Settings(dollars_per_month=Decimal("0.50"))
    take(priced, monthly, NOVEMBER_LAST - DAY, estimate=QUARTER)
    take(priced, monthly, estimate=QUARTER)

    with pytest.raises(BudgetReached):
        take(priced, monthly, estimate=QUARTER)

    assert used(priced) == Used(25, 50)
    take(priced, monthly, NOVEMBER_LAST + DAY, estimate=QUARTER)


def test_a_reply_that_ends_after_midnight_belongs_to_the_day_on_which_it_began(
    priced: Services,
) -> None:
    taken = take(priced, DOLLAR_A_DAY, estimate=QUARTER)

    budgets.settle(priced, taken, Usage(500_000, 0))

    assert used(priced) == Used(50, 50)
    assert used(priced, NOVEMBER_LAST + DAY) == Used(0, 0)


def test_without_a_budget_money_is_counted_all_the_same(priced: Services) -> None:
    taken = take(priced, Settings(), estimate=QUARTER)
    assert used(priced) == Used(0, 0)

    budgets.settle(priced, taken, QUARTER)

    assert used(priced) == Used(25, 25)


def test_where_the_price_is_unknown_no_money_is_counted_or_refused(
    services: Services,
) -> None:
    one_cent = Settings(dollars_per_day=Decimal("0.01"))

    for _ in range(3):
        taken = take(services, one_cent, estimate=QUARTER)
        budgets.settle(services, taken, QUARTER)

    assert used(services) == Used(0, 0)
    assert [each.name for each in budgets.limits_of(services.config, one_cent)] == [
        REPLIES
    ]


def test_a_step_is_reserved_for_what_the_operator_lets_it_say(
    services: Services,
) -> None:
    assert budgets.most_said(services.config) == budgets.USUAL_MOST_SAID
    assert budgets.most_said(replace(services.config, model_max_tokens=800)) == 800


def test_a_great_many_dollars_can_be_counted(priced: Services) -> None:
    dear = replace(priced.config, model_prices=model_prices("gpt-5-mini=10000/10000"))
    services = replace(priced, config=dear)

    for _ in range(3):
        taken = take(services, Settings())
        budgets.settle(services, taken, Usage(100_000_000, 0))

    assert used(services) == Used(300_000_000, 300_000_000)


@pytest.mark.parametrize("overrun", [1, 3], ids=["as estimated at most", "or more"])
def test_a_thousand_replies_at_once_stay_within_a_dollar(
    priced: Services, overrun: int
) -> None:
    """No more than what the replies on their way have cost beyond what was expected of them."""
    cents = [Random(seed).randint(0, 3 * overrun) for seed in range(1_000)]
    expected = Usage(30_000, 0)
    lock, settled, seen = Lock(), [], []

    def reply(cost: int) -> None:
        try:
            taken = take(priced, DOLLAR_A_DAY, estimate=expected)
        except BudgetReached:
            return

        budgets.settle(priced, taken, Usage(cost * 10_000, 0))
        now = used(priced).today
        with lock:
            settled.append(cost)
            seen.append(now)

    run_all(priced, reply, cents)

    most_beyond = 3 * (overrun - 1) * WORKERS
    assert max(seen) <= 100 + most_beyond
    assert used(priced).today == sum(settled)
    # It was the budget that ended them.
    assert used(priced).today > 97
    assert len(settled) < 1_000


def run_all(
    services: Services, work: Callable[[int], None], each: Iterable[int]
) -> None:
    """So many at once. SQLite has one writer for all greenlets; PostgreSQL takes threads."""
    if services.db.on_sqlite:
        list(gevent.pool.Pool(WORKERS).imap_unordered(work, each))
        return
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, each))
