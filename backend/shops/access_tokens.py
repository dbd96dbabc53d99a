"""A shop's tokens for the Admin API as they are used: exchanged when somebody opens the app,
refreshed under a lock.

The lock is a job with a lease, so no transaction waits for Shopify, and a holder that dies is
followed by another.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
from sqlalchemy import Connection

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
from backend.shopify import token_exchange
from backend.shopify.session_tokens import IdToken
from backend.shopify.token_exchange import Grant
from backend.shops import directory, installation, uninstalls
from backend.shops.installation import Installation
from backend.store import job_queue
from backend.store.job_queue import Claim, Lease
from backend.store.limits import Limit

# The job that changes a shop's tokens; whoever holds it may.
LOCK = "tokens"
# Longer than Shopify is ever waited for.
LEASE_SECONDS = 20
PAUSE_SECONDS = 0.2
# A token that is about to end is not handed out: what it is for takes time as well.
USED_UNTIL_MS = 300_000
# While Shopify is away, a page must not wait for it each time.
ATTEMPTS = Limit(times=3, seconds=30)
# Ours to say "ask again": Shopify allows no leeway where we do.
OLD_ID_TOKEN_MS = 50_000


def admit(services: Services, id_token: IdToken) -> None:
    """Let somebody of a shop in; who finds no usable tokens brings new ones, which also opens a
    shop that had left.

    Raises Unauthorized when the id token is older than the uninstall, NotSetUp without a key to
    keep tokens with. Without Shopify's answer a shop that has left stays out (ShopifyUnavailable,
    ShopifyRefused); any other goes on without the Admin API.
    """
    with services.db.reading() as connection:
        uninstall = uninstalls.find_uninstall(connection, id_token.shop)
        is_usable = installation.has_usable_tokens(connection, id_token.shop)

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


def _exchange(services: Services, id_token: IdToken) -> None:
    who = f"exchange:{uninstalls.hash_domain(id_token.shop).hex()}"
    if services.limits.refused([(who, ATTEMPTS)]):
        raise ShopifyUnavailable
    shop = services.db.write(directory.add_shop, id_token.shop)

    with _alone(services, shop.id) as claim:
        with services.db.reading() as connection:
            is_usable = installation.has_usable_tokens(connection, shop.domain)
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
    job_queue.add_ready(connection, claim.shop_id, installation.GRANTED, "")


def get_access_token(services: Services, shop_id: int, refused: str = "") -> str:
    """A token that Shopify accepts, refreshed first when it is about to end or is the one that was
    just `refused`.

    Raises NeedsReauth, ShopifyUnavailable.
    """
    known = installation.get_installed(services, shop_id)
    token = installation.open_access_token(services, known)
    if known.access_until - USED_UNTIL_MS > now_ms() and token != refused:
        return token

    with _alone(services, shop_id) as claim:
        current = installation.get_installed(services, shop_id)
        if current.refreshed_at == known.refreshed_at:
            _refresh(services, claim, current)
            current = installation.get_installed(services, shop_id)
    return installation.open_access_token(services, current)


def refresh_job(services: Services, claim: Claim) -> None:
    """The job `tokens`: an idle shop's turn, or what a holder that has died left undone."""
    with services.db.reading() as connection:
        found = installation.find_installation(connection, claim.shop_id)

    if found is not None and found.is_installed:
        try:
            _refresh(services, claim, found)
        except NeedsReauth:
            logger().warning("a shop's tokens have ended")
    services.db.write(job_queue.let_go, claim)


def refresh_idle(services: Services) -> None:
    """Write the job for every shop whose tokens nobody has refreshed for a week."""
    for shop_id in installation.list_idle(services):
        services.db.write(job_queue.add_ready, shop_id, LOCK, "")


def _refresh(services: Services, claim: Claim, known: Installation) -> None:
    """Stored before it is used: whatever gets lost on the way, the refresh token in the table is
    one that works.
    """
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, known.shop_id)
    token = installation.open_refresh_token(services, known)

    try:
        grant = token_exchange.refresh(services.config, shop.domain, token)
    except ShopifyRefused as error:
        services.db.write(installation.give_up, known.shop_id)
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
    installation.store(connection, services, claim.shop_id, grant, installed_at)


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
    lease = Lease(uuid.uuid4().hex, LEASE_SECONDS)
    give_up_at = time.monotonic() + LEASE_SECONDS

    while True:
        claim = services.db.write(job_queue.hold, shop_id, LOCK, "", lease)
        if claim is not None:
            return claim
        if time.monotonic() > give_up_at:
            raise ShopifyUnavailable
        gevent.sleep(PAUSE_SECONDS)


def _is_old(id_token: IdToken) -> bool:
    return now_ms() - id_token.issued_at > OLD_ID_TOKEN_MS
