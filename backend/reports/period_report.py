"""Figures of a shop by its own days: what was asked, how it ended, and what it took."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import gevent
from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from backend.services import Services
from backend.shops.settings import Settings
from backend.store.daily_counts import DAY_MS
from backend.store.tables import conversations, daily_counts, turns

DAYS = 14


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one day. Turns that ended in another way (stopped by their shopper) are none of
    the three.
    """

    day: date
    conversations: int = 0
    answered: int = 0
    handed_over: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    returned: int = 0
    restored: int = 0

    @property
    def restore_rate(self) -> float | None:
        """Of the shoppers who came back after a pause, how many could go on; None when
        nobody did.
        """
        return self.restored / self.returned if self.returned else None


def read_days(
    services: Services, shop_id: int, chosen: Settings, now: int, count: int = DAYS
) -> list[Figures]:
    """The last days, the latest, which is today, at the end. Each is a short read of its own."""
    today = chosen.local_time(now).date()
    days = [today - timedelta(days=back) for back in reversed(range(count))]
    figures = []
    for day in days:
        with services.db.reading() as connection:
            figures.append(
                _read_day(connection, shop_id, day, ZoneInfo(chosen.time_zone), now)
            )
        gevent.sleep(0)
    return figures


def was_counted(connection: Connection, shop_id: int, name: str, now: int) -> bool:
    """Whether a figure has grown today, by UTC, or late yesterday."""
    since = (now - DAY_MS // 4) // DAY_MS
    query = select(daily_counts.c.day).where(
        daily_counts.c.shop_id == shop_id,
        daily_counts.c.name == name,
        daily_counts.c.day >= since,
    )
    return connection.execute(query.limit(1)).first() is not None


_SINCE: ColumnElement[int] = bindparam("since")
_BEFORE: ColumnElement[int] = bindparam("before")
_BEGUN = (
    select(func.count())
    .where(conversations.c.shop_id == bindparam("shop"))
    .where(conversations.c.started_at >= _SINCE, conversations.c.started_at < _BEFORE)
)
_ENDED = (
    select(
        turns.c.status,
        func.count().label("number"),
        func.coalesce(func.sum(turns.c.tokens_in), 0).label("tokens_in"),
        func.coalesce(func.sum(turns.c.tokens_out), 0).label("tokens_out"),
    )
    .where(turns.c.shop_id == bindparam("shop"))
    .where(turns.c.created_at >= _SINCE, turns.c.created_at < _BEFORE)
    .group_by(turns.c.status)
)
_COUNTED = (
    select(daily_counts.c.name, func.sum(daily_counts.c.count).label("number"))
    .where(
        daily_counts.c.shop_id == bindparam("shop"),
        daily_counts.c.name.in_(["session_restored", "session_expired"]),
    )
    .where(
        daily_counts.c.day >= bindparam("first"),
        daily_counts.c.day <= bindparam("last"),
    )
    .group_by(daily_counts.c.name)
)


def _read_day(
    connection: Connection, shop_id: int, day: date, zone: ZoneInfo, now: int
) -> Figures:
    since, before = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    which = {"shop": shop_id, "since": since, "before": before}
    ended = {row.status: row for row in connection.execute(_ENDED, which)}
    # Counted by days of UTC; each belongs to the day on which its noon falls, and the latest to
    # today.
    last = now // DAY_MS if since <= now < before else _noons_before(before) - 1
    counted = connection.execute(
        _COUNTED, {"shop": shop_id, "first": _noons_before(since), "last": last}
    )
    returns = {row.name: int(row.number) for row in counted}
    return Figures(
        day,
        conversations=connection.execute(_BEGUN, which).scalar_one(),
        **{
            name: ended[name].number if name in ended else 0
            for name in ("answered", "handed_over", "failed")
        },
        tokens_in=sum(int(row.tokens_in) for row in ended.values()),
        tokens_out=sum(int(row.tokens_out) for row in ended.values()),
        returned=sum(returns.values()),
        restored=returns.get("session_restored", 0),
    )


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def _noons_before(at: int) -> int:
    """The first day of UTC whose noon is not before that time."""
    return -((DAY_MS // 2 - at) // DAY_MS)
