"""The back end can be read: air, width, lambdas, and a test beside every module."""

from pathlib import Path

import pytest

from tests.house.measures import (
    Measures,
    functions_of,
    has_blank_line,
    lines_of_code,
    measured,
    read_source,
    untested_modules,
    wide_lines,
)
from tests.support.source_files import python_files


@pytest.fixture(scope="module")
def found() -> Measures:
    return measured("backend")


def test_long_functions_have_a_blank_line_between_their_thoughts(found) -> None:
    assert found.with_blank_line >= 0.6


def test_a_line_holds_one_idea(found) -> None:
    assert found.tokens_in_a_line <= 8.5
    assert found.lambdas <= 1


def test_no_line_is_wider_than_the_page() -> None:
    assert not [place for path in python_files() for place in wide_lines(path)]


def test_modules_have_a_test_of_their_name(found) -> None:
    assert found.with_own_test >= 0.9, untested_modules("backend")


def test_a_blank_line_counts_between_statements_only(tmp_path: Path) -> None:
    packed = tmp_path / "packed.py"
    packed.write_text(
        'def add(a, b):\n    """Doc.\n\n    More.\n    """\n\n    return a + b\n'
    )
    airy = tmp_path / "airy.py"
    airy.write_text("def add(a, b):\n    total = a + b\n\n    return total\n")

    found = [
        has_blank_line(*function)
        for path in (packed, airy)
        for function in functions_of(read_source(path))
    ]
    assert found == [False, True]


def test_a_docstring_is_neither_tokens_nor_a_line_of_code(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text('"""What it owns."""\n\nTEN = 10  # a comment\n')

    source = read_source(path)

    assert [token.string for token in source.tokens] == ["TEN", "=", "10", "\n"]
    assert lines_of_code(source) == {3}
