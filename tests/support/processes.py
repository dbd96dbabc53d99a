"""Programs that the tests start: each in a process group of its own, with its output in a file."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]


class Process(Protocol):
    """As much of `subprocess.Popen` as is needed here."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class Program:
    """A running program. Nothing of it survives `stop` or `kill`: both reach the whole group."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        account: str | None = None,
    ) -> None:
        self.log = log
        self._command = " ".join(command)
        with log.open("ab") as output:
            self._process: Process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=account,
                group=account,
                start_new_session=True,
            )

    @classmethod
    def module(cls, name: str, log: Path, **options: object) -> Self:
        """`python -m name`, with each option as `--option value`."""
        words = [
            str(word)
            for option, value in options.items()
            for word in (f"--{option}", value)
        ]
        return cls([sys.executable, "-m", name, *words], log)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def wait_ready(self, ready: Callable[[], object], within: float = 90) -> None:
        """Until `ready()`. One that ends before that, or takes too long, is an error with its
        output.
        """
        try:
            wait_until(lambda: not self.is_alive() or ready(), "ready", within)
        except TimeoutError:
            self.kill()
            raise RuntimeError(
                f"{self._command} was not ready in time:\n{self.last_words()}"
            ) from None
        if not self.is_alive():
            raise RuntimeError(f"{self._command} ended at once:\n{self.last_words()}")

    def send(self, number: signal.Signals) -> None:
        """To the whole group, whether or not its leader still lives."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self._process.wait()

    def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 15) -> int:
        """Ask it to end, then make it. The exit code says which it was."""
        self.send(number)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(within)
        self.kill()
        return self.wait()

    def wait(self) -> int:
        """The exit code, when it has ended by itself."""
        return self._process.wait()

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def last_words(self) -> str:
        return self.output()[-4_000:]
