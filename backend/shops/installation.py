"""A shop's tokens for the Admin API: exchanged when somebody opens the app, kept encrypted,
refreshed under a lock.

The lock is a job with a lease, so no transaction waits for Shopify, and a holder that dies is
followed by another.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import gevent
from sqlalchemy import Connection, Row, delete, func, insert, select, update

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
from backend.shops import directory, uninstalls
from backend.store import job_queue
from backend.store.encryption import Vault
from backend.store.job_queue import Claim, Lease
from backend.store.limits import Limit
from backend.store.tables import installations, shops, staff

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


def admit(services: Services, id_token: IdToken) -> None:
    """Let somebody of a shop in; who finds no usable tokens brings new ones, which also opens a
    shop that had left.

    Raises Unauthorized when the id token is older than the shop's departure, NotSetUp without a key
    to keep tokens with. Without Shopify's answer a shop that has left stays out
    (ShopifyUnavailable, ShopifyRefused); any other goes on without the Admin API.
    """
    with services.db.reading() as connection:
        left_at = uninstalls.left_at(connection, id_token.shop)
        usable = _is_usable(_find_by_domain(connection, id_token.shop))
    if left_at is not None and id_token.issued_at <= left_at:
        raise Unauthorized
    if usable and left_at is None:
        return
    if not services.config.encryption_keys:
        raise NotSetUp
    try:
        _exchange(services, id_token)
    except (ShopifyUnavailable, ShopifyRefused) as error:
        logger().warning(
            "no tokens for the Admin API",
            because=getattr(error, "reason", "") or error.code,
        )
        if getattr(error, "reason", "") == "invalid_subject_token" and _is_old(
            id_token
        ):
            raise Unauthorized from error
        if left_at is not None:
            raise


def find_status(services: Services, shop_id: int) -> str:
    """`installed`, `needs_reauth`, or `none` for a shop whose app nobody has opened yet."""
    with services.db.reading() as connection:
        row = _find(connection, shop_id)
    return "none" if row is None else str(row.status)


def lacking_scopes(connection: Connection, shop_id: int) -> list[str]:
    """What the app asks for and the shop has not granted, as Shopify said with its tokens; none if
    it did not say.
    """
    row = _find(connection, shop_id)
    says = row is not None and row.status == "installed" and row.scopes
    return scopes.missing(says) if says else []


def access_token(services: Services, shop_id: int, refused: str = "") -> str:
    """A token that Shopify accepts, refreshed first when it is about to end or is the one that was
    just `refused`.

    Raises NeedsReauth, ShopifyUnavailable.
    """
    row = _get(services, shop_id)
    vault = Vault(services.config.encryption_keys)
    token = vault.open(row.access_token, _about("access_token", shop_id))
    if row.access_until - USED_UNTIL_MS > now_ms() and token != refused:
        return token
    with _alone(services, shop_id) as claim:
        current = _get(services, shop_id)
        if current.refreshed_at == row.refreshed_at:
            _refresh(services, claim, current)
            current = _get(services, shop_id)
    return vault.open(current.access_token, _about("access_token", shop_id))


def refresh_job(services: Services, claim: Claim) -> None:
    """The job `tokens`: an idle shop's turn, or what a holder that has died left undone."""
    with services.db.reading() as connection:
        row = _find(connection, claim.shop_id)
    if row is not None and row.status == "installed":
        try:
            _refresh(services, claim, row)
        except NeedsReauth:
            logger().warning("a shop's tokens have ended")
    services.db.write(job_queue.let_go, claim)


def refresh_idle(services: Services) -> None:
    """Write the job for every shop whose tokens nobody has refreshed for a week."""
    query = (
        select(installations.c.shop_id)
        .where(
            installations.c.status == "installed",
            installations.c.refreshed_at < now_ms() - IDLE_MS,
        )
        .order_by(installations.c.refreshed_at)
        .limit(MOST_IDLE)
    )
    with services.db.reading() as connection:
        idle = connection.execute(query, execution_options=ALL_SHOPS).scalars().all()
    for shop_id in idle:
        services.db.write(
            partial(job_queue.add_ready, shop_id=shop_id, kind=LOCK, ref="")
        )


def seen_until(connection: Connection, shop_id: int) -> int:
    """Until when, as far as Shopify has vouched, the shop had the app: the latest id
    token's time.
    """
    exchanged = select(installations.c.installed_at).where(
        installations.c.shop_id == shop_id
    )
    vouched = select(func.max(staff.c.seen_at)).where(staff.c.shop_id == shop_id)
    return max(
        connection.execute(query).scalar_one_or_none() or 0
        for query in (exchanged, vouched)
    )


def give_up(connection: Connection, shop_id: int) -> None:
    """The tokens are dead; the next time that somebody opens the app brings new ones."""
    connection.execute(
        update(installations)
        .where(installations.c.shop_id == shop_id)
        .values(status="needs_reauth")
    )


def give_up_older(connection: Connection, shop_id: int, at: int) -> None:
    """The same, unless they were given after `at`."""
    older = (installations.c.shop_id == shop_id) & (installations.c.installed_at < at)
    connection.execute(update(installations).where(older).values(status="needs_reauth"))


def remove(connection: Connection, shop_id: int) -> None:
    """Of an app that was uninstalled; Shopify has ended the tokens itself."""
    connection.execute(delete(installations).where(installations.c.shop_id == shop_id))


def set_scopes(connection: Connection, shop_id: int, scopes: str) -> None:
    """What the shop allows has changed: the next use of its tokens refreshes them first."""
    values = {"scopes": scopes, "access_until": 0}
    connection.execute(
        update(installations).where(installations.c.shop_id == shop_id).values(**values)
    )


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many shops' tokens
    that were.
    """
    with services.db.reading() as connection:
        rows = connection.execute(
            select(installations), execution_options=ALL_SHOPS
        ).all()
    old = [
        row
        for row in rows
        if not (
            vault.is_current(row.access_token) and vault.is_current(row.refresh_token)
        )
    ]
    for row in old:
        services.db.write(partial(_reseal, vault=vault, row=row))
    return len(old)


def _exchange(services: Services, id_token: IdToken) -> None:
    if services.limits.refused(
        [(f"exchange:{uninstalls.hash_of(id_token.shop).hex()}", ATTEMPTS)]
    ):
        raise ShopifyUnavailable
    shop_id = services.db.write(
        lambda connection: directory.add_shop(connection, id_token.shop).id
    )
    with _alone(services, shop_id) as claim:
        with services.db.reading() as connection:
            row = _find(connection, shop_id)
            left = uninstalls.left_at(connection, id_token.shop) is not None
        if _is_usable(row) and not left:
            return
        grant = token_exchange.exchange(services.config, id_token.shop, id_token.text)
        services.db.write(_begin, services, claim, id_token, grant)


def _begin(
    connection: Connection,
    services: Services,
    claim: Claim,
    id_token: IdToken,
    grant: Grant,
) -> None:
    _store(connection, services, claim, grant, id_token.issued_at)
    uninstalls.forget(connection, id_token.shop)


def _refresh(services: Services, claim: Claim, row: Row) -> None:
    """Stored before it is used: whatever gets lost on the way, the refresh token in the table is
    one that works.
    """
    with services.db.reading() as connection:
        domain = connection.execute(
            select(shops.c.domain).where(shops.c.id == row.shop_id)
        ).scalar_one()
    token = Vault(services.config.encryption_keys).open(
        row.refresh_token, _about("refresh_token", row.shop_id)
    )
    try:
        grant = token_exchange.refresh(services.config, domain, token)
    except ShopifyRefused as error:
        services.db.write(give_up, row.shop_id)
        raise NeedsReauth(error.reason) from error
    services.db.write(_store, services, claim, grant, row.installed_at)


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
    vault, now, shop_id = (
        Vault(services.config.encryption_keys),
        now_ms(),
        claim.shop_id,
    )
    connection.execute(delete(installations).where(installations.c.shop_id == shop_id))
    connection.execute(
        insert(installations).values(
            shop_id=shop_id,
            status="installed",
            scopes=grant.scopes,
            access_token=vault.seal(
                grant.access_token, _about("access_token", shop_id)
            ),
            access_until=now + grant.access_seconds * 1000,
            refresh_token=vault.seal(
                grant.refresh_token, _about("refresh_token", shop_id)
            ),
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
    # A name of its own: the process renews the leases of its jobs, and this one has its own length.
    lease = Lease(uuid.uuid4().hex, LEASE_SECONDS)
    give_up_at = time.monotonic() + LEASE_SECONDS
    while True:
        claim = services.db.write(job_queue.hold, shop_id, LOCK, "", lease)
        if claim is not None:
            break
        if time.monotonic() > give_up_at:
            raise ShopifyUnavailable
        gevent.sleep(PAUSE_SECONDS)
    try:
        yield claim
    finally:
        services.db.write(job_queue.let_go, claim)


def _find(connection: Connection, shop_id: int) -> Row | None:
    return connection.execute(
        select(installations).where(installations.c.shop_id == shop_id)
    ).one_or_none()


def _find_by_domain(connection: Connection, domain: str) -> Row | None:
    shop_id = connection.execute(
        select(shops.c.id).where(shops.c.domain == domain)
    ).scalar_one_or_none()
    return None if shop_id is None else _find(connection, shop_id)


def _get(services: Services, shop_id: int) -> Row:
    with services.db.reading() as connection:
        row = _find(connection, shop_id)
    if row is None or row.status != "installed":
        raise NeedsReauth
    return row


def _is_usable(row: Row | None) -> bool:
    return (
        row is not None and row.status == "installed" and row.refresh_until > now_ms()
    )


def _is_old(id_token: IdToken) -> bool:
    return now_ms() - id_token.issued_at > OLD_ID_TOKEN_MS


def _about(column: str, shop_id: int) -> str:
    return f"installations.{column}:{shop_id}"


def _reseal(connection: Connection, vault: Vault, row: Row) -> None:
    """A row that was refreshed meanwhile has the newest key already."""
    anew = {
        name: vault.seal(
            vault.open(row._mapping[name], _about(name, row.shop_id)),
            _about(name, row.shop_id),
        )
        for name in ("access_token", "refresh_token")
    }
    connection.execute(
        update(installations)
        .where(
            installations.c.shop_id == row.shop_id,
            installations.c.refreshed_at == row.refreshed_at,
        )
        .values(**anew)
    )
