"""What a merchant allows the assistant to say and to cost in a day and in a month: reserved before
the model is asked, settled when its service has counted.

Days are those of the shop's time zone. Replies are counted from the moment a budget is set, money
whenever the model's price is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.ai.provider import Usage
from backend.assistant.transcript import BUDGET_TOKENS
from backend.config import Config
from backend.errors import BudgetReached
from backend.model_settings import ModelPrice
from backend.services import Services
from backend.shops.settings import Settings
from backend.store.tables import budgets

REPLIES, MONEY = "replies", "microdollars"
FIRST_DAY = date(1970, 1, 1).toordinal()
DOLLAR = 1_000_000
# What one step of a model is reserved for where MODEL_MAX_TOKENS is not set.
USUAL_MOST_SAID = 4_096
NOTHING = Usage(0, 0)


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a reply has taken from its shop's budgets. Without a `price` no money is counted."""

    shop_id: int
    day: int
    replies: int
    microdollars: int
    price: ModelPrice | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a merchant allows of one kind; None is without end."""

    name: str
    per_day: int | None
    per_month: int | None

    @property
    def are_set(self) -> bool:
        return self.per_day is not None or self.per_month is not None


@dataclass(frozen=True, slots=True)
class Used:
    """Of one kind, with what replies on their way have reserved."""

    today: int = 0
    month: int = 0


@dataclass(frozen=True, slots=True)
class _Days:
    first_of_month: int
    today: int


def limits_of(config: Config, chosen: Settings) -> list[Limits]:
    """Replies first, as everybody takes them. A budget in dollars counts for nothing where the
    model's price is unknown.
    """
    replies = Limits(
        REPLIES,
        chosen.replies_per_day,
        chosen.replies_per_month,
    )
    if config.model_price is None:
        return [replies]

    money = Limits(
        MONEY,
        _microdollars(chosen.dollars_per_day),
        _microdollars(chosen.dollars_per_month),
    )
    return [replies, money]


def most_said(config: Config) -> int:
    """Tokens, of one step."""
    return config.model_max_tokens or USUAL_MOST_SAID


def cost_of_reply(config: Config) -> tuple[int, int]:
    """What is reserved for one at least, and about at most, in microdollars."""
    price = config.model_price
    said = most_said(config)

    least = Usage(0, said)
    most = Usage(BUDGET_TOKENS, said)
    return _cost(price, least), _cost(price, most)


def reserve(
    services: Services,
    shop_id: int,
    chosen: Settings,
    now: int,
    estimate: Usage,
) -> Reservation:
    """Take one reply, and the money that `estimate` would cost, from the shop's budgets, in every
    process at once. Raises BudgetReached; then nothing was taken.
    """
    config = services.config
    price = config.model_price
    amounts = {
        REPLIES: 1,
        MONEY: _cost(price, estimate),
    }
    taken = _take(services, shop_id, chosen, now, amounts)
    return replace(taken, price=price)


def reserve_picture(
    services: Services, shop_id: int, chosen: Settings, now: int, microdollars: int
) -> Reservation:
    """Take what a picture costs; it counts as one reply. Raises BudgetReached; then nothing was
    taken.
    """
    amounts = {REPLIES: 1, MONEY: microdollars}
    return _take(services, shop_id, chosen, now, amounts)


def _take(
    services: Services,
    shop_id: int,
    chosen: Settings,
    now: int,
    amounts: Mapping[str, int],
) -> Reservation:
    limits = [each for each in limits_of(services.config, chosen) if each.are_set]
    days = _days_of(chosen, now)
    if limits:
        services.db.write(_reserve, shop_id, days, limits, amounts)

    taken = {each.name: amounts[each.name] for each in limits}
    return Reservation(
        shop_id=shop_id,
        day=days.today,
        replies=taken.get(REPLIES, 0),
        microdollars=taken.get(MONEY, 0),
        price=None,
    )


def settle(services: Services, reservation: Reservation, usage: Usage) -> None:
    """The reply has ended, and this is what it has cost: less than was reserved, or more."""
    cost = _cost(reservation.price, usage)
    more = cost - reservation.microdollars
    if more:
        services.db.write(_add_all, reservation, {MONEY: more})


def give_back(
    services: Services,
    reservation: Reservation,
    counted: Usage = NOTHING,
) -> None:
    """The reply has not come about: the model gave no word. All of it goes back, save the money for
    what the service has `counted` nonetheless.
    """
    cost = _cost(reservation.price, counted)
    more = {
        REPLIES: -reservation.replies,
        MONEY: cost - reservation.microdollars,
    }

    if any(more.values()):
        services.db.write(_add_all, reservation, more)


def read_used(
    connection: Connection,
    shop_id: int,
    chosen: Settings,
    now: int,
) -> dict[str, Used]:
    """By name, with zeros for what was never counted."""
    days = _days_of(chosen, now)
    of_today = case((budgets.c.day >= days.today, budgets.c.count), else_=0)
    query = (
        select(
            budgets.c.name,
            func.sum(of_today).label("today"),
            func.sum(budgets.c.count).label("month"),
        )
        .where(budgets.c.shop_id == shop_id)
        .where(budgets.c.day >= days.first_of_month)
        .group_by(budgets.c.name)
    )

    used = {
        REPLIES: Used(),
        MONEY: Used(),
    }
    for row in connection.execute(query):
        today, month = int(row.today), int(row.month)
        used[row.name] = Used(today, month)
    return used


def _microdollars(dollars: Decimal | None) -> int | None:
    if dollars is None:
        return None
    return int(dollars * DOLLAR)


def _cost(price: ModelPrice | None, usage: Usage) -> int:
    """In microdollars."""
    if price is None:
        return 0
    return price.cost(usage.asked, usage.said)


def _days_of(chosen: Settings, now: int) -> _Days:
    local = chosen.local_time(now)
    day = local.date()
    today = day.toordinal() - FIRST_DAY
    return _Days(today - day.day + 1, today)


def _reserve(
    connection: Connection,
    shop_id: int,
    days: _Days,
    limits: Sequence[Limits],
    amounts: Mapping[str, int],
) -> None:
    for each in limits:
        # Locks the day's row until the commit, so that two processes never both take the last.
        place = _Place(shop_id, days.today, each.name)
        _add(connection, place, amounts[each.name])

        for most, since in (
            (each.per_day, days.today),
            (each.per_month, days.first_of_month),
        ):
            if most is not None and _count_since(connection, place, since) > most:
                raise BudgetReached


@dataclass(frozen=True, slots=True)
class _Place:
    shop_id: int
    day: int
    name: str


def _add_all(
    connection: Connection,
    reservation: Reservation,
    more: dict[str, int],
) -> None:
    """In the order in which they were reserved, so that nobody waits for one another."""
    shop_id, day = reservation.shop_id, reservation.day

    for name, amount in more.items():
        if not amount:
            continue
        place = _Place(shop_id, day, name)
        _add(connection, place, amount)


def _add(connection: Connection, place: _Place, amount: int) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dialect.insert(budgets).values(
        shop_id=place.shop_id,
        day=place.day,
        name=place.name,
        count=amount,
    )

    more = budgets.c.count + row.excluded["count"]
    added = row.on_conflict_do_update(
        index_elements=["shop_id", "day", "name"],
        set_={"count": more},
    )
    connection.execute(added)


def _count_since(connection: Connection, place: _Place, day: int) -> int:
    """Also of days that are still to come: there are some where a shop has moved to the west."""
    known = budgets.c
    query = (
        select(func.sum(known.count))
        .where(known.shop_id == place.shop_id)
        .where(known.name == place.name)
        .where(known.day >= day)
    )
    counted = connection.execute(query).scalar_one()
    return int(counted)
