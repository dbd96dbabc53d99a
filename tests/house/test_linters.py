"""Style and types, so that one run of the tests says everything that `make lint` says."""

import subprocess
import sys

import pytest

from tests.support.processes import ROOT


@pytest.mark.parametrize("checker", ["ruff check", "ruff format --check", "mypy"])
def test_the_code_is_clean(checker: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *checker.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
