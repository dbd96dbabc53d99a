"""The sample storefront in front of an app that echoes."""

from collections.abc import Iterator

import pytest

from tests.dev.echo_app import EchoApp
from tests.support.machine import free_port
from tests.support.processes import Program
from tests.support.storefronts import Storefront
from tests.support.waiting import answers

SIGNING_SECRET = "the secret that the echo's storefront signs with"


@pytest.fixture(scope="session")
def echo_storefront(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Storefront, EchoApp]]:
    app, port = EchoApp(), free_port()
    log = tmp_path_factory.mktemp("echo") / "storefront.log"
    program = Program.module(
        "backend.dev.shopify.fake_shopify",
        log,
        port=port,
        app=app.base,
        secret=SIGNING_SECRET,
    )
    program.wait_ready(lambda: answers(f"http://127.0.0.1:{port}/"))
    yield Storefront(f"http://127.0.0.1:{port}"), app
    program.stop()
    app.close()


@pytest.fixture
def echo(echo_storefront: tuple[Storefront, EchoApp]) -> EchoApp:
    _, app = echo_storefront
    app.received.clear()
    app.go_on.clear()
    return app


@pytest.fixture
def road(echo_storefront: tuple[Storefront, EchoApp]) -> Storefront:
    """A storefront whose proxy streams until it is told otherwise."""
    storefront, _ = echo_storefront
    storefront.forgets()
    return storefront
