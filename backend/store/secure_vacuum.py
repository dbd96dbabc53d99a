"""What was deleted is gone from the disk as well: from SQLite's search index, pages and log file.

On PostgreSQL dead rows go with the next vacuum, and the log with its next checkpoints; both are the
server's own.
"""

from typing import Any

from sqlalchemy import Connection, text

from backend.clock import now_ms
from backend.store import job_queue
from backend.store.database import Database
from backend.store.job_queue import Claim

KIND = "scrub"
# The whole file is rewritten each time, and messages wait for it.
EVERY_SECONDS = 10
# Shoppers delete as often as they like, and must not keep everybody waiting with it.
SHOPPERS_EVERY_SECONDS = 3_600

# Pages of the index that one transaction merges, so that no message waits long behind it.
PAGES = 500
# What a merge that found nothing to do changes, at most.
NOTHING_LEFT = 2


def scrub_later(connection: Connection, every_seconds: int = EVERY_SECONDS) -> None:
    """In the transaction of whoever has deleted something. Several within `every_seconds` are
    scrubbed at once.
    """
    if connection.dialect.name != "sqlite":
        return

    soon = now_ms() // 1000 // every_seconds + 1
    ref = f"{every_seconds}:{soon}"
    job_queue.add_ready(connection, 0, KIND, ref, every_seconds)


def scrub(db: Database, claim: Claim) -> None:
    """The job `scrub`. Raises StoreBusy while a reader keeps the log in use; then it has to be done
    again.
    """
    pages = -PAGES
    while db.write(_merge_pages, pages) >= NOTHING_LEFT:
        pages = PAGES

    db.rewrite()
    db.write(job_queue.finish, *claim.key)


_HAS_INDEX = text("SELECT 1 FROM sqlite_master WHERE name = 'message_search'")
_MERGE = text(
    "INSERT INTO message_search (message_search, rank) VALUES ('merge', :pages)"
)


def _merge_pages(connection: Connection, pages: int) -> int:
    """Less than zero begins a merge of all segments into one. Returns how many rows it changed."""
    if not connection.execute(_HAS_INDEX).first():
        return 0

    native: Any = connection.connection.driver_connection
    before: int = native.total_changes
    connection.execute(_MERGE, {"pages": pages})
    return native.total_changes - before
