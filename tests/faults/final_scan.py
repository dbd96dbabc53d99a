"""Everything that is in the database after a run, read past the app."""

import hashlib
from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, create_engine, text

from backend.config import database_address

Row = dict[str, Any]
TABLES = ("conversations", "sessions", "messages", "turns", "jobs")


@dataclass
class Scan:
    """Rows as dictionaries; every conversation and message knows its shop's domain."""

    conversations: list[Row]
    sessions: list[Row]
    messages: list[Row]
    turns: list[Row]
    jobs: list[Row]

    def arranged(self) -> "Arranged":
        """Made anew for each question, because planted bugs change the rows."""
        found = Arranged(
            {
                bytes(row["session_hash"]): row["conversation_id"]
                for row in self.sessions
            }
        )
        for row in self.messages:
            found.messages[row["conversation_id"]].append(row)
        return found


@dataclass
class Arranged:
    """The same rows, to be found quickly."""

    by_session: dict[bytes, str]
    messages: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def conversation_of(self, session: str) -> str | None:
        return self.by_session.get(hashlib.sha256(session.encode()).digest())


OPEN = """
SELECT count(*) FROM turns JOIN shops ON shops.id = turns.shop_id
WHERE turns.status IN ('queued', 'running') AND shops.domain LIKE :shops
"""


def open_turns(database_url: str, shops: str = "%") -> int:
    """How many are queued or running now, in the shops whose domains are LIKE that."""
    engine = create_engine(database_address(database_url))
    with engine.connect() as connection:
        number: int = connection.execute(text(OPEN), {"shops": shops}).scalar_one()
    engine.dispose()
    return number


def scan(database_url: str, shops: str = "%") -> Scan:
    """One snapshot, ordered by conversation and place, of the shops whose domains are LIKE that."""
    engine = create_engine(database_address(database_url))
    which = {"shops": shops}
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT id, domain FROM shops WHERE domain LIKE :shops"), which
        )
        domains = {row.id: row.domain for row in found}
        rows = {table: _rows(connection, table, domains) for table in TABLES}
    engine.dispose()
    for row in (*rows["conversations"], *rows["messages"]):
        row["shop"] = domains[row["shop_id"]]
    rows["messages"].sort(key=lambda row: (row["conversation_id"], row["seq"]))
    return Scan(**rows)


def _rows(connection: Connection, table: str, shops: Container[int]) -> list[Row]:
    found = connection.execute(text(f"SELECT * FROM {table}")).mappings()
    return [dict(row) for row in found if row["shop_id"] in shops]
