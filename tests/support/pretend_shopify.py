"""The test's hand on the sample's Shopify: its Admin API, how that fails, and the webhooks that it
sends.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backend.config import Config
from backend.dev.shopify.pretend_tokens import SentWebhook, webhook_headers
from backend.dev.shopify.sample_webhooks import PAYLOADS, subscriptions
from backend.dev.storefront.sample_shop import DOMAIN as SHOP
from tests.support.loopback import loopback
from tests.support.people import Answer
from tests.support.running_app import CLIENT_ID, SECRET

__all__ = ["SHOP", "AdminApi", "config_at", "config_for", "send_webhook"]


class AdminApi:
    """Speaks to a running `python -m backend.dev.shopify.fake_shopify`."""

    def __init__(self, base: str) -> None:
        self.base = base

    @property
    def settings(self) -> dict[str, str]:
        """What an app must be told to find it."""
        return {
            "SHOPIFY_ORIGIN": f"{self.base}/stores/{{shop}}",
            "SHOPIFY_ADMIN_ORIGIN": self.base,
            "SHOPIFY_CDN": self.base,
        }

    def begins(self, **how: Any) -> None:
        """`installed` and `embed` of the sample shop, `staleIdTokens`, `tokenSeconds`; without
        faults.
        """
        loopback.post(f"{self.base}/sample/admin", json=how).raise_for_status()

    def fails(
        self, answer: str, call: str = "any", times: int = 1, shop: str = ""
    ) -> None:
        """The next calls: lost, invalid_grant, busy, down, throttled, frozen, locked, forbidden or
        stranger.

        `call` is exchange, refresh, graphql, a field that graphql is asked for such as
        draftOrderCreate, upload, admin (graphql and upload), file, ucp or any. Other apps of the
        run may be asking for their own shops meanwhile, so name yours.
        """
        fault = {"answer": answer, "call": call, "times": times, "shop": shop}
        self.begins(faults=[fault])

    def fails_after(self, good: int, answer: str, call: str, shop: str) -> None:
        """As `fails`, once, when so many such calls have gone well."""
        fault = {"answer": answer, "call": call, "shop": shop, "after": good}
        self.begins(faults=[fault])

    def fails_in_turn(self, answers: list[str], call: str, shop: str) -> None:
        """One answer for each such call from now on, "" for one that goes well; then all do."""
        faults = []
        good = 0
        for answer in answers:
            if answer:
                fault = {"answer": answer, "call": call, "shop": shop, "after": good}
                faults.append(fault)
            else:
                good += 1
        self.begins(faults=faults)

    def uninstalls(self, shop: str) -> None:
        """The merchant removes the app; its tokens are dead from now on."""
        self.begins(shop=shop, installed=False)

    def installs(self, shop: str) -> None:
        """The merchant installs the app again. Nobody has opened it yet."""
        self.begins(shop=shop, installed=True)

    def told(self) -> dict[str, Any]:
        """`installed`, `embed`, `calls` (each with shop, call, fault) and `webhooks`."""
        told: dict[str, Any] = (
            loopback.get(f"{self.base}/sample/admin").raise_for_status().json()
        )
        return told

    def calls(self, shop: str) -> list[str]:
        """What the app has asked for that shop so far: exchange, refresh, graphql, ucp."""
        return [call["call"] for call in self.told()["calls"] if call["shop"] == shop]

    def asked_fields(self, shop: str) -> list[str]:
        """What the Admin API was asked for that shop, such as draftOrderCreate and draftOrders;
        `upload` where a file was sent to Shopify's storage.
        """
        calls = [call for call in self.told()["calls"] if call["shop"] == shop]
        return [call["operation"] for call in calls if call["operation"]]


@dataclass(frozen=True)
class Delivery:
    """How one webhook is sent, where it matters to a test."""

    customer: int = 7001
    webhook_id: str = ""
    triggered_at: str = ""
    secret: str = SECRET
    body: bytes | None = None


def send_webhook(app: str, topic: str, shop: str, **how: Any) -> Answer:
    """One delivery, straight to the app; `how` are fields of a Delivery."""
    sent = Delivery(**how)
    body = sent.body
    if body is None:
        body = json.dumps(PAYLOADS[topic](shop, sent.customer)).encode()

    webhook = SentWebhook(
        topic,
        shop,
        triggered_at=sent.triggered_at or datetime.now(UTC).isoformat(),
        webhook_id=sent.webhook_id or str(uuid.uuid4()),
    )
    response = loopback.post(
        f"{app}{subscriptions()[topic]}",
        content=body,
        headers=dict(webhook_headers(sent.secret, webhook, body)),
    )
    return Answer(response.status_code, response.headers, response.content)


def config_for(settings: dict[str, str]) -> Config:
    """What asking Shopify needs, and no more."""
    needed = {
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
        "HOST": "http://127.0.0.1:8000",
    }
    return Config.from_env(needed | settings)


def config_at(base: str) -> Config:
    return config_for({"SHOPIFY_ORIGIN": f"{base}/stores/{{shop}}"})
