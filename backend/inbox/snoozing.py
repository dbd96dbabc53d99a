"""A conversation out of sight for a while: it comes back when its time is up, or when its shopper
writes.
"""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from backend.chat import conversations
from backend.clock import now_ms
from backend.errors import NotFound
from backend.services import Services
from backend.shops.settings import Settings

HOUR_MS = 3_600_000
MORNING = time(9)


class SnoozeChoice(StrEnum):
    """For how long."""

    HOUR = "1h"
    THREE_HOURS = "3h"
    TOMORROW = "tomorrow"


def wake_time(choice: SnoozeChoice, chosen: Settings, now: int) -> int:
    """When it comes back, in milliseconds; tomorrow is 9:00 of the shop's next day."""
    if choice is SnoozeChoice.HOUR:
        return now + HOUR_MS
    if choice is SnoozeChoice.THREE_HOURS:
        return now + 3 * HOUR_MS

    day = chosen.local_time(now).date() + timedelta(days=1)
    morning = datetime.combine(day, MORNING, ZoneInfo(chosen.time_zone))
    return int(morning.timestamp() * 1000)


def snooze(
    services: Services,
    shop_id: int,
    conversation_id: str,
    choice: SnoozeChoice,
    chosen: Settings,
) -> int:
    """Returns when it comes back. Raises NotFound, also for one that has ended."""
    until = wake_time(choice, chosen, now_ms())
    services.db.write(_set, shop_id, conversation_id, until)

    services.live.changed(conversation_id)
    return until


def wake(services: Services, shop_id: int, conversation_id: str) -> None:
    """At once. Raises NotFound, also for one that has ended."""
    services.db.write(_set, shop_id, conversation_id, None)
    services.live.changed(conversation_id)


def _set(
    connection: Connection, shop_id: int, conversation_id: str, until: int | None
) -> None:
    found = conversations.find(connection, shop_id, conversation_id, lock=True)
    if found is None or not found.is_open:
        raise NotFound
    conversations.snooze(connection, shop_id, conversation_id, until)
