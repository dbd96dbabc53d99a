"""What a merchant does to a product: the Admin API answers accordingly from then on, and the app is
told by a webhook, if it has subscribed.
"""

import json
import time
import tomllib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx2

from backend.dev.shopify.admin_stores import AdminStore
from backend.dev.shopify.pretend_tokens import SentWebhook, webhook_headers
from backend.dev.shopify.sample_records import (
    build_payload,
    format_now,
    make_gid,
)
from backend.dev.shopify.sample_webhooks import (
    APP_FILE,
    PATIENCE_SECONDS,
    Delivery,
    Webhooks,
)

Record = dict[str, Any]
CREATED, UPDATED, DELETED = "products/create", "products/update", "products/delete"

_numbers = count(9_900_001)


class UnknownProduct(KeyError):
    """By the number that nobody has."""


@dataclass(frozen=True)
class Subscription:
    """Where a topic's webhooks go, and what of a body is sent: all of it where nothing is named."""

    path: str
    fields: tuple[str, ...] = ()


def read_subscriptions() -> dict[str, Subscription]:
    """By topic, as the app's own file declares them."""
    declared = tomllib.loads(APP_FILE.read_text("utf-8"))

    found: dict[str, Subscription] = {}
    for each in declared["webhooks"]["subscriptions"]:
        fields = each.get("include_fields", ())
        subscription = Subscription(each["uri"], tuple(fields))
        topics = each.get("topics", ())
        found |= dict.fromkeys(topics, subscription)
    return found


class ProductChanges:
    """Of one shop. `subscribed` is what the app wants to be told."""

    def __init__(
        self,
        store: AdminStore,
        webhooks: Webhooks,
        subscribed: Mapping[str, Subscription],
    ) -> None:
        self._store = store
        self._webhooks = webhooks
        self._subscribed = subscribed

    def create(self, fields: Record) -> list[Delivery]:
        """A new product, like the first one but for `fields`; it gets a number of its own."""
        number = next(_numbers)
        products = self._store.products.values()
        like = next(iter(products))

        own = {
            "id": make_gid("Product", number),
            "variants": _renumber(like["variants"], number),
        }
        product = self._keep(like | own | fields)
        return self._tell(CREATED, build_payload(product))

    def update(self, number: int, fields: Record) -> list[Delivery]:
        """Raises UnknownProduct."""
        known = self._get(number)
        product = self._keep(known | fields)
        return self._tell(UPDATED, build_payload(product))

    def unpublish(self, number: int) -> list[Delivery]:
        """It is still there, and no shopper sees it. Raises UnknownProduct."""
        hidden = {"publishedAt": None, "onlineStoreUrl": None}
        return self.update(number, hidden)

    def delete(self, number: int) -> list[Delivery]:
        """Raises UnknownProduct."""
        product = self._get(number)
        del self._store.products[product["id"]]
        return self._tell(DELETED, {"id": number})

    def _get(self, number: int) -> Record:
        gid = make_gid("Product", number)
        product = self._store.products.get(gid)
        if product is None:
            raise UnknownProduct(number)
        return product

    def _keep(self, product: Record) -> Record:
        touched = product | {"updatedAt": format_now()}
        gid = touched["id"]
        self._store.products[gid] = touched
        return touched

    def _tell(self, topic: str, payload: Record) -> list[Delivery]:
        subscription = self._subscribed.get(topic)
        if subscription is None:
            return []

        sent = SentWebhook(
            topic,
            self._store.shop,
            triggered_at=datetime.now(UTC).isoformat(),
            webhook_id=str(uuid.uuid4()),
        )
        wanted = _choose_fields(payload, subscription)
        body = json.dumps(wanted).encode()
        delivery = self._send(sent, subscription.path, body)
        return [delivery]

    def _send(
        self,
        sent: SentWebhook,
        path: str,
        body: bytes,
    ) -> Delivery:
        address = f"{self._webhooks.app}{path}"
        headers = webhook_headers(self._webhooks.secret, sent, body)

        began = time.perf_counter()
        status = _post(address, headers, body)
        seconds = time.perf_counter() - began

        delivery = Delivery(
            topic=sent.topic,
            how="on time",
            webhook_id=sent.webhook_id,
            status=status,
            ms=round(seconds * 1000),
            at=time.time(),
        )
        self._webhooks.kept.appendleft(delivery)
        return delivery


def _renumber(variants: Iterable[Record], number: int) -> list[Record]:
    return [
        variant | {"id": make_gid("ProductVariant", f"{number}{position:02}")}
        for position, variant in enumerate(variants, start=1)
    ]


def _choose_fields(payload: Record, subscription: Subscription) -> Record:
    wanted = subscription.fields or payload.keys()
    return {name: value for name, value in payload.items() if name in wanted}


def _post(address: str, headers: Mapping[str, str], body: bytes) -> int:
    """The status; 0 when nobody answered."""
    client = httpx2.Client(timeout=PATIENCE_SECONDS, trust_env=False)
    try:
        with client:
            answer = client.post(address, content=body, headers=dict(headers))
    except httpx2.TransportError:
        return 0
    return answer.status_code
