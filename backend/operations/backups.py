"""One command each: the whole database into one encrypted file while the app runs, and back from
it.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import URL, make_url

from backend.operations import sealed_files
from backend.operations.sealed_files import NotReadable

HEAD = "flux-chat backup 1"


class BackupError(Exception):
    """Why it could not be done, in a sentence for the operator."""


def back_up(database_url: str, keys: Sequence[bytes], file: Path) -> None:
    """Everything that was committed when it began. An older file of that name is replaced only by a
    whole new one.

    Raises BackupError.
    """
    if not keys:
        raise BackupError(
            "A backup is encrypted with the first of ENCRYPTION_KEYS, and there is none."
        )

    url = make_url(database_url)
    kind = url.get_backend_name()
    with _scratch_folder(file.parent) as folder:
        copy, sealed = folder / "copy", folder / "sealed"
        if kind == "sqlite":
            _copy_sqlite(_sqlite_path(url), copy)
        else:
            _dump_postgres(url, copy)

        with copy.open("rb") as source, sealed.open("wb") as target:
            sealed_files.seal(source, target, keys[0], _head_of(kind))
            target.flush()
            os.fsync(target.fileno())

        sealed.replace(file)


def restore(
    database_url: str, keys: Sequence[bytes], file: Path, replace: bool
) -> None:
    """Everything as it was when `file` was made. No process may use the database meanwhile.

    Raises BackupError: also when there is data already and `replace` does not say that it may go.
    """
    url = make_url(database_url)
    kind = url.get_backend_name()
    place = _sqlite_path(url).parent if kind == "sqlite" else file.parent

    with _scratch_folder(place) as folder:
        copy = folder / "copy"
        _unseal_copy(file, copy, keys, _head_of(kind))

        if kind == "sqlite":
            _put_in_place(copy, _sqlite_path(url), replace)
        else:
            _load_postgres(url, copy, replace)


def _head_of(kind: str) -> bytes:
    return f"{HEAD} {kind}".encode()


@contextmanager
def _scratch_folder(beside: Path) -> Iterator[Path]:
    """A folder on the same disk that only we can read, and that is gone afterwards: what is in it
    is not encrypted.
    """
    beside.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".flux-chat-", dir=beside) as folder:
        yield Path(folder)


def _unseal_copy(file: Path, copy: Path, keys: Sequence[bytes], head: bytes) -> None:
    with file.open("rb") as source, copy.open("wb") as target:
        found = sealed_files.read_head(source)
        if not found.startswith(HEAD.encode()):
            raise BackupError("The file is no backup of this app.")
        if found != head:
            what = found.decode("ascii", "replace").removeprefix(HEAD).strip()
            raise BackupError(f"The file is of {what}.")

        try:
            sealed_files.unseal(source, target, keys, head)
        except NotReadable as error:
            raise BackupError(str(error)) from error


def _sqlite_path(url: URL) -> Path:
    return Path(url.database or "")


def _copy_sqlite(database: Path, copy: Path) -> None:
    """A consistent snapshot, however much is written meanwhile, and without what deleted rows have
    left behind.
    """
    if not database.is_file():
        raise BackupError(f"There is no database at {database}.")
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def _put_in_place(copy: Path, database: Path, replace: bool) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("The database in the file is damaged.")

    if database.exists() and not replace:
        raise BackupError(
            f"There is a database at {database} already. Say --replace when it may go."
        )

    # What an earlier database's log holds must not be played into this one.
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    copy.replace(database)


def _dump_postgres(url: URL, copy: Path) -> None:
    with _reachable_address(url, copy.parent) as address:
        _run_program(
            "pg_dump",
            f"--dbname={address}",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--file={copy}",
        )


RESTORE_WORDS = (
    "--clean",
    "--if-exists",
    "--no-owner",
    "--no-privileges",
    "--single-transaction",
)


def _load_postgres(url: URL, copy: Path, replace: bool) -> None:
    with _reachable_address(url, copy.parent) as address:
        listing = ["--no-align", "--tuples-only", "--command=\\dt"]
        tables = _run_program("psql", f"--dbname={address}", *listing)
        if tables.strip() and not replace:
            raise BackupError(
                "There are tables in the database already. Say --replace when they may go."
            )

        _run_program("pg_restore", f"--dbname={address}", *RESTORE_WORDS, str(copy))


@contextmanager
def _reachable_address(url: URL, folder: Path) -> Iterator[str]:
    """The address without its password, which every user of the machine could read in a list of
    processes.
    """
    secret = folder / "password"
    secret.touch(mode=0o600)
    escaped = (url.password or "").replace("\\", "\\\\").replace(":", "\\:")
    secret.write_text(f"*:*:*:*:{escaped}\n")

    query = {**url.query, "passfile": str(secret)}
    bare = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, query
    )
    yield bare.render_as_string()


def _run_program(program: str, *words: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"{program} is not installed; it comes with PostgreSQL's client programs."
        )
    done = subprocess.run([found, *words], capture_output=True, text=True)
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()}")
    return done.stdout
