"""The way to Shopify: over HTTPS, with the certificates that this machine trusts."""

import ssl
import time
from functools import cache
from http.cookiejar import DefaultCookiePolicy

import httpx2

from backend.errors import ShopifyUnavailable


class BodyTooLong(Exception):
    """More than anybody here reads."""


def client(patience: httpx2.Timeout) -> httpx2.Client:
    """For one conversation with Shopify; the caller closes it."""
    return httpx2.Client(timeout=patience, verify=_trusted())


def lasting_client(patience: httpx2.Timeout) -> httpx2.Client:
    """For a process's whole life and all shops: without their cookies, which mean nothing to us."""
    lasting = client(patience)
    nobody = DefaultCookiePolicy(allowed_domains=())
    lasting.cookies.jar.set_policy(nobody)
    return lasting


def read_body(response: httpx2.Response, most_bytes: int, ends_at: float) -> bytes:
    """As it comes, until `ends_at` by `time.monotonic`. Raises BodyTooLong, and ShopifyUnavailable
    when it takes longer.
    """
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > most_bytes:
            raise BodyTooLong
        if time.monotonic() > ends_at:
            raise ShopifyUnavailable
    return bytes(body)


@cache
def _trusted() -> ssl.SSLContext:
    """Read once: it takes as long as a whole reply's turn, and no stream moves meanwhile."""
    return httpx2.create_ssl_context()
