"""How the process reaches Redis: how long it waits, and what certificate it trusts."""

from typing import Any

import redis

# A Redis that takes longer than this is as good as down. A blocking read lasts two seconds, so its
# answer must be allowed a little more.
REDIS_SECONDS = 2.5
REFUSED = (redis.AuthenticationError, redis.exceptions.NoPermissionError)


def connect(url: str, ca_file: str = "", verify: bool = True) -> redis.Redis:
    """Nothing is asked yet. `ca_file` and `verify` matter to rediss:// alone.

    Without `verify` the line is encrypted, and whoever stands on it can still pretend to be Redis.
    """
    tls: dict[str, Any] = {}
    if url.startswith("rediss://"):
        if ca_file:
            tls["ssl_ca_certs"] = ca_file
        if not verify:
            tls["ssl_cert_reqs"] = "none"

    return redis.Redis.from_url(
        url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=1, **tls
    )


def fault(client: redis.Redis) -> str:
    """What keeps Redis from answering, in words that hold no address; empty when it answers."""
    try:
        client.ping()
    except redis.RedisError as error:
        return reason(error)
    return ""


def reason(error: redis.RedisError) -> str:
    """What the error means to an operator, without its text, which may hold an address."""
    if "certificate" in str(error).lower():
        return "its certificate is not trusted"
    if isinstance(error, REFUSED):
        return "it refuses the password"
    return "it does not answer"
