"""Everything that is in the database after a run, read past the app."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine, text

from backend.config import database_address

Row = dict[str, Any]
TABLES = ("conversations", "messages", "turns", "jobs")


@dataclass
class Scan:
    """Rows as dictionaries; every conversation and message knows its shop's domain."""

    conversations: list[Row]
    messages: list[Row]
    turns: list[Row]
    jobs: list[Row]

    def conversation_of(self, session: str) -> str | None:
        wanted = hashlib.sha256(session.encode()).digest()
        return next((row["id"] for row in self.conversations if bytes(row["session_hash"]) == wanted), None)

    def messages_of(self, conversation: str) -> list[Row]:
        return [row for row in self.messages if row["conversation_id"] == conversation]


def open_turns(database_url: str) -> int:
    """How many are queued or running now."""
    engine = create_engine(database_address(database_url))
    with engine.connect() as connection:
        found = connection.execute(text("SELECT count(*) FROM turns WHERE status IN ('queued', 'running')"))
        number: int = found.scalar_one()
    engine.dispose()
    return number


def scan(database_url: str) -> Scan:
    """One snapshot, ordered by conversation and place."""
    engine = create_engine(database_address(database_url))
    try:
        with engine.connect() as connection:
            domains = {row.id: row.domain for row in connection.execute(text("SELECT id, domain FROM shops"))}
            rows = {
                table: [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]
                for table in TABLES
            }
    finally:
        engine.dispose()
    for row in (*rows["conversations"], *rows["messages"]):
        row["shop"] = domains[row["shop_id"]]
    rows["messages"].sort(key=lambda row: (row["conversation_id"], row["seq"]))
    return Scan(**rows)
