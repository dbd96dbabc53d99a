"""A worker whose calls to the outside can be made to fail, one at a time: the Nth statement, commit
or Redis call.
"""

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
import redis
from redis.client import Pipeline

from backend.services import Services
from backend.store import circuit_breaker
from faults.harmed_workers import HarmedWorker

# What the process asks all day, whether a turn runs or not.
BACKGROUND = ("XREAD", "SUBSCRIBE", "EXPIRE", "PING")


class PlannedFault:
    """One fault, as the file says that a test writes: {"kind", "at", "run"}. `<file>.bitten`
    appears when it bites.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._plan: dict[str, Any] = {}
        self._calls = 0

    def is_due(self, kind: str) -> bool:
        plan = json.loads(self._file.read_text())
        if plan != self._plan:
            self._plan, self._calls = plan, 0
        if kind != plan["kind"]:
            return False
        self._calls += 1
        if self._calls == plan["at"]:
            self._file.with_suffix(".bitten").write_text(str(plan["run"]))
        return bool(self._calls == plan["at"])


class FailingWorker(HarmedWorker):
    def harm(self, services: Services) -> None:
        fault = PlannedFault(Path(os.environ["FLUX_TEST_FAULT"]))
        broken = (
            sqlite3.OperationalError
            if services.db.on_sqlite
            else psycopg.OperationalError
        )
        for engine in services.db.engines:
            for name in ("do_execute", "do_executemany", "do_execute_no_params"):
                _before(
                    engine.dialect, name, lambda *_: fault.is_due("statement"), broken
                )
            _before(
                engine.dialect, "do_commit", lambda *_: fault.is_due("commit"), broken
            )
            _after(
                engine.dialect,
                "do_commit",
                lambda *_: fault.is_due("answer of a commit"),
                broken,
            )
        # Each failure is looked at by itself, so nobody spares Redis after the one before.
        mock.patch.object(circuit_breaker, "REST_SECONDS", 0.0).start()
        _before(
            redis.Redis,
            "execute_command",
            lambda _, *words, **__: _is_asked(words, fault),
            redis.ConnectionError,
        )
        _before(
            Pipeline,
            "execute",
            lambda *_, **__: fault.is_due("Redis"),
            redis.ConnectionError,
        )


def _is_asked(words: tuple[Any, ...], fault: PlannedFault) -> bool:
    return words[0] not in BACKGROUND and fault.is_due("Redis")


def _before(
    owner: Any, name: str, is_due: Callable[..., bool], error: type[Exception]
) -> None:
    call = getattr(owner, name)

    def fails_or_calls(*arguments: Any, **named: Any) -> Any:
        if is_due(*arguments, **named):
            raise error("planned: the call did not arrive")
        return call(*arguments, **named)

    mock.patch.object(owner, name, fails_or_calls).start()


def _after(
    owner: Any, name: str, is_due: Callable[..., bool], error: type[Exception]
) -> None:
    call = getattr(owner, name)

    def calls_and_fails(*arguments: Any, **named: Any) -> Any:
        answer = call(*arguments, **named)
        if is_due(*arguments, **named):
            raise error("planned: the answer was lost")
        return answer

    mock.patch.object(owner, name, calls_and_fails).start()
