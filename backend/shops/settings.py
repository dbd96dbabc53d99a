"""What a merchant may change. Whatever a shop has not chosen has its default here, or the
operator's (None).
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

import msgspec
from sqlalchemy import Connection, Row, and_, bindparam, select, update

from backend.clock import now_ms
from backend.errors import ChangedMeanwhile
from backend.shops.opening_hours import ClosedDays, Opening, OpeningHours
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
ASKED = ("required", "optional", "off")

# Of a shop whose own zone Shopify has not told yet.
NO_ZONE = "UTC"


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
class Greeting:
    """What the chat begins with for whoever reads the store in that language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Blank texts mean that nothing was said; None means the operator's setting."""

    assistant_name: str = ""
    tone: str = "warm"
    # For every language that has no greeting of its own.
    welcome: str = ""
    greetings: tuple[Greeting, ...] = ()
    languages: tuple[str, ...] = ()
    instructions: str = ""
    questions: tuple[Answered, ...] = ()
    knowledge: str = ""
    pickup_places: tuple[PickupPlace, ...] = ()
    team_name: str = ""
    # The shop's own, as Shopify has it, unless another one was chosen.
    time_zone: str = NO_ZONE
    shop_zone: str = NO_ZONE
    # Monday first. No opening on any day means that no hours are kept.
    hours: tuple[tuple[Opening, ...], ...] = ((),) * len(WEEKDAYS)
    closed_days: tuple[ClosedDays, ...] = ()
    away: str = ""
    # After so many minutes without a word of the person who has it, a conversation goes back.
    silence_minutes: int = 5
    # How long somebody may wait for a person before the conversation ends.
    waiting_days: int = 14
    # Whether shoppers are asked if an answer has helped.
    rating: bool = True
    # Whether shoppers may leave an address for an answer that comes when they have left.
    ask_for_email: bool = True
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

    @property
    def opening_hours(self) -> OpeningHours:
        return OpeningHours(self.time_zone, self.hours, self.closed_days)

    def local_time(self, at_ms: int) -> datetime:
        return self.opening_hours.local(at_ms)

    def is_open(self, at_ms: int) -> bool:
        """Whether people of the shop answer at that time; where no hours are kept, on all days but
        closed ones.
        """
        return self.opening_hours.is_open(at_ms)

    def next_opening(self, at_ms: int) -> int | None:
        """From when on they do: that moment itself, where they do already; None for not within a
        year.
        """
        return self.opening_hours.next_opening(at_ms)


DEFAULTS = Settings()
# Known from elsewhere, and not chosen.
NOT_CHOSEN = frozenset({"shop_zone"})


@dataclass(frozen=True, slots=True)
class Saved:
    """Settings as they are stored; version 0 is that of a shop that has never saved any."""

    settings: Settings
    version: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Of a row with what CHOSEN has of a shop; all of it may be None."""
        zone = row.shop_zone or NO_ZONE
        chosen = {"time_zone": zone} | (row.chosen or {}) | {"shop_zone": zone}
        return cls(msgspec.convert(chosen, Settings), row.version or 0)


# Beside a shop's own row, so that a turn reads both at once. Not remembered by any process: what a
# merchant saves holds from the next turn on, everywhere.
CHOSEN = (
    shop_settings.c.chosen,
    shop_settings.c.version,
    shops.c.time_zone.label("shop_zone"),
)
ALL_SHOPS = {"across_shops": "the operator is told how many have set something"}

# The table of shops, each with its settings if it has saved any.
SHOPS_AND_CHOSEN = shops.outerjoin(shop_settings, shop_settings.c.shop_id == shops.c.id)
# For a statement that keeps it: how the assistant of `named_shop` is called now, null for no name.
ASSISTANT_NAME = (
    select(shop_settings.c.chosen["assistant_name"].as_string())
    .where(shop_settings.c.shop_id == bindparam("named_shop"))
    .scalar_subquery()
)


_LOAD = (
    select(*CHOSEN).select_from(SHOPS_AND_CHOSEN).where(shops.c.id == bindparam("shop"))
)


def load(connection: Connection, shop_id: int) -> Saved:
    row = connection.execute(_LOAD, {"shop": shop_id}).one_or_none()
    return Saved(DEFAULTS, 0) if row is None else Saved.from_row(row)


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
    chosen, and another zone of the shop whoever has chosen none.
    """
    usual = replace(DEFAULTS, time_zone=settings.shop_zone)
    chosen = {}
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if field.name not in NOT_CHOSEN and value != getattr(usual, field.name):
            chosen[field.name] = value
    return msgspec.to_builtins(chosen)
