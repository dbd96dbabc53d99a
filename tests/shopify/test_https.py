"""The way to Shopify trusts whom the machine trusts, and nobody else."""

import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx2
import pytest

from backend.shopify import https
from tests.support.certificates import write_certificate

PATIENCE = httpx2.Timeout(5)
ENOUGH = 20


class Pretender(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


@pytest.fixture
def pretender(tmp_path: Path) -> Iterator[str]:
    """A server whose certificate nobody has signed."""
    certificate, key = tmp_path / "own.crt", tmp_path / "own.key"
    write_certificate(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), Pretender)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_certificate_that_nobody_signed_is_refused(pretender: str) -> None:
    with (
        https.client(PATIENCE) as client,
        pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        client.get(pretender)


def test_the_machines_certificates_are_read_once() -> None:
    https.client(PATIENCE).close()

    began = time.process_time()
    for _ in range(ENOUGH):
        https.client(PATIENCE).close()
    known = time.process_time() - began

    began = time.process_time()
    httpx2.Client(timeout=PATIENCE).close()
    assert known < time.process_time() - began
