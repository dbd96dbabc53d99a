"""What every Python file keeps: its opening lines, its name; where it may catch, sleep or look.

How many parameters and branches a function may have is ruff's to say, in `pyproject.toml`.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from tests.house.measures import catches_all
from tests.support.processes import ROOT
from tests.support.source_files import place, python_files, tree_of

# Where a turn, a tool and a job end, and once in each: whatever broke, somebody is waiting to be
# told.
MAY_CATCH_ALL = {
    "backend/chat/runner.py",
    "backend/tools/toolbox.py",
    "backend/jobs/worker.py",
}
OF_THE_ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}
# The app once; and the demo, which starts the app with an environment that it makes.
MAY_READ_ENVIRONMENT = {"backend/config.py", "backend/dev/dev_app.py"}
MAY_SLEEP = {"tests/support/waiting.py"}
MANY_MAY_HAVE = {"__init__", "__main__", "conftest"}

Node = TypeVar("Node", bound=ast.AST)


def test_every_module_says_in_one_to_four_lines_what_it_owns() -> None:
    said = {
        place(path): ast.get_docstring(tree_of(path))
        for path in python_files()
        if path.stat().st_size
    }

    assert not [
        name
        for name, text in said.items()
        if not text or len(list(filter(None, text.splitlines()))) > 4
    ]


def test_a_file_name_says_which_file_it_is() -> None:
    names = Counter(path.stem for path in python_files() if has_own_name(path))

    assert not [name for name, times in names.items() if times > 1]
    assert not {path.stem for path in python_files()} & sys.stdlib_module_names


def test_a_tool_is_called_as_its_file_is() -> None:
    found = {
        place(path): (path.stem, name)
        for path in python_files("backend/tools")
        if (name := name_of_tool(tree_of(path))) is not None
    }

    assert not [where for where, (stem, name) in found.items() if stem != name]


def test_everything_is_caught_only_where_a_turn_a_tool_or_a_job_ends() -> None:
    found = Counter(
        path.relative_to(ROOT).as_posix()
        for path, node in every(ast.ExceptHandler)
        if catches_all(node.type)
    )

    assert not found.keys() - MAY_CATCH_ALL
    assert set(found.values()) <= {1}


def test_the_environment_is_read_where_a_program_starts() -> None:
    found = {
        place(path)
        for path, node in every((ast.Attribute, ast.ImportFrom), "backend")
        if reads_environment(node)
    }

    assert found == MAY_READ_ENVIRONMENT


def test_tests_wait_for_events_and_do_not_sleep() -> None:
    found = {
        place(path)
        for path, node in every((ast.Attribute, ast.alias), "tests")
        if name_of(node) in {"sleep", "wait_for_timeout"}
    }

    assert found == MAY_SLEEP


def has_own_name(path: Path) -> bool:
    """A page of the admin is called as its subject's folder is, a test as the module it tests."""
    return (
        path.stem not in MANY_MAY_HAVE
        and not path.stem.startswith("test_")
        and not place(path).startswith("backend/web/admin/")
    )


def name_of_tool(tree: ast.Module) -> str | None:
    """What `TOOL = Tool(name="…")` says, if the module has one."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TOOL":
            call = node.value
            assert isinstance(call, ast.Call), "a tool is written out where it stands"
            arguments = {word.arg: word.value for word in call.keywords}
            return str(ast.literal_eval(arguments["name"]))
    return None


def every(
    kind: type[Node] | tuple[type[Node], ...], folder: str = ""
) -> Iterator[tuple[Path, Node]]:
    for path in python_files(folder):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, kind):
                yield path, node


def reads_environment(node: ast.AST) -> bool:
    """`os.environ` and the like; a WSGI request has an `environ` of its own."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any(
            alias.name in OF_THE_ENVIRONMENT for alias in node.names
        )
    return (
        isinstance(node, ast.Attribute)
        and node.attr in OF_THE_ENVIRONMENT
        and ast.unparse(node.value) == "os"
    )


def name_of(node: ast.AST) -> str:
    """Of an attribute or an imported name."""
    return str(getattr(node, "attr", None) or getattr(node, "name", ""))
