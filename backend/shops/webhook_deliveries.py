"""Webhooks as they were delivered: noted once each before they are answered, then done by a job, in
whatever order they arrive. What each topic does, the jobs know.
"""

from dataclasses import dataclass, field
from typing import Any, Self

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    select,
    true,
    update,
)

from backend.clock import now_ms
from backend.services import Services
from backend.shopify.signatures import Webhook
from backend.shops import directory
from backend.shops.uninstalls import Uninstall
from backend.shops.webhook_event import Refusal, WebhookEvent
from backend.store import job_queue
from backend.store.database import insert_unless_there
from backend.store.encryption import Vault
from backend.store.job_queue import Claim, Lease
from backend.store.tables import webhook_deliveries

KIND = "webhook"
# The deliveries of shops that we do not know, or do not know any more.
NOBODYS = 0
# Shopify repeats one for four hours; much later its id need not be known.
KEEP_MS = 30 * 86_400_000
# Of products there may be thousands a day, and nothing of them is of use to anybody afterwards.
KEEP_PRODUCTS_MS = 86_400_000
ALL_SHOPS = {"across_shops": "old deliveries of all shops go"}
FOR_OPERATORS = {"across_shops": "operators see what was refused to any shop"}
ALL_KEYS = {"across_shops": "keys are every shop's"}

UNINSTALLED = "app/uninstalled"
PRODUCT_TOPICS = ("products/create", "products/update", "products/delete")
# The topics that are ours, and what is kept of a body until its job is done.
KEPT_FIELDS: dict[str, tuple[str, ...]] = {
    UNINSTALLED: (),
    "app/scopes_update": ("current",),
    "customers/data_request": ("customer",),
    "customers/redact": ("customer",),
    "shop/redact": (),
    **dict.fromkeys(PRODUCT_TOPICS, ("id",)),
}


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """`payload` is encrypted, and gone when it is done. `refused` is why it was not done."""

    shop_id: int
    webhook_id: str
    topic: str
    payload: bytes | None = field(repr=False)
    triggered_at: int | None
    received_at: int
    done_at: int | None
    refused: Refusal | None

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            shop_id=row.shop_id,
            webhook_id=row.webhook_id,
            topic=row.topic,
            payload=row.payload,
            triggered_at=row.triggered_at,
            received_at=row.received_at,
            done_at=row.done_at,
            refused=None if row.refused is None else Refusal(row.refused),
        )


@dataclass(frozen=True, slots=True)
class RefusedWebhook:
    """What operators see of a delivery that was refused."""

    domain: str
    webhook_id: str
    topic: str
    received_at: int
    refused: Refusal

    @classmethod
    def from_row(cls, row: Row, domain: str) -> Self:
        return cls(
            domain=domain,
            webhook_id=row.webhook_id,
            topic=row.topic,
            received_at=row.received_at,
            refused=Refusal(row.refused),
        )


def receive(services: Services, webhook: Webhook) -> None:
    """Note it durably, once; this process then does the job at once. Other topics than ours are
    nobody's business.

    Raises NotSetUp when there is no key to keep a customer's name with, so that Shopify sends it
    again.
    """
    if webhook.topic not in KEPT_FIELDS:
        return
    claim = services.db.write(_note, services, webhook)
    if claim is not None:
        services.process.run_now(claim)


def _note(connection: Connection, services: Services, webhook: Webhook) -> Claim | None:
    """None for one that is known already."""
    known_shop = directory.find_shop_id(connection, webhook.shop)
    shop_id = known_shop or NOBODYS
    if _is_known(connection, shop_id, webhook.id):
        return None

    now = now_ms()
    triggered_at = webhook.triggered_at
    if triggered_at is not None:
        # Nobody has signed the header that says when: a time to come would keep the shop out until
        # then.
        triggered_at = min(triggered_at, now)
    if known_shop is None and webhook.topic == UNINSTALLED:
        directory.close_shop(connection, webhook.shop, Uninstall(triggered_at or now))

    row = {
        "shop_id": shop_id,
        "webhook_id": webhook.id,
        "topic": webhook.topic,
        "triggered_at": triggered_at,
        "received_at": now,
    }
    if known_shop is not None and KEPT_FIELDS[webhook.topic]:
        row["payload"] = _seal_payload(services, known_shop, webhook)
    insert_unless_there(connection, webhook_deliveries, row)

    lease = Lease(services.process.me, services.config.turn_lease_seconds)
    return job_queue.hold(connection, shop_id, KIND, webhook.id, lease)


def _is_known(connection: Connection, shop_id: int, webhook_id: str) -> bool:
    """Also as nobody's, which those of an erased shop have become."""
    return (
        _find(connection, shop_id, webhook_id) is not None
        or _find(connection, NOBODYS, webhook_id) is not None
    )


def _seal_payload(services: Services, shop_id: int, webhook: Webhook) -> bytes:
    kept = {name: webhook.payload.get(name) for name in KEPT_FIELDS[webhook.topic]}
    text = msgspec.json.encode(kept).decode()

    vault = Vault(services.config.encryption_keys)
    return vault.seal(text, _about(shop_id, webhook.id))


def find_event(services: Services, claim: Claim) -> WebhookEvent | None:
    """What the claimed job is about; None when it is done already."""
    with services.db.reading() as connection:
        delivery = _find(connection, claim.shop_id, claim.ref)
        domain = directory.find_domain(connection, claim.shop_id)
    if delivery is None or delivery.done_at is not None:
        return None

    return WebhookEvent(
        shop_id=delivery.shop_id,
        domain=domain or "",
        webhook_id=delivery.webhook_id,
        topic=delivery.topic,
        triggered_at=delivery.triggered_at or delivery.received_at,
        received_at=delivery.received_at,
        payload=_open_payload(services, delivery),
    )


def _open_payload(services: Services, delivery: WebhookDelivery) -> dict[str, Any]:
    if delivery.payload is None:
        return {}
    vault = Vault(services.config.encryption_keys)
    about = _about(delivery.shop_id, delivery.webhook_id)
    payload: dict[str, Any] = msgspec.json.decode(vault.open(delivery.payload, about))
    return payload


def finish(connection: Connection, claim: Claim, refused: Refusal | None) -> None:
    """It is done, or refused for good; its job goes."""
    undone = and_(_is(claim.shop_id, claim.ref), webhook_deliveries.c.done_at.is_(None))
    connection.execute(
        update(webhook_deliveries)
        .where(undone)
        .values(done_at=now_ms(), payload=None, refused=refused)
    )
    job_queue.finish(connection, *claim.key)


def list_refused(services: Services) -> list[RefusedWebhook]:
    """What was not done in shops that are known, the latest last."""
    query = (
        select(webhook_deliveries)
        .where(webhook_deliveries.c.refused.is_not(None))
        .order_by(webhook_deliveries.c.received_at)
    )
    refused = []
    with services.db.reading() as connection:
        rows = connection.execute(query, execution_options=FOR_OPERATORS).all()
        for row in rows:
            domain = directory.find_domain(connection, row.shop_id)
            if domain is not None:
                refused.append(RefusedWebhook.from_row(row, domain))

    return refused


def do_again(services: Services, shop_id: int, webhook_id: str) -> bool:
    """Look once more at one that was refused; Shopify is asked again. False when there is none."""
    return services.db.write(_reopen, shop_id, webhook_id)


def _reopen(connection: Connection, shop_id: int, webhook_id: str) -> bool:
    refused = and_(_is(shop_id, webhook_id), webhook_deliveries.c.refused.is_not(None))
    values = {"refused": None, "done_at": None, "received_at": now_ms()}
    reopened = connection.execute(
        update(webhook_deliveries).where(refused).values(values)
    )
    if reopened.rowcount == 0:
        return False

    job_queue.add_ready(connection, shop_id, KIND, webhook_id)
    return True


def was_told_of_uninstall(connection: Connection, shop_id: int) -> bool:
    """Whether an uninstall of the shop was delivered and done."""
    query = select(webhook_deliveries.c.webhook_id).where(
        webhook_deliveries.c.shop_id == shop_id,
        webhook_deliveries.c.topic == UNINSTALLED,
        webhook_deliveries.c.done_at.is_not(None),
        webhook_deliveries.c.refused.is_(None),
    )
    return connection.execute(query).first() is not None


def retire_shop(connection: Connection, shop_id: int, webhook_id: str) -> None:
    """The shop is erased. Of its deliveries only this one is kept, as nobody's, so that its
    repetitions are still known.
    """
    connection.execute(
        update(webhook_deliveries)
        .where(_is(shop_id, webhook_id))
        .values(shop_id=NOBODYS, payload=None, done_at=now_ms())
    )

    if shop_id != NOBODYS:
        of_shop = webhook_deliveries.c.shop_id == shop_id
        connection.execute(delete(webhook_deliveries).where(of_shop))


def forget_old(services: Services) -> None:
    """Delete those that Shopify does not repeat any more."""
    now = now_ms()
    services.db.write(_delete_done_before, now - KEEP_MS, true())

    of_products = webhook_deliveries.c.topic.in_(PRODUCT_TOPICS)
    services.db.write(_delete_done_before, now - KEEP_PRODUCTS_MS, of_products)


def _delete_done_before(
    connection: Connection, before: int, which: ColumnElement[bool]
) -> None:
    old = and_(
        webhook_deliveries.c.done_at.is_not(None),
        webhook_deliveries.c.received_at < before,
        which,
    )
    connection.execute(
        delete(webhook_deliveries).where(old), execution_options=ALL_SHOPS
    )


def reencrypt(services: Services, vault: Vault) -> int:
    """Encrypt with the newest key what an older one has. Returns how many deliveries that were."""
    query = select(webhook_deliveries).where(webhook_deliveries.c.payload.is_not(None))
    with services.db.reading() as connection:
        rows = connection.execute(query, execution_options=ALL_KEYS)
        deliveries = [WebhookDelivery.from_row(row) for row in rows]

    reencrypted = 0
    for delivery in deliveries:
        if delivery.payload is not None and not vault.is_current(delivery.payload):
            about = _about(delivery.shop_id, delivery.webhook_id)
            payload = vault.reencrypt(delivery.payload, about)
            services.db.write(_replace_payload, delivery, payload)
            reencrypted += 1
    return reencrypted


def _replace_payload(
    connection: Connection, delivery: WebhookDelivery, payload: bytes
) -> None:
    """Unless it was done meanwhile."""
    same = and_(
        _is(delivery.shop_id, delivery.webhook_id),
        webhook_deliveries.c.payload.is_not(None),
    )
    connection.execute(update(webhook_deliveries).where(same).values(payload=payload))


def _find(
    connection: Connection, shop_id: int, webhook_id: str
) -> WebhookDelivery | None:
    query = select(webhook_deliveries).where(_is(shop_id, webhook_id))
    row = connection.execute(query).one_or_none()
    return None if row is None else WebhookDelivery.from_row(row)


def _about(shop_id: int, webhook_id: str) -> str:
    # What is stored is bound to this, so it keeps the name that the table once had.
    return f"deliveries.payload:{shop_id}:{webhook_id}"


def _is(shop_id: int, webhook_id: str) -> ColumnElement[bool]:
    return and_(
        webhook_deliveries.c.shop_id == shop_id,
        webhook_deliveries.c.webhook_id == webhook_id,
    )
