"""The sample's Shopify as one server: every side of it is there, and a taken port is told."""

import socket
import subprocess
import sys

import pytest

from backend.dev.shopify.fake_shopify import create_storefront
from tests.support.processes import ROOT


@pytest.mark.parametrize(
    "path, status",
    [
        ("/", 200),
        ("/de/cart", 200),
        ("/cart.js", 200),
        ("/sample/state", 200),
        ("/sample/admin", 200),
        ("/sample/page", 200),
        ("/graph/v23.0/me", 400),
        ("/stores/tide.myshopify.com/admin/oauth/access_token", 405),
        ("/nothing", 404),
    ],
)
def test_every_side_is_there(path: str, status: int) -> None:
    shopify = create_storefront("http://127.0.0.1:9", "secret")

    assert shopify.test_client().get(path).status_code == status


def test_a_port_that_somebody_has_is_told_without_a_traceback() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = f"-m backend.dev.shopify.fake_shopify --port {port} --secret secret"
        done = subprocess.run(
            [sys.executable, *command.split(), "--app", "http://127.0.0.1:9"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )

    assert done.returncode == 1
    assert f"The storefront cannot listen on port {port}:" in done.stderr
    assert "Traceback" not in done.stderr
