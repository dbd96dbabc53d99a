"""What a merchant may change. Whatever a shop has not chosen has its default here, or the
operator's (None).
"""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Self
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, FromClause, Table, and_, bindparam, select, update

from backend.clock import now_ms
from backend.errors import ChangedMeanwhile
from backend.store.database import insert_unless_there
from backend.store.tables import shop_settings

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
ASKED = ("required", "optional", "off")

# From and until, in minutes of the day.
Opening = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that shoppers ask, and what the store says to it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class PickupPlace:
    """`hours` as the merchant writes them; blank where nothing was said."""

    name: str
    address: str
    hours: str = ""


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
    bulk_orders: bool = True
    callbacks: bool = True
    # What a bulk order asks for, each one of ASKED; a name is always asked for.
    ask_phone: str = "required"
    ask_email: str = "required"
    delivery: bool = False
    # Of a whole order, in pieces.
    least_pieces: int = 1
    # To whom of the staff new requests are assigned: Shopify's user id.
    requests_to: str = ""
    expiry_seconds: int | None = None
    retention_days: int | None = None
    messages_per_minute: int | None = None
    replies_per_day: int | None = None
    replies_per_month: int | None = None
    dollars_per_day: Decimal | None = None
    dollars_per_month: Decimal | None = None

    @property
    def keeps_hours(self) -> bool:
        return any(self.hours)

    def local_time(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(self.time_zone))

    def is_open(self, at_ms: int) -> bool:
        """Whether people of the shop answer at that time; always, when no hours are kept."""
        if not self.keeps_hours:
            return True

        local = self.local_time(at_ms)
        minute = local.hour * 60 + local.minute
        openings = self.hours[local.weekday()]
        return any(start <= minute < end for start, end in openings)


DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Saved:
    """Settings as they are stored; version 0 is that of a shop that has never saved any."""

    settings: Settings
    version: int

    @classmethod
    def from_columns(cls, chosen: object, version: int | None) -> Self:
        """What CHOSEN has of a shop; both are None where it has saved none."""
        if version is None:
            return cls(DEFAULTS, 0)
        return cls(msgspec.convert(chosen, Settings), version)


# Beside a shop's own row, so that a turn reads both at once. Not remembered by any process: what a
# merchant saves holds from the next turn on, everywhere.
CHOSEN = (shop_settings.c.chosen, shop_settings.c.version)
ALL_SHOPS = {"across_shops": "the operator is told how many have set something"}

# For a statement that keeps it: how the assistant of `named_shop` is called now, null for no name.
ASSISTANT_NAME = (
    select(shop_settings.c.chosen["assistant_name"].as_string())
    .where(shop_settings.c.shop_id == bindparam("named_shop"))
    .scalar_subquery()
)

_LOAD = select(*CHOSEN).where(shop_settings.c.shop_id == bindparam("shop"))


def join_to(shops: Table) -> FromClause:
    """The table of shops, each with its settings if it has saved any."""
    return shops.join(shop_settings, shop_settings.c.shop_id == shops.c.id, True)


def load(connection: Connection, shop_id: int) -> Saved:
    row = connection.execute(_LOAD, {"shop": shop_id}).one_or_none()
    if row is None:
        return Saved.from_columns(None, None)
    return Saved.from_columns(row.chosen, row.version)


def count_money_budgets(connection: Connection) -> int:
    """How many shops have set a budget in dollars."""
    rows = connection.execute(
        select(shop_settings.c.chosen), execution_options=ALL_SHOPS
    )
    return sum(
        "dollars_per_day" in row.chosen or "dollars_per_month" in row.chosen
        for row in rows
    )


def save(
    connection: Connection, shop_id: int, settings: Settings, seen_version: int
) -> None:
    """`directory.save_settings` is for everybody else: it keeps the shop's clocks as well. Raises
    ChangedMeanwhile.
    """
    row = {
        "chosen": _unknown_choices(connection, shop_id) | _chosen(settings),
        "version": seen_version + 1,
        "updated_at": now_ms(),
    }
    if seen_version == 0:
        first = {"shop_id": shop_id, **row, "version": 0}
        insert_unless_there(connection, shop_settings, first)

    seen = and_(
        shop_settings.c.shop_id == shop_id, shop_settings.c.version == seen_version
    )
    stored = connection.execute(update(shop_settings).where(seen).values(row))
    if stored.rowcount != 1:
        raise ChangedMeanwhile


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
    chosen = {}
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if value != getattr(DEFAULTS, field.name):
            chosen[field.name] = value
    return msgspec.to_builtins(chosen)
