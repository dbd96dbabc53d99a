"""A shop's tokens for the Admin API: exchanged when somebody opens the app, kept encrypted,
refreshed under a lock.

The lock is a job with a lease, so no transaction waits for Shopify, and a holder that dies is
followed by another.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

import gevent
from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from backend.clock import now_ms
from backend.errors import (
    LeaseLost,
    NeedsReauth,
    NotSetUp,
    ShopifyRefused,
    ShopifyUnavailable,
    Unauthorized,
)
from backend.logs import logger
from backend.services import Services
from backend.shopify import scopes, token_exchange
from backend.shopify.session_tokens import IdToken
from backend.shopify.token_exchange import Grant
from backend.shops import directory, staff, uninstalls
from backend.shops.webhook_event import WebhookEvent
from backend.store import job_queue
from backend.store.encryption import Vault
from backend.store.job_queue import Claim
from backend.store.limits import Limit
from backend.store.tables import installations

# The job that changes a shop's tokens; whoever holds it may.
LOCK = "tokens"
# Longer than Shopify is ever waited for.
LEASE_SECONDS = 20
PAUSE_SECONDS = 0.2
# A token that is about to end is not handed out: what it is for takes time as well.
USED_UNTIL_MS = 300_000
# A refresh token dies after 90 days without use; a shop that nobody opens is refreshed this often.
IDLE_MS = 7 * 86_400_000
MOST_IDLE = 500
# While Shopify is away, a page must not wait for it each time.
ATTEMPTS = Limit(times=3, seconds=30)
# Ours to say "ask again": Shopify allows no leeway where we do.
OLD_ID_TOKEN_MS = 50_000
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


def admit(services: Services, id_token: IdToken) -> None:
    """Let somebody of a shop in; who finds no usable tokens brings new ones, which also opens a
    shop that had left.

    Raises Unauthorized when the id token is older than the uninstall, NotSetUp without a key to
    keep tokens with. Without Shopify's answer a shop that has left stays out (ShopifyUnavailable,
    ShopifyRefused); any other goes on without the Admin API.
    """
    with services.db.reading() as connection:
        uninstall = uninstalls.find_uninstall(connection, id_token.shop)
        is_usable = _has_usable_tokens(connection, id_token.shop)

    if uninstall is not None and id_token.issued_at <= uninstall.at:
        raise Unauthorized
    if is_usable and uninstall is None:
        return
    if not services.config.encryption_keys:
        raise NotSetUp

    try:
        _exchange(services, id_token)
    except (ShopifyUnavailable, ShopifyRefused) as error:
        _judge_failure(id_token, error)
        if uninstall is not None:
            raise


def _judge_failure(
    id_token: IdToken, error: ShopifyUnavailable | ShopifyRefused
) -> None:
    """Raises Unauthorized when the id token was only too old: App Bridge brings a new one."""
    reason = error.reason if isinstance(error, ShopifyRefused) else ""
    logger().warning("no tokens for the Admin API", because=reason or error.code)

    if reason == "invalid_subject_token" and _is_old(id_token):
        raise Unauthorized from error


def find_status(services: Services, shop_id: int) -> InstallationStatus:
    with services.db.reading() as connection:
        found = find_installation(connection, shop_id)
    return InstallationStatus.NONE if found is None else found.status


def find_installation(connection: Connection, shop_id: int) -> Installation | None:
    query = select(installations).where(installations.c.shop_id == shop_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Installation.from_row(row)


def lacking_scopes(connection: Connection, shop_id: int) -> list[str]:
    """What the app asks for and the shop has not granted, as Shopify said with its tokens; none if
    it did not say.
    """
    found = find_installation(connection, shop_id)
    if found is None or not found.is_installed or not found.scopes:
        return []
    return scopes.missing(found.scopes)


def get_access_token(services: Services, shop_id: int, refused: str = "") -> str:
    """A token that Shopify accepts, refreshed first when it is about to end or is the one that was
    just `refused`.

    Raises NeedsReauth, ShopifyUnavailable.
    """
    known = _get_installed(services, shop_id)
    token = _open_access_token(services, known)
    if known.access_until - USED_UNTIL_MS > now_ms() and token != refused:
        return token

    with _alone(services, shop_id) as claim:
        current = _get_installed(services, shop_id)
        if current.refreshed_at == known.refreshed_at:
            _refresh(services, claim, current)
            current = _get_installed(services, shop_id)
    return _open_access_token(services, current)


def refresh_job(services: Services, claim: Claim) -> None:
    """The job `tokens`: an idle shop's turn, or what a holder that has died left undone."""
    with services.db.reading() as connection:
        found = find_installation(connection, claim.shop_id)

    if found is not None and found.is_installed:
        try:
            _refresh(services, claim, found)
        except NeedsReauth:
            logger().warning("a shop's tokens have ended")
    services.db.write(job_queue.let_go, claim)


def refresh_idle(services: Services) -> None:
    """Write the job for every shop whose tokens nobody has refreshed for a week."""
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
        idle = connection.execute(query, execution_options=ALL_SHOPS).scalars().all()

    for shop_id in idle:
        services.db.write(job_queue.add_ready, shop_id, LOCK, "")


def find_vouched_at(connection: Connection, shop_id: int) -> int:
    """Until when, as far as Shopify has vouched, the shop had the app: the latest id token's time;
    0 for never.
    """
    found = find_installation(connection, shop_id)
    installed_at = found.installed_at if found is not None else 0
    return max(installed_at, staff.find_last_seen(connection, shop_id))


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

    values = {"scopes": granted, "access_until": 0}
    services.db.write(_set, event.shop_id, values)


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
        token = vault.open(getattr(found, column), about)
        values[column] = vault.seal(token, about)

    same = and_(
        installations.c.shop_id == found.shop_id,
        installations.c.refreshed_at == found.refreshed_at,
    )
    connection.execute(update(installations).where(same).values(values))


def _exchange(services: Services, id_token: IdToken) -> None:
    who = f"exchange:{uninstalls.hash_domain(id_token.shop).hex()}"
    if services.limits.refused([(who, ATTEMPTS)]):
        raise ShopifyUnavailable
    shop = services.db.write(directory.add_shop, id_token.shop)

    with _alone(services, shop.id) as claim:
        with services.db.reading() as connection:
            is_usable = _has_usable_tokens(connection, shop.domain)
            uninstall = uninstalls.find_uninstall(connection, shop.domain)
        if is_usable and uninstall is None:
            return

        grant = token_exchange.exchange(services.config, shop.domain, id_token.text)
        services.db.write(_begin, services, claim, id_token, grant)


def _begin(
    connection: Connection,
    services: Services,
    claim: Claim,
    id_token: IdToken,
    grant: Grant,
) -> None:
    _store(connection, services, claim, grant, id_token.issued_at)
    directory.reopen_shop(connection, id_token.shop)


def _refresh(services: Services, claim: Claim, known: Installation) -> None:
    """Stored before it is used: whatever gets lost on the way, the refresh token in the table is
    one that works.
    """
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, known.shop_id)
    vault = Vault(services.config.encryption_keys)
    token = vault.open(known.refresh_token, _about("refresh_token", known.shop_id))

    try:
        grant = token_exchange.refresh(services.config, shop.domain, token)
    except ShopifyRefused as error:
        services.db.write(give_up, known.shop_id)
        raise NeedsReauth(error.reason) from error

    services.db.write(_store, services, claim, grant, known.installed_at)


def _store(
    connection: Connection,
    services: Services,
    claim: Claim,
    grant: Grant,
    installed_at: int,
) -> None:
    """Raises LeaseLost when another process has taken the tokens over: what it gets is newer."""
    if not job_queue.is_held(connection, claim):
        raise LeaseLost
    if grant.scopes and (lacking := scopes.missing(grant.scopes)):
        logger().warning("a shop has not granted all scopes", scopes=lacking)

    now, shop_id = now_ms(), claim.shop_id
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


@contextmanager
def _alone(services: Services, shop_id: int) -> Iterator[Claim]:
    """The right to change the shop's tokens; waits for whoever has it. Raises ShopifyUnavailable
    after too long.
    """
    claim = _take_lock(services, shop_id)
    try:
        yield claim
    finally:
        services.db.write(job_queue.let_go, claim)


def _take_lock(services: Services, shop_id: int) -> Claim:
    # A name of its own: the process renews the leases of its jobs, and this one has its own length.
    holder = uuid.uuid4().hex
    give_up_at = time.monotonic() + LEASE_SECONDS

    while True:
        claim = services.db.write(
            job_queue.hold, shop_id, LOCK, "", holder, LEASE_SECONDS
        )
        if claim is not None:
            return claim
        if time.monotonic() > give_up_at:
            raise ShopifyUnavailable
        gevent.sleep(PAUSE_SECONDS)


def _get_installed(services: Services, shop_id: int) -> Installation:
    """Raises NeedsReauth."""
    with services.db.reading() as connection:
        found = find_installation(connection, shop_id)
    if found is None or not found.is_installed:
        raise NeedsReauth
    return found


def _has_usable_tokens(connection: Connection, domain: str) -> bool:
    shop_id = directory.find_shop_id(connection, domain)
    if shop_id is None:
        return False
    found = find_installation(connection, shop_id)
    return found is not None and found.is_usable


def _open_access_token(services: Services, found: Installation) -> str:
    vault = Vault(services.config.encryption_keys)
    return vault.open(found.access_token, _about("access_token", found.shop_id))


def _set(connection: Connection, shop_id: int, values: dict[str, object]) -> None:
    mine = installations.c.shop_id == shop_id
    connection.execute(update(installations).where(mine).values(values))


def _is_old(id_token: IdToken) -> bool:
    return now_ms() - id_token.issued_at > OLD_ID_TOKEN_MS


def _about(column: str, shop_id: int) -> str:
    return f"installations.{column}:{shop_id}"
