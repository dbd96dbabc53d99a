"""PostgreSQL's own limits for us, also behind a pooler (PgBouncer, Neon, RDS Proxy) that refuses
`options`.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import psycopg
from sqlalchemy import Connection, Dialect, Engine, event

# How poolers name what they do not take at the start of a connection. One match too many costs one
# more try.
REFUSALS = (
    "startup",
    "option",
    "parameter",
    "unsupported",
    "not support",
    "protocol violation",
)
CURRENT = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"


def limit(engine: Engine, limits: Mapping[str, int]) -> None:
    """Have the server keep `limits` (milliseconds) for each connection of the engine.

    They are asked for as we connect, which costs nothing later. A pooler may refuse that, or take
    it and not tell the server. Then every transaction sets them for itself: what is set for longer
    would be met by other clients, who get the same server connection after us.
    """
    event.listen(engine, "do_connect", _Link(engine, limits).connect)


class _Link:
    """`pooled` once a pooler was met; it stays until the process ends."""

    def __init__(self, engine: Engine, limits: Mapping[str, int]) -> None:
        self.pooled = False
        self._engine = engine
        self._proven = False
        self._limits = limits

        options = [f"-c {name}={limits[name]}" for name in limits]
        self._options = " ".join(options)
        settings = [f"SET LOCAL {name} = {limits[name]}" for name in limits]
        self._set = "; ".join(settings)

    def connect(
        self,
        dialect: Dialect,
        _record: Any,
        args: Any,
        given: dict[str, Any],
    ) -> Any:
        if not self.pooled:
            try:
                connection = dialect.connect(*args, **self._with_options(given))
                return self._prove_limits(connection)
            except psycopg.OperationalError as error:
                message = str(error).lower()
                if not any(words in message for words in REFUSALS):
                    raise

        connection = dialect.connect(*args, **given)
        self._note_pooler()
        return connection

    def _note_pooler(self) -> None:
        """From now on at each begin; where there is no pooler nobody listens, and it
        costs nothing.
        """
        if not self.pooled:
            self.pooled = True
            event.listen(self._engine, "begin", self._set_limits)

    def _set_limits(self, connection: Connection) -> None:
        connection.exec_driver_sql(self._set)

    def _with_options(self, given: dict[str, Any]) -> dict[str, Any]:
        """The address may have `options` of its own, which come first and stay in any case."""
        options = f"{given.get('options', '')} {self._options}".strip()
        return {**given, "options": options}

    def _prove_limits(self, connection: Any) -> Any:
        """Looked at once: `ignore_startup_parameters = options` of PgBouncer takes them and forgets
        them.
        """
        if self._proven:
            return connection

        with ExitStack() as unless_seen:
            unless_seen.callback(connection.close)
            names = list(self._limits)
            found = connection.execute(CURRENT, (names,)).fetchall()
            connection.rollback()
            unless_seen.pop_all()

        asked = {name: str(limit) for name, limit in self._limits.items()}
        if dict(found) != asked:
            self._note_pooler()
        self._proven = True
        return connection
