"""What Shopify tells us: verified, noted, answered. The work is a job's."""

from flask import Blueprint

from backend.merchant import deliveries
from backend.shopify.signatures import Webhook
from backend.web.guards import services, webhook_only

webhooks = Blueprint("webhooks", __name__)


@webhooks.post("/app")
@webhooks.post("/privacy")
@webhook_only
def receive(webhook: Webhook) -> str:
    deliveries.receive(services(), webhook)
    return ""
