"""The store without a web server: a real, empty database of each kind, and every
statement watched.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backend.config import Config, database_address
from backend.services import Services, build
from backend.store.database import Database
from backend.store.tables import metadata
from tests.store.statement_guard import guard
from tests.support.any_model import AnyModel
from tests.support.stores import Stores


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, stores: Stores) -> str:
    return stores.new(request.param, redis=False).database_url


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    db = Database(database_address(database_url))
    metadata.create_all(db.engine)
    guard(db.engines)
    yield db
    db.close()


@pytest.fixture
def services(db: Database, database_url: str) -> Iterator[Services]:
    """All that product functions need, in this process and without a model."""
    settings = {
        "DATABASE_URL": database_url,
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    services = replace(build(Config.from_env(settings)), ai=AnyModel())
    guard(services.db.engines)
    yield services
    services.db.close()
