"""The way to Shopify: over HTTPS, with the certificates that this machine trusts."""

import ssl
from functools import cache

import httpx2


def client(patience: httpx2.Timeout) -> httpx2.Client:
    """For one conversation with Shopify; the caller closes it."""
    return httpx2.Client(timeout=patience, verify=_trusted())


@cache
def _trusted() -> ssl.SSLContext:
    """Read once: it takes as long as a whole reply's turn, and no stream moves meanwhile."""
    return httpx2.create_ssl_context()
