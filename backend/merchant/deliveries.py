"""Webhooks: noted once each before they are answered, then done by a job, in whatever order they arrive."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, delete, select, update

from backend.clock import now_ms
from backend.errors import Unauthorized
from backend.logs import logger
from backend.merchant import privacy, uninstalls
from backend.merchant.notices import Notice
from backend.services import Services
from backend.shopify.signatures import Webhook
from backend.shops import departures
from backend.store import job_queue
from backend.store.database import insert_unless_there
from backend.store.encryption import Vault
from backend.store.job_queue import Claim
from backend.store.models import deliveries, shops

KIND = "webhook"
# The deliveries of shops that we do not know, or do not know any more.
NOBODYS = 0
# Shopify repeats one for four hours; much later its id need not be known.
KEEP_MS = 30 * 86_400_000
ALL_SHOPS = {"across_shops": "old deliveries of all shops go"}

# What is done with each; a number returned is how many seconds to come back after.
TOPICS: dict[str, Callable[[Services, Notice], int | None]] = {
    "app/uninstalled": uninstalls.uninstall,
    "app/scopes_update": uninstalls.update_scopes,
    "customers/data_request": privacy.note_request,
    "customers/redact": privacy.redact_customer,
    "shop/redact": privacy.redact_shop,
}
# What is kept of a body until its job is done; of the others nothing.
WANTED = {
    "app/scopes_update": ("current",),
    "customers/data_request": ("customer",),
    "customers/redact": ("customer",),
}


def receive(services: Services, webhook: Webhook) -> None:
    """Note it durably, once; this process then does the job at once. Other topics than ours are nobody's business.

    Raises Unauthorized when the body, which alone is signed, speaks of another shop than the header; NotSetUp when
    there is no key to keep a customer's name with, so that Shopify sends it again.
    """
    if webhook.topic not in TOPICS:
        return
    told = _told(webhook.body)
    if told.get("shop_domain", told.get("myshopify_domain", webhook.shop)) != webhook.shop:
        raise Unauthorized
    claim = services.db.write(lambda connection: _note(connection, services, webhook, told))
    if claim is not None:
        services.run_now(claim)


def do(services: Services, claim: Claim) -> None:
    """The job `webhook`. Doing it twice has the effect of once."""
    with services.db.reading() as connection:
        row = connection.execute(select(deliveries).where(_is(claim.shop_id, claim.ref))).one_or_none()
        domain = connection.execute(select(shops.c.domain).where(shops.c.id == claim.shop_id)).scalar_one_or_none()
    if row is not None and row.done_at is None:
        seconds = TOPICS[row.topic](services, _notice(services, row, domain or ""))
        if seconds:
            services.db.write(lambda connection: job_queue.put_off(connection, claim, seconds))
            return
        logger().info("webhook done", topic=row.topic)
    services.db.write(lambda connection: _finish(connection, claim))


def forget_old(services: Services) -> None:
    """Delete those that Shopify does not repeat any more."""
    old = delete(deliveries).where(deliveries.c.done_at.is_not(None), deliveries.c.received_at < now_ms() - KEEP_MS)
    services.db.write(lambda connection: connection.execute(old, execution_options=ALL_SHOPS))


def reseal(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many deliveries that were."""
    query = select(deliveries).where(deliveries.c.payload.is_not(None))
    with services.db.reading() as connection:
        rows = connection.execute(query, execution_options={"across_shops": "keys are every shop's"}).all()
    old = [row for row in rows if not vault.is_current(row.payload)]
    for row in old:
        about = _about(row.shop_id, row.webhook_id)
        _replace(services, row, vault.seal(vault.open(row.payload, about), about))
    return len(old)


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _note(connection: Connection, services: Services, webhook: Webhook, told: dict[str, Any]) -> Claim | None:
    """None for one that is known already."""
    shop_id = connection.execute(select(shops.c.id).where(shops.c.domain == webhook.shop)).scalar_one_or_none()
    if any(_is_known(connection, owner, webhook.id) for owner in {shop_id or NOBODYS, NOBODYS}):
        return None
    if shop_id is None and webhook.topic == "app/uninstalled":
        departures.note(connection, webhook.shop, webhook.triggered_at or now_ms())
    row = {"shop_id": shop_id or NOBODYS, "webhook_id": webhook.id, "topic": webhook.topic}
    row |= {"triggered_at": webhook.triggered_at, "received_at": now_ms()}
    if shop_id is not None and webhook.topic in WANTED:
        kept = msgspec.json.encode({name: told.get(name) for name in WANTED[webhook.topic]}).decode()
        row["payload"] = Vault(services.config.encryption_keys).seal(kept, _about(shop_id, webhook.id))
    insert_unless_there(connection, deliveries, row)
    lease = services.config.turn_lease_seconds
    return job_queue.hold(connection, shop_id or NOBODYS, KIND, webhook.id, services.me, lease)


def _is_known(connection: Connection, shop_id: int, webhook_id: str) -> bool:
    return connection.execute(select(deliveries.c.topic).where(_is(shop_id, webhook_id))).first() is not None


def _notice(services: Services, row: Row, domain: str) -> Notice:
    told: dict[str, Any] = {}
    if row.payload is not None:
        sealed = Vault(services.config.encryption_keys).open(row.payload, _about(row.shop_id, row.webhook_id))
        told = msgspec.json.decode(sealed)
    at = row.triggered_at or row.received_at
    return Notice(row.shop_id, domain, row.webhook_id, row.topic, at, told)


def _finish(connection: Connection, claim: Claim) -> None:
    done = update(deliveries).where(_is(claim.shop_id, claim.ref), deliveries.c.done_at.is_(None))
    connection.execute(done.values(done_at=now_ms(), payload=None))
    job_queue.finish(connection, *claim.key)


def _replace(services: Services, row: Row, payload: bytes) -> None:
    same = and_(_is(row.shop_id, row.webhook_id), deliveries.c.payload.is_not(None))
    services.db.write(lambda connection: connection.execute(update(deliveries).where(same).values(payload=payload)))


def _about(shop_id: int, webhook_id: str) -> str:
    return f"deliveries.payload:{shop_id}:{webhook_id}"


def _is(shop_id: int, webhook_id: str):  # type: ignore[no-untyped-def]
    return (deliveries.c.shop_id == shop_id) & (deliveries.c.webhook_id == webhook_id)
