"""The first steps on the home page: shown until somebody of the shop puts them away, which is for
good.
"""

from sqlalchemy import Connection

from backend.services import Services
from backend.store import daily_counts

NAME = "welcome_dismissed"


def is_dismissed(connection: Connection, shop_id: int) -> bool:
    return daily_counts.was_ever_counted(connection, shop_id, NAME)


def dismiss(services: Services, shop_id: int) -> None:
    services.db.write(daily_counts.count_today, shop_id, NAME)
