"""Addresses of our pages inside Shopify's admin, for whoever reads of a conversation elsewhere."""

from backend.config import Config
from backend.shops.directory import Shop


def conversation_url(config: Config, shop: Shop, conversation_id: str) -> str:
    """Shopify opens the app there, and the app the conversation."""
    handle, _, _ = shop.domain.partition(".")
    app = f"{config.shopify_admin_origin}/store/{handle}/apps/{config.shopify_api_key}"
    return f"{app}/admin/inbox/{conversation_id}"
