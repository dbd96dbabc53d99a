"""An empty store is migrated once a run, as an operator does it; every further one is a copy of
that.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg

from tests.support.stores import Store

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


def migrate(store: Store, run: Callable[[], object]) -> None:
    """`run` is the command; a store that has something in it already gets it as well."""
    if store.kind == "sqlite":
        _migrate_file(Path(store.database_url.removeprefix("sqlite:///")), run)
    else:
        server, _, name = store.database_url.rpartition("/")
        _migrate_database(server, name, run)


def _migrate_file(database: Path, run: Callable[[], object]) -> None:
    template = database.with_name("migrated.db")
    if not database.exists() and template.exists():
        shutil.copyfile(template, database)
        return
    is_fresh = not database.exists()
    run()
    # With a log beside it the file alone is not everything.
    if is_fresh and not database.with_name(f"{database.name}-wal").exists():
        shutil.copyfile(database, template)


def _migrate_database(server: str, name: str, run: Callable[[], object]) -> None:
    with psycopg.connect(f"{server}/{name}") as connection:
        is_fresh = connection.execute(TABLES).fetchone() == (0,)
    if not is_fresh:
        run()
        return
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = 'migrated'"
        ).fetchone():
            connection.execute(f"DROP DATABASE {name}")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
            return
        run()
        connection.execute(f"CREATE DATABASE migrated TEMPLATE {name}")
