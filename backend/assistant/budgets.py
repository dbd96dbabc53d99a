"""What a merchant allows the assistant to say in a day and in a month: reserved before the model is
asked.

Days are those of the shop's time zone. Replies are counted from the moment a budget is set.
"""

from datetime import date

from sqlalchemy import Connection, func, select

from backend.errors import BudgetReached
from backend.services import Services
from backend.shops.settings import Settings
from backend.store.daily_counts import count_now
from backend.store.tables import daily_counts

NAME = "replies_reserved"
FIRST_DAY = date(1970, 1, 1).toordinal()


def reserve(services: Services, shop_id: int, chosen: Settings, now: int) -> None:
    """Take one reply from the shop's budgets, in every process at once. Raises BudgetReached."""
    if _is_limited(chosen):
        services.db.write(_reserve, shop_id, chosen, now)


def give_back(services: Services, shop_id: int, chosen: Settings, now: int) -> None:
    """A reply that was reserved at `now` has not come about: the model gave no word."""
    if _is_limited(chosen):
        services.db.write(count_now, shop_id, _day(chosen, now), NAME, -1)


def _is_limited(chosen: Settings) -> bool:
    return chosen.replies_per_day is not None or chosen.replies_per_month is not None


def _day(chosen: Settings, now: int) -> int:
    return chosen.local_time(now).date().toordinal() - FIRST_DAY


def _reserve(connection: Connection, shop_id: int, chosen: Settings, now: int) -> None:
    today = _day(chosen, now)
    # Locks the day's row until the commit, so that two processes never both take the last reply.
    of_today = count_now(connection, shop_id, today, NAME, 1)
    first_of_month = today - chosen.local_time(now).day + 1
    if chosen.replies_per_day is not None and of_today > chosen.replies_per_day:
        raise BudgetReached
    if chosen.replies_per_month is not None:
        of_month = connection.execute(
            select(func.sum(daily_counts.c.count))
            .where(daily_counts.c.shop_id == shop_id, daily_counts.c.name == NAME)
            .where(daily_counts.c.day.between(first_of_month, today))
        ).scalar_one()
        if of_month > chosen.replies_per_month:
            raise BudgetReached
