"""The project's own files: what git tracks, and what is new and not ignored."""

import ast
import subprocess
from functools import cache
from pathlib import Path

from tests.support.processes import ROOT

EXTENSION = ROOT / "extensions" / "chat-widget"


@cache
def project_files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [
        path for name in listed.split("\0") if name and (path := ROOT / name).is_file()
    ]


def python_files(folder: str = "") -> list[Path]:
    """Below `folder`, or all of them."""
    return [
        path
        for path in project_files()
        if path.suffix == ".py" and path.is_relative_to(ROOT / folder)
    ]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), str(path))


def place(path: Path, line: int = 0) -> str:
    """How a finding names where it is."""
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{line}" if line else name
