"""Signs forwarded requests as Shopify's app proxy does. Written from the published recipe, not from
our verifier.
"""

import hashlib
import hmac
from urllib.parse import unquote_to_bytes


def signature(query: str, secret: str) -> str:
    """Of a raw query without `signature`: unquoted, the values of one name joined by commas."""
    values: dict[bytes, list[bytes]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        same = values.setdefault(_unquote_plus(name), [])
        same.append(_unquote_plus(value))

    pairs = []
    for name_bytes, found in values.items():
        value_bytes = b",".join(found)
        pairs.append(name_bytes + b"=" + value_bytes)

    signed = b"".join(sorted(pairs))
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _unquote_plus(text: str) -> bytes:
    return unquote_to_bytes(text.replace("+", " "))
