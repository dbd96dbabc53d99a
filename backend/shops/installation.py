"""A shop's tokens for the Admin API as they are kept: encrypted, with the scopes that were granted
with them. A shop may have conversations without ever having any.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from backend.clock import now_ms
from backend.errors import NeedsReauth
from backend.logs import logger
from backend.services import Services
from backend.shopify import scopes
from backend.shopify.token_exchange import Grant
from backend.shops import directory, staff
from backend.shops.webhook_event import WebhookEvent
from backend.store import job_queue
from backend.store.encryption import Vault
from backend.store.tables import installations

# A refresh token dies after 90 days without use; a shop that nobody opens is refreshed this often.
IDLE_MS = 7 * 86_400_000
MOST_IDLE = 500
# The job that is written whenever a shop gives tokens or scopes: whatever needs them begins there.
GRANTED = "granted"
ALL_SHOPS = {"across_shops": "every shop's tokens age"}


class InstallationStatus(StrEnum):
    """NONE is that of a shop whose app nobody has opened yet; it has no row."""

    INSTALLED = "installed"
    NEEDS_REAUTH = "needs_reauth"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Installation:
    """A shop's tokens, encrypted. `installed_at` is the `iat` of the id token that they were
    exchanged for.
    """

    shop_id: int
    status: InstallationStatus
    scopes: str
    access_token: bytes = field(repr=False)
    access_until: int
    refresh_token: bytes = field(repr=False)
    refresh_until: int
    installed_at: int
    refreshed_at: int

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            shop_id=row.shop_id,
            status=InstallationStatus(row.status),
            scopes=row.scopes,
            access_token=row.access_token,
            access_until=row.access_until,
            refresh_token=row.refresh_token,
            refresh_until=row.refresh_until,
            installed_at=row.installed_at,
            refreshed_at=row.refreshed_at,
        )

    @property
    def is_installed(self) -> bool:
        return self.status is InstallationStatus.INSTALLED

    @property
    def is_usable(self) -> bool:
        return self.is_installed and self.refresh_until > now_ms()


def find_status(services: Services, shop_id: int) -> InstallationStatus:
    with services.db.reading() as connection:
        found = find_installation(connection, shop_id)
    return InstallationStatus.NONE if found is None else found.status


def find_installation(connection: Connection, shop_id: int) -> Installation | None:
    query = select(installations).where(installations.c.shop_id == shop_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Installation.from_row(row)


def get_installed(services: Services, shop_id: int) -> Installation:
    """Raises NeedsReauth."""
    with services.db.reading() as connection:
        found = find_installation(connection, shop_id)
    if found is None or not found.is_installed:
        raise NeedsReauth
    return found


def has_usable_tokens(connection: Connection, domain: str) -> bool:
    shop_id = directory.find_shop_id(connection, domain)
    if shop_id is None:
        return False
    found = find_installation(connection, shop_id)
    return found is not None and found.is_usable


def list_idle(services: Services) -> Sequence[int]:
    """Shops whose tokens nobody has refreshed for a week, the longest first."""
    query = (
        select(installations.c.shop_id)
        .where(
            installations.c.status == InstallationStatus.INSTALLED,
            installations.c.refreshed_at < now_ms() - IDLE_MS,
        )
        .order_by(installations.c.refreshed_at)
        .limit(MOST_IDLE)
    )
    with services.db.reading() as connection:
        return connection.execute(query, execution_options=ALL_SHOPS).scalars().all()


def list_installed(services: Services) -> Sequence[int]:
    """Shops whose tokens can be used."""
    query = (
        select(installations.c.shop_id)
        .where(installations.c.status == InstallationStatus.INSTALLED)
        .order_by(installations.c.shop_id)
    )
    with services.db.reading() as connection:
        return connection.execute(query, execution_options=ALL_SHOPS).scalars().all()


def lacking_scopes(connection: Connection, shop_id: int) -> list[str]:
    """What the app asks for and the shop has not granted, as Shopify said with its tokens; none if
    it did not say.
    """
    found = find_installation(connection, shop_id)
    if found is None or not found.is_installed or not found.scopes:
        return []
    return scopes.missing(found.scopes)


def find_vouched_at(connection: Connection, shop_id: int) -> int:
    """Until when, as far as Shopify has vouched, the shop had the app: the latest id token's time;
    0 for never.
    """
    found = find_installation(connection, shop_id)
    installed_at = found.installed_at if found is not None else 0
    return max(installed_at, staff.find_last_seen(connection, shop_id))


def store(
    connection: Connection,
    services: Services,
    shop_id: int,
    grant: Grant,
    installed_at: int,
) -> None:
    """In the place of those that there were."""
    if grant.scopes and (lacking := scopes.missing(grant.scopes)):
        logger().warning("a shop has not granted all scopes", scopes=lacking)

    now = now_ms()
    vault = Vault(services.config.encryption_keys)
    access_token = vault.seal(grant.access_token, _about("access_token", shop_id))
    refresh_token = vault.seal(grant.refresh_token, _about("refresh_token", shop_id))

    remove(connection, shop_id)
    connection.execute(
        insert(installations).values(
            shop_id=shop_id,
            status=InstallationStatus.INSTALLED,
            scopes=grant.scopes,
            access_token=access_token,
            access_until=now + grant.access_seconds * 1000,
            refresh_token=refresh_token,
            refresh_until=now + grant.refresh_seconds * 1000,
            installed_at=installed_at,
            refreshed_at=now,
        )
    )


def open_access_token(services: Services, found: Installation) -> str:
    vault = Vault(services.config.encryption_keys)
    return vault.open(found.access_token, _about("access_token", found.shop_id))


def open_refresh_token(services: Services, found: Installation) -> str:
    vault = Vault(services.config.encryption_keys)
    return vault.open(found.refresh_token, _about("refresh_token", found.shop_id))


def give_up(connection: Connection, shop_id: int) -> None:
    """The tokens are dead; the next time that somebody opens the app brings new ones."""
    _set(connection, shop_id, {"status": InstallationStatus.NEEDS_REAUTH})


def give_up_older(connection: Connection, shop_id: int, at: int) -> None:
    """The same, unless they were given after `at`."""
    older = and_(installations.c.shop_id == shop_id, installations.c.installed_at < at)
    connection.execute(
        update(installations)
        .where(older)
        .values(status=InstallationStatus.NEEDS_REAUTH)
    )


def remove(connection: Connection, shop_id: int) -> None:
    """Of an app that was uninstalled; Shopify has ended the tokens itself."""
    connection.execute(delete(installations).where(installations.c.shop_id == shop_id))


def update_scopes(services: Services, event: WebhookEvent) -> None:
    """The webhook `app/scopes_update`. Tokens are good for what was granted when they were given,
    so the next use of them gets a new pair.
    """
    granted = ",".join(event.payload.get("current") or ())
    if lacking := scopes.missing(granted):
        logger().warning("a shop has taken scopes back", scopes=lacking)

    services.db.write(_note_scopes, event.shop_id, granted)


def _note_scopes(connection: Connection, shop_id: int, granted: str) -> None:
    _set(connection, shop_id, {"scopes": granted, "access_until": 0})
    job_queue.add_ready(connection, shop_id, GRANTED, "")


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many shops' tokens
    that were.
    """
    with services.db.reading() as connection:
        rows = connection.execute(select(installations), execution_options=ALL_SHOPS)
        everybodys = [Installation.from_row(row) for row in rows]

    old = [each for each in everybodys if not _is_current(vault, each)]
    for each in old:
        services.db.write(_reencrypt_one, vault, each)
    return len(old)


def _is_current(vault: Vault, found: Installation) -> bool:
    return vault.is_current(found.access_token) and vault.is_current(
        found.refresh_token
    )


def _reencrypt_one(connection: Connection, vault: Vault, found: Installation) -> None:
    """A row that was refreshed meanwhile has the newest key already."""
    values = {}
    for column in ("access_token", "refresh_token"):
        about = _about(column, found.shop_id)
        values[column] = vault.reencrypt(getattr(found, column), about)

    same = and_(
        installations.c.shop_id == found.shop_id,
        installations.c.refreshed_at == found.refreshed_at,
    )
    connection.execute(update(installations).where(same).values(values))


def _set(connection: Connection, shop_id: int, values: dict[str, object]) -> None:
    mine = installations.c.shop_id == shop_id
    connection.execute(update(installations).where(mine).values(values))


def _about(column: str, shop_id: int) -> str:
    return f"installations.{column}:{shop_id}"
