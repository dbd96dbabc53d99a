"""Settings and tokens are kept in a store as the tests of the store have it."""

from tests.store.conftest import database_url, db, services

__all__ = ["database_url", "db", "services"]
