"""What was said before the update is found after it, as what is said from then on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, select, text

from backend.config import database_address
from backend.inbox.search_reading import SEARCHED, find_rare, has_phrase
from backend.inbox.search_terms import read_terms
from backend.store import migrations
from backend.store.database import Database
from backend.store.tables import messages
from tests.support.stores import Stores

MIRAS, TALK = 1, "c" * 32
BEFORE, AFTER = "0015", "0016"
MIGRATIONS = Path(migrations.__path__[0])
# More than are filled at once.
LAST = 502
ACROSS = {"across_shops": "a migration"}


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, stores: Stores) -> Iterator[Database]:
    """A database of the version before, with more messages than are filled at once."""
    url = stores.new(request.param, redis=False).database_url
    db = Database(database_address(url))
    migrate(db, BEFORE)
    with db.engine.begin() as connection:
        say(connection, *[(seq, f"Nr. {seq}") for seq in range(1, LAST)])
        say(connection, (LAST, "Frau Müller"))
        note(connection, "Ärger!")
    yield db
    db.close()


def test_what_is_stored_is_found_after_the_migration(old: Database) -> None:
    migrate(old, AFTER)

    assert is_found(old, "muller")
    assert is_found(old, str(LAST - 1))
    assert not is_found(old, str(LAST))
    with old.reading() as connection:
        query = text("SELECT search_text FROM notes")
        assert connection.execute(query).scalars().all() == [" arger"]


def test_what_the_version_before_still_writes_is_found(old: Database) -> None:
    migrate(old, AFTER)

    with old.engine.begin() as connection:
        say(connection, (2_000, "A Xylophone here"))

    assert is_found(old, "xylophone")


def test_what_is_deleted_after_the_migration_is_not_found(old: Database) -> None:
    migrate(old, AFTER)
    delete = text(f"DELETE FROM messages WHERE seq = {LAST}")

    with old.engine.begin() as connection:
        connection.execute(delete, execution_options=ACROSS)

    assert not is_found(old, "muller")


def test_postgresql_has_an_index_of_what_is_compared(old: Database) -> None:
    if old.on_sqlite:
        return
    migrate(old, AFTER)
    # Without the shop, whose rows the primary key would find in so small a table.
    query = select(messages.c.seq).where(has_phrase(SEARCHED, read_terms("muller")))
    written = query.compile(old.engine, compile_kwargs={"literal_binds": True})

    with old.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        plan = connection.exec_driver_sql(f"EXPLAIN {written}").scalars().all()

    assert any("ix_messages_text" in line for line in plan), plan


def is_found(db: Database, word: str) -> bool:
    (term,) = read_terms(word)
    with db.reading() as connection:
        return find_rare(connection, MIRAS, term) == {TALK}


def say(connection: Connection, *said: tuple[int, str]) -> None:
    """As the version before does."""
    rows = [
        {"shop": MIRAS, "talk": TALK, "seq": seq, "id": f"{seq:032x}", "text": words}
        for seq, words in said
    ]
    connection.execute(
        text(
            "INSERT INTO messages (shop_id, conversation_id, seq, id, role, text, status,"
            " at, search_id) VALUES (:shop, :talk, :seq, :id, 'shopper', :text, 'saved',"
            " 1, :seq)"
        ),
        rows,
    )


def note(connection: Connection, words: str) -> None:
    row = {"shop": MIRAS, "talk": TALK, "id": "d" * 32, "text": words}
    connection.execute(
        text(
            "INSERT INTO notes (shop_id, conversation_id, id, author, text, at)"
            " VALUES (:shop, :talk, :id, 'Mira', :text, 1)"
        ),
        row,
    )


def migrate(db: Database, revision: str) -> None:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    with db.engine.connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
        connection.commit()
