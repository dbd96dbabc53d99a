"""What happened on a day, per shop: counted in memory, added to the database every few seconds.

A process that is killed loses the counts of its last seconds. They are figures for a chart; what is
owed to somebody is never counted here alone.
"""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.clock import now_ms
from backend.errors import StoreUnavailable
from backend.logs import logger
from backend.store.database import Database
from backend.store.tables import daily_counts, shops

EVERY_SECONDS = 5.0
# How often it is written that Shopify has signed something for a shop.
SIGNED_EVERY_MS = 60_000
DAY_MS = 86_400_000

Key = tuple[int, int, str]


class DailyCounts:
    """Days are UTC's, counted from 1970."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counted: Counter[Key] = Counter()
        self._signed: dict[int, int] = {}
        self._written: dict[int, int] = {}

    def saw_signed(self, shop_id: int, at: int) -> None:
        """Shopify has signed a request for the shop at this time, in milliseconds."""
        if at > self._signed.get(shop_id, 0):
            self._signed[shop_id] = at

    def signed_until(self, shop_id: int) -> int:
        """The latest time that this process has seen; 0 for none."""
        return self._signed.get(shop_id, 0)

    def add(self, shop_id: int, name: str, number: int = 1) -> None:
        self._counted[shop_id, now_ms() // DAY_MS, name] += number

    def write(self) -> None:
        """Add all that was counted; what the database cannot take is kept for the next time."""
        self._write_counted()
        self._write_signed()

    def _write_counted(self) -> None:
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            # In one order everywhere, so that two processes never wait for each other.
            refused = self._db.write_each(sorted(counted.items()), _add)
        except StoreUnavailable as error:
            logger().warning("figures are not written", because=error.code)
            self._counted.update(counted)
            return
        if refused:
            logger().error("figures cannot be kept", figures=len(refused))

    def _write_signed(self) -> None:
        signed = {
            shop: at
            for shop, at in self._signed.items()
            if at >= self._written.get(shop, 0) + SIGNED_EVERY_MS
        }
        if not signed:
            return
        try:
            self._db.write_each(sorted(signed.items()), _add_signed)
        except StoreUnavailable as error:
            logger().warning("figures are not written", because=error.code)
        else:
            self._written.update(signed)


def _add_signed(connection: Connection, signed: Sequence[tuple[int, int]]) -> None:
    for shop_id, at in signed:
        earlier = or_(shops.c.signed_at.is_(None), shops.c.signed_at < at)
        connection.execute(
            update(shops).where(shops.c.id == shop_id, earlier).values(signed_at=at)
        )


def _add(connection: Connection, counted: Sequence[tuple[Key, int]]) -> None:
    for (shop_id, day, name), number in counted:
        count_now(connection, shop_id, day, name, number)


def count_now(
    connection: Connection, shop_id: int, day: int, name: str, number: int
) -> int:
    """Count at once, in the caller's transaction, which holds the figure until it commits. Returns
    the day's count.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    row = dialect.insert(daily_counts).values(
        shop_id=shop_id, day=day, name=name, count=number
    )
    more = daily_counts.c.count + row.excluded["count"]
    counted = row.on_conflict_do_update(
        index_elements=["shop_id", "day", "name"], set_={"count": more}
    )
    return connection.execute(counted.returning(daily_counts.c.count)).scalar_one()
