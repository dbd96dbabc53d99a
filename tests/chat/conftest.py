"""The chat is tested without a web server, and with a process that does its jobs."""

from collections.abc import Iterator

import pytest

from backend.chat.sessions import Caller
from backend.jobs.worker import Worker
from backend.services import Services
from backend.shops.directory import Directory
from tests.support.any_model import answer_with
from tests.support.talking import Hesitating, Moody


@pytest.fixture
def working(services: Services) -> Iterator[Services]:
    """The same, while a worker does what is due. The model answers at once, until a test has
    another.
    """
    answer_with(services, Moody())
    worker = Worker(services)
    worker.start()
    yield services
    worker.stop()


@pytest.fixture
def ben(services: Services) -> Caller:
    """A guest. Nothing runs his turns, so they stay as they were begun."""
    shop = Directory(services.db).open_shop("flux-test.myshopify.com")
    return Caller(shop, None, "shop.example", "203.0.113.7")


@pytest.fixture
def ana(working: Services) -> Caller:
    """A signed-in customer."""
    return Caller(
        Directory(working.db).open_shop("flux-test.myshopify.com"),
        "7001",
        "shop.example",
        "203.0.113.7",
    )


@pytest.fixture
def model(working: Services) -> Hesitating:
    """What the shop's model is from now on."""
    model = Hesitating()
    answer_with(working, model)
    return model
