"""What was deleted is gone from the disk as well: from the segments of SQLite's search index and from its log file.

On PostgreSQL dead rows go with the next vacuum, and the log with its next checkpoints; both are the server's own.
"""

from functools import partial
from typing import Any

from sqlalchemy import Connection, text

from backend.store.database import Database

# Pages of the index that one transaction merges, so that no message waits long behind it.
PAGES = 500
# What a merge that found nothing to do changes, at most.
NOTHING_LEFT = 2


def scrub(db: Database) -> None:
    """Raises StoreBusy while a reader keeps the log in use; then it has to be done again."""
    if not db.on_sqlite:
        return
    pages = -PAGES
    while db.write(partial(_merge, pages=pages)) >= NOTHING_LEFT:
        pages = PAGES
    db.rewrite()


def _merge(connection: Connection, pages: int) -> int:
    """Less than zero begins a merge of all segments into one. Returns how many rows that has changed."""
    if not connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'message_search'")).first():
        return 0
    native: Any = connection.connection.driver_connection
    before: int = native.total_changes
    connection.execute(
        text("INSERT INTO message_search (message_search, rank) VALUES ('merge', :pages)"), {"pages": pages}
    )
    return native.total_changes - before
