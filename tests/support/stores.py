"""Empty stores for apps: a SQLite file, or one database each of the run's PostgreSQL and Redis."""

import shutil
import signal
import tempfile
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Literal

import psycopg

from tests.support.servers import Server, start_postgres, start_redis

StoreKind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True)
class Store:
    """Where one app keeps its data. Processes may share any store but SQLite."""

    kind: StoreKind
    database_url: str
    redis_url: str = ""


class Stores:
    """Hands out stores that nothing else uses. The servers start when they are first needed, once a
    run.
    """

    def __init__(self) -> None:
        # Not below pytest's own folder: only its owner may enter that, and PostgreSQL runs as
        # somebody else.
        self._folder = Path(tempfile.mkdtemp(prefix="flux-chat-"))
        self._folder.chmod(0o755)
        self._numbers = count(1)
        self._servers: list[Server] = []

    def new(self, kind: StoreKind, redis: bool = True) -> Store:
        """`redis` matters to PostgreSQL only; without it the store is for one process."""
        number = next(self._numbers)
        if kind == "sqlite":
            return Store(kind, f"sqlite:///{self._folder}/store-{number}.db")
        with psycopg.connect(
            f"{self.postgres.url}/postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE store_{number}")
        redis_url = f"{self.redis.url}/{number}" if redis else ""
        return Store(kind, f"{self.postgres.url}/store_{number}", redis_url)

    @cached_property
    def postgres(self) -> Server:
        folder = self._folder / "postgresql"
        folder.mkdir()
        return self._keep(start_postgres(folder))

    @cached_property
    def redis(self) -> Server:
        return self._keep(start_redis(self._folder))

    def close(self) -> None:
        for server in self._servers:
            # The word at which PostgreSQL ends without waiting for its clients.
            server.program.stop(signal.SIGINT)
        shutil.rmtree(self._folder)

    def _keep(self, server: Server) -> Server:
        self._servers.append(server)
        return server
