"""What Shopify tells us: verified, noted, answered. The work is a job's."""

from flask import Blueprint

from backend.shopify.signatures import Webhook
from backend.shops import webhook_deliveries
from backend.web.guards import services, webhook_only

webhooks = Blueprint("webhooks", __name__)


@webhooks.post("/app")
@webhooks.post("/privacy")
@webhooks.post("/products")
@webhook_only
def receive_webhook(webhook: Webhook) -> str:
    webhook_deliveries.receive(services(), webhook)
    return ""
