"""A conversation that a phone and a tablet went on with is led to by both after the update."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, inspect, text

from backend.chat import handoffs, sessions
from backend.chat.handoffs import Why
from backend.config import database_address
from backend.store import migrations, tables
from backend.store.database import Database
from tests.support.stores import Stores

MIRAS = 1
BEFORE, MIGRATIONS = "0006", Path(migrations.__path__[0])


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, stores: Stores):
    """A database of the version before, in which Ana has one conversation on two devices."""
    url = stores.new(request.param, redis=False).database_url
    db = Database(database_address(url))
    migrate(db, BEFORE)
    with db.engine.begin() as connection:
        had_by_ana(connection)
    yield db
    db.close()


def test_both_sessions_of_a_conversation_survive(old: Database) -> None:
    migrate(old, "head")

    with old.reading() as connection:
        at_home = sessions.find(connection, MIRAS, "at home")
        on_the_phone = sessions.find(connection, MIRAS, "on the phone")
        unknown = sessions.find(connection, MIRAS, "made up")
    assert at_home is not None
    assert on_the_phone == at_home
    assert unknown is None
    assert (at_home.id, at_home.customer_id) == ("c" * 32, "7001")
    assert (at_home.mode.value, at_home.staff_id) == ("staff", "42")
    assert at_home.staff_seq == 1
    assert (at_home.page, at_home.locale) == ({"title": "Lamp"}, "de")
    assert (at_home.last_seq, at_home.needs_staff_since) == (3, 9)
    assert (at_home.started_at, at_home.active_at) == (5, 8)


def test_whoever_waits_in_it_goes_on_waiting_and_it_is_known_why(old: Database) -> None:
    migrate(old, "head")

    with old.reading() as connection:
        found = sessions.find(connection, MIRAS, "at home")
        assert found is not None
        [handoff] = handoffs.list_handoffs(connection, MIRAS, found.id)
    assert (found.needs_staff_why, found.staff_silent_since) == (Why.MESSAGE, 9)
    assert (handoff.why, handoff.asked_at) == (Why.MESSAGE, 9)
    assert handoff.answered_at is None


def test_nothing_that_finds_conversations_quickly_is_lost(old: Database) -> None:
    migrate(old, "head")

    found = inspect(old.engine).get_indexes("conversations")
    assert {index["name"] for index in found} == {
        index.name for index in tables.conversations.indexes
    }
    partial = [index for index in found if has_condition(index)]
    assert {index["name"] for index in partial} == {
        "ix_conversations_needs_staff",
        "ix_conversations_silent",
        "ix_conversations_staff",
        "ix_conversations_unread",
    }
    assert not inspect(old.engine).has_table("devices")


def has_condition(index) -> bool:
    options = index.get("dialect_options", {})
    return any(name.endswith("_where") and str(options[name]) for name in options)


def migrate(db: Database, revision: str) -> None:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    with db.engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
        connection.commit()


def had_by_ana(connection: Connection) -> None:
    connection.execute(
        text(
            "INSERT INTO conversations (shop_id, id, session_hash, customer_id, status, mode,"
            " staff_id, staff_seq, needs_staff_since, locale, page, last_seq, open_turns,"
            " started_at, active_at) VALUES (1, :id, :hash, '7001', 'open', 'staff', '42', 1, 9,"
            " 'de', :page, 3, 0, 5, 8)"
        ),
        {
            "id": "c" * 32,
            "hash": sessions.hash_of("at home"),
            "page": '{"title": "Lamp"}',
        },
    )
    connection.execute(
        text(
            "INSERT INTO devices (shop_id, session_hash, conversation_id, at)"
            " VALUES (1, :hash, :id, 7)"
        ),
        {"id": "c" * 32, "hash": sessions.hash_of("on the phone")},
    )
