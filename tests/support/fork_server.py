"""Programs of the app that start in a moment: a process that has loaded the app's libraries once
forks for each of them.

What runs is what production runs, gunicorn and `flask`, with an environment, a log and a process
group of its own; only the loading is shared.
"""

import atexit
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from tests.support.processes import ROOT, Program
from tests.support.waiting import wait_until

Kind = Literal["gunicorn", "flask"]

# No test lasts as long.
MOST_SECONDS = 600


class ForkedProgram(Program):
    """`gunicorn` or `flask`, with the words of its command line."""

    def __init__(
        self, kind: Kind, words: Sequence[str], log: Path, env: Mapping[str, str]
    ) -> None:
        self.log = log
        self._command = " ".join((kind, *words))
        server = fork_server(kind)
        asked = {"words": [kind, *words], "log": str(log), "environ": dict(env)}
        self._process = ForkedProcess(server, server.ask({"start": asked}))


class ForkedProcess:
    def __init__(self, server: "ForkServer", pid: int) -> None:
        self.pid = pid
        self._server = server
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None:
            self._code = self._server.ask({"ended": self.pid})
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        within = MOST_SECONDS if timeout is None else timeout
        try:
            wait_until(lambda: self.poll() is not None, "its end", within)
        except TimeoutError:
            raise subprocess.TimeoutExpired(f"process {self.pid}", within) from None
        assert self._code is not None
        return self._code


class ForkServer:
    """Asks a `python -m tests.support.forking`, which ends when nobody can ask it any more."""

    def __init__(self, kind: Kind) -> None:
        self._one_at_a_time = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.forking", kind],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        atexit.register(self._process.stdin.close)  # type: ignore[union-attr]

    def ask(self, question: Mapping[str, Any]) -> Any:
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        with self._one_at_a_time:
            to.write(f"{json.dumps(question)}\n".encode())
            to.flush()
            return json.loads(back.readline())


@cache
def fork_server(kind: Kind) -> ForkServer:
    """The one of this process."""
    return ForkServer(kind)
