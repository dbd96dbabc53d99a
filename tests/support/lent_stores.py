"""Stores with empty tables, for tests without an app: made once a run, and empty again for whoever
comes next.
"""

import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from backend.config import database_address
from backend.store.database import Database
from backend.store.tables import metadata
from tests.support.stores import Store, StoreKind, Stores

FILE = "sqlite:///"
# Whoever has left a connection open is put out, and what is left is not waited for.
END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
PATIENCE = "-c lock_timeout=5000 -c statement_timeout=20000"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
RESTART = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""


class LentStores:
    """A file is copied for each test; a database of PostgreSQL, which is dear, is emptied."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._free: list[Store] = []

    def lend(self, kind: StoreKind) -> Iterator[str]:
        """The store's address, once; for `yield from` of a fixture."""
        if kind == "sqlite":
            url = self._stores.new(kind).database_url
            shutil.copyfile(self._file, url.removeprefix(FILE))
            yield url
            return

        store = self._free.pop() if self._free else self._new(kind)
        yield store.database_url
        if _empty(store.database_url):
            self._free.append(store)

    @cached_property
    def _file(self) -> Path:
        store = self._new("sqlite")
        return Path(store.database_url.removeprefix(FILE))

    def _new(self, kind: StoreKind) -> Store:
        store = self._stores.new(kind, redis=False)
        db = Database(database_address(store.database_url))
        metadata.create_all(db.engine)
        db.close()
        return store


def _empty(url: str) -> bool:
    """Whether it is as it was made; one that a test has built on is left to itself."""
    with psycopg.connect(url, autocommit=True, options=PATIENCE) as connection:
        connection.execute(END_OTHERS)
        tables = {name for (name,) in connection.execute(TABLES)}
        if tables != set(metadata.tables):
            return False

        filled = [name for (name,) in connection.execute(_which_have_rows())]
        if filled:
            names = sql.SQL(", ").join(map(sql.Identifier, filled))
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        connection.execute(RESTART)
    return True


def _which_have_rows() -> sql.Composed:
    """One statement for all tables: most tests write to few of them."""
    each = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    asked = [
        each.format(sql.Literal(name), sql.Identifier(name)) for name in metadata.tables
    ]
    return sql.SQL(" UNION ALL ").join(asked)
