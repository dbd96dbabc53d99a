"""What each webhook does when its job runs, and how one ends: done, refused, or to be looked at
again.
"""

from collections.abc import Callable

from backend.catalog import product_sync
from backend.clock import now_ms
from backend.errors import ShopifyUnavailable
from backend.logs import logger
from backend.metrics import WEBHOOKS_REFUSED
from backend.privacy import app_uninstalled, privacy_requests, redactions
from backend.services import Services
from backend.shops import installation, webhook_deliveries
from backend.shops.webhook_event import (
    Later,
    Outcome,
    Refusal,
    Refused,
    WebhookEvent,
)
from backend.store import job_queue
from backend.store.job_queue import Claim

# While Shopify cannot be asked: each time after as long as it has waited already, within these, and
# then no more.
LEAST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 5, 3_600
ASKED_FOR_MS = 7 * 86_400_000

TOPICS: dict[str, Callable[[Services, WebhookEvent], Outcome]] = {
    "app/uninstalled": app_uninstalled.uninstall,
    "app/scopes_update": installation.update_scopes,
    "customers/data_request": privacy_requests.note_request,
    "customers/redact": redactions.redact_customer,
    "shop/redact": redactions.redact_shop,
    **dict.fromkeys(webhook_deliveries.PRODUCT_TOPICS, product_sync.note_change),
}


def run_webhook(services: Services, claim: Claim) -> None:
    """The job `webhook`. Doing it twice has the effect of once."""
    event = webhook_deliveries.find_event(services, claim)
    outcome = None if event is None else _do(services, event)

    if isinstance(outcome, Later):
        services.db.write(job_queue.put_off, claim, outcome.seconds)
    elif isinstance(outcome, Refused):
        services.db.write(webhook_deliveries.finish, claim, outcome.because)
    else:
        services.db.write(webhook_deliveries.finish, claim, None)


def _do(services: Services, event: WebhookEvent) -> Outcome:
    try:
        outcome = TOPICS[event.topic](services, event)
    except ShopifyUnavailable:
        outcome = _ask_again(event)

    if isinstance(outcome, Refused):
        WEBHOOKS_REFUSED.labels(outcome.because).inc()
        logger().warning("webhook refused", topic=event.topic, because=outcome.because)
    elif outcome is None:
        logger().info("webhook done", topic=event.topic)
    return outcome


def _ask_again(event: WebhookEvent) -> Outcome:
    """Nothing is done without Shopify's word, and nothing forgotten: what waits in vain is shown to
    the operator.
    """
    waited_ms = now_ms() - event.received_at
    if waited_ms > ASKED_FOR_MS:
        return Refused(Refusal.UNCONFIRMED)

    logger().warning("a webhook waits for Shopify's word", topic=event.topic)
    pause = min(waited_ms // 1000, MOST_PAUSE_SECONDS)
    return Later(max(LEAST_PAUSE_SECONDS, pause))
