"""What every file of the storefront extension keeps: no markup from strings, short functions,
lines of 100 columns, few bytes.
"""

import gzip
import re
from pathlib import Path

from tests.support.source_files import EXTENSION, place, project_files

MOST_METHOD_LINES = 40
MOST_COLUMNS = 100
AIRY_LINES = 12
LEAST_AIRY = 0.6
# What theme check lets a block's own script weigh, unpacked.
MOST_LAUNCHER_BYTES = 10_000
MOST_LAUNCHER_PACKED = 3_000
MOST_OPENED_PACKED = 52 * 1024

FORBIDDEN = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment"
    r"|setHTMLUnsafe|document\.write)\b"
    r"|\beval\s*\(|\bFunction\s*\(|\bconsole\.\w+|\bdebugger\b"
    r"|\bset(?:Timeout|Interval)\(\s*[\"'`]"
)
# Whatever ends its line like a function does and is no other statement; what it encloses is part of
# it.
OPENS = re.compile(
    r"(?!\s*(?:\} )?(?:if|for|while|switch|else|catch)\b).*(?:\)|=>) \{$"
)


def test_nothing_in_the_extension_makes_markup_or_code_from_text() -> None:
    found = [
        f"{place(path, number)}: {match.group()}"
        for path in [*assets(".js"), *liquid_files()]
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (match := FORBIDDEN.search(line))
    ]

    assert not found


def test_no_liquid_file_carries_a_script_of_its_own() -> None:
    assert not [
        place(path)
        for path in liquid_files()
        if re.search(r"<script\b|\son\w+=", path.read_text())
    ]


def test_the_lines_and_functions_of_scripts_stay_short() -> None:
    scripts = {path: path.read_text().splitlines() for path in assets(".js")}

    assert scripts
    assert not [
        place(path, number)
        for path, lines in scripts.items()
        for number, line in enumerate(lines, 1)
        if len(line) > MOST_COLUMNS
    ]
    assert not [
        place(path, start)
        for path, lines in scripts.items()
        for start, end in functions_of(lines)
        if end - start >= MOST_METHOD_LINES
    ]


def test_most_functions_of_a_dozen_lines_have_a_blank_one_between_their_thoughts() -> (
    None
):
    long = [
        lines[start:end]
        for lines in (path.read_text().splitlines() for path in assets(".js"))
        for start, end in functions_of(lines)
        if end - start >= AIRY_LINES - 1
    ]

    assert sum("" in inside for inside in long) >= LEAST_AIRY * len(long)


def test_every_script_says_first_what_it_is() -> None:
    assert not [
        place(path) for path in assets(".js") if not path.read_text().startswith("// ")
    ]


def test_a_visitor_who_does_not_chat_loads_almost_nothing() -> None:
    launcher = (EXTENSION / "assets" / "chat-widget.js").read_bytes()

    assert len(launcher) < MOST_LAUNCHER_BYTES
    assert packed(launcher) <= MOST_LAUNCHER_PACKED


def test_a_visitor_who_chats_loads_little() -> None:
    assert sum(packed(path.read_bytes()) for path in assets()) <= MOST_OPENED_PACKED


def functions_of(lines: list[str]) -> list[tuple[int, int]]:
    """First and last line of each, by indentation; the house's formatting makes that exact."""
    found = []
    for number, line in enumerate(lines, 1):
        if OPENS.match(line):
            closing = re.compile(r" " * (len(line) - len(line.lstrip())) + r"\}")
            end = next(
                (
                    number + more
                    for more, below in enumerate(lines[number:], 1)
                    if closing.match(below)
                ),
                number,
            )
            found.append((number, end))
    return found


def packed(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def assets(suffix: str = "") -> list[Path]:
    return [
        path
        for path in in_extension()
        if path.parent.name == "assets" and path.name.endswith(suffix)
    ]


def liquid_files() -> list[Path]:
    return [path for path in in_extension() if path.suffix == ".liquid"]


def in_extension() -> list[Path]:
    return [path for path in project_files() if path.is_relative_to(EXTENSION)]
