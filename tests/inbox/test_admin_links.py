"""Where staff who are told of a conversation find it."""

from backend.config import Config
from backend.inbox.admin_links import conversation_url
from backend.shops.directory import Shop
from backend.shops.settings import Settings


def test_a_conversation_has_an_address_in_shopifys_admin() -> None:
    config = Config(
        shopify_api_key="client-id", shopify_api_secret="x", host="https://app.example"
    )
    shop = Shop(1, "tide.myshopify.com", "", b"", 0, None, None, Settings())

    assert conversation_url(config, shop, "abc") == (
        "https://admin.shopify.com/store/tide/apps/client-id/admin/inbox/abc"
    )
