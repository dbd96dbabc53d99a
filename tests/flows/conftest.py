"""Flows are tested where secrets can be kept, in a store with Mira's shop and Otto's."""

from collections.abc import Iterator

import pytest

from backend.config import database_address
from backend.services import Services
from backend.store.database import Database
from backend.store.tables import metadata
from tests.support.form_stories import with_key
from tests.support.order_goods import fill
from tests.support.stores import Stores
from tests.support.talks import add_shops


@pytest.fixture
def services(services: Services) -> Services:
    add_shops(services)
    return with_key(services)


@pytest.fixture(scope="session")
def goods(stores: Stores) -> Iterator[Database]:
    """What orders are read against, filled once: nobody changes it. That both stores find the same
    is told by the tests of the search and of the shelf.
    """
    db = Database(database_address(stores.new("sqlite", redis=False).database_url))
    metadata.create_all(db.engine)
    fill(db)
    yield db
    db.close()
