"""Webhooks are signed so that others can check it, go to the address that was looked at, and follow
nobody.
"""

import hmac
import time
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from backend.errors import DeliveryDelayed, DeliveryRefused
from backend.outbound import webhook_client
from backend.outbound.webhook_addresses import WebhookAddress, read_address
from backend.outbound.webhook_client import send_webhook, sign

BODY = b'{"event":"test"}'


class Listener(ThreadingHTTPServer):
    """Somebody's program: what it answers, and what it has heard."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.status = 204
        self.heard: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def address(self) -> WebhookAddress:
        url = f"http://localhost:{self.server_address[1]}/hooks?a=b"
        return read_address(url, on_loopback=True)


class Hook(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        self.server.heard.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """The test says what is of interest."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    thread = Thread(target=listener.serve_forever, args=(0.01,))
    thread.start()
    yield listener
    listener.shutdown()
    thread.join()
    listener.server_close()


def test_a_webhook_arrives_with_its_headers(listener) -> None:
    send_webhook(listener.address, BODY, {"Flux-Chat-Signature": "x"}, True)

    ((path, headers, body),) = listener.heard
    assert (path, body) == ("/hooks?a=b", BODY)
    assert headers["Host"] == f"localhost:{listener.server_address[1]}"
    assert headers["Content-Type"] == "application/json"
    assert headers["Flux-Chat-Signature"] == "x"


def test_others_can_check_the_signature() -> None:
    now = int(time.time())
    header = sign("the secret", now, BODY)

    parts = dict(part.split("=", 1) for part in header.split(","))
    message = parts["t"].encode() + b"." + BODY
    expected = hmac.new(b"the secret", message, sha256).hexdigest()
    assert parts == {"t": str(now), "v1": expected}


@pytest.mark.parametrize("status", [301, 302, 307, 308, 410])
def test_what_leads_elsewhere_or_is_gone_is_over(listener, status: int) -> None:
    listener.status = status

    with pytest.raises(DeliveryRefused):
        send_webhook(listener.address, BODY, {}, True)
    assert len(listener.heard) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_what_is_not_taken_now_may_be_later(listener, status: int) -> None:
    listener.status = status

    with pytest.raises(DeliveryDelayed) as delayed:
        send_webhook(listener.address, BODY, {}, True)
    assert not isinstance(delayed.value, DeliveryRefused)
    assert delayed.value.because == f"answered_{status}"


def test_nothing_is_sent_inside_when_the_app_is_public(listener) -> None:
    with pytest.raises(DeliveryRefused):
        send_webhook(listener.address, BODY, {}, on_loopback=False)

    assert listener.heard == []


def test_the_number_that_was_looked_at_is_the_one_that_is_called(
    listener, monkeypatch
) -> None:
    """The name would lead nowhere."""
    port = listener.server_address[1]
    address = WebhookAddress("http", "shop.example", port, "/hooks")
    monkeypatch.setattr(webhook_client, "resolve", lambda *_: "127.0.0.1")

    send_webhook(address, BODY, {}, on_loopback=False)

    assert listener.heard[0][1]["Host"] == f"shop.example:{port}"


def test_what_is_too_long_is_not_sent(listener) -> None:
    with pytest.raises(DeliveryRefused):
        send_webhook(listener.address, b"x" * 16_385, {}, True)

    assert listener.heard == []
