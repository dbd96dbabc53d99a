"""HTTP to the programs that the tests have started: never through a proxy, never over TLS."""

from typing import Any

import httpx2


def loopback_client(**settings: Any) -> httpx2.Client:
    """A browser's connections of its own; `settings` are httpx2's."""
    # Reading the machine's certificates would cost as much as twenty requests.
    return httpx2.Client(trust_env=False, verify=False, **settings)


loopback = loopback_client(timeout=30)
