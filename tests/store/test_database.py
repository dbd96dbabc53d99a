"""Short reads and short writes: what a batch does when one of it breaks, and what nobody may hold
for long.
"""

from typing import Any

import pytest
from sqlalchemy import Connection, exc, func, insert, select, update

from backend.errors import StoreFull, StoreUnavailable
from backend.store.database import Database, _Work
from backend.store.tables import uninstalled_shops
from tests.support.silent_holders import loses_its_lock

ONE = b"1" * 32
# PostgreSQL commits for each by itself, and on SQLite nothing but the one writer holds a lock.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def leaves(connection: Connection, domain_hash: bytes) -> None:
    connection.execute(insert(uninstalled_shops).values(domain_hash=domain_hash, at=1))


def count(connection: Connection) -> int:
    return int(
        connection.execute(
            select(func.count()).select_from(uninstalled_shops)
        ).scalar_one()
    )


def test_a_read_sees_one_moment(db: Database):
    with db.reading() as connection:
        before = count(connection)
        db.write(leaves, ONE)
        assert count(connection) == before

    with db.reading() as connection:
        assert count(connection) == before + 1


@ON_SQLITE
def test_one_of_a_batch_that_breaks_takes_nobody_with_it(db: Database):
    good, bad = (
        _Work(lambda connection: leaves(connection, ONE)),
        _Work(lambda connection: ["nothing"][1]),
    )

    assert db._writer._commit_batch([good, bad]) is None

    assert isinstance(bad.error, IndexError)
    with db.reading() as connection:
        assert count(connection) == 1


@ON_SQLITE
def test_a_batch_that_the_full_disk_has_undone_is_nobodys(db: Database):
    """SQLite ends the whole transaction then; whoever had done their part must not be told that it
    is kept.
    """

    def meets_the_full_disk(connection: Connection) -> None:
        native: Any = connection.connection.driver_connection
        native.execute("ROLLBACK")
        raise exc.OperationalError(
            "INSERT", None, Exception("database or disk is full")
        )

    failure = db._writer._commit_batch(
        [_Work(lambda connection: leaves(connection, ONE)), _Work(meets_the_full_disk)]
    )
    assert isinstance(failure, exc.OperationalError)
    with db.reading() as connection:
        assert count(connection) == 0

    with pytest.raises(StoreFull):
        db.write(meets_the_full_disk)
    db.write(leaves, ONE)


@ON_POSTGRESQL
def test_whoever_does_not_go_on_loses_its_locks(db: Database):
    """A process that was frozen in the middle of a transaction, or whose machine is gone without a
    word.
    """
    db.write(leaves, ONE)
    change = (
        update(uninstalled_shops)
        .where(uninstalled_shops.c.domain_hash == ONE)
        .values(at=2)
    )
    hasty = Database(db.engine.url.render_as_string(hide_password=False))
    with hasty.engine.connect() as silent:
        silent.execute(change)
        with pytest.raises(StoreUnavailable):
            hasty.write(lambda connection: connection.execute(change))

        loses_its_lock(silent, hasty, change)
    hasty.close()
