"""How the back end reads, in numbers: `python -m tests.house.measures` prints the table.

The definitions stand here, the bars in `test_measures.py`.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from tests.support.processes import ROOT
from tests.support.source_files import place, project_files, python_files, tree_of

TESTS = ROOT / "tests"
LONG_FUNCTION = 12
COLUMNS = 100

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

# What is laid out, not written; NEWLINE and INDENT count, as the ends and beginnings of thoughts.
NOT_COUNTED = {tokenize.COMMENT, tokenize.NL, tokenize.DEDENT, tokenize.ENDMARKER}
# A line that has nothing but these has no code.
NO_CODE = NOT_COUNTED | {tokenize.NEWLINE, tokenize.INDENT}


class Source(NamedTuple):
    """One module, read once; its docstrings are neither tokens nor lines of code."""

    path: Path
    lines: list[str]
    tree: ast.Module
    tokens: list[tokenize.TokenInfo]


class Measures(NamedTuple):
    long_functions: int
    with_blank_line: float
    tokens_in_a_line: float
    tokens_in_a_function: tuple[float, float]
    wide_lines: float
    lambdas: float
    words_in_a_name: tuple[float, float]
    modules: int
    with_own_test: float
    broad_excepts: int


def main() -> None:
    found = measured("backend")
    rows = [
        (f"functions of {LONG_FUNCTION} or more lines", f"{found.long_functions}"),
        ("  that have a blank line in them", f"{found.with_blank_line:.0%}"),
        ("tokens in a line", f"{found.tokens_in_a_line:.1f}"),
        ("tokens in a function, median / p90", pair(found.tokens_in_a_function)),
        (f"lines over {COLUMNS} columns, per 1,000", f"{found.wide_lines:.1f}"),
        ("lambdas, per 1,000 lines", f"{found.lambdas:.1f}"),
        ("words in a function's name, median / p90", pair(found.words_in_a_name)),
        ("modules", f"{found.modules}"),
        ("  that have a test of the same name", f"{found.with_own_test:.0%}"),
        ("broad excepts", f"{found.broad_excepts}"),
    ]

    for what, value in rows:
        print(f"{what:<44}{value:>10}")


def measured(folder: str) -> Measures:
    sources = [read_source(path) for path in python_files(folder)]
    lines = sum(len(source.lines) for source in sources)
    code = sum(len(lines_of_code(source)) for source in sources)
    tokens = sum(len(source.tokens) for source in sources)

    functions = [pair for source in sources for pair in functions_of(source)]
    long_ones = [pair for pair in functions if len(lines_of(pair[1])) >= LONG_FUNCTION]
    airy = [node for source, node in long_ones if has_blank_line(source, node)]

    wide = sum(len(wide_lines(source.path)) for source in sources)
    lambdas = sum(count_of(source.tree, ast.Lambda) for source in sources)
    modules = modules_to_test(folder)

    return Measures(
        long_functions=len(long_ones),
        with_blank_line=len(airy) / len(long_ones),
        tokens_in_a_line=tokens / code,
        tokens_in_a_function=middle_and_most(
            tokens_of(source, node) for source, node in functions
        ),
        wide_lines=1000 * wide / lines,
        lambdas=1000 * lambdas / lines,
        words_in_a_name=middle_and_most(words_of(node) for _, node in functions),
        modules=len(modules),
        with_own_test=1 - len(untested_modules(folder)) / len(modules),
        broad_excepts=sum(len(broad_excepts(source.tree)) for source in sources),
    )


def read_source(path: Path) -> Source:
    text = path.read_text()
    tree = tree_of(path)

    docstrings = lines_of_docstrings(tree)
    tokens = [
        token
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in NOT_COUNTED and token.start[0] not in docstrings
    ]

    return Source(path, text.splitlines(), tree, tokens)


def lines_of_docstrings(tree: ast.Module) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, Documented) and ast.get_docstring(node) is not None:
            found |= lines_of(node.body[0])
    return found


def lines_of_code(source: Source) -> set[int]:
    return {token.start[0] for token in source.tokens if token.type not in NO_CODE}


def functions_of(source: Source) -> Iterator[tuple[Source, Function]]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield source, node


def lines_of(node: ast.stmt) -> set[int]:
    """From its first word to its last line; decorators stand outside."""
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def has_blank_line(source: Source, node: Function) -> bool:
    """Between its statements: one in or below the docstring says nothing about the code."""
    has_docstring = ast.get_docstring(node) is not None
    statements = node.body[has_docstring:]
    if not statements:
        return False

    inside = range(statements[0].lineno, max(lines_of(node)) + 1)
    return any(not source.lines[number - 1].strip() for number in inside)


def tokens_of(source: Source, node: Function) -> int:
    inside = lines_of(node)
    return sum(token.start[0] in inside for token in source.tokens)


def words_of(node: Function) -> int:
    return len([word for word in node.name.split("_") if word])


def wide_lines(path: Path) -> list[str]:
    lines = path.read_text().splitlines()
    return [
        place(path, number)
        for number, line in enumerate(lines, start=1)
        if len(line) > COLUMNS
    ]


def count_of(tree: ast.Module, kind: type[ast.AST]) -> int:
    return sum(isinstance(node, kind) for node in ast.walk(tree))


def modules_to_test(folder: str) -> list[Path]:
    """A package's `__init__` says what the folder is, and a migration is tested by a database."""
    return [
        path
        for path in python_files(folder)
        if path.name != "__init__.py" and "migrations" not in path.parts
    ]


def untested_modules(folder: str) -> list[str]:
    """A test of the same name may stand in any folder; `__main__` is what its package starts."""
    tests = {path.name for path in project_files() if path.is_relative_to(TESTS)}
    return [
        place(path) for path in modules_to_test(folder) if test_name(path) not in tests
    ]


def test_name(path: Path) -> str:
    stem = path.parent.name if path.stem == "__main__" else path.stem
    return f"test_{stem.replace('.', '_')}.py"


def broad_excepts(tree: ast.Module) -> list[int]:
    """`except:` and `except Exception` alike, also in a tuple."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and catches_all(node.type)
    ]


def catches_all(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(catches_all(part) for part in caught.elts)
    return (
        caught is None
        or isinstance(caught, ast.Name)
        and caught.id in {"Exception", "BaseException"}
    )


def middle_and_most(numbers: Iterator[int]) -> tuple[float, float]:
    """The median, and what nine of ten stay under."""
    found = sorted(numbers)
    return median(found), quantiles(found, n=10)[-1]


def pair(numbers: tuple[float, float]) -> str:
    return " / ".join(f"{number:.0f}" for number in numbers)


if __name__ == "__main__":
    main()
