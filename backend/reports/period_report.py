"""Figures of a shop by its own days: what was asked, how it ended, and what it took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import gevent
from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, select

from backend.chat.answering import BY_RULES, HELD_BACK
from backend.chat.turns import TurnStatus
from backend.services import Services
from backend.shops.settings import Settings
from backend.store.daily_counts import DAY_MS
from backend.store.tables import conversations, daily_counts, turns

DAYS = 14
RESTORED, EXPIRED = "session_restored", "session_expired"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one day. Turns that ended in another way (stopped by their shopper) are none of
    the three. `held_back` are statements of the model, `by_rules` replies without it.
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
    held_back: int = 0
    by_rules: int = 0

    @property
    def restore_rate(self) -> float | None:
        """Of the shoppers who came back after a pause, how many could go on; None when
        nobody did.
        """
        if not self.returned:
            return None
        return self.restored / self.returned


def read_days(
    services: Services,
    shop_id: int,
    chosen: Settings,
    now: int,
    count: int = DAYS,
) -> list[Figures]:
    """The last days, the latest, which is today, at the end. Each is a short read of its own."""
    zone = ZoneInfo(chosen.time_zone)
    today = chosen.local_time(now).date()
    days = [today - timedelta(days=back) for back in reversed(range(count))]

    figures = []
    for day in days:
        with services.db.reading() as connection:
            read = _read_day(connection, shop_id, day, zone, now)
        figures.append(read)
        gevent.sleep(0)

    return figures


@dataclass(frozen=True, slots=True)
class Restored:
    """Of the shoppers who came back after a pause in some days, how many could go on."""

    restored: int
    returned: int

    @classmethod
    def of(cls, days: Sequence[Figures]) -> Self:
        return cls(
            restored=sum(day.restored for day in days),
            returned=sum(day.returned for day in days),
        )

    @property
    def rate(self) -> float | None:
        """None when nobody came back."""
        return self.restored / self.returned if self.returned else None


def was_counted(connection: Connection, shop_id: int, name: str, now: int) -> bool:
    """Whether a figure has grown today, by UTC, or late yesterday."""
    since = (now - DAY_MS // 4) // DAY_MS
    query = (
        select(daily_counts.c.day)
        .where(daily_counts.c.shop_id == shop_id)
        .where(daily_counts.c.name == name)
        .where(daily_counts.c.day >= since)
        .limit(1)
    )
    return connection.execute(query).first() is not None


_SINCE: ColumnElement[int] = bindparam("since")
_BEFORE: ColumnElement[int] = bindparam("before")
_BEGUN = (
    select(func.count())
    .where(conversations.c.shop_id == bindparam("shop"))
    .where(conversations.c.started_at >= _SINCE)
    .where(conversations.c.started_at < _BEFORE)
)
_TOKENS_IN = func.sum(turns.c.tokens_in)
_TOKENS_OUT = func.sum(turns.c.tokens_out)
_ENDED = (
    select(
        turns.c.status,
        func.count().label("number"),
        func.coalesce(_TOKENS_IN, 0).label("tokens_in"),
        func.coalesce(_TOKENS_OUT, 0).label("tokens_out"),
    )
    .where(turns.c.shop_id == bindparam("shop"))
    .where(turns.c.created_at >= _SINCE)
    .where(turns.c.created_at < _BEFORE)
    .group_by(turns.c.status)
)
_COUNTED = (
    select(
        daily_counts.c.name,
        func.sum(daily_counts.c.count).label("number"),
    )
    .where(daily_counts.c.shop_id == bindparam("shop"))
    .where(daily_counts.c.name.in_([RESTORED, EXPIRED, HELD_BACK, BY_RULES]))
    .where(daily_counts.c.day >= bindparam("first"))
    .where(daily_counts.c.day <= bindparam("last"))
    .group_by(daily_counts.c.name)
)


@dataclass(frozen=True, slots=True)
class _Ended:
    """Turns of a day that ended in one way."""

    number: int
    tokens_in: int
    tokens_out: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            number=row.number,
            tokens_in=int(row.tokens_in),
            tokens_out=int(row.tokens_out),
        )


NO_TURNS = _Ended(0, 0, 0)


def _read_day(
    connection: Connection,
    shop_id: int,
    day: date,
    zone: ZoneInfo,
    now: int,
) -> Figures:
    next_day = day + timedelta(days=1)
    since = _midnight(day, zone)
    before = _midnight(next_day, zone)

    which = {
        "shop": shop_id,
        "since": since,
        "before": before,
    }
    begun = connection.execute(_BEGUN, which).scalar_one()
    ended = _read_ended(connection, which)

    days = days_of_utc(since, before, now)
    counted = _read_counted(connection, shop_id, days)
    restored = counted.get(RESTORED, 0)

    return Figures(
        day,
        conversations=begun,
        answered=ended.get(TurnStatus.ANSWERED, NO_TURNS).number,
        handed_over=ended.get(TurnStatus.HANDED_OVER, NO_TURNS).number,
        failed=ended.get(TurnStatus.FAILED, NO_TURNS).number,
        tokens_in=sum(ended_so.tokens_in for ended_so in ended.values()),
        tokens_out=sum(ended_so.tokens_out for ended_so in ended.values()),
        returned=restored + counted.get(EXPIRED, 0),
        restored=restored,
        held_back=counted.get(HELD_BACK, 0),
        by_rules=counted.get(BY_RULES, 0),
    )


def _read_ended(
    connection: Connection, which: dict[str, int]
) -> dict[TurnStatus, _Ended]:
    ended = {}
    for row in connection.execute(_ENDED, which):
        status = TurnStatus(row.status)
        ended[status] = _Ended.from_row(row)
    return ended


def _read_counted(
    connection: Connection,
    shop_id: int,
    days: tuple[int, int],
) -> dict[str, int]:
    """By name, from the first to the last day of UTC."""
    first, last = days
    which = {
        "shop": shop_id,
        "first": first,
        "last": last,
    }
    counted = connection.execute(_COUNTED, which)
    return {row.name: int(row.number) for row in counted}


def days_of_utc(since: int, before: int, now: int) -> tuple[int, int]:
    """Each belongs to the day on which its noon falls, and the latest to today."""
    first = _noons_before(since)
    is_today = since <= now < before
    if is_today:
        return first, now // DAY_MS
    return first, _noons_before(before) - 1


def midnight(day: date, chosen: Settings) -> int:
    """When a day of the shop begins, in milliseconds."""
    return _midnight(day, ZoneInfo(chosen.time_zone))


def _midnight(day: date, zone: ZoneInfo) -> int:
    at = datetime(day.year, day.month, day.day, tzinfo=zone)
    return int(at.timestamp() * 1000)


def _noons_before(at: int) -> int:
    """The first day of UTC whose noon is not before that time."""
    return -((DAY_MS // 2 - at) // DAY_MS)
