"""gunicorn workers that do the app harm, for processes of these tests alone: what `FLUX_TEST_…` asks of them."""

import os
import signal
from collections.abc import Callable
from typing import Any, TypeVar

from gunicorn.workers.ggevent import GeventWorker
from sqlalchemy import Connection, event

from backend.services import Services

Result = TypeVar("Result")


class HarmedWorker(GeventWorker):  # type: ignore[misc]
    """Loads the app as ever; then `harm` has its services."""

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.harm(self.wsgi.extensions["services"])

    def harm(self, services: Services) -> None:
        raise NotImplementedError


class DyingWorker(HarmedWorker):
    """Dies with its whole group while it accepts a message: `before_commit`, or `after_commit` and before the answer."""

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
