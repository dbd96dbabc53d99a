"""Figures of a shop by its own days: what was asked, how it ended, and what it took."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Connection, Label, bindparam, cast, func, literal_column, select

from backend.shops.preferences import Preferences
from backend.store.models import conversations, tallies, turns
from backend.store.tallies import DAY_MS

DAYS = 14
# No time zone is off by less: quarters of an hour add up to any shop's days, also where clocks change.
QUARTER_MS = 15 * 60_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one day. Turns that ended in another way (stopped by their shopper) are none of the three."""

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
        """Of the shoppers who came back after a pause, how many could go on; None when nobody did."""
        return self.restored / self.returned if self.returned else None


def read_days(connection: Connection, shop_id: int, chosen: Preferences, now: int, count: int = DAYS) -> list[Figures]:
    """The last days, the latest, which is today, at the end."""
    today = chosen.local_time(now).date()
    days = [today - timedelta(days=back) for back in reversed(range(count))]
    zone = ZoneInfo(chosen.time_zone)
    since = int(datetime(days[0].year, days[0].month, days[0].day, tzinfo=zone).timestamp() * 1000)
    counted: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for at, name, number in _counts(connection, shop_id, since, now):
        counted[chosen.local_time(at).date()][name] += number
    return [Figures(day, **counted[day]) for day in days]


_SINCE = bindparam("since", type_=BigInteger)
# In the statement and not bound: what is selected and what is grouped by must be seen to be the same.
_QUARTER: ColumnElement[int] = literal_column(str(QUARTER_MS))


def _quarter(column: ColumnElement[int]) -> Label[int]:
    return cast(column // _QUARTER, BigInteger).label("quarter")


_BEGUN = (
    select(_quarter(conversations.c.started_at), func.count().label("number"))
    .where(conversations.c.shop_id == bindparam("shop"), conversations.c.started_at >= _SINCE)
    .group_by("quarter")
)
_ENDED = (
    select(
        _quarter(turns.c.created_at),
        turns.c.status,
        func.count().label("number"),
        func.coalesce(func.sum(turns.c.tokens_in), 0).label("tokens_in"),
        func.coalesce(func.sum(turns.c.tokens_out), 0).label("tokens_out"),
    )
    .where(turns.c.shop_id == bindparam("shop"), turns.c.created_at >= _SINCE)
    .group_by("quarter", turns.c.status)
)
_COUNTED = select(tallies.c.day, tallies.c.name, tallies.c.count.label("number")).where(
    tallies.c.shop_id == bindparam("shop"),
    tallies.c.day >= bindparam("first"),
    tallies.c.name.in_(["session_restored", "session_expired"]),
)
ENDS = ("answered", "handed_over", "failed")


def _counts(connection: Connection, shop_id: int, since: int, now: int) -> list[tuple[int, str, int]]:
    """(a moment, what, how often)"""
    which = {"shop": shop_id, "since": since}
    found = [(row.quarter * QUARTER_MS, "conversations", row.number) for row in connection.execute(_BEGUN, which)]
    for row in connection.execute(_ENDED, which):
        at = row.quarter * QUARTER_MS
        found += [(at, "tokens_in", int(row.tokens_in)), (at, "tokens_out", int(row.tokens_out))]
        if row.status in ENDS:
            found.append((at, row.status, row.number))
    return found + _returns(connection, shop_id, since, now)


def _returns(connection: Connection, shop_id: int, since: int, now: int) -> list[tuple[int, str, int]]:
    """Counted by days of UTC, of which each is put where its noon falls, today's at the latest."""
    found = []
    for row in connection.execute(_COUNTED, {"shop": shop_id, "first": since // DAY_MS}):
        noon = min(row.day * DAY_MS + DAY_MS // 2, now)
        found.append((noon, "returned", row.number))
        if row.name == "session_restored":
            found.append((noon, "restored", row.number))
    return found


def total(days: Sequence[Figures], name: str) -> int:
    return sum(getattr(day, name) for day in days)
