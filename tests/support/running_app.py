"""The app as production starts it: migrate, then gunicorn, and nothing but environment
variables.
"""

import base64
import os
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Self

import httpx2

from tests.support.fork_server import ForkedProgram
from tests.support.loopback import loopback
from tests.support.machine import free_port
from tests.support.migrated_stores import migrate
from tests.support.processes import Program
from tests.support.stores import Store, StoreKind, Stores
from tests.support.waiting import answers

PROGRAMS = Path(sys.executable).parent
SECRET = "the client secret of the tests, known to nobody else"
CLIENT_ID = "client-id-of-the-tests"
ENCRYPTION_KEY = base64.b64encode(b"the encryption key of the tests!").decode()

# Makes one more app: `app_factory("postgresql", TURN_LEASE_SECONDS="2")`.
AppFactory = Callable[..., "RunningApp"]

_numbers = count(1)


class RunningApp:
    """One process of the app on its own port. `sibling` gives another one that shares its store."""

    def __init__(self, store: Store, folder: Path, **settings: str) -> None:
        self.store = store
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._settings = settings
        self._log = folder / f"app-{next(_numbers)}.log"
        self._program: Program | None = None
        self._siblings: list[RunningApp] = []

    def start(self) -> Self:
        """Returns when it can take messages."""
        migrate(self.store, lambda: self.flask("migrate"))
        return self._serve()

    def restart(self) -> Self:
        """After `kill` or `terminate`: on the same port, with the same store."""
        return self._serve()

    def sibling(self, **settings: str) -> "RunningApp":
        """Another process at the same store, started; `settings` differ from this one's."""
        self._siblings.append(
            RunningApp(self.store, self._folder, **(self._settings | settings))
        )
        return self._siblings[-1]._serve()

    def like(self, store: Store | None = None, **settings: str) -> "RunningApp":
        """Another one, at another store or with other settings, not started. Whoever starts it
        closes it.
        """
        return RunningApp(
            store or self.store, self._folder, **(self._settings | settings)
        )

    def kill(self) -> None:
        """As a power cut does: no process of the group gets to say anything."""
        self._started().kill()

    def terminate(self) -> int:
        """As a deployment does. Returns the exit code."""
        return self._started().stop()

    def close(self) -> None:
        for sibling in self._siblings:
            sibling.close()
        if self._program:
            self._program.kill()

    def get(self, path: str) -> httpx2.Response:
        """An unsigned request, as an operator makes it: /health, /ready, /metrics."""
        return loopback.get(self.base + path)

    def flask(self, *words: str) -> str:
        """What `flask --app backend.app …` prints; a failure raises with its output."""
        log = self._folder / f"flask-{next(_numbers)}.log"
        program = ForkedProgram(
            "flask", ["--app", "backend.app", *words], log, self._environment()
        )
        if program.wait():
            raise RuntimeError(f"flask {' '.join(words)} failed:\n{program.output()}")
        return program.output()

    def logs(self) -> str:
        """Everything that its processes have written since the first start."""
        return self._log.read_text(errors="replace")

    def files(self) -> list[Path]:
        """Whatever its processes have written: logs, what they keep at home, and SQLite's files."""
        kept = [path for path in self._folder.rglob("*") if path.is_file()]
        database = Path(self.store.database_url.partition(":///")[2])
        return (
            kept + list(database.parent.glob(f"{database.name}*"))
            if self.store.kind == "sqlite"
            else kept
        )

    def _serve(self) -> Self:
        words = ["-c", "backend/gunicorn.conf.py", "backend.app:create_app()"]
        self._program = ForkedProgram("gunicorn", words, self._log, self._environment())
        self._program.wait_ready(lambda: answers(f"{self.base}/ready"))
        return self

    def _started(self) -> Program:
        assert self._program, "the app was never started"
        return self._program

    def _environment(self) -> dict[str, str]:
        """All that the app is told; what the developer's shell and .env hold stays out."""
        return {
            "PATH": f"{PROGRAMS}:{os.defpath}",
            "HOME": str(self._folder),
            "FLASK_SKIP_DOTENV": "1",
            "DATABASE_URL": self.store.database_url,
            "REDIS_URL": self.store.redis_url,
            "SHOPIFY_API_KEY": CLIENT_ID,
            "SHOPIFY_API_SECRET": SECRET,
            "ENCRYPTION_KEYS": ENCRYPTION_KEY,
            "HOST": self.base,
            "PORT": str(self.port),
            **self._settings,
        }


class SharedApps:
    """Apps that run until the end, one for each store and settings that a test has asked for."""

    def __init__(self, stores: Stores, start: Callable[..., RunningApp]) -> None:
        self._stores, self._start = stores, start
        self._apps: dict[tuple[object, ...], RunningApp] = {}

    def on(self, kind: StoreKind, **settings: str) -> RunningApp:
        """The app of that store; started when it is asked for first."""
        key = (kind, *sorted(settings.items()))
        if key not in self._apps:
            self._apps[key] = self._start(self._stores.new(kind), **settings)
        return self._apps[key]

    def close(self) -> None:
        for app in self._apps.values():
            app.close()
