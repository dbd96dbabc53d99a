"""Who of a shop's staff is asking: the id token that App Bridge fetches for every request,
verified.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import jwt

from backend.errors import Unauthorized
from backend.shopify.shop_domains import is_shop_domain

# Shopify's clock and ours may differ by this much; both of its own libraries allow as much.
LEEWAY_SECONDS = 10
# Said once more although PyJWT would take it from `algorithms`: a token without a signature is no
# token.
ALGORITHMS = ("HS256",)
# Shopify's are numbers; of other characters those that can be kept and shown anywhere.
USER_ID = re.compile(r"[\x21-\x7e]{1,32}", re.ASCII)
REQUIRED = ("iss", "dest", "aud", "sub", "exp", "nbf", "iat")

# Three parts of this alphabet and nothing besides, whatever a decoder would skip: a signed query,
# whose bytes are in part its sender's choice, must never be read as a token. A signature of HS256
# has 43 characters.
TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}", re.ASCII)
MOST_CHARACTERS = 8_192


@dataclass(frozen=True, slots=True)
class IdToken:
    """A member of a shop's staff, as of `issued_at` (milliseconds). `text` is what a token exchange
    needs.
    """

    shop: str
    user_id: str
    issued_at: int
    text: str = field(repr=False)


def read_id_token(text: str, client_id: str, secrets: Sequence[str]) -> IdToken:
    """Accepts a signature by any of `secrets`, so that a key can be rotated. Raises
    Unauthorized.
    """
    if len(text) > MOST_CHARACTERS or TOKEN.fullmatch(text) is None:
        raise Unauthorized

    for secret in secrets:
        try:
            claims = jwt.decode(
                text,
                secret,
                algorithms=ALGORITHMS,
                audience=client_id,
                leeway=LEEWAY_SECONDS,
                options={"require": list(REQUIRED), "strict_aud": True},
            )
        except jwt.InvalidSignatureError:
            continue
        except (jwt.PyJWTError, ValueError) as error:
            raise Unauthorized from error
        return _read_claims(claims, text)

    raise Unauthorized


def _read_claims(claims: dict[str, object], text: str) -> IdToken:
    shop = _host(claims["dest"])
    if shop != _host(claims["iss"]) or not is_shop_domain(shop):
        raise Unauthorized

    user = claims["sub"]
    if not isinstance(user, str) or USER_ID.fullmatch(user) is None:
        raise Unauthorized

    # How late it may be, PyJWT has judged.
    issued_at = claims["iat"]
    if isinstance(issued_at, bool) or not isinstance(issued_at, int | float):
        raise Unauthorized
    if issued_at < 0:
        raise Unauthorized

    return IdToken(shop, user, int(issued_at * 1000), text)


def _host(address: object) -> str:
    """Of an https address without a port or a user; empty otherwise."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else None
    except ValueError:
        return ""
    return parts.netloc.lower() if parts and parts.scheme == "https" else ""
