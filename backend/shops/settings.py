"""What a merchant may change. Whatever a shop has not chosen has its default here, or the
operator's (None).
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Row, bindparam, select, update

from backend.clock import now_ms
from backend.errors import ChangedMeanwhile
from backend.store.database import insert_unless_there
from backend.store.tables import shop_settings, shops

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
TONES = ("warm", "formal", "playful", "brief")

# From and until, in minutes of the day.
Opening = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that shoppers ask, and what the store says to it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class PickupPlace:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Blank texts mean that nothing was said; None means the operator's setting."""

    assistant_name: str = ""
    tone: str = "warm"
    welcome: str = ""
    languages: tuple[str, ...] = ()
    instructions: str = ""
    questions: tuple[Answered, ...] = ()
    knowledge: str = ""
    pickup_places: tuple[PickupPlace, ...] = ()
    team_name: str = ""
    time_zone: str = "UTC"
    # Monday first. No opening on any day means that no hours are kept.
    hours: tuple[tuple[Opening, ...], ...] = ((),) * len(WEEKDAYS)
    away: str = ""
    expiry_seconds: int | None = None
    retention_days: int | None = None
    messages_per_minute: int | None = None
    replies_per_day: int | None = None
    replies_per_month: int | None = None

    @property
    def keeps_hours(self) -> bool:
        return any(self.hours)

    def local_time(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(self.time_zone))

    def is_open(self, at_ms: int) -> bool:
        """Whether people of the shop answer at that time; always, when no hours are kept."""
        local = self.local_time(at_ms)
        minute = local.hour * 60 + local.minute
        return not self.keeps_hours or any(
            start <= minute < end for start, end in self.hours[local.weekday()]
        )


@dataclass(frozen=True, slots=True)
class Saved:
    """Settings as they are stored; version 0 is that of a shop that has never saved any."""

    settings: Settings
    version: int


DEFAULTS = Settings()

# Beside a shop's own row, so that a turn reads both at once. Not remembered by any process: what a
# merchant saves holds from the next turn on, everywhere.
CHOSEN = (shop_settings.c.chosen, shop_settings.c.version)
WITH_SHOP = shops.join(
    shop_settings, shop_settings.c.shop_id == shops.c.id, isouter=True
)

_LOAD = select(*CHOSEN).select_from(WITH_SHOP).where(shops.c.id == bindparam("shop"))


def load(connection: Connection, shop_id: int) -> Saved:
    return from_row(connection.execute(_LOAD, {"shop": shop_id}).one())


def from_row(row: Row) -> Saved:
    """What a statement over WITH_SHOP has found in the CHOSEN columns."""
    if row.version is None:
        return Saved(DEFAULTS, 0)
    return Saved(msgspec.convert(row.chosen, Settings), row.version)


def save(
    connection: Connection, shop_id: int, settings: Settings, seen_version: int
) -> None:
    """Store all of them. Raises ChangedMeanwhile when another version than the one seen is there by
    now.
    """
    row = {
        "chosen": _unknown_choices(connection, shop_id) | _chosen(settings),
        "version": seen_version + 1,
        "updated_at": now_ms(),
    }
    if seen_version == 0:
        insert_unless_there(
            connection, shop_settings, {"shop_id": shop_id} | row | {"version": 0}
        )
    stored = connection.execute(
        update(shop_settings)
        .where(
            shop_settings.c.shop_id == shop_id,
            shop_settings.c.version == seen_version,
        )
        .values(**row)
    )
    if stored.rowcount != 1:
        raise ChangedMeanwhile
    # The session's clocks are judged in SQL, over all shops: they read these columns.
    connection.execute(
        update(shops)
        .where(shops.c.id == shop_id)
        .values(
            expiry_seconds=settings.expiry_seconds,
            retention_days=settings.retention_days,
        )
    )


def _unknown_choices(connection: Connection, shop_id: int) -> dict[str, Any]:
    """What another version has stored and this one has no setting for: kept as it is."""
    query = select(shop_settings.c.chosen).where(shop_settings.c.shop_id == shop_id)
    stored: dict[str, Any] = connection.execute(query).scalar_one_or_none() or {}
    known = {field.name for field in fields(Settings)}
    return {name: value for name, value in stored.items() if name not in known}


def _chosen(settings: Settings) -> dict[str, Any]:
    """Only what differs, so that a better default of a later version reaches whoever has not
    chosen.
    """
    chosen = {
        field.name: getattr(settings, field.name)
        for field in fields(Settings)
        if getattr(settings, field.name) != getattr(DEFAULTS, field.name)
    }
    return msgspec.to_builtins(chosen)
