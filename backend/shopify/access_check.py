"""Whether a shop's Admin API still lets us in: Shopify's own word on whether it has the app."""

from typing import Any

import httpx2
import msgspec

from backend.config import Config
from backend.errors import ShopifyUnavailable
from backend.shopify import https
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
    origin = config.shopify_origin.replace("{shop}", shop)
    address = f"{admin_path(origin)}/graphql.json"
    headers = {"X-Shopify-Access-Token": access_token, "Accept": "application/json"}
    try:
        with https.client(PATIENCE) as client:
            response = client.post(address, json=QUESTION, headers=headers)
    except httpx2.TransportError as error:
        raise ShopifyUnavailable from error

    body = _read_object(response.content)
    errors = str(body.get("errors", ""))
    if response.status_code in (401, 403) and DEAD_TOKEN in errors:
        return False
    if response.status_code != 200 or not _names_shop(body):
        raise ShopifyUnavailable
    return True


def _read_object(content: bytes) -> dict[str, Any]:
    """Empty for what is no JSON object."""
    try:
        body = msgspec.json.decode(content)
    except msgspec.MsgspecError:
        return {}
    return body if isinstance(body, dict) else {}


def _names_shop(body: dict[str, Any]) -> bool:
    data = body.get("data")
    return isinstance(data, dict) and isinstance(data.get("shop"), dict)
