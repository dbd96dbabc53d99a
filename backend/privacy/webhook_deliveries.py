"""Webhooks: noted once each before they are answered, then done by a job, in whatever order they
arrive.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, delete, select, update

from backend.clock import now_ms
from backend.errors import ShopifyUnavailable
from backend.logs import logger
from backend.metrics import WEBHOOKS_REFUSED
from backend.privacy import app_uninstalled, privacy_requests
from backend.services import Services
from backend.shopify.signatures import Webhook
from backend.shops import uninstalls as shop_uninstalls
from backend.shops.webhook_event import Later, Notice, Outcome, Refused
from backend.store import job_queue
from backend.store.database import insert_unless_there
from backend.store.encryption import Vault
from backend.store.job_queue import Claim, Lease
from backend.store.tables import shops, webhook_deliveries

KIND = "webhook"
# The deliveries of shops that we do not know, or do not know any more.
NOBODYS = 0
# Shopify repeats one for four hours; much later its id need not be known.
KEEP_MS = 30 * 86_400_000
ALL_SHOPS = {"across_shops": "old deliveries of all shops go"}
FOR_OPERATORS = {"across_shops": "operators see what was refused to any shop"}
# While Shopify cannot be asked: each time after as long as it has waited already, within these, and
# then no more.
ASKED_AGAIN_SECONDS = (5, 3_600)
ASKED_FOR_MS = 7 * 86_400_000

TOPICS: dict[str, Callable[[Services, Notice], Outcome]] = {
    "app/uninstalled": app_uninstalled.uninstall,
    "app/scopes_update": app_uninstalled.update_scopes,
    "customers/data_request": privacy_requests.note_request,
    "customers/redact": privacy_requests.redact_customer,
    "shop/redact": privacy_requests.redact_shop,
}
# What is kept of a body until its job is done; of the others nothing.
WANTED = {
    "app/scopes_update": ("current",),
    "customers/data_request": ("customer",),
    "customers/redact": ("customer",),
}


def receive(services: Services, webhook: Webhook) -> None:
    """Note it durably, once; this process then does the job at once. Other topics than ours are
    nobody's business.

    Raises NotSetUp when there is no key to keep a customer's name with, so that Shopify sends it
    again.
    """
    if webhook.topic not in TOPICS:
        return
    claim = services.db.write(_note, services, webhook)
    if claim is not None:
        services.process.run_now(claim)


def do(services: Services, claim: Claim) -> None:
    """The job `webhook`. Doing it twice has the effect of once."""
    with services.db.reading() as connection:
        row = connection.execute(
            select(webhook_deliveries).where(_is(claim.shop_id, claim.ref))
        ).one_or_none()
        domain = connection.execute(
            select(shops.c.domain).where(shops.c.id == claim.shop_id)
        ).scalar_one_or_none()
    outcome = (
        _outcome(services, row, domain or "")
        if row is not None and row.done_at is None
        else None
    )
    if isinstance(outcome, Later):
        services.db.write(job_queue.put_off, claim, outcome.seconds)
        return
    because = outcome.because if isinstance(outcome, Refused) else None
    services.db.write(_finish, claim, because)


def _outcome(services: Services, row: Row, domain: str) -> Outcome:
    try:
        outcome = TOPICS[row.topic](services, _notice(services, row, domain))
    except ShopifyUnavailable:
        outcome = _ask_again(row)

    if isinstance(outcome, Refused):
        WEBHOOKS_REFUSED.labels(outcome.because).inc()
        logger().warning("webhook refused", topic=row.topic, because=outcome.because)
    elif outcome is None:
        logger().info("webhook done", topic=row.topic)
    return outcome


def _ask_again(row: Row) -> Outcome:
    """Nothing is done without Shopify's word, and nothing forgotten: what waits in vain is shown to
    the operator.
    """
    waited = now_ms() - row.received_at
    if waited > ASKED_FOR_MS:
        return Refused("unconfirmed")
    logger().warning("a webhook waits for Shopify's word", topic=row.topic)
    least, most = ASKED_AGAIN_SECONDS
    return Later(max(least, min(waited // 1000, most)))


def list_refused(services: Services) -> Sequence[Row]:
    """(received_at, topic, refused, webhook_id, domain) of what was not done, the latest last."""
    query = (
        select(
            webhook_deliveries.c.received_at,
            webhook_deliveries.c.topic,
            webhook_deliveries.c.refused,
            webhook_deliveries.c.webhook_id,
            shops.c.domain,
        )
        .join_from(
            webhook_deliveries, shops, shops.c.id == webhook_deliveries.c.shop_id
        )
        .where(webhook_deliveries.c.refused.is_not(None))
        .order_by(webhook_deliveries.c.received_at)
    )
    with services.db.reading() as connection:
        return connection.execute(query, execution_options=FOR_OPERATORS).all()


def do_again(services: Services, shop_id: int, webhook_id: str) -> bool:
    """Look once more at one that was refused; Shopify is asked again. False when there is none."""
    return services.db.write(_reopen, shop_id, webhook_id)


def _reopen(connection: Connection, shop_id: int, webhook_id: str) -> bool:
    refused = update(webhook_deliveries).where(
        _is(shop_id, webhook_id), webhook_deliveries.c.refused.is_not(None)
    )
    fresh = {"refused": None, "done_at": None, "received_at": now_ms()}
    if connection.execute(refused.values(**fresh)).rowcount == 0:
        return False
    job_queue.add_ready(connection, shop_id, KIND, webhook_id)
    return True


def forget_old(services: Services) -> None:
    """Delete those that Shopify does not repeat any more."""
    old = delete(webhook_deliveries).where(
        webhook_deliveries.c.done_at.is_not(None),
        webhook_deliveries.c.received_at < now_ms() - KEEP_MS,
    )
    services.db.write(
        lambda connection: connection.execute(old, execution_options=ALL_SHOPS)
    )


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many deliveries that were."""
    query = select(webhook_deliveries).where(webhook_deliveries.c.payload.is_not(None))
    with services.db.reading() as connection:
        rows = connection.execute(
            query, execution_options={"across_shops": "keys are every shop's"}
        ).all()
    old = [row for row in rows if not vault.is_current(row.payload)]
    for row in old:
        about = _about(row.shop_id, row.webhook_id)
        _replace(services, row, vault.seal(vault.open(row.payload, about), about))
    return len(old)


def _note(connection: Connection, services: Services, webhook: Webhook) -> Claim | None:
    """None for one that is known already."""
    shop_id = connection.execute(
        select(shops.c.id).where(shops.c.domain == webhook.shop)
    ).scalar_one_or_none()
    if any(
        _is_known(connection, owner, webhook.id)
        for owner in {shop_id or NOBODYS, NOBODYS}
    ):
        return None
    now = now_ms()
    # Nobody has signed the header that says when: a time to come would keep the shop out until
    # then.
    triggered_at = (
        None if webhook.triggered_at is None else min(webhook.triggered_at, now)
    )
    if shop_id is None and webhook.topic == "app/uninstalled":
        shop_uninstalls.note(connection, webhook.shop, triggered_at or now)
    row = {
        "shop_id": shop_id or NOBODYS,
        "webhook_id": webhook.id,
        "topic": webhook.topic,
    }
    row |= {"triggered_at": triggered_at, "received_at": now}
    if shop_id is not None and webhook.topic in WANTED:
        kept = msgspec.json.encode(
            {name: webhook.told.get(name) for name in WANTED[webhook.topic]}
        ).decode()
        row["payload"] = Vault(services.config.encryption_keys).seal(
            kept, _about(shop_id, webhook.id)
        )
    insert_unless_there(connection, webhook_deliveries, row)
    lease = Lease(services.process.me, services.config.turn_lease_seconds)
    return job_queue.hold(connection, shop_id or NOBODYS, KIND, webhook.id, lease)


def _is_known(connection: Connection, shop_id: int, webhook_id: str) -> bool:
    return (
        connection.execute(
            select(webhook_deliveries.c.topic).where(_is(shop_id, webhook_id))
        ).first()
        is not None
    )


def _notice(services: Services, row: Row, domain: str) -> Notice:
    told: dict[str, Any] = {}
    if row.payload is not None:
        sealed = Vault(services.config.encryption_keys).open(
            row.payload, _about(row.shop_id, row.webhook_id)
        )
        told = msgspec.json.decode(sealed)
    at = row.triggered_at or row.received_at
    return Notice(
        row.shop_id, domain, row.webhook_id, row.topic, at, row.received_at, told
    )


def _finish(connection: Connection, claim: Claim, refused: str | None) -> None:
    done = update(webhook_deliveries).where(
        _is(claim.shop_id, claim.ref), webhook_deliveries.c.done_at.is_(None)
    )
    connection.execute(done.values(done_at=now_ms(), payload=None, refused=refused))
    job_queue.finish(connection, *claim.key)


def _replace(services: Services, row: Row, payload: bytes) -> None:
    same = and_(
        _is(row.shop_id, row.webhook_id), webhook_deliveries.c.payload.is_not(None)
    )
    services.db.write(
        lambda connection: connection.execute(
            update(webhook_deliveries).where(same).values(payload=payload)
        )
    )


def _about(shop_id: int, webhook_id: str) -> str:
    return f"deliveries.payload:{shop_id}:{webhook_id}"


def _is(shop_id: int, webhook_id: str):  # type: ignore[no-untyped-def]
    return (webhook_deliveries.c.shop_id == shop_id) & (
        webhook_deliveries.c.webhook_id == webhook_id
    )
