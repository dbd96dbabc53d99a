"""Callers of PostgreSQL who break off in the middle, in a process like those that serve: tests are
not monkey-patched, and wait for the server where the app does not.

    python -m tests.support.impatient_callers ADDRESS STORY
"""

import sys

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()

from collections.abc import Callable

import gevent
from sqlalchemy import Connection, TextClause, insert, text

from backend.errors import StoreUnavailable
from backend.store.database import Database
from backend.store.tables import uninstalled_shops
from tests.support.waiting import wait_until

# A caller who is killed would have had time enough.
TIMEOUT, OF_THE_KILLED = 200, 2_500
SLOW = text("SELECT pg_sleep(20)")
IS_SLEEPING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = "
    "current_database()"
)
SLOW_EACH = text("SELECT pg_sleep(:seconds)")
ROW = {"domain_hash": b"1" * 32, "at": 1}


def slow(connection: Connection) -> None:
    connection.execute(insert(uninstalled_shops), ROW)
    connection.execute(SLOW)


def slow_in_a_pipeline(connection: Connection) -> None:
    connection.execute(insert(uninstalled_shops), ROW)
    connection.execute(SLOW_EACH, [{"seconds": 20}, {"seconds": 20}])


def write_slowly(db: Database) -> None:
    refuses(db, slow)


def write_a_slow_pipeline(db: Database) -> None:
    refuses(db, slow_in_a_pipeline)


def refuses(db: Database, work: Callable[[Connection], None]) -> None:
    try:
        db.write(work)
    except StoreUnavailable:
        return
    raise AssertionError("it was not too slow")


def read_slowly(db: Database) -> None:
    try:
        with db.reading() as connection:
            connection.execute(SLOW)
    except StoreUnavailable:
        return
    raise AssertionError("it was not too slow")


def is_killed(db: Database) -> None:
    address = db.engine.url.render_as_string(hide_password=False)
    somebody_else = Database(address, pool_size=1)
    writer = gevent.spawn(db.write, slow)

    wait_until(lambda: asked(somebody_else, IS_SLEEPING), "the server works for it")
    writer.kill()
    wait_until(lambda: not asked(somebody_else, IS_SLEEPING), "the server gives up")
    somebody_else.close()


def asked(db: Database, question: TextClause) -> int:
    with db.reading() as connection:
        return int(connection.execute(question).scalar_one())


STORIES = {
    story.__name__: story
    for story in (write_slowly, write_a_slow_pipeline, read_slowly, is_killed)
}


def main(address: str, story: str) -> None:
    """Writes how many rows were kept, as somebody else finds them afterwards."""
    patience = OF_THE_KILLED if story == "is_killed" else TIMEOUT
    # One connection: whoever comes next gets what the one before has left.
    db = Database(address, pool_size=1, timeout_ms=patience)
    STORIES[story](db)

    kept = text("SELECT count(*) FROM uninstalled_shops")
    sys.stdout.write(f"{asked(db, kept)}\n")
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
