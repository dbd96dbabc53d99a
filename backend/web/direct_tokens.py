"""The right to read one turn straight from our own origin, for two minutes: `<what it says>.<HMAC
over it>`.

The first part is readable, because the browser learns from it where to ask. It holds nothing that
its shopper does not have already: the session stands there as a hash.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from backend.config import Config
from backend.errors import Unauthorized

SECONDS = 120
PURPOSE = b"flux chat direct stream"


@dataclass(frozen=True, slots=True)
class DirectPass:
    """What a token vouches for."""

    at: str
    shop: str
    session: str
    turn: str
    customer: str | None
    host: str
    until: int


_read = msgspec.json.Decoder(DirectPass).decode


def mint_token(
    config: Config,
    shop: str,
    session_hash: bytes,
    turn_id: str,
    customer: str | None,
    host: str,
    now: float,
) -> str:
    says = DirectPass(
        at=f"{config.host}/stream/{turn_id}",
        shop=shop,
        session=session_hash.hex(),
        turn=turn_id,
        customer=customer,
        host=host,
        until=int(now) + SECONDS,
    )
    said = _encoded(msgspec.json.encode(says))
    return f"{said}.{_signature(config.shopify_secrets[0], said)}"


def read_token(
    config: Config, authorization: str, turn_id: str, now: float
) -> DirectPass:
    """Raises Unauthorized for anything but a valid token of this very turn."""
    scheme, _, token = authorization.partition(" ")
    said, _, signature = token.partition(".")
    if scheme.lower() != "bearer" or not _is_ours(config, said, signature):
        raise Unauthorized
    found = _read(urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    if found.turn != turn_id or found.until < now:
        raise Unauthorized
    return found


def _is_ours(config: Config, said: str, signature: str) -> bool:
    given = signature.encode()  # compare_digest refuses text outside ASCII
    return any(
        hmac.compare_digest(_signature(secret, said).encode(), given)
        for secret in config.shopify_secrets
    )


def _signature(secret: str, said: str) -> str:
    key = hmac.digest(secret.encode(), PURPOSE, sha256)
    return _encoded(hmac.digest(key, said.encode(), sha256))


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
