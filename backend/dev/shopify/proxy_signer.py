"""Signs forwarded requests as Shopify's app proxy does. Written from the published recipe, not from
our verifier.
"""

import hashlib
import hmac
from urllib.parse import unquote_to_bytes


def signature(query: str, secret: str) -> str:
    """Of a raw query without `signature`: values as they were meant, those of one name joined by
    commas.
    """
    values: dict[bytes, bytes] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = (
            unquote_to_bytes(part.replace("+", " ")) for part in pair.partition("=")
        )
        values[name] = values[name] + b"," + value if name in values else value
    signed = b"".join(sorted(name + b"=" + value for name, value in values.items()))
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
