"""Short reads and short writes, the same on SQLite and PostgreSQL.

`write` takes a function and not a `with` block, because on SQLite it runs in the one writer thread,
which commits for everybody who asked since its last commit: neither a lock nor a slow disk stops
the others.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import gevent
import psycopg
from gevent.event import AsyncResult
from gevent.threadpool import ThreadPool
from sqlalchemy import (
    ClauseElement,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    exc,
    inspect,
    pool,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import BigInteger

from backend.config import ConfigError
from backend.errors import ChatError, Invalid, StoreBusy, StoreFull, StoreUnavailable
from backend.logs import logger
from backend.store import broken_off, pooled_postgres
from backend.store.waiting_line import WaitingLine

# SQLite waits this long in its own thread for another process's lock; then callers are told to come
# back.
LOCK_WAIT_SECONDS = 5
# A PostgreSQL that answers nobody must not hold a request: a healthy one needs milliseconds.
TIMEOUT_MS = 2_500
# And one whose client does not go on, because it is frozen or gone, must not keep its locks: claims
# skip locked jobs, and everybody else waits for a locked conversation. A client that lives has
# given up before.
SERVER_WAITS_MS = 500
# One snapshot for all statements of a read; each of a write sees what was committed before it.
SNAPSHOT = "REPEATABLE READ"
# WAL lets readers go on beside the writer; FULL makes a commit survive a power cut.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)
# One commit may carry this many callers' work; more only makes the first of them wait.
BATCH = 256
# What drivers raise for a value that no column can hold, each in its own way: NUL, half a surrogate
# pair, a number of too many digits.
UNSTORABLE = (exc.DataError, OverflowError, UnicodeEncodeError)

# What a table or a column that is not there is called.
UNDEFINED = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
NO_SUCH = ("no such table", "no such column")

Result = TypeVar("Result")
Item = TypeVar("Item")
Arguments = ParamSpec("Arguments")


class db_now(FunctionElement[int]):
    """The database's clock in milliseconds: leases are judged by one clock, whatever the processes'
    own say.
    """

    type = BigInteger()
    inherit_cache = True


@compiles(db_now, "sqlite")
def _now_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER)"


@compiles(db_now, "postgresql")
def _now_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"


def insert_unless_there(
    connection: Connection,
    table: Table,
    row: dict[str, Any],
) -> bool:
    """Insert; a row with the same key, also one just written by another process, stays as it is.

    Returns whether the row is the one that was given.
    """
    insert = _insert_unless_there(connection.dialect.name, table)

    if any(isinstance(value, ClauseElement) for value in row.values()):
        return connection.execute(insert.values(row)).first() is not None
    return connection.execute(insert, row).first() is not None


def insert_missing(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]]
) -> None:
    """The same of some rows at once; which of them were there, nobody learns."""
    if rows:
        insert = _insert_unless_there(connection.dialect.name, table)
        connection.execute(insert.values(list(rows)))


@cache
def _insert_unless_there(dialect: str, table: Table) -> Any:
    """Built once for each table: building one costs as much as running it."""
    module = sqlite if dialect == "sqlite" else postgresql
    insert = module.insert(table).on_conflict_do_nothing()
    return insert.returning(*table.primary_key)


def server_limits(timeout_ms: int = TIMEOUT_MS) -> dict[str, int]:
    """What PostgreSQL ends by itself, in milliseconds."""
    return {
        "statement_timeout": timeout_ms,
        "idle_in_transaction_session_timeout": timeout_ms + SERVER_WAITS_MS,
    }


class Database:
    """Raises StoreUnavailable, StoreBusy or StoreFull, and Invalid for a value that cannot be kept.

    No other error of a driver leaves this class but those of a mistake of ours.
    """

    def __init__(
        self, url: str, pool_size: int = 16, timeout_ms: int = TIMEOUT_MS
    ) -> None:
        address = make_url(url)
        self.on_sqlite = address.get_backend_name() == "sqlite"

        if self.on_sqlite:
            self.engine = _sqlite_engine(url)
            self._snapshots = self.engine
            self._writer = _GroupCommit(_sqlite_engine(url, poolclass=pool.StaticPool))
        else:
            self.engine = _postgres_engine(url, pool_size, timeout_ms)
            self._line = WaitingLine(2 * pool_size, timeout_ms / 1000)
            self._snapshots = self.engine.execution_options(isolation_level=SNAPSHOT)

    @property
    def engines(self) -> tuple[Engine, ...]:
        """All that send statements; tests listen to them."""
        if self.on_sqlite:
            return self.engine, self._writer.engine
        return (self.engine,)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent snapshot. Do not wait for anything else inside."""
        with _naming_errors(), self._begin(self._snapshots) as connection:
            yield connection

    def write(
        self,
        work: Callable[Concatenate[Connection, Arguments], Result],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Result:
        """Call `work(connection, ...)` in one transaction; its result is durable when this returns.

        Do not wait inside. Whatever it raises undoes it and reaches this caller alone. It may be
        called once more when that undid others.
        """
        with _naming_errors():
            if self.on_sqlite:
                run = partial(_call_work, work, arguments, named)
                return self._writer.write(run)

            with self._begin(self.engine) as connection:
                return work(connection, *arguments, **named)

    def write_each(
        self,
        items: Sequence[Item],
        work: Callable[[Connection, Sequence[Item]], object],
    ) -> list[Item]:
        """Many people's items in one transaction; when one of them cannot be kept, each in its own.

        Returns those that cannot: the others are durable.
        """
        try:
            self.write(work, items)
        except Invalid:
            if len(items) <= 1:
                return list(items)
        else:
            return []

        refused: list[Item] = []
        for item in items:
            refused += self.write_each([item], work)
        return refused

    def rewrite(self) -> None:
        """SQLite: a file of what is stored and nothing else, and an empty log; writers wait. Raises
        StoreBusy.

        `secure_delete` is not enough: pages that were split or joined keep copies of rows in their
        unused part.
        """
        if self.on_sqlite:
            with _naming_errors():
                self._writer.rewrite()

    def is_migrated(self) -> bool:
        """Whether `flask migrate` has ever run here. Raises an error of the store when it cannot be
        asked.
        """
        with _naming_errors(), self._begin(self.engine) as connection:
            return inspect(connection).has_table("alembic_version")

    def close(self) -> None:
        if self.on_sqlite:
            self._writer.close()
        self.engine.dispose()

    @contextlib.contextmanager
    def _begin(self, engine: Engine) -> Iterator[Connection]:
        """A transaction, within its time. Raises StoreUnavailable."""
        if self.on_sqlite:
            with engine.begin() as connection:
                yield connection
            return

        with (
            self._line.place() as seconds,
            gevent.Timeout(seconds, StoreUnavailable),
            engine.connect() as connection,
        ):
            transaction = connection.begin()
            with contextlib.ExitStack() as unless_kept:
                unless_kept.callback(broken_off.undo, connection, transaction)
                yield connection
                transaction.commit()
                unless_kept.pop_all()


def _call_work(
    work: Callable[..., Result],
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    connection: Connection,
) -> Result:
    return work(connection, *arguments, **named)


@dataclass(slots=True)
class _Work:
    run: Callable[[Connection], Any]
    done: AsyncResult = field(default_factory=AsyncResult)
    outcome: Any = None
    error: BaseException | None = None


class _Caught:
    """A `with` block that keeps whatever is raised inside, for the caller whom it belongs to."""

    error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> bool:
        self.error = error
        return error is not None


class _GroupCommit:
    """One native thread that commits what all greenlets have handed over since its last commit."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPool(1)
        self._waiting: list[_Work] = []
        self._busy = False

    def write(self, run: Callable[[Connection], Any]) -> Any:
        work = _Work(run)
        self._waiting.append(work)
        if not self._busy:
            self._busy = True
            gevent.spawn(self._commit_while_any_wait)
        return work.done.get()

    def rewrite(self) -> None:
        self._thread.apply(self._rewrite)

    def _rewrite(self) -> None:
        """In the thread, so between two transactions."""
        with self.engine.connect() as connection:
            native: Any = connection.connection.driver_connection
            try:
                native.execute("VACUUM")
                busy, _, _ = native.execute(
                    "PRAGMA wal_checkpoint(TRUNCATE)"
                ).fetchone()
            except sqlite3.OperationalError as error:
                raise StoreBusy from error

        if busy:
            raise StoreBusy

    def close(self) -> None:
        self._thread.apply(self.engine.dispose)
        self._thread.kill()

    def _commit_while_any_wait(self) -> None:
        try:
            while self._waiting:
                batch = self._waiting[:BATCH]
                del self._waiting[:BATCH]
                failure = self._in_thread(batch)
                self._answer_callers(batch, failure)
        finally:
            self._busy = False

    def _answer_callers(
        self,
        batch: list[_Work],
        failure: BaseException | None,
    ) -> None:
        """A store that is full or locked is so for everybody; anything else is found out singly."""
        is_everybodys = failure is None or isinstance(failure, exc.OperationalError)
        if len(batch) > 1 and not is_everybodys:
            for work in batch:
                failure = self._in_thread([work])
                self._answer_callers([work], failure)
            return

        for work in batch:
            error = failure or work.error
            if error:
                work.done.set_exception(error)
            else:
                work.done.set(work.outcome)

    def _in_thread(self, batch: list[_Work]) -> BaseException | None:
        commit = self._thread.spawn(self._commit_batch, batch)
        commit.wait()
        return commit.exception or commit.value

    def _commit_batch(self, batch: list[_Work]) -> BaseException | None:
        """In the thread. Returns what failed for all; a failure of one among many stays with that
        one.
        """
        # Caught and not raised: gevent would print an error of this thread, with the words that
        # were to be written.
        caught = _Caught()

        with caught, self.engine.begin() as connection:
            if len(batch) == 1:
                batch[0].outcome = batch[0].run(connection)
            else:
                for work in batch:
                    _attempt_work(connection, work)

        return caught.error


def _attempt_work(connection: Connection, work: _Work) -> None:
    native: Any = connection.connection.driver_connection
    native.execute("SAVEPOINT work")

    work.error = None
    caught = _Caught()
    with caught:
        work.outcome = work.run(connection)

    if caught.error is not None:
        if not native.in_transaction:
            raise caught.error  # SQLite has undone the whole batch, as it does on a full disk
        work.error = caught.error
        native.execute("ROLLBACK TO work")
    native.execute("RELEASE work")


def _prepare_folder(file: Path) -> None:
    """SQLite writes beside its file, too. Raises ConfigError, at the start and not with the first
    message.
    """
    folder = file.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"DATABASE_URL names a folder that cannot be made: {folder} ({error.strerror})."
        ) from None

    may_use_folder = os.access(folder, os.W_OK | os.X_OK)
    may_write = not file.exists() or os.access(file, os.W_OK)
    if not (may_use_folder and may_write):
        raise ConfigError(
            f"DATABASE_URL names {file}, where this process's user may not write."
        )


def _sqlite_engine(url: str, **options: Any) -> Engine:
    """The writer's, with a pool of its own, locks as it begins; readers never lock."""
    database = make_url(url).database
    if database and database != ":memory:":
        _prepare_folder(Path(database))

    engine = create_engine(
        url,
        connect_args={"timeout": LOCK_WAIT_SECONDS, "check_same_thread": False},
        # An error names its statement and never what people wrote.
        hide_parameters=True,
        **options,
    )
    event.listen(engine, "connect", _set_pragmas)
    begin = "BEGIN IMMEDIATE" if "poolclass" in options else "BEGIN"

    @event.listens_for(engine, "begin")
    def explicit(connection: Connection) -> None:
        native: Any = connection.connection.driver_connection
        try:
            native.execute(begin)
        except sqlite3.OperationalError as error:
            # Past SQLAlchemy, which names the errors of its own statements alone.
            raise exc.OperationalError(begin, None, error) from error

    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _postgres_engine(url: str, pool_size: int, timeout_ms: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=False,
        hide_parameters=True,
        # A pooler in transaction mode cannot keep prepared statements.
        connect_args={
            "connect_timeout": 2,
            "prepare_threshold": None,
            "tcp_user_timeout": 5_000,
        },
        isolation_level="READ COMMITTED",
    )

    pooled_postgres.limit(engine, server_limits(timeout_ms))
    return engine


@contextlib.contextmanager
def _naming_errors() -> Iterator[None]:
    try:
        yield
    except exc.TimeoutError as error:
        raise StoreUnavailable from error
    except UNSTORABLE as error:
        logger().warning("the store refused a value", because=type(error).__name__)
        raise Invalid("There is a value that cannot be kept.") from error
    except exc.DBAPIError as error:
        named = _name_error(error)
        if named is None:
            raise
        raise named from error


def _name_error(error: exc.DBAPIError) -> ChatError | None:
    """What an operational failure means to a caller; None for a mistake of ours."""
    if _lacks_something(error):
        # The caller can only come back later; the operator has forgotten a step.
        logger().error(
            "the database is not migrated", do="flask --app backend.app migrate"
        )
        return StoreUnavailable()

    if isinstance(error, exc.IntegrityError | exc.ProgrammingError):
        return None

    message = str(error.orig)
    if "locked" in message or "busy" in message:
        return StoreBusy()
    if "full" in message or "No space left" in message:
        return StoreFull()
    return StoreUnavailable()


def _lacks_something(error: exc.DBAPIError) -> bool:
    """A table or a column: it was never migrated, or not to this version."""
    if not isinstance(error.orig, sqlite3.OperationalError):
        return isinstance(error.orig, UNDEFINED)

    message = str(error.orig)
    return message.startswith(NO_SUCH) or "has no column" in message
