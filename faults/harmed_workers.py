"""gunicorn workers that do the app harm, for processes of these tests alone: what `FLUX_TEST_…`
asks of them.
"""

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from sqlalchemy import Connection, event

from backend.ai import breaker, openai_chat
from backend.chat import form_turns, placing, store_patience, turns
from backend.chat.live_reply import LiveReply
from backend.jobs import schedule
from backend.services import Services
from backend.serving import TimedWorker
from backend.shopify.draft_orders import create_draft_order
from backend.store import database
from backend.store.job_queue import Claim, finish
from backend.store.live import LiveEvent


def worker(name: str) -> dict[str, str]:
    """The setting with which an app runs with one of these."""
    hurried = (
        {key: str(seconds) for key, (_, seconds) in PATIENCE_SET.items()}
        if name == "HurriedWorker"
        else {}
    )
    return {
        "GUNICORN_CMD_ARGS": f"--worker-class faults.harmed_workers.{name}",
        **hurried,
    }


class HarmedWorker(TimedWorker):
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
    """The same code with a tenth of the patience, or a fifth: tests need not wait for half a
    minute.
    """

    def prepare(self) -> None:
        for (module, name), (_, hurried) in PATIENCE.items():
            setattr(module, name, hurried)


# What the app has, and what a hurried one gets.
PATIENCE: dict[tuple[ModuleType, str], tuple[float, float]] = {
    (openai_chat, "CONNECT_SECONDS"): (5, 0.5),
    (turns, "WORTH_A_NEW_ATTEMPT_SECONDS"): (20, 2),
    (store_patience, "PATIENCE_SECONDS"): (30, 3),
    (breaker, "PROBE_SECONDS"): (5, 0.5),
    (database, "LOCK_WAIT_SECONDS"): (5, 1),
}
# The same, where it is a setting.
PATIENCE_SET = {
    "MODEL_FIRST_SECONDS": (45, 2),
    "MODEL_GAP_SECONDS": (15, 1),
    "TURN_SECONDS": (60, 6),
}


class DyingWorker(HarmedWorker):
    """Dies with its whole group while it accepts a message: `before_commit`, or `after_commit`,
    before the answer.
    """

    def harm(self, services: Services) -> None:
        if os.environ["FLUX_TEST_DIES"] == "after_commit":
            services.process.run_now = lambda claim: _die()
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


class DoomedWorker(HarmedWorker):
    """Dies with its whole group at the moment that the file `FLUX_TEST_DOOM` names now: while a
    message is being accepted, `before_commit` or `after_commit`; when what it says to a form is
    stored, and its reply is not (`untold`); `before_creating` a draft order, or `after_creating`.
    """

    def harm(self, services: Services) -> None:
        doom = Doom(Path(os.environ["FLUX_TEST_DOOM"]))
        _at_insert(services, partial(doom.strike, "before_commit"))

        process = services.process
        process.run_now = doom.before("after_commit", process.run_now)
        tell = doom.before("untold", form_turns._tell)
        mock.patch.object(form_turns, "_tell", tell).start()

        create = doom.before("before_creating", create_draft_order)
        create = doom.behind("after_creating", create)
        mock.patch.object(placing, "create_draft_order", create).start()


class Doom:
    """When a process is to die."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def strike(self, moment: str) -> None:
        if self._file.read_text() == moment:
            _die()

    def before(self, moment: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def die_or_call(*arguments: Any, **named: Any) -> Any:
            self.strike(moment)
            return call(*arguments, **named)

        return die_or_call

    def behind(self, moment: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def call_and_die(*arguments: Any, **named: Any) -> Any:
            answer = call(*arguments, **named)
            self.strike(moment)
            return answer

        return call_and_die


class NewerWorker(HarmedWorker):
    """The next version: its turns say something that no reader knows yet, and it has jobs that
    nobody else can do.
    """

    def prepare(self) -> None:
        schedule.JOBS[NEW_KIND] = _new_job
        begin = LiveReply.begin

        def begin_with_news(reply: Any) -> None:
            begin(reply)
            news = LiveEvent(reply.next_number, "mood", b'{"smiles":true}')
            reply._publish(news)

        mock.patch.object(LiveReply, "begin", begin_with_news).start()


NEW_KIND = "polish"


def _new_job(services: Services, claim: Claim) -> None:
    services.db.write(finish, claim.shop_id, claim.kind, claim.ref)


class MistimedWorker(HarmedWorker):
    """Its clock is as many seconds ahead as the file `FLUX_TEST_CLOCK` says now."""

    def prepare(self) -> None:
        path = Path(os.environ["FLUX_TEST_CLOCK"])
        nanoseconds = time.time_ns

        def time_ns() -> int:
            return nanoseconds() + int(path.read_text()) * 1_000_000_000

        mock.patch.object(time, "time_ns", time_ns).start()
        mock.patch.object(time, "time", lambda: time_ns() / 1e9).start()  # noqa: PT008
