"""The first steps on the home page: shown until somebody of the shop puts them away, which is for
good.
"""

from sqlalchemy import Connection, select

from backend.clock import now_ms
from backend.services import Services
from backend.store.daily_counts import DAY_MS, count_now
from backend.store.tables import daily_counts

NAME = "welcome_dismissed"


def is_dismissed(connection: Connection, shop_id: int) -> bool:
    query = (
        select(daily_counts.c.day)
        .where(daily_counts.c.shop_id == shop_id, daily_counts.c.name == NAME)
        .limit(1)
    )
    return connection.execute(query).first() is not None


def dismiss(services: Services, shop_id: int) -> None:
    services.db.write(count_now, shop_id, now_ms() // DAY_MS, NAME, 1)
