"""Who is asking, according to Shopify: the signatures of its app proxy and of its webhooks, checked first of all.

Our own lines and not a library's: the published ones refuse fewer repeated parameters and fail on a signature
outside ASCII. The rules are those of shopify.dev, "Authenticate app proxies"; the tests hold its digests.
"""

import hmac
import re
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import unquote_to_bytes

from backend.errors import StaleSignature, Unauthorized

# Shopify signs when it forwards, so a request this old was recorded and sent again.
MAX_AGE_SECONDS = 90
# Joined values sign like repeated ones, so of these there may be only one.
ONLY_ONCE = (b"shop", b"signature", b"timestamp", b"logged_in_customer_id", b"path_prefix")
MOST_ID_CHARACTERS = 64
# When a webhook can have been triggered: since Shopify has any, and not later than its clock may be ahead of ours.
FIRST_SECOND, MOST_AHEAD_SECONDS = 1_136_073_600, 600
MOST_DOMAIN_CHARACTERS = 255
SHOP_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProxyVisit:
    """What Shopify vouches for: the shop, the signed-in customer, and the path the merchant chose."""

    shop: str
    customer: str | None
    path_prefix: str


def verify_proxy(query: bytes, secrets: Sequence[str], now: float) -> ProxyVisit:
    """Read a raw query string. Accepts any of `secrets`, so that a key can be rotated; `now` is Unix seconds.

    Raises Unauthorized, or StaleSignature for a true signature that is too old.
    """
    values = _values(query)
    if any(len(values.get(name, ())) > 1 for name in ONLY_ONCE):
        raise Unauthorized
    signature = values.pop(b"signature", [b""])[0]
    if not any(_signs(secret, values, signature) for secret in secrets):
        raise Unauthorized
    return _visit(values, now)


@dataclass(frozen=True, slots=True)
class Webhook:
    """What Shopify tells of a shop. `triggered_at` is milliseconds, None when it was not said."""

    topic: str
    shop: str
    id: str
    triggered_at: int | None
    body: bytes = field(repr=False)


def verify_webhook(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> Webhook:
    """Read a delivery by its raw bytes; accepts the header names with and without `X-`. Raises Unauthorized."""
    signature = _header(headers, "Hmac-Sha256").encode()
    if not any(hmac.compare_digest(_sealed(secret, body), signature) for secret in secrets):
        raise Unauthorized
    shop = _header(headers, "Shop-Domain").lower()
    if not is_shop_domain(shop):
        raise Unauthorized
    named = _header(headers, "Webhook-Id")
    # Only the body is signed. An id that does not fit is replaced by one that repeats come to as well.
    fits = 0 < len(named) <= MOST_ID_CHARACTERS
    return Webhook(
        topic=_header(headers, "Topic"),
        shop=shop,
        id=named if fits else sha256(body).hexdigest(),
        triggered_at=_milliseconds(_header(headers, "Triggered-At"), time.time()),
        body=body,
    )


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(f"X-Shopify-{name}") or headers.get(f"Shopify-{name}") or ""


def _sealed(secret: str, body: bytes) -> bytes:
    return b64encode(hmac.digest(secret.encode(), body, sha256))


def _milliseconds(text: str, now: float) -> int | None:
    """None for what is no time, or none that could be: the header is not signed, and what it says is believed."""
    try:
        at = datetime.fromisoformat(text).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None
    return int(at * 1000) if FIRST_SECOND <= at <= now + MOST_AHEAD_SECONDS else None


def is_shop_domain(text: str) -> bool:
    """Only a permanent domain, lower case. `fullmatch`, because `$` would accept a newline after it."""
    return len(text) <= MOST_DOMAIN_CHARACTERS and SHOP_DOMAIN.fullmatch(text) is not None


def _values(query: bytes) -> dict[bytes, list[bytes]]:
    values: dict[bytes, list[bytes]] = {}
    for pair in query.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            values.setdefault(_decoded(name), []).append(_decoded(value))
    return values


def _decoded(part: bytes) -> bytes:
    return unquote_to_bytes(part.replace(b"+", b" "))


def _signs(secret: str, values: dict[bytes, list[bytes]], signature: bytes) -> bool:
    pairs = [name + b"=" + b",".join(found) for name, found in values.items()]
    by_pair = b"".join(sorted(pairs))
    # Shopify's documents sort the pairs, its libraries the names; which of them its signer does is not published.
    by_name = b"".join(pair for _, pair in sorted(zip(values, pairs, strict=True)))
    return any(hmac.compare_digest(_digest(secret, text), signature) for text in {by_pair, by_name})


def _digest(secret: str, text: bytes) -> bytes:
    return hmac.new(secret.encode(), text, sha256).hexdigest().encode()


def _visit(values: dict[bytes, list[bytes]], now: float) -> ProxyVisit:
    shop, timestamp, customer, prefix = (
        values.get(name, [b""])[0].decode("utf-8", "replace")
        for name in (b"shop", b"timestamp", b"logged_in_customer_id", b"path_prefix")
    )
    if not is_shop_domain(shop) or not _is_number(timestamp) or (customer and not _is_number(customer)):
        raise Unauthorized
    if abs(now - int(timestamp)) > MAX_AGE_SECONDS:
        raise StaleSignature
    return ProxyVisit(shop, customer or None, prefix)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20
