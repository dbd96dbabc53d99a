"""Node's own unit tests (`*.test.mjs`) as pytest items, so that one run tells about everything."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.machine import NODE
from tests.support.processes import ROOT


class NodeTestFile(pytest.File):
    """One file is one item: node says which of its tests failed."""

    def collect(self) -> Iterator[pytest.Item]:
        yield NodeTest.from_parent(self, name="node")


class NodeTestFailed(Exception):
    """The report that node printed."""


class NodeTest(pytest.Item):
    def runtest(self) -> None:
        command = [str(NODE), "--test", "--test-reporter=spec", str(self.path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise NodeTestFailed(done.stdout + done.stderr)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str:
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, self.path.name
