"""PostgreSQL and Redis of the tests' own: on loopback, on a free port, forgotten afterwards."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.support.machine import free_port
from tests.support.processes import Program
from tests.support.waiting import accepts

# PostgreSQL refuses to run as root, so root lends it the account that its package made.
POSTGRES_ACCOUNT = "postgres" if os.geteuid() == 0 else None


@dataclass(frozen=True)
class Server:
    """`url` lacks the database: each store adds its own."""

    program: Program
    url: str


def start_redis(folder: Path) -> Server:
    port = free_port()
    options = f"--port {port} --bind 127.0.0.1 --databases 1000 --save".split()
    program = Program(["redis-server", *options, ""], folder / "redis.log", cwd=folder)
    program.wait_ready(lambda: accepts(port))
    return Server(program, f"redis://127.0.0.1:{port}")


def start_postgres(folder: Path) -> Server:
    """`folder` is new, and its parents are open to other accounts."""
    programs, port = _postgres_programs(), free_port()
    if POSTGRES_ACCOUNT:
        shutil.chown(folder, POSTGRES_ACCOUNT, POSTGRES_ACCOUNT)
    subprocess.run(
        [
            f"{programs}/initdb",
            "-D",
            "data",
            "-U",
            "flux",
            "--auth=trust",
            "--locale=C.UTF-8",
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        user=POSTGRES_ACCOUNT,
        group=POSTGRES_ACCOUNT,
    )
    # No test takes this machine's power away, so nothing need wait for the disk (fsync).
    settings = (
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "fsync=off",
    )
    options = [
        word
        for setting in (*settings, "max_connections=200")
        for word in ("-c", setting)
    ]
    command = [f"{programs}/postgres", "-D", "data", *options]
    program = Program(
        command, folder / "postgresql.log", cwd=folder, account=POSTGRES_ACCOUNT
    )
    server = Server(program, f"postgresql://flux@127.0.0.1:{port}")
    program.wait_ready(lambda: _lets_in(server))
    return server


def _lets_in(server: Server) -> bool:
    """PostgreSQL listens a moment before it accepts anybody."""
    try:
        psycopg.connect(f"{server.url}/postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _postgres_programs() -> Path:
    """Debian keeps the server's programs off the PATH, in a folder for each version."""
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not versions:
        raise FileNotFoundError(
            "PostgreSQL is not installed; `make test` says how to get it."
        )
    return versions[-1].parent
