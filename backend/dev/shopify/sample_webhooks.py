"""Webhooks that Shopify sends to the app, on time or as they go wrong, and what it answered."""

import json
import time
import tomllib
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from backend.dev.shopify.pretend_tokens import SentWebhook, webhook_headers
from backend.dev.shopify.sample_records import sample_deletion, sample_payload
from backend.dev.storefront.sample_shop import CUSTOMERS, DOMAIN, NAME

Body = dict[str, Any]
APP_FILE = Path(__file__).resolve().parents[3] / "shopify.app.toml"
SHOP_ID = 70001
# Shopify gives up on an answer after this.
PATIENCE_SECONDS = 5
LATE = timedelta(hours=1)
TIMES_DOUBLED = 5
FORGED = "not the app's secret"
HOWS = ("on time", "late", "doubled", "forged")
MOST_KEPT = 200


@dataclass(frozen=True)
class Delivery:
    """`status` is 0 when nobody answered."""

    topic: str
    how: str
    webhook_id: str
    status: int
    ms: int
    at: float


@dataclass
class Webhooks:
    """The app's subscriptions, and the deliveries so far, newest first."""

    app: str
    secret: str
    kept: deque[Delivery] = field(default_factory=partial(deque, maxlen=MOST_KEPT))

    def __post_init__(self) -> None:
        self._client = httpx2.Client(timeout=PATIENCE_SECONDS, trust_env=False)

    def deliver(
        self, topic: str, how: str = "on time", customer: int = 7001, shop: str = DOMAIN
    ) -> list[Delivery]:
        """Nothing when the app has not subscribed to the topic."""
        if topic not in subscriptions():
            return []

        triggered = datetime.now(UTC)
        if how == "late":
            triggered -= LATE
        webhook_id = str(uuid.uuid4())
        sent = SentWebhook(topic, shop, triggered.isoformat(), webhook_id)
        payload = PAYLOADS[topic](shop, customer)
        body = json.dumps(payload).encode()

        times = TIMES_DOUBLED if how == "doubled" else 1
        return [self._send_once(sent, how, body) for _ in range(times)]

    def tell_scopes(self, shop: str, current: list[str]) -> Delivery:
        """What the app has been granted has changed."""
        triggered = datetime.now(UTC)
        sent = SentWebhook(
            "app/scopes_update",
            shop,
            triggered.isoformat(),
            str(uuid.uuid4()),
        )

        payload = _scopes_update(shop, 0) | {"current": current}
        body = json.dumps(payload).encode()
        return self._send_once(sent, "on time", body)

    def _send_once(self, sent: SentWebhook, how: str, body: bytes) -> Delivery:
        address = f"{self.app}{subscriptions()[sent.topic]}"
        secret = FORGED if how == "forged" else self.secret
        headers = dict(webhook_headers(secret, sent, body))

        began = time.perf_counter()
        try:
            status = self._client.post(
                address, content=body, headers=headers
            ).status_code
        except httpx2.TransportError:
            status = 0
        ms = round((time.perf_counter() - began) * 1000)

        delivery = Delivery(
            sent.topic, how, sent.webhook_id, status, ms, at=time.time()
        )
        self.kept.appendleft(delivery)
        return delivery


def subscriptions() -> dict[str, str]:
    """Topic → path, as the app's own file declares them."""
    declared = _app_settings()["webhooks"]["subscriptions"]

    found: dict[str, str] = {}
    for each in declared:
        for kind in ("topics", "compliance_topics"):
            found |= dict.fromkeys(each.get(kind, []), each["uri"])
    return found


def declared_scopes() -> str:
    return str(_app_settings()["access_scopes"]["scopes"])


def optional_scopes() -> list[str]:
    """Those that the merchant may be asked for later."""
    return list(_app_settings()["access_scopes"]["optional_scopes"])


def _app_settings() -> Body:
    return tomllib.loads(APP_FILE.read_text("utf-8"))


def _shop_fields(shop: str) -> Body:
    return {"shop_id": SHOP_ID, "shop_domain": shop}


def _customer_fields(customer: int) -> Body:
    name = CUSTOMERS.get(customer, "guest").lower()
    return {"id": customer, "email": f"{name}@example.com", "phone": "+49 30 901820"}


def _uninstalled(shop: str, _: int) -> Body:
    return {
        "id": SHOP_ID,
        "name": NAME,
        "email": f"owner@{shop}",
        "domain": shop,
        "myshopify_domain": shop,
    }


def _scopes_update(shop: str, _: int) -> Body:
    scopes = declared_scopes().split(",")
    updated = datetime.now(UTC).isoformat()

    return {
        "id": 1,
        "previous": scopes,
        "current": scopes,
        "updated_at": updated,
        "shop_id": SHOP_ID,
    }


def _data_request(shop: str, customer: int) -> Body:
    request = {"orders_requested": [], "data_request": {"id": 9999}}
    return _shop_fields(shop) | {"customer": _customer_fields(customer)} | request


def _customer_redact(shop: str, customer: int) -> Body:
    return _shop_fields(shop) | {
        "customer": _customer_fields(customer),
        "orders_to_redact": [],
    }


def _shop_redact(shop: str, _: int) -> Body:
    return _shop_fields(shop)


Payload = Callable[[str, int], Body]
PAYLOADS: dict[str, Payload] = {
    "app/uninstalled": _uninstalled,
    "app/scopes_update": _scopes_update,
    "customers/data_request": _data_request,
    "customers/redact": _customer_redact,
    "shop/redact": _shop_redact,
    "products/create": sample_payload,
    "products/update": sample_payload,
    "products/delete": sample_deletion,
}
