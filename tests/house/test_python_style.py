"""What every Python file keeps: its size, its opening lines, its name; where it may catch, sleep or
look.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from tests.support.processes import ROOT
from tests.support.source_files import place, python_files, tree_of

MOST_FUNCTION_LINES = 60
MOST_FILE_LINES = 400
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


def test_functions_and_files_stay_short() -> None:
    # A migration is a long table, not a long function.
    long_functions = [
        place(path, node.lineno)
        for path, node in every((ast.FunctionDef, ast.AsyncFunctionDef))
        if (node.end_lineno or 0) - node.lineno >= MOST_FUNCTION_LINES
        and "migrations" not in path.parts
    ]
    long_files = [
        place(path)
        for path in python_files()
        if len(path.read_text().splitlines()) > MOST_FILE_LINES
    ]

    assert not long_functions + long_files


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
    stems = Counter(path.name.removesuffix(".py") for path in python_files())

    assert not [
        name for name, times in stems.items() if times > 1 and name not in MANY_MAY_HAVE
    ]
    assert not stems.keys() & sys.stdlib_module_names


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


def catches_all(caught: ast.expr | None) -> bool:
    """`except:` and `except Exception` alike, also in a tuple."""
    if isinstance(caught, ast.Tuple):
        return any(catches_all(part) for part in caught.elts)
    return (
        caught is None
        or isinstance(caught, ast.Name)
        and caught.id in {"Exception", "BaseException"}
    )
