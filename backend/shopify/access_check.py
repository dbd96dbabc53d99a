"""Whether a shop's Admin API still lets us in: Shopify's own word on whether it has the app."""

from typing import Any

import httpx2
import msgspec

from backend.config import Config
from backend.errors import ShopifyUnavailable
from backend.shopify.api_version import admin_path

QUESTION = {"query": "{ shop { id } }"}
PATIENCE = httpx2.Timeout(5, connect=3)
# Shopify's words for a token that it does not know, or not any more; others answer 401 and 403 as
# well.
DEAD_TOKEN = "Invalid API key or access token"


def accepts(config: Config, shop: str, access_token: str) -> bool:
    """Whether the token is good, so that the app is in the shop; False in Shopify's own words
    alone.

    Raises ShopifyUnavailable for any other answer: frozen, locked, throttled, not from Shopify, or
    none at all.
    """
    address = (
        f"{admin_path(config.shopify_origin.replace('{shop}', shop))}/graphql.json"
    )
    headers = {"X-Shopify-Access-Token": access_token, "Accept": "application/json"}
    try:
        with httpx2.Client(timeout=PATIENCE) as client:
            response = client.post(address, json=QUESTION, headers=headers)
    except httpx2.TransportError as error:
        raise ShopifyUnavailable from error

    told = _told(response.content)
    if response.status_code in (401, 403) and DEAD_TOKEN in str(told.get("errors", "")):
        return False
    if response.status_code != 200 or not _names_shop(told):
        raise ShopifyUnavailable
    return True


def _told(content: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(content)
    except msgspec.MsgspecError:
        return {}
    return told if isinstance(told, dict) else {}


def _names_shop(told: dict[str, Any]) -> bool:
    data = told.get("data")
    return isinstance(data, dict) and isinstance(data.get("shop"), dict)
