"""A store as an earlier version left it, an hour ago: what is kept in tests/store/older_databases.

Its files were written by that version's own functions, and are never made anew.
"""

import gzip
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, MetaData, Table, create_engine, insert, select

from backend.config import database_address
from tests.support.processes import ROOT
from tests.support.stores import Store

KEPT = ROOT / "tests" / "store" / "older_databases"
MIGRATIONS = ROOT / "backend" / "store" / "migrations"
REVISION = "0002"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000

DATABASE = KEPT / "first-chats.db.gz"
EXPORT = KEPT / "first-chats-export.json"
FACTS: dict[str, Any] = json.loads((KEPT / "first-chats.json").read_text())


def fill(store: Store, folder: Path) -> None:
    """An empty store gets the older database, which the caller migrates."""
    if store.kind == "sqlite":
        write_file(Path(store.database_url.removeprefix("sqlite:///")))
        return

    write_file(folder / "older.db")
    _copy(folder / "older.db", store.database_url)


def write_file(path: Path) -> None:
    path.write_bytes(gzip.decompress(DATABASE.read_bytes()))

    database = sqlite3.connect(path)
    _bring_to_an_hour_ago(database)
    database.commit()
    database.close()


def _bring_to_an_hour_ago(database: sqlite3.Connection) -> None:
    """Otherwise the clocks of sessions would close and delete it all as time goes by."""
    now = round(time.time() * 1000)
    later = now - HOUR_MS - FACTS["made_at"]
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")

    for (table,) in tables.fetchall():
        for _, column, *_ in database.execute(f"PRAGMA table_info({table})").fetchall():
            if column in {"at", "until"} or column.endswith(("_at", "_until")):
                database.execute(
                    f"UPDATE {table} SET {column} = {column} + ? WHERE {column} > 0",
                    [later],
                )

    database.execute("UPDATE tallies SET day = ?", [now // DAY_MS])


def _copy(path: Path, database_url: str) -> None:
    """The tables as that version made them in PostgreSQL, with the rows of the file."""
    source = create_engine(f"sqlite:///{path}")
    target = create_engine(database_address(database_url))

    with source.connect() as reading, target.begin() as writing:
        _migrate(writing)
        for table in _tables_of(writing):
            rows = reading.execute(select(table)).mappings().all()
            if rows:
                writing.execute(insert(table), [dict(row) for row in rows])

    source.dispose()
    target.dispose()


def _migrate(connection: Connection) -> None:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    command.upgrade(settings, REVISION)


def _tables_of(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]
