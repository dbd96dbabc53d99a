"""Shopify's token endpoint: an id token becomes a pair of expiring offline tokens, a refresh token
the next pair; or an id token becomes an online token, which acts for one of the staff.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2
import msgspec

from backend.config import Config
from backend.errors import ShopifyRefused, ShopifyUnavailable
from backend.shopify import https

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"
# A merchant looks at an empty frame meanwhile, and the lease on a shop's tokens must outlast it.
PATIENCE = httpx2.Timeout(5, connect=3)


Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Grant:
    """A pair of tokens, and for how many seconds each may be used."""

    access_token: str = field(repr=False)
    access_seconds: int
    refresh_token: str = field(repr=False)
    refresh_seconds: int
    scopes: str


class _TokenResponse(msgspec.Struct):
    access_token: str
    expires_in: int
    refresh_token: str
    refresh_token_expires_in: int
    scope: str = ""


class _OnlineResponse(msgspec.Struct):
    access_token: str


def exchange(config: Config, shop: str, id_token: str) -> Grant:
    """The shop's offline tokens for an id token that was verified. Raises ShopifyRefused,
    ShopifyUnavailable.
    """
    request = {
        "grant_type": GRANT,
        "subject_token": id_token,
        "subject_token_type": ID_TOKEN,
        "requested_token_type": OFFLINE,
        # Without it Shopify gives a token for ever, which it stops accepting on 2027-01-01.
        "expiring": "1",
    }
    return _grant(_ask(config, shop, request))


def exchange_for_user(config: Config, shop: str, id_token: str) -> str:
    """An online token of whoever the id token is of: what is done with it is theirs, and may be
    what they may. Nobody keeps it. Raises ShopifyRefused, ShopifyUnavailable.
    """
    request = {
        "grant_type": GRANT,
        "subject_token": id_token,
        "subject_token_type": ID_TOKEN,
        "requested_token_type": ONLINE,
    }
    content = _ask(config, shop, request)
    return _decode(content, _OnlineResponse).access_token


def refresh(config: Config, shop: str, refresh_token: str) -> Grant:
    """The next pair. The refresh token stays usable until the new one is first used, so a lost
    answer is asked again.

    Raises ShopifyRefused, ShopifyUnavailable.
    """
    request = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _grant(_ask(config, shop, request))


def _ask(config: Config, shop: str, request: dict[str, str]) -> bytes:
    origin = config.shopify_origin.replace("{shop}", shop)
    address = f"{origin}/admin/oauth/access_token"
    headers = {"Accept": "application/json"}
    ours = {
        "client_id": config.shopify_api_key,
        "client_secret": config.shopify_api_secret,
    }

    try:
        with https.client(PATIENCE) as client:
            response = client.post(address, json=ours | request, headers=headers)
    except httpx2.TransportError as error:
        raise ShopifyUnavailable from error

    if response.status_code in (400, 401, 403):
        raise ShopifyRefused(_reason(response.content))
    if response.status_code != 200:
        raise ShopifyUnavailable
    return response.content


def _grant(content: bytes) -> Grant:
    response = _decode(content, _TokenResponse)
    return Grant(
        access_token=response.access_token,
        access_seconds=response.expires_in,
        refresh_token=response.refresh_token,
        refresh_seconds=response.refresh_token_expires_in,
        scopes=response.scope,
    )


def _decode(content: bytes, kind: type[Told]) -> Told:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise ShopifyUnavailable from error


def _reason(content: bytes) -> str:
    """Shopify's name for the mistake, such as `invalid_grant`; never its description, which may
    quote a token.
    """
    try:
        body: Any = msgspec.json.decode(content)
    except msgspec.MsgspecError:
        return ""

    name = body.get("error") if isinstance(body, dict) else None
    return name if isinstance(name, str) and len(name) <= 40 else ""
