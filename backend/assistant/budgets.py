"""What a merchant allows the assistant to say in a day and in a month: reserved before the model is
asked.

Days are those of the shop's time zone. Replies are counted from the moment a budget is set.
"""

from datetime import date

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.errors import BudgetReached
from backend.services import Services
from backend.shops.settings import Settings
from backend.store.tables import budgets

REPLIES = "replies"
FIRST_DAY = date(1970, 1, 1).toordinal()


def reserve(services: Services, shop_id: int, chosen: Settings, now: int) -> None:
    """Take one reply from the shop's budgets, in every process at once. Raises BudgetReached."""
    if _is_limited(chosen):
        services.db.write(_reserve, shop_id, chosen, now)


def give_back(services: Services, shop_id: int, chosen: Settings, now: int) -> None:
    """A reply that was reserved at `now` has not come about: the model gave no word."""
    if _is_limited(chosen):
        services.db.write(_add_reserved, shop_id, _day_of(chosen, now), -1)


def _is_limited(chosen: Settings) -> bool:
    return chosen.replies_per_day is not None or chosen.replies_per_month is not None


def _day_of(chosen: Settings, now: int) -> int:
    return chosen.local_time(now).date().toordinal() - FIRST_DAY


def _reserve(connection: Connection, shop_id: int, chosen: Settings, now: int) -> None:
    today = _day_of(chosen, now)
    # Locks the day's row until the commit, so that two processes never both take the last reply.
    of_today = _add_reserved(connection, shop_id, today, 1)
    if chosen.replies_per_day is not None and of_today > chosen.replies_per_day:
        raise BudgetReached

    if chosen.replies_per_month is not None:
        first_of_month = today - chosen.local_time(now).day + 1
        of_month = _count_reserved(connection, shop_id, first_of_month, today)
        if of_month > chosen.replies_per_month:
            raise BudgetReached


def _add_reserved(connection: Connection, shop_id: int, day: int, number: int) -> int:
    """Returns the day's count."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dialect.insert(budgets).values(
        shop_id=shop_id, day=day, name=REPLIES, count=number
    )

    more = budgets.c.count + row.excluded["count"]
    counted = row.on_conflict_do_update(
        index_elements=["shop_id", "day", "name"], set_={"count": more}
    )
    return connection.execute(counted.returning(budgets.c.count)).scalar_one()


def _count_reserved(
    connection: Connection, shop_id: int, first_day: int, last_day: int
) -> int:
    query = select(func.sum(budgets.c.count)).where(
        budgets.c.shop_id == shop_id,
        budgets.c.name == REPLIES,
        budgets.c.day.between(first_day, last_day),
    )
    return connection.execute(query).scalar_one()
