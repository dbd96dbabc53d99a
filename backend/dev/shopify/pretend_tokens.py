"""What Shopify signs for an app: id tokens and webhooks. Written from the published recipes, not
from our verifier.
"""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

ID_TOKEN_SECONDS = 60


class BadIdToken(ValueError):
    """The sentence says what is wrong with it."""


def id_token(
    secret: str,
    client_id: str,
    shop: str,
    user: str = "42",
    age: int = 0,
    alg: str = "HS256",
    **changed: Any,
) -> str:
    """The JWT that says who is looking at the app, `age` seconds old. `changed` replaces claims,
    None removes one.
    """
    now = int(time.time()) - age
    claims = {
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
    } | changed
    told = {name: value for name, value in claims.items() if value is not None}
    signed = f"{_packed_json({'alg': alg, 'typ': 'JWT'})}.{_packed_json(told)}"
    return f"{signed}.{_packed(_digest(secret, signed.encode()) if alg == 'HS256' else b'')}"


def read_id_token(token: str, secret: str, client_id: str) -> dict[str, Any]:
    """The claims, as Shopify's token endpoint reads them. Raises BadIdToken."""
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(
        _packed(_digest(secret, signed.encode())).encode(), signature.encode()
    ):
        raise BadIdToken("The token is not signed with the app's secret.")
    claims: dict[str, Any] = json.loads(_unpacked(signed.partition(".")[2]))
    if claims["aud"] != client_id:
        raise BadIdToken("The token is for another app.")
    if claims["exp"] < time.time():
        raise BadIdToken("The token has expired.")
    return claims


def webhook_headers(
    secret: str,
    topic: str,
    shop: str,
    body: bytes,
    triggered_at: str,
    webhook_id: str,
    version: str = "2026-10",
) -> Mapping[str, str]:
    """As every delivery carries them; the digest covers the body's bytes."""
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": base64.b64encode(_digest(secret, body)).decode(),
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-API-Version": version,
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Event-Id": str(uuid.uuid4()),
        "X-Shopify-Triggered-At": triggered_at,
    }


def _digest(secret: str, content: bytes) -> bytes:
    return hmac.new(secret.encode(), content, hashlib.sha256).digest()


def _packed_json(value: Mapping[str, Any]) -> str:
    return _packed(json.dumps(value, separators=(",", ":")).encode())


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
