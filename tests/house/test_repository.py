"""What is in the repository is ours, complete, and tells nothing about the machine it was written
on.
"""

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.support.processes import ROOT
from tests.support.source_files import place, project_files, python_files, tree_of

THIS_FILE = Path(__file__)
# Home and work folders, and hosts that packages come from.
OF_A_MACHINE = re.compile(
    r"/root/|/home/\w|/Users/\w|/work/|/tmp/flux/|file:///"
    r"|registry\.npmjs|registry\.yarnpkg|pypi\.org|pythonhosted"
    r"|index-url|find-links|proxy\.golang",
)
# Shopify's, OpenAI's and GitHub's tokens, and private keys.
SECRET = re.compile(
    r"\bshp(?:at|ca|pa|ss|ua)_[0-9a-f]{32}"
    r"|\bsk-[A-Za-z0-9_-]{20,}|\bgh[pousr]_[A-Za-z0-9]{36}|BEGIN [A-Z ]*PRIVATE KEY"
)
ENVIRONMENT_FILE = re.compile(r"\.env(?:\..+)?")


def test_nothing_names_a_machine_or_a_registry() -> None:
    assert not findings(OF_A_MACHINE)


def test_nothing_is_a_secret() -> None:
    assert not findings(SECRET)
    assert [
        path.name for path in project_files() if ENVIRONMENT_FILE.fullmatch(path.name)
    ] == [".env.example"]


def test_the_lock_file_says_what_and_not_from_where() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [
        name
        for name, package in packages.items()
        if name and "integrity" not in package
    ]


def test_every_import_is_pinned() -> None:
    inside = {"backend", "bench", "evals", "faults", "tests", *sys.stdlib_module_names}
    from_where = packages_distributions()
    missing = {
        f"{place(path)}: {name}"
        for path in python_files()
        for name in top_level_imports(tree_of(path)) - inside
        if not pinned(path) & {canonical(found) for found in from_where.get(name, [])}
    }

    assert not missing


def test_what_is_tested_is_what_production_installs() -> None:
    assert pins("requirements.txt") <= pins("requirements-dev.txt")
    assert all("==" in pin for pin in pins("requirements-dev.txt"))


def findings(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in project_files():
        text = path.read_bytes().decode("utf-8", "ignore")
        if path != THIS_FILE and (match := pattern.search(text)):
            found.append(f"{place(path)}: {match.group()}")
    return found


def top_level_imports(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def pinned(path: Path) -> set[str]:
    """The packages that a file may count on: in production only what production installs."""
    runs_in_production = place(path).startswith("backend/") and not place(
        path
    ).startswith("backend/dev/")
    name = "requirements.txt" if runs_in_production else "requirements-dev.txt"
    return {pin.partition("==")[0] for pin in pins(name)}


def pins(name: str) -> set[str]:
    return set((ROOT / name).read_text().splitlines())


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
