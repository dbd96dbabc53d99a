"""The right to read one turn straight from our own origin, for two minutes, or the news of a
conversation, for ten: `<what it says>.<HMAC over it>`.

The first part is readable, because the browser learns from it where to ask. It holds nothing that
its shopper does not have already: the session stands there as a hash.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from backend.chat.sessions import Caller
from backend.config import Config
from backend.errors import Unauthorized

SECONDS = 120
NEWS_SECONDS = 600
# In the place of a turn: no turn has such an id.
NEWS = "news"
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
    config: Config, caller: Caller, session_hash: bytes, turn_id: str, now: float
) -> str:
    """For one turn, or in its place NEWS."""
    pass_ = DirectPass(
        at=f"{config.host}/stream/{turn_id}",
        shop=caller.shop.domain,
        session=session_hash.hex(),
        turn=turn_id,
        customer=caller.customer,
        host=caller.host,
        until=int(now) + (NEWS_SECONDS if turn_id == NEWS else SECONDS),
    )

    payload = _encode_bytes(msgspec.json.encode(pass_))
    return f"{payload}.{_sign_payload(config.shopify_secrets[0], payload)}"


def read_token(
    config: Config, authorization: str, turn_id: str, now: float
) -> DirectPass:
    """Raises Unauthorized for anything but a valid token of this very turn."""
    scheme, _, token = authorization.partition(" ")
    payload, _, signature = token.partition(".")
    if scheme.lower() != "bearer":
        raise Unauthorized
    if not _is_ours(config, payload, signature):
        raise Unauthorized

    padding = "=" * (-len(payload) % 4)
    found = _read(urlsafe_b64decode(payload + padding))
    if found.turn != turn_id or found.until < now:
        raise Unauthorized
    return found


def _is_ours(config: Config, payload: str, signature: str) -> bool:
    given = signature.encode()  # compare_digest refuses text outside ASCII
    return any(
        hmac.compare_digest(_sign_payload(secret, payload).encode(), given)
        for secret in config.shopify_secrets
    )


def _sign_payload(secret: str, payload: str) -> str:
    key = hmac.digest(secret.encode(), PURPOSE, sha256)
    digest = hmac.digest(key, payload.encode(), sha256)
    return _encode_bytes(digest)


def _encode_bytes(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
