"""Who is asking, according to Shopify: the signatures of its app proxy and of its webhooks.

Our own lines and not a library's: the published ones refuse fewer repeated parameters and fail on a
signature outside ASCII. The rules are those of shopify.dev, "Authenticate app proxies".
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

from backend.errors import StaleSignature, Unauthorized, WebhookRefused
from backend.shopify.shop_domains import is_shop_domain
from backend.shopify.webhook_bodies import Body, read_webhook_body

# Shopify signs when it forwards, so a request this old was recorded and sent again.
MAX_AGE_SECONDS = 90
# Joined values sign like repeated ones, so of these there may be only one.
ONLY_ONCE = (
    b"shop",
    b"signature",
    b"timestamp",
    b"logged_in_customer_id",
    b"path_prefix",
)
# Pairs are signed without a separator. Shopify adds one of each of these, so whoever's bytes have a
# second one has moved the borders between names and values.
ADDED = (
    b"shop",
    b"timestamp",
    b"logged_in_customer_id",
    b"path_prefix",
)
# The pairs of the embedded page's address are signed with `&` between them, and its time is never
# the first.
OF_AN_ADDRESS = b"&timestamp="
WEBHOOK_ID = re.compile(r"[\x21-\x7e]{1,64}", re.ASCII)
# When a webhook can have been triggered: since Shopify has any, and not later than its clock may be
# ahead of ours.
FIRST_SECOND = 1_136_073_600
MOST_AHEAD_SECONDS = 600


@dataclass(frozen=True, slots=True)
class ProxyVisit:
    """What Shopify vouches for: the shop, the signed-in customer, the path the merchant chose, and
    when it signed.

    `signed_at` is milliseconds by Shopify's clock.
    """

    shop: str
    customer: str | None
    path_prefix: str
    signed_at: int


def verify_proxy(query: bytes, secrets: Sequence[str], now: float) -> ProxyVisit:
    """Read a raw query string. Accepts any of `secrets`, so that a key can be rotated; `now` is
    Unix seconds.

    Raises Unauthorized, or StaleSignature for a true signature that is too old.
    """
    values = _values(query)
    if any(len(values.get(name, ())) > 1 for name in ONLY_ONCE):
        raise Unauthorized
    signature, *_ = values.pop(b"signature", [b""])

    texts = _signed_texts(values)
    if not all(_is_unambiguous(text, values) for text in texts):
        raise Unauthorized

    is_signed = any(
        hmac.compare_digest(_digest(secret, text), signature)
        for secret in secrets
        for text in texts
    )
    if not is_signed:
        raise Unauthorized

    return _visit(values, now)


@dataclass(frozen=True, slots=True)
class Webhook:
    """What Shopify tells of a shop. `triggered_at` is milliseconds, None when it was not said."""

    topic: str
    shop: str
    id: str
    triggered_at: int | None
    payload: Body = field(repr=False)


def verify_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secrets: Sequence[str],
) -> Webhook:
    """Read a delivery by its raw bytes; accepts the header names with and without `X-`.

    Only the body is signed, so it has to be a webhook's, and has to agree with the headers. Raises
    Unauthorized, or WebhookRefused for what our key has signed and is none.
    """
    signatures = _header_values(headers, "Hmac-Sha256")
    is_signed = any(
        _is_sealed(body, secret, signature)
        for secret in secrets
        for signature in signatures
    )
    if not is_signed:
        raise Unauthorized

    topic = _header(headers, "Topic")
    shop = _header(headers, "Shop-Domain").lower()
    webhook_id = _header(headers, "Webhook-Id")
    if not is_shop_domain(shop):
        raise WebhookRefused("no_shop")

    # An id that does not fit is replaced by one that repeats come to as well.
    if not WEBHOOK_ID.fullmatch(webhook_id):
        webhook_id = sha256(body).hexdigest()
    triggered_at = _header(headers, "Triggered-At")

    return Webhook(
        topic=topic,
        shop=shop,
        id=webhook_id,
        triggered_at=_milliseconds(triggered_at, time.time()),
        payload=read_webhook_body(body, topic, shop),
    )


def has_signature(headers: Mapping[str, str]) -> bool:
    """Whether a delivery says that it is signed, so that it is worth reading."""
    signatures = _header_values(headers, "Hmac-Sha256")
    return bool(signatures)


def _header(headers: Mapping[str, str], name: str) -> str:
    """Its one value. Raises WebhookRefused where the two names of one header differ."""
    found = _header_values(headers, name)
    if len(found) > 1:
        raise WebhookRefused("two_headers")
    if not found:
        return ""
    return found.pop()


def _header_values(headers: Mapping[str, str], name: str) -> set[str]:
    found = {
        headers.get(f"X-Shopify-{name}", ""),
        headers.get(f"Shopify-{name}", ""),
    }
    return found - {""}


def _is_sealed(body: bytes, secret: str, signature: str) -> bool:
    digest = hmac.digest(secret.encode(), body, sha256)
    expected = b64encode(digest)
    return hmac.compare_digest(expected, signature.encode())


def _milliseconds(text: str, now: float) -> int | None:
    """None for what is no time, or none that could be: the header is not signed, and what it says
    is believed.
    """
    try:
        at = datetime.fromisoformat(text).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None

    latest = now + MOST_AHEAD_SECONDS
    if not FIRST_SECOND <= at <= latest:
        return None
    return int(at * 1000)


def _values(query: bytes) -> dict[bytes, list[bytes]]:
    values: dict[bytes, list[bytes]] = {}
    for pair in query.split(b"&"):
        if not pair:
            continue

        name, _, value = pair.partition(b"=")
        found = values.setdefault(_decoded(name), [])
        found.append(_decoded(value))
    return values


def _decoded(part: bytes) -> bytes:
    spaced = part.replace(b"+", b" ")
    return unquote_to_bytes(spaced)


def _signed_texts(values: dict[bytes, list[bytes]]) -> set[bytes]:
    """The bytes that Shopify may have signed for these parameters.

    Its documents sort the pairs, its libraries the names; which of them its signer does is not
    published.
    """
    pairs = {}
    for name, found in values.items():
        value = b",".join(found)
        pairs[name] = name + b"=" + value

    by_pair = sorted(pairs.values())
    by_name = [pairs[name] for name in sorted(pairs)]
    return {b"".join(by_pair), b"".join(by_name)}


def _is_unambiguous(text: bytes, values: dict[bytes, list[bytes]]) -> bool:
    """Whether Shopify's own pairs stand in it once, as these parameters, and it is of no other form
    that it signs.
    """
    if OF_AN_ADDRESS in text:
        return False

    for name in ADDED:
        expected = int(name in values)
        if text.count(name + b"=") != expected:
            return False
    return True


def _digest(secret: str, text: bytes) -> bytes:
    digest = hmac.new(secret.encode(), text, sha256)
    return digest.hexdigest().encode()


def _visit(values: dict[bytes, list[bytes]], now: float) -> ProxyVisit:
    shop = _first_text(values, b"shop")
    timestamp = _first_text(values, b"timestamp")
    customer = _first_text(values, b"logged_in_customer_id")
    prefix = _first_text(values, b"path_prefix")

    if not is_shop_domain(shop) or not _is_number(timestamp):
        raise Unauthorized
    if customer and not _is_number(customer):
        raise Unauthorized
    if abs(now - int(timestamp)) > MAX_AGE_SECONDS:
        raise StaleSignature

    return ProxyVisit(
        shop,
        customer=customer or None,
        path_prefix=prefix,
        signed_at=int(timestamp) * 1000,
    )


def _first_text(values: dict[bytes, list[bytes]], name: bytes) -> str:
    first, *_ = values.get(name, [b""])
    return first.decode("utf-8", "replace")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20
