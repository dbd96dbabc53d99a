"""PostgreSQL and Redis of one suite's own, to be killed, stopped and started again behind a faulty
link.
"""

import shlex
import signal
from pathlib import Path

import psycopg
import redis

from tests.support.processes import Program
from tests.support.servers import POSTGRES_ACCOUNT, Server, start_postgres, start_redis
from tests.support.waiting import wait_until


class MortalPostgres:
    """`port` stays the same over restarts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = start_postgres(folder)
        self.url = self._server.url
        self.port = int(self.url.rpartition(":")[2])

    def create(self, name: str) -> str:
        """An empty database. Returns its address."""
        with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{self.url}/{name}"

    def stop(self) -> None:
        """As a restart of the service does: everybody is cut off, and the data is safe."""
        self._server.program.stop(signal.SIGINT)

    def kill(self) -> None:
        self._server.program.kill()

    def start(self) -> None:
        """After `stop` or `kill`; returns when it lets in. While children of a killed one hold
        its memory the next one refuses to begin: it is begun again, as a service is.
        """
        self._begin()
        wait_until(self._has_begun, "PostgreSQL lets in")

    def _begin(self) -> None:
        """By the command that PostgreSQL itself has noted down."""
        data = self._folder / "data"
        command = shlex.split((data / "postmaster.opts").read_text())
        (data / "postmaster.pid").unlink(missing_ok=True)
        log = self._server.program.log
        self._server = Server(
            Program(command, log, cwd=self._folder, account=POSTGRES_ACCOUNT), self.url
        )

    def _has_begun(self) -> bool:
        if not self._server.program.is_alive():
            self._begin()
        return self.lets_in()

    def close(self) -> None:
        self.stop()

    def lets_in(self) -> bool:
        """Whether anybody can connect now."""
        try:
            psycopg.connect(f"{self.url}/postgres").close()
        except psycopg.OperationalError:
            return False
        return True


class MortalRedis:
    """Keeps nothing: started again, it is empty, and listens on another port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = start_redis(folder)

    @property
    def port(self) -> int:
        return int(self._server.url.rpartition(":")[2])

    def kill(self) -> None:
        self._server.program.kill()

    def start_empty(self) -> int:
        """Returns the new port."""
        self._server = start_redis(self._folder)
        return self.port

    def is_alive(self) -> bool:
        return self._server.program.is_alive()

    def forgets(self) -> None:
        redis.Redis(port=self.port).flushall()

    def close(self) -> None:
        self._server.program.kill()
