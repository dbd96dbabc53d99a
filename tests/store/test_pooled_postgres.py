"""What stands between us and PostgreSQL may refuse `options`, or forget them: the server's limits
hold all the same.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, text, update

from backend.config import database_address
from backend.errors import StoreUnavailable
from backend.store.database import Database
from backend.store.tables import metadata, uninstalled_shops
from tests.support.people import Person
from tests.support.poolers import Pooler, pooler_before
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.silent_holders import loses_its_lock
from tests.support.stores import Store, Stores

ONE = b"1" * 32
# As PgBouncer says it, before and since it looks into them; a managed proxy; and one that only
# forgets.
REFUSALS = {
    "pgbouncer": "unsupported startup parameter: options",
    "newer pgbouncer": "unsupported startup parameter in options: statement_timeout",
    "managed proxy": (
        "Feature not supported: the proxy currently doesn't support command-line options."
    ),
    "strict": "protocol violation in the startup packet",
    "ignoring": "",
}


@pytest.fixture(params=list(REFUSALS.values()), ids=list(REFUSALS))
def through(
    request: pytest.FixtureRequest, stores: Stores
) -> Iterator[tuple[Database, Pooler]]:
    url = stores.new("postgresql", redis=False).database_url
    with pooler_before(url, request.param) as (address, pooler):
        db = Database(database_address(address))
        metadata.create_all(db.engine)
        yield db, pooler
        db.close()


def limits(connection: Connection) -> list[str]:
    names = ("statement_timeout", "idle_in_transaction_session_timeout")
    return [connection.execute(text(f"SHOW {name}")).scalar_one() for name in names]


def test_the_limits_hold_in_each_transaction_and_go_with_it(
    through: tuple[Database, Pooler],
) -> None:
    """What stays set would be met by whoever gets the pooler's server connection next."""
    db, _ = through

    with db.reading() as connection:
        assert limits(connection) == ["2500ms", "3s"]
    assert db.write(limits) == ["2500ms", "3s"]

    with db.engine.connect() as connection:
        native = connection.connection.driver_connection
        assert native is not None
        native.autocommit = True
        assert native.execute("SHOW statement_timeout").fetchone() == ("0",)
        native.autocommit = False


def test_reads_behind_a_pooler_are_still_one_snapshot(
    through: tuple[Database, Pooler],
) -> None:
    db, _ = through

    with db.reading() as connection:
        assert (
            connection.execute(text("SHOW transaction_isolation")).scalar_one()
            == "repeatable read"
        )
    assert (
        db.write(lambda it: it.execute(text("SHOW transaction_isolation")).scalar_one())
        == "read committed"
    )


def test_a_refusal_is_met_once(through: tuple[Database, Pooler]) -> None:
    db, pooler = through
    refused = pooler.refused

    db.engine.dispose()
    assert db.write(limits)
    assert db.is_migrated() is False

    assert pooler.refused == refused <= 1


def test_whoever_is_silent_behind_a_pooler_loses_its_locks_too(
    through: tuple[Database, Pooler],
) -> None:
    db, pooler = through
    if pooler.refusal != REFUSALS["pgbouncer"]:
        return
    db.write(
        lambda connection: connection.execute(
            insert(uninstalled_shops).values(domain_hash=ONE, at=1)
        )
    )
    change = (
        update(uninstalled_shops)
        .where(uninstalled_shops.c.domain_hash == ONE)
        .values(at=2)
    )

    with db.engine.connect() as silent:
        silent.execute(change)

        loses_its_lock(silent, db, change)


def test_a_server_that_takes_options_is_asked_nothing_more(stores: Stores) -> None:
    db = Database(database_address(stores.new("postgresql", redis=False).database_url))
    statements: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *about: statements.append(about[2])
    )
    db.write(lambda connection: connection.execute(text("SELECT 1")))
    assert statements == ["SELECT 1"]

    with db.engine.connect() as connection:
        native = connection.connection.driver_connection
        assert native is not None
        native.autocommit = True
        assert native.execute("SHOW statement_timeout").fetchone() == ("2500ms",)
        native.autocommit = False
    db.close()


def test_options_of_the_address_stay(stores: Stores) -> None:
    url = stores.new("postgresql", redis=False).database_url
    db = Database(database_address(f"{url}?options=-c%20application_name%3Dmira"))

    with db.reading() as connection:
        assert connection.execute(text("SHOW application_name")).scalar_one() == "mira"
        assert limits(connection) == ["2500ms", "3s"]
    db.close()


def test_a_server_that_is_away_is_away_and_not_asked_twice_for_ever(
    stores: Stores,
) -> None:
    url = stores.new("postgresql", redis=False).database_url
    with pooler_before(url) as (address, _):
        db = Database(database_address(address))
    with pytest.raises(StoreUnavailable):
        db.is_migrated()
    db.close()


def test_a_wrong_password_is_said_once(stores: Stores) -> None:
    """Twice would be two failures of each connection in the server's log, and for whoever counts
    them.
    """
    url = stores.new("postgresql", redis=False).database_url
    with pooler_before(url, 'password authentication failed for user "mira"') as (
        address,
        pooler,
    ):
        db = Database(database_address(address))
        with pytest.raises(StoreUnavailable):
            db.is_migrated()
        db.close()

        assert pooler.refused == 1


def test_the_app_is_migrated_and_serves_behind_a_pooler(
    stores: Stores,
    start_app: Callable[..., RunningApp],
    ai: ScriptedModel,
    shop: str,
    tmp_path: Path,
) -> None:
    ai.will_say("Yes, four kinds.", when="Do you sell mugs?")
    url = stores.new("postgresql", redis=False).database_url
    with pooler_before(url, REFUSALS["pgbouncer"]) as (address, pooler):
        store = Store("postgresql", address)
        RunningApp(store, tmp_path).flask("migrate")
        app = start_app(store)

        assert (
            Person(app.base, shop, customer="7001")
            .asks("Do you sell mugs?")
            .body["reply"]
            == "Yes, four kinds."
        )
        assert pooler.refused
        app.close()
