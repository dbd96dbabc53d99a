"""gunicorn workers that do the app harm, for processes of these tests alone: what `FLUX_TEST_…` asks of them."""

import os
import signal
from collections.abc import Callable
from types import ModuleType
from typing import Any

from gunicorn.workers.ggevent import GeventWorker
from sqlalchemy import Connection, event

from backend.ai import breaker, openai_chat
from backend.chat import running
from backend.services import Services
from backend.store import database


def worker(name: str) -> dict[str, str]:
    """The setting with which an app runs with one of these."""
    return {"GUNICORN_CMD_ARGS": f"--worker-class tests.faults.harmed_workers.{name}"}


class HarmedWorker(GeventWorker):  # type: ignore[misc]
    """Loads the app as ever; then `harm` has its services."""

    def load_wsgi(self) -> None:
        self.prepare()
        super().load_wsgi()
        self.harm(self.wsgi.extensions["services"])

    def prepare(self) -> None:
        """Before the app is built."""

    def harm(self, services: Services) -> None:
        """Before the first request."""


class HurriedWorker(HarmedWorker):
    """The same code with a tenth of the patience, or a fifth: tests need not wait for half a minute."""

    def prepare(self) -> None:
        for (module, name), (_, hurried) in PATIENCE.items():
            setattr(module, name, hurried)


# What the app has, and what a hurried one gets.
PATIENCE: dict[tuple[ModuleType, str], tuple[float, float]] = {
    (openai_chat, "CONNECT_SECONDS"): (5, 0.5),
    (openai_chat, "FIRST_TEXT_SECONDS"): (20, 2),
    (openai_chat, "GAP_SECONDS"): (15, 1.5),
    (running, "TURN_SECONDS"): (60, 6),
    (running, "WORTH_A_NEW_ATTEMPT_SECONDS"): (20, 2),
    (running, "STORE_PATIENCE_SECONDS"): (30, 3),
    (breaker, "PROBE_SECONDS"): (5, 0.5),
    (database, "LOCK_WAIT_SECONDS"): (5, 1),
}


class DyingWorker(HarmedWorker):
    """Dies with its whole group while it accepts a message: `before_commit`, or `after_commit`, before the answer."""

    def harm(self, services: Services) -> None:
        if os.environ["FLUX_TEST_DIES"] == "after_commit":
            services.run_now = lambda claim: _die()
        else:
            _at_insert(services, _die)


def _at_insert(services: Services, do: Callable[[], None]) -> None:
    """When the message's own row is being written, which is in the middle of its transaction."""

    def look(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO messages"):
            do()

    for engine in services.db.engines:
        event.listen(engine, "after_cursor_execute", look)


def _die() -> None:
    os.killpg(0, signal.SIGKILL)
