"""What Shopify signs for an app: id tokens and webhooks.

Written from the published recipes, not from our verifier.
"""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Claims = dict[str, Any]
ID_TOKEN_SECONDS = 60


class BadIdToken(ValueError):
    """The sentence says what is wrong with it."""


@dataclass(frozen=True)
class SentWebhook:
    topic: str
    shop: str
    triggered_at: str
    webhook_id: str
    version: str = "2026-10"


def id_token(
    secret: str,
    client_id: str,
    shop: str,
    user: str = "42",
    age: int = 0,
    **changed: Any,
) -> str:
    """The JWT that says who is looking at the app, `age` seconds old.

    `changed` replaces claims and the header's `alg`; None removes a claim.
    """
    algorithm = changed.pop("alg", "HS256")
    now = int(time.time()) - age
    claims: Claims = {
        "iss": f"https://{shop}/admin",
        "dest": f"https://{shop}",
        "aud": client_id,
        "sub": user,
        "exp": now + ID_TOKEN_SECONDS,
        "nbf": now,
        "iat": now,
        "jti": str(uuid.uuid4()),
        "sid": hashlib.sha256(f"{shop} {user}".encode()).hexdigest(),
        "sig": hashlib.sha256(f"{shop} {now}".encode()).hexdigest(),
    }
    claims |= changed
    kept = {name: value for name, value in claims.items() if value is not None}

    header = {"alg": algorithm, "typ": "JWT"}
    signed = f"{_pack_json(header)}.{_pack_json(kept)}"
    signature = _hmac_digest(secret, signed.encode()) if algorithm == "HS256" else b""
    return f"{signed}.{_pack_bytes(signature)}"


def read_id_token(token: str, secret: str, client_id: str) -> Claims:
    """The claims, as Shopify's token endpoint reads them. Raises BadIdToken."""
    signed, _, signature = token.rpartition(".")
    right = _pack_bytes(_hmac_digest(secret, signed.encode()))
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise BadIdToken("The token is not signed with the app's secret.")

    _, _, payload = signed.partition(".")
    claims: Claims = json.loads(_unpack_text(payload))
    if claims["aud"] != client_id:
        raise BadIdToken("The token is for another app.")
    if claims["exp"] < time.time():
        raise BadIdToken("The token has expired.")

    return claims


def webhook_headers(secret: str, sent: SentWebhook, body: bytes) -> Mapping[str, str]:
    """As every delivery carries them; the digest covers the body's bytes."""
    digest = base64.b64encode(_hmac_digest(secret, body)).decode()

    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": sent.topic,
        "X-Shopify-Hmac-Sha256": digest,
        "X-Shopify-Shop-Domain": sent.shop,
        "X-Shopify-API-Version": sent.version,
        "X-Shopify-Webhook-Id": sent.webhook_id,
        "X-Shopify-Event-Id": str(uuid.uuid4()),
        "X-Shopify-Triggered-At": sent.triggered_at,
    }


def _hmac_digest(secret: str, content: bytes) -> bytes:
    return hmac.new(secret.encode(), content, hashlib.sha256).digest()


def _pack_json(value: Mapping[str, Any]) -> str:
    text = json.dumps(value, separators=(",", ":"))
    return _pack_bytes(text.encode())


def _pack_bytes(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _unpack_text(text: str) -> bytes:
    padding = "=" * (-len(text) % 4)
    return base64.urlsafe_b64decode(text + padding)
