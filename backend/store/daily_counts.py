"""What happened on a day, per shop: counted in memory, added to the database every few seconds.

A process that is killed loses the counts of its last seconds. They are figures for a chart; what is
owed to somebody is never counted here alone.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.clock import now_ms
from backend.errors import StoreUnavailable
from backend.logs import logger
from backend.store.database import Database
from backend.store.tables import daily_counts

EVERY_SECONDS = 5.0
DAY_MS = 86_400_000

Key = tuple[int, int, str]


class DailyCounts:
    """Days are UTC's, counted from 1970."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counted: Counter[Key] = Counter()

    def add(self, shop_id: int, name: str, number: int = 1) -> None:
        today = now_ms() // DAY_MS
        self._counted[shop_id, today, name] += number

    def write(self) -> None:
        """Add all that was counted; what the database cannot take is kept for the next time."""
        counted, self._counted = self._counted, Counter()
        if not counted:
            return

        try:
            # In one order everywhere, so that two processes never wait for each other.
            refused = self._db.write_each(sorted(counted.items()), _add_all)
        except StoreUnavailable as error:
            logger().warning("figures are not written", because=error.code)
            self._counted.update(counted)
            return

        if refused:
            logger().error("figures cannot be kept", figures=len(refused))


def count_today(connection: Connection, shop_id: int, name: str) -> None:
    """Count one at once, in the caller's transaction."""
    _add(connection, shop_id, now_ms() // DAY_MS, name, 1)


def was_ever_counted(connection: Connection, shop_id: int, name: str) -> bool:
    query = select(daily_counts.c.day).where(
        daily_counts.c.shop_id == shop_id, daily_counts.c.name == name
    )
    return connection.execute(query.limit(1)).first() is not None


def _add_all(connection: Connection, counted: Sequence[tuple[Key, int]]) -> None:
    for (shop_id, day, name), number in counted:
        _add(connection, shop_id, day, name, number)


def _add(
    connection: Connection,
    shop_id: int,
    day: int,
    name: str,
    number: int,
) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dialect.insert(daily_counts).values(
        shop_id=shop_id, day=day, name=name, count=number
    )

    more = daily_counts.c.count + row.excluded["count"]
    connection.execute(
        row.on_conflict_do_update(
            index_elements=["shop_id", "day", "name"], set_={"count": more}
        )
    )
