"""The directory: from a signed domain, or the host of a storefront, to a shop. Owns the table of
shops.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Self, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    bindparam,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)

from backend.clock import now_ms
from backend.errors import ShopUninstalled, StoreUnavailable
from backend.logs import logger
from backend.services import Services
from backend.shopify.shop_answer import ShopFacts
from backend.shops import addresses, settings, storefront_hosts, uninstalls
from backend.shops.settings import Settings
from backend.shops.uninstalls import Uninstall
from backend.store.database import Database, insert_unless_there
from backend.store.tables import shops

# A shop that uninstalls is refused within this many seconds by every process.
REMEMBER_SECONDS = 2
# A host that is in use is written down anew this often by each process, and learned of again if it
# was replaced.
NOTE_HOST_SECONDS = 3_600
MOST_REMEMBERED = 100_000
# Hosts that nobody knows are looked up so many times a second; strangers may ask for any number.
MOST_LOOKUPS = 50


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop and what its merchant had chosen when it was read."""

    id: int
    domain: str
    # Empty until Shopify tells us.
    name: str
    session_key: bytes = field(repr=False)
    created_at: int
    uninstalled_at: int | None
    # The merchant's clock for idle conversations; None leaves it to the operator's.
    expiry_seconds: int | None
    settings: Settings = field(repr=False)
    # ISO codes as Shopify has them, its own language first; blank until it tells us.
    currency: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Row) -> Self:
        saved = settings.Saved.from_row(row)

        return cls(
            id=row.id,
            domain=row.domain,
            name=row.name,
            session_key=row.session_key,
            created_at=row.created_at,
            uninstalled_at=row.uninstalled_at,
            expiry_seconds=row.expiry_seconds,
            settings=saved.settings,
            currency=row.currency or "",
            country=row.country or "",
            languages=tuple(row.languages or ()),
        )

    @property
    def display_name(self) -> str:
        """A name to speak of, also while we do not know the real one."""
        if self.name:
            return self.name

        own_part, _, _ = self.domain.partition(".")
        words = own_part.replace("-", " ")
        return words.title()

    @property
    def origin(self) -> str:
        """Where its pages are, also while it has another domain: Shopify leads on from here."""
        return f"https://{self.domain}"

    @property
    def messages_per_minute(self) -> int | None:
        """What the merchant allows one session; None leaves it to the operator."""
        return self.settings.messages_per_minute

    @property
    def links(self) -> tuple[str, ...]:
        """Pages, mailboxes and numbers that the merchant tells shoppers of: the assistant may link
        to them.
        """
        return addresses.links_of(self.settings)


class Directory:
    """Opens shops and remembers them for a moment; a signed request from a shop never seen creates
    its row.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, tuple[float, Shop]] = {}
        # Until when what was noted, or found, needs no second look.
        self._hosts: dict[tuple[str, int], float] = {}
        self._storefronts: dict[str, float] = {}
        self._lookups = (0, 0)

    def open_shop(self, domain: str, signed_at: int | None = None) -> Shop:
        """`domain` as Shopify signed it, of a proxy request at that time, in milliseconds. Raises
        ShopUninstalled.
        """
        until, known = self._known.get(domain, (0.0, None))
        if known is not None and until >= time.monotonic():
            return known

        try:
            shop = self._load(domain, signed_at)
        except ShopUninstalled:
            self._known.pop(domain, None)
            raise

        until = time.monotonic() + REMEMBER_SECONDS
        self._known[domain] = (until, shop)
        return shop

    def note_host(self, shop: Shop, host: str) -> None:
        """Remember that the shop's storefront answers under `host`; its pages may read streams from
        there.
        """
        now = time.monotonic()
        noted = (host, shop.id)
        until = self._hosts.get(noted, 0.0)
        if until >= now:
            return

        replaced = self._db.write(storefront_hosts.note_host, shop.id, host)
        for other in replaced:
            self._hosts.pop((other, shop.id), None)
            self._storefronts.pop(other, None)

        _remember(self._hosts, noted, now)

    def is_storefront(self, host: str) -> bool:
        """Whether any shop's storefront was seen under `host`; asked at every stream, so a yes is
        remembered.

        No, without a look, when too many unknown hosts are asked for.
        """
        now = time.monotonic()
        until = self._storefronts.get(host, 0.0)
        if until >= now:
            return True

        second = int(now)
        if not self._may_look_up(second):
            return False

        with self._db.reading() as connection:
            is_known = storefront_hosts.is_any_storefront(connection, host)

        if is_known:
            _remember(self._storefronts, host, now)
        return is_known

    def _may_look_up(self, second: int) -> bool:
        last, times = self._lookups
        if second != last:
            times = 0

        times += 1
        self._lookups = (second, times)
        return times <= MOST_LOOKUPS

    def _load(self, domain: str, signed_at: int | None) -> Shop:
        uninstall = None
        with self._db.reading() as connection:
            shop = find_shop(connection, domain)
            # Of a shop that was erased nothing may be written again, however often its theme still
            # calls.
            is_away = shop is None or shop.uninstalled_at is not None
            if is_away:
                uninstall = uninstalls.find_uninstall(connection, domain)

        if uninstall is not None:
            if not uninstall.is_outlived(signed_at):
                raise ShopUninstalled
            logger().warning("a shop that had left is back: Shopify signs for it")
            shop = self._db.write(_welcome_back, domain, signed_at)

        if shop is None:
            shop = self._db.write(add_shop, domain)
        if shop.uninstalled_at is not None:
            raise ShopUninstalled
        return shop


Key = TypeVar("Key")


def _remember(until: dict[Key, float], key: Key, now: float) -> None:
    if len(until) >= MOST_REMEMBERED:
        until.clear()
    until[key] = now + NOTE_HOST_SECONDS


_SHOPS = select(shops, *settings.CHOSEN).select_from(settings.SHOPS_AND_CHOSEN)
_BY_DOMAIN = _SHOPS.where(shops.c.domain == bindparam("domain"))
_BY_ID = _SHOPS.where(shops.c.id == bindparam("shop"))


def find_shop(connection: Connection, domain: str) -> Shop | None:
    which = {"domain": domain}
    row = connection.execute(_BY_DOMAIN, which).one_or_none()
    if row is None:
        return None
    return Shop.from_row(row)


def get_shop(connection: Connection, shop_id: int) -> Shop:
    """As it is now, whatever a process remembers."""
    which = {"shop": shop_id}
    row = connection.execute(_BY_ID, which).one()
    return Shop.from_row(row)


def list_shops(connection: Connection) -> list[Shop]:
    """Every shop, the first seen first."""
    query = _SHOPS.order_by(shops.c.id)
    rows = connection.execute(query)
    return [Shop.from_row(row) for row in rows]


def find_shop_id(connection: Connection, domain: str) -> int | None:
    query = select(shops.c.id).where(shops.c.domain == domain)
    return connection.execute(query).scalar_one_or_none()


def find_domain(connection: Connection, shop_id: int) -> str | None:
    query = select(shops.c.domain).where(shops.c.id == shop_id)
    return connection.execute(query).scalar_one_or_none()


def add_shop(connection: Connection, domain: str) -> Shop:
    """The shop; a new one of a shop that left and was erased says at once that it has left."""
    known = find_shop(connection, domain)
    if known is not None:
        return known

    uninstall = uninstalls.find_uninstall(connection, domain)
    uninstalled_at = None
    if uninstall is not None:
        uninstalled_at = uninstall.at

    row = {
        "domain": domain,
        "session_key": token_bytes(32),
        "created_at": now_ms(),
        "uninstalled_at": uninstalled_at,
    }
    insert_unless_there(connection, shops, row)

    added = find_shop(connection, domain)
    assert added is not None, "just inserted, or met"
    return added


def delete_shop(connection: Connection, shop_id: int) -> int:
    """The row alone; its number is never given to another. Returns how many went."""
    statement = delete(shops).where(shops.c.id == shop_id)
    return connection.execute(statement).rowcount


def close_shop(connection: Connection, domain: str, uninstall: Uninstall) -> None:
    """From now on the shop is refused, until Shopify signs something later for it."""
    uninstalls.set_uninstall(connection, domain, uninstall)
    _set_by_domain(connection, domain, {"uninstalled_at": uninstall.at})


def reopen_shop(connection: Connection, domain: str) -> None:
    """The shop is back."""
    uninstalls.remove_uninstall(connection, domain)
    _set_by_domain(connection, domain, {"uninstalled_at": None})


def _welcome_back(connection: Connection, domain: str, signed_at: int | None) -> Shop:
    reopen_shop(connection, domain)
    shop = add_shop(connection, domain)

    # Written at once: a redaction that waits looks for it.
    _set_by_domain(connection, domain, {"signed_at": signed_at})
    return shop


def _set_by_domain(
    connection: Connection,
    domain: str,
    values: Mapping[str, object],
) -> None:
    statement = update(shops).where(shops.c.domain == domain).values(dict(values))
    connection.execute(statement)


def _set_by_id(
    connection: Connection,
    shop_id: int,
    values: Mapping[str, object],
) -> None:
    statement = update(shops).where(shops.c.id == shop_id).values(dict(values))
    connection.execute(statement)


def find_signed_at(services: Services, connection: Connection, shop_id: int) -> int:
    """The time of the latest proxy request that Shopify has signed for the shop, in milliseconds; 0
    for none.

    Other processes' are at most some minutes late.
    """
    query = select(shops.c.signed_at).where(shops.c.id == shop_id)
    stored = connection.execute(query).scalar_one_or_none()

    unwritten = services.signed_times.latest(shop_id)
    return max(stored or 0, unwritten)


def write_signed_times(services: Services) -> None:
    """Write down what this process has seen; what the database cannot take waits for the next
    time.
    """
    times = services.signed_times.list_unwritten()
    if not times:
        return

    try:
        services.db.write_each(times, _set_signed_times)
    except StoreUnavailable as error:
        logger().warning("figures are not written", because=error.code)
    else:
        services.signed_times.mark_written(times)


def _set_signed_times(connection: Connection, times: Sequence[tuple[int, int]]) -> None:
    for shop_id, at in times:
        is_later = or_(
            shops.c.signed_at.is_(None),
            shops.c.signed_at < at,
        )
        statement = (
            update(shops).where(shops.c.id == shop_id, is_later).values(signed_at=at)
        )
        connection.execute(statement)


def expiry_seconds_of(shop_id: ColumnElement[int], usual: int) -> ColumnElement[int]:
    """The merchant's clock for idle conversations, else the usual one, as a part of statements."""
    chosen = select(shops.c.expiry_seconds).where(shops.c.id == shop_id)
    seconds = func.coalesce(chosen.scalar_subquery(), usual)
    return cast(seconds, BigInteger)


def retention_days_of(shop_id: ColumnElement[int], usual: int) -> ColumnElement[int]:
    """How long the merchant keeps what is closed, in the same way."""
    chosen = select(shops.c.retention_days).where(shops.c.id == shop_id)
    days = func.coalesce(chosen.scalar_subquery(), usual)
    return cast(days, BigInteger)


def waiting_days_of(shop_id: ColumnElement[int]) -> ColumnElement[int]:
    """How long a conversation may wait for somebody of the shop, in the same way."""
    chosen = select(shops.c.waiting_days).where(shops.c.id == shop_id)
    days = func.coalesce(chosen.scalar_subquery(), settings.DEFAULTS.waiting_days)
    return cast(days, BigInteger)


def find_proxy_path(connection: Connection, shop_id: int) -> str | None:
    """The path in use, where it is not the usual one."""
    query = select(shops.c.proxy_path).where(shops.c.id == shop_id)
    return connection.execute(query).scalar_one_or_none()


def set_proxy_path(connection: Connection, shop_id: int, path: str | None) -> None:
    _set_by_id(connection, shop_id, {"proxy_path": path})


def set_facts(connection: Connection, shop_id: int, facts: ShopFacts) -> None:
    """As Shopify has just told them. What it does not say stays as it was known."""
    told = {
        "name": facts.name,
        "time_zone": facts.time_zone,
        "currency": facts.currency,
        "country": facts.country,
        "languages": list(facts.languages),
    }
    known = {name: value for name, value in told.items() if value}
    _set_by_id(connection, shop_id, known | {"facts_at": now_ms()})


def save_settings(
    connection: Connection,
    shop_id: int,
    chosen: Settings,
    seen_version: int,
) -> None:
    """All of them. Raises ChangedMeanwhile when another version than the one seen is there by
    now.
    """
    settings.save(connection, shop_id, chosen, seen_version)

    # The session's clocks are judged in SQL, over all shops: they read these columns.
    clocks = {
        "expiry_seconds": chosen.expiry_seconds,
        "retention_days": chosen.retention_days,
        "waiting_days": chosen.waiting_days,
    }
    _set_by_id(connection, shop_id, clocks)
