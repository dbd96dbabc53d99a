"""The test's hand in an app's database: what an operator or a later part of the app would
do there.
"""

from typing import Any

from sqlalchemy import Row, create_engine, text

from backend.config import database_address
from tests.support.running_app import RunningApp


def change(app: RunningApp, statement: str, **values: Any) -> None:
    with _engine(app).begin() as connection:
        connection.execute(text(statement), values)


def ask(app: RunningApp, statement: str, **values: Any) -> list[Row]:
    with _engine(app).connect() as connection:
        return list(connection.execute(text(statement), values))


def uninstall(app: RunningApp, domain: str) -> None:
    change(
        app, "UPDATE shops SET uninstalled_at = 1 WHERE domain = :domain", domain=domain
    )


def _engine(app: RunningApp) -> Any:
    return create_engine(database_address(app.store.database_url))
