"""What is stored means the same after a migration."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, inspect, text

from backend.cli import MIGRATIONS
from backend.config import database_address
from backend.store.database import Database
from tests.support.stores import Stores

MIRAS, OTTOS = 1, 2
TODAY = 20_787


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, stores: Stores) -> str:
    return stores.new(request.param, redis=False).database_url


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A database without a table."""
    db = Database(database_address(database_url))
    yield db
    db.close()


def test_a_budget_that_is_used_up_today_still_is_after_the_migration(
    db: Database,
) -> None:
    migrate(db, "0006")
    with db.engine.begin() as connection:
        count(connection, MIRAS, TODAY, "replies_reserved", 7)
        count(connection, MIRAS, TODAY - 1, "replies_reserved", 5)
        count(connection, OTTOS, TODAY, "session_new", 3)

    migrate(db, "0009")

    with db.reading() as connection:
        budgets = connection.execute(
            text("SELECT shop_id, day, name, count FROM budgets ORDER BY day")
        )
        assert [tuple(row) for row in budgets] == [
            (MIRAS, TODAY - 1, "replies", 5),
            (MIRAS, TODAY, "replies", 7),
        ]
        counts = connection.execute(text("SELECT shop_id, name FROM daily_counts"))
        assert [tuple(row) for row in counts] == [(OTTOS, "session_new")]
        shop_columns = {
            each["name"] for each in inspect(connection).get_columns("shops")
        }
        assert "welcomed_at" not in shop_columns


def test_a_budget_counts_money_in_millionths_after_the_migration(db: Database) -> None:
    insert = text("INSERT INTO budgets VALUES (:shop, :day, :name, :number)")
    migrate(db, "0009")
    with db.engine.begin() as connection:
        row = {"shop": MIRAS, "day": TODAY, "name": "replies", "number": 7}
        connection.execute(insert, row)

    migrate(db, "0010")

    a_million_dollars = 10**12
    with db.engine.begin() as connection:
        row |= {"name": "microdollars", "number": a_million_dollars}
        connection.execute(insert, row)
        counts = connection.execute(text("SELECT count FROM budgets ORDER BY count"))
        assert counts.scalars().all() == [7, a_million_dollars]


def migrate(db: Database, revision: str) -> None:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    with db.engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
        connection.commit()


def count(
    connection: Connection, shop_id: int, day: int, name: str, number: int
) -> None:
    connection.execute(
        text("INSERT INTO daily_counts VALUES (:shop_id, :day, :name, :number)"),
        {"shop_id": shop_id, "day": day, "name": name, "number": number},
    )
