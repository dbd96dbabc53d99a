"""The directory: from a signed domain, or the host of a storefront, to a shop."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_bytes
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    cast,
    delete,
    func,
    select,
    update,
)

from backend.clock import now_ms
from backend.errors import ShopUninstalled
from backend.logs import logger
from backend.shops import addresses, settings, uninstalls
from backend.store.database import Database, insert_unless_there
from backend.store.tables import shops, storefronts

# A shop that uninstalls is refused within this many seconds by every process.
REMEMBER_SECONDS = 2
# Nobody can sign a host, so a shop may only have so many; one more replaces the one unseen longest.
MOST_HOSTS = 20
# A host that is in use is written down anew this often by each process, and learned of again if it
# was replaced.
NOTE_HOST_SECONDS = 3_600
MOST_REMEMBERED = 100_000
# Hosts that nobody knows are looked up so many times a second; strangers may ask for any number.
MOST_LOOKUPS = 50


@dataclass(frozen=True, slots=True)
class Shop:
    id: int
    domain: str
    name: str
    session_key: bytes
    # The merchant's clock for idle conversations; None leaves it to the operator's.
    expiry_seconds: int | None = None
    # What the merchant allows one session; None leaves it to the operator.
    messages_per_minute: int | None = None
    # Pages, mailboxes and numbers that the merchant tells shoppers of: the assistant may link to
    # them.
    links: tuple[str, ...] = ()


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
        until, shop = self._known.get(domain, (0.0, None))
        if shop is None or until < time.monotonic():
            shop = self._load(domain, signed_at)
            self._known[domain] = (time.monotonic() + REMEMBER_SECONDS, shop)
        return shop

    def note_host(self, shop: Shop, host: str) -> None:
        """Remember that the shop's storefront answers under `host`; its pages may read streams from
        there.
        """
        now = time.monotonic()
        if self._hosts.get((host, shop.id), 0.0) < now:
            replaced = self._db.write(_note_host, shop.id, host)
            for other in replaced:
                self._hosts.pop((other, shop.id), None)
                self._storefronts.pop(other, None)
            _remember(self._hosts, (host, shop.id), now)

    def is_storefront(self, host: str) -> bool:
        """Whether any shop's storefront was seen under `host`; asked at every stream, so a yes is
        remembered.

        No, without a look, when too many unknown hosts are asked for.
        """
        now = time.monotonic()
        if self._storefronts.get(host, 0.0) >= now:
            return True
        if not self._may_look_up(int(now)) or not self._is_known(host):
            return False
        _remember(self._storefronts, host, now)
        return True

    def _may_look_up(self, second: int) -> bool:
        last, times = self._lookups
        self._lookups = (second, times + 1 if second == last else 1)
        return self._lookups[1] <= MOST_LOOKUPS

    def _is_known(self, host: str) -> bool:
        query = select(storefronts.c.shop_id).where(storefronts.c.host == host).limit(1)
        with self._db.reading() as connection:
            return connection.execute(query).first() is not None

    def _load(self, domain: str, signed_at: int | None) -> Shop:
        with self._db.reading() as connection:
            row = _find(connection, domain)
            # Of a shop that was erased nothing may be written again, however often its theme still
            # calls.
            is_away = row is None or row.uninstalled_at is not None
            left_at = uninstalls.left_at(connection, domain) if is_away else None
        if left_at is not None and uninstalls.is_outlived(left_at, signed_at):
            logger().warning("a shop that had left is back: Shopify signs for it")
            row = self._db.write(_welcome_back, domain, signed_at)
        elif left_at is not None:
            self._known.pop(domain, None)
            raise ShopUninstalled
        if row is None:
            row = self._db.write(add_shop, domain)
        if row.uninstalled_at is not None:
            self._known.pop(domain, None)
            raise ShopUninstalled
        name, chosen = (
            row.name or _name_from(domain),
            settings.from_row(row).settings,
        )
        links = addresses.links_of(chosen)
        return Shop(
            row.id,
            row.domain,
            name,
            row.session_key,
            row.expiry_seconds,
            chosen.messages_per_minute,
            links,
        )


Key = TypeVar("Key")


def _remember(until: dict[Key, float], key: Key, now: float) -> None:
    if len(until) >= MOST_REMEMBERED:
        until.clear()
    until[key] = now + NOTE_HOST_SECONDS


def _name_from(domain: str) -> str:
    """A name to speak of until Shopify tells us the real one."""
    return domain.split(".")[0].replace("-", " ").title()


def _find(connection: Connection, domain: str) -> Row | None:
    query = (
        select(shops, *settings.CHOSEN)
        .select_from(settings.WITH_SHOP)
        .where(shops.c.domain == domain)
    )
    return connection.execute(query).one_or_none()


def add_shop(connection: Connection, domain: str) -> Row:
    """The shop's row; a new one of a shop that left and was erased says at once that it
    has left.
    """
    row = {"domain": domain, "session_key": token_bytes(32), "created_at": now_ms()}
    if _find(connection, domain) is None:
        insert_unless_there(
            connection,
            shops,
            row | {"uninstalled_at": uninstalls.left_at(connection, domain)},
        )
    found = _find(connection, domain)
    assert found is not None, "just inserted, or met"
    return found


def _welcome_back(connection: Connection, domain: str, signed_at: int | None) -> Row:
    uninstalls.forget(connection, domain)
    row = add_shop(connection, domain)
    # Written at once: a redaction that waits looks for it.
    connection.execute(
        update(shops).where(shops.c.id == row.id).values(signed_at=signed_at)
    )
    return row


def _note_host(connection: Connection, shop_id: int, host: str) -> Sequence[str]:
    """Returns the hosts that had to go for it."""
    mine = (storefronts.c.shop_id == shop_id, storefronts.c.host == host)
    seen = connection.execute(update(storefronts).where(*mine).values(seen_at=now_ms()))
    if seen.rowcount:
        return ()
    replaced = _make_room(connection, shop_id)
    insert_unless_there(
        connection, storefronts, {"host": host, "shop_id": shop_id, "seen_at": now_ms()}
    )
    return replaced


def _make_room(connection: Connection, shop_id: int) -> Sequence[str]:
    """Leave room for one more host: whatever is too many goes, the one unseen longest first."""
    of_shop = storefronts.c.shop_id == shop_id
    newest_first = (
        select(storefronts.c.host)
        .where(of_shop)
        .order_by(storefronts.c.seen_at.desc(), storefronts.c.host)
    )
    replaced = connection.execute(newest_first.offset(MOST_HOSTS - 1)).scalars().all()
    if replaced:
        connection.execute(
            delete(storefronts).where(of_shop, storefronts.c.host.in_(replaced))
        )
    return replaced


def expiry_seconds_of(shop_id: ColumnElement[int], usual: int) -> ColumnElement[int]:
    """The merchant's clock for idle conversations, else the usual one, as a part of statements."""
    chosen = select(shops.c.expiry_seconds).where(shops.c.id == shop_id)
    return cast(func.coalesce(chosen.scalar_subquery(), usual), BigInteger)


def retention_days_of(shop_id: ColumnElement[int], usual: int) -> ColumnElement[int]:
    """How long the merchant keeps what is closed, in the same way."""
    chosen = select(shops.c.retention_days).where(shops.c.id == shop_id)
    return cast(func.coalesce(chosen.scalar_subquery(), usual), BigInteger)
