"""Shopify's token endpoint: an id token becomes a pair of expiring offline tokens, a refresh token
the next pair.
"""

from dataclasses import dataclass, field
from typing import Any

import httpx2
import msgspec

from backend.config import Config
from backend.errors import ShopifyRefused, ShopifyUnavailable

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
# A merchant looks at an empty frame meanwhile, and the lease on a shop's tokens must outlast it.
PATIENCE = httpx2.Timeout(5, connect=3)


@dataclass(frozen=True, slots=True)
class Grant:
    """A pair of tokens, and for how many seconds each may be used."""

    access_token: str = field(repr=False)
    access_seconds: int
    refresh_token: str = field(repr=False)
    refresh_seconds: int
    scopes: str


class _Answer(msgspec.Struct):
    access_token: str
    expires_in: int
    refresh_token: str
    refresh_token_expires_in: int
    scope: str = ""


def exchange(config: Config, shop: str, id_token: str) -> Grant:
    """The shop's offline tokens for an id token that was verified. Raises ShopifyRefused,
    ShopifyUnavailable.
    """
    asked = {
        "grant_type": GRANT,
        "subject_token": id_token,
        "subject_token_type": ID_TOKEN,
    }
    # Without `expiring` Shopify gives a token for ever, which it stops accepting on 2027-01-01.
    return _ask(
        config, shop, asked | {"requested_token_type": OFFLINE, "expiring": "1"}
    )


def refresh(config: Config, shop: str, refresh_token: str) -> Grant:
    """The next pair. The refresh token stays usable until the new one is first used, so a lost
    answer is asked again.

    Raises ShopifyRefused, ShopifyUnavailable.
    """
    return _ask(
        config, shop, {"grant_type": "refresh_token", "refresh_token": refresh_token}
    )


def _ask(config: Config, shop: str, asked: dict[str, str]) -> Grant:
    address = (
        f"{config.shopify_origin.replace('{shop}', shop)}/admin/oauth/access_token"
    )
    body = {
        "client_id": config.shopify_api_key,
        "client_secret": config.shopify_api_secret,
    } | asked
    try:
        with httpx2.Client(timeout=PATIENCE) as client:
            response = client.post(
                address, json=body, headers={"Accept": "application/json"}
            )
    except httpx2.TransportError as error:
        raise ShopifyUnavailable from error
    if response.status_code in (400, 401, 403):
        raise ShopifyRefused(_reason(response.content))
    if response.status_code != 200:
        raise ShopifyUnavailable
    return _grant(response.content)


def _grant(content: bytes) -> Grant:
    try:
        it = msgspec.json.decode(content, type=_Answer)
    except msgspec.MsgspecError as error:
        raise ShopifyUnavailable from error
    return Grant(
        it.access_token,
        it.expires_in,
        it.refresh_token,
        it.refresh_token_expires_in,
        it.scope,
    )


def _reason(content: bytes) -> str:
    """Shopify's name for the mistake, such as `invalid_grant`; never its description, which may
    quote a token.
    """
    try:
        told: Any = msgspec.json.decode(content)
    except msgspec.MsgspecError:
        return ""
    name = told.get("error") if isinstance(told, dict) else None
    return name if isinstance(name, str) and len(name) <= 40 else ""
