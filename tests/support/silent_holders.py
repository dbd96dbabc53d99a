"""Whoever has written in a transaction and does not go on, and those who wait behind it."""

import pytest
from sqlalchemy import Connection, Executable, exc, text

from backend.errors import StoreUnavailable
from backend.store.database import Database
from tests.support.waiting import wait_until


def loses_its_lock(silent: Connection, db: Database, change: Executable) -> None:
    """In the end somebody else gets through with `change`, and the silent connection is gone."""

    def gets_through() -> bool:
        try:
            db.write(Connection.execute, change)
        except StoreUnavailable:
            return False
        return True

    wait_until(gets_through, "somebody else gets the lock")
    with pytest.raises(exc.DBAPIError):
        silent.execute(text("SELECT 1"))
    silent.invalidate()
