"""Shopify's app proxy: takes `/apps/flux-chat/…` to the app, signed, and brings the answer back as
it is told to.
"""

import errno
import socket
import struct
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, NoReturn
from urllib.parse import quote, urlencode

import gevent
import httpx2
from flask import Blueprint, Response, current_app, request

from backend.dev.shopify.proxy_signer import signature
from backend.dev.storefront.sample_shop import DOMAIN
from backend.dev.storefront.sample_visitor import read_visitor

PREFIX = "/apps/flux-chat"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
MOST_CALLS = 10_000
# The published list, and what belongs to one connection only.
NOT_BROUGHT_BACK = {
    "accept-patch",
    "accept-ranges",
    "connection",
    "cookie",
    "date",
    "delta-base",
    "im",
    "p3p",
    "pragma",
    "preference-applied",
    "proxy-authenticate",
    "public-key-pins",
    "server",
    "service-worker-allowed",
    "set-cookie",
    "trailer",
    "tk",
    "warning",
    "x-powered-by",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
}
NOT_TAKEN_ALONG = {
    "cookie",
    "host",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "content-length",
    "x-forwarded-for",
}
LINGER_FOR_NOTHING = struct.pack("ii", 1, 0)
# Where the server puts the browser's socket, so that it can be cut.
BROWSER = "sample.socket"
HTML = "text/html; charset=utf-8"
GATEWAY_PAGE = (
    "<!doctype html><title>{0}</title><h1>{0}</h1><p>The application did not answer as it"
    " should.</p>"
)
CAPTIVE_PAGE = (
    "<!doctype html><title>Welcome</title><h1>Free Wi-Fi</h1><p>Please accept the terms to go"
    " on.</p>"
)

app_proxy = Blueprint("app_proxy", __name__)


@dataclass(frozen=True)
class ProxyMode:
    """How calls travel from now on. `ms` is how long buffer waits and how late delay is; `at` is
    where drop cuts.
    """

    mode: Literal["stream", "buffer", "drop", "delay", "html"] = "stream"
    ms: int = 0
    at: Literal["request", "answer", "body"] = "body"


@dataclass
class AppProxy:
    """The road between the storefront and the app."""

    app: str
    secret: str
    how: ProxyMode = ProxyMode()
    calls: deque[dict[str, Any]] = field(
        default_factory=partial(deque, maxlen=MOST_CALLS)
    )

    def __post_init__(self) -> None:
        limits = httpx2.Limits(max_connections=None)
        self.client = httpx2.Client(
            limits=limits, timeout=httpx2.Timeout(None, connect=5), trust_env=False
        )


@app_proxy.route(
    PREFIX, methods=METHODS, defaults={"path": ""}, provide_automatic_options=False
)
@app_proxy.route(
    f"{PREFIX}/<path:path>", methods=METHODS, provide_automatic_options=False
)
def forward(path: str) -> Response:
    proxy, how = road(), road().how
    browser: socket.socket = request.environ[BROWSER]
    if not current_app.extensions["accounts"].forwards(DOMAIN):
        return _gateway_page(404, "Not found")

    if how.mode == "html":
        return Response(CAPTIVE_PAGE, content_type=HTML)
    if how.mode == "drop" and how.at == "request":
        return Response(no_answer(browser))
    if how.mode == "delay":
        gevent.sleep(how.ms / 1000)

    call = {"method": request.method, "path": request.path}
    proxy.calls.append({**call, "at": time.time(), "mode": how.mode})

    try:
        with _limit_patience(how.ms if how.mode == "buffer" else 0):
            answer = proxy.client.send(_sign_request(proxy, path), stream=True)
            return _bring_back(answer, how, browser)
    except gevent.Timeout:
        return _gateway_page(522, "Connection timed out")
    except httpx2.TransportError:
        return _gateway_page(502, "Bad gateway")


def road() -> AppProxy:
    """The storefront's own."""
    proxy = current_app.extensions["app_proxy"]
    assert isinstance(proxy, AppProxy)
    return proxy


def _sign_request(proxy: AppProxy, path: str) -> httpx2.Request:
    added = {
        "shop": DOMAIN,
        "logged_in_customer_id": read_visitor().customer or "",
        "path_prefix": PREFIX,
        "timestamp": int(time.time()),
    }
    query = urlencode(added)
    if request.query_string:
        query = f"{request.query_string.decode('latin-1')}&{query}"
    query += f"&signature={signature(query, proxy.secret)}"

    headers = [
        (name, value)
        for name, value in request.headers
        if name.lower() not in NOT_TAKEN_ALONG
    ]
    hops = [*request.headers.getlist("X-Forwarded-For"), request.remote_addr or ""]
    headers += [
        ("X-Forwarded-For", ", ".join(hops)),
        ("X-Forwarded-Host", request.host),
    ]

    slash = "/" if path else ""
    address = f"{proxy.app}/proxy{slash}{quote(path)}?{query}"
    return proxy.client.build_request(
        request.method, address, headers=headers, content=request.get_data()
    )


def _bring_back(
    answer: httpx2.Response, how: ProxyMode, browser: socket.socket
) -> Response:
    headers = [
        (name, value)
        for name, value in answer.headers.multi_items()
        if name not in NOT_BROUGHT_BACK
    ]

    body = _as_it_comes(answer, browser)
    if how.mode == "buffer":
        return Response(b"".join(body), answer.status_code, headers)

    if how.mode == "drop" and how.at == "answer":
        answer.close()
        body = no_answer(browser)
    elif how.mode == "drop":
        body = _broken_off(answer, body, browser)

    return Response(body, answer.status_code, headers)


def _as_it_comes(answer: httpx2.Response, browser: socket.socket) -> Iterator[bytes]:
    try:
        yield from answer.iter_raw()
    except httpx2.TransportError:
        # The app died in the middle of a word; a proper end would hide that.
        _cut(browser)
    finally:
        answer.close()


def no_answer(browser: socket.socket) -> Iterator[bytes]:
    """Not even headers."""
    _cut(browser)
    yield b""


def _broken_off(
    answer: httpx2.Response, body: Iterator[bytes], browser: socket.socket
) -> Iterator[bytes]:
    """Headers and half of what comes first."""
    first = next(body, b"")
    yield first[: len(first) // 2] or b" "
    answer.close()
    _cut(browser)


def _cut(browser: socket.socket) -> NoReturn:
    """Makes the server close the browser's connection, which then is an RST."""
    browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_FOR_NOTHING)
    raise BrokenPipeError(errno.EPIPE, "cut on purpose")


@contextmanager
def _limit_patience(ms: int) -> Iterator[None]:
    """Raises gevent.Timeout when the time is over; 0 is for ever."""
    with gevent.Timeout(ms / 1000 if ms else None):
        yield


def _gateway_page(status: int, reason: str) -> Response:
    return Response(
        GATEWAY_PAGE.format(f"{status} {reason}"), status, content_type=HTML
    )
