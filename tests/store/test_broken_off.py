"""A PostgreSQL that is too slow, or a caller that is killed, leaves nothing half-done, and no
connection that others would stumble over.
"""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, insert, text

from backend.config import database_address
from backend.store.database import Database
from backend.store.tables import metadata, uninstalled_shops
from tests.support.impatient_callers import ROW, STORIES
from tests.support.processes import ROOT
from tests.support.stores import Stores

PROGRAM = [sys.executable, "-m", "tests.support.impatient_callers"]
PID = text("SELECT pg_backend_pid()")


@pytest.fixture(scope="module")
def address(stores: Stores) -> str:
    return database_address(stores.new("postgresql", redis=False).database_url)


@pytest.fixture
def db(address: str) -> Iterator[Database]:
    db = Database(address, pool_size=1)
    metadata.create_all(db.engine)
    yield db
    db.close()


@pytest.mark.parametrize("story", STORIES)
def test_what_is_broken_off_is_undone_without_a_complaint(
    db: Database, address: str, story: str
) -> None:
    ran = subprocess.run(
        [*PROGRAM, address, story],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "0\n", "")


def test_a_mistake_undoes_its_transaction_and_keeps_the_connection(
    db: Database,
) -> None:
    def mistakes(connection: Connection) -> None:
        connection.execute(insert(uninstalled_shops), ROW)
        raise LookupError(connection.execute(PID).scalar_one())

    with pytest.raises(LookupError) as raised:
        db.write(mistakes)

    with db.reading() as connection:
        assert raised.value.args == (connection.execute(PID).scalar_one(),)
        assert not connection.execute(uninstalled_shops.select()).all()
