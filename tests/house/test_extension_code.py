"""What every file of the storefront extension keeps: no markup from strings, short functions,
lines of 100 columns, few bytes.
"""

import gzip
import re
from pathlib import Path

import pytest

from tests.support.source_files import EXTENSION, place, project_files

MOST_METHOD_LINES = 40
MOST_COLUMNS = 100
AIRY_LINES = 12
LEAST_AIRY = 0.6
# What theme check lets a block's own script weigh, unpacked.
MOST_LAUNCHER_BYTES = 10_000
MOST_LAUNCHER_PACKED = 3_000
MOST_OPENED_PACKED = 44 * 1024
# What comes when it is wanted, with all that it needs.
MOST_LATER_PACKED = {
    "chat-cards.js": 7_000,
    "chat-menu-actions.js": 2_500,
    "chat-form.js": 8_500,
    "chat-news.js": 3_500,
    "chat-order.js": 2_200,
    "chat-person.js": 3_300,
    "chat-rating.js": 2_800,
    "chat-shared-cart.js": 1_400,
}
# The same for the eye; what is small shares one.
LOOKS = {
    "chat-panel.js": "chat-widget.css",
    "chat-form.js": "chat-form.css",
    "chat-news.js": "chat-news.css",
    "chat-order.js": "chat-parts.css",
    "chat-person.js": "chat-parts.css",
    "chat-rating.js": "chat-parts.css",
}
IMPORTED = re.compile(r"^(?:import|\} from)\b.*\"\./(chat-[\w-]+\.js)\"", re.MULTILINE)

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


def test_a_visitor_who_opens_the_chat_loads_little() -> None:
    opened = needs_of("chat-panel.js") | {"chat-widget.js"}

    assert packed_size(opened) <= MOST_OPENED_PACKED


@pytest.mark.parametrize("script", MOST_LATER_PACKED)
def test_what_comes_later_is_little_as_well(script: str) -> None:
    more = needs_of(script) - needs_of("chat-panel.js")

    assert packed_size(more) <= MOST_LATER_PACKED[script]


def test_each_file_is_loaded_with_something_that_is_weighed() -> None:
    weighed = {
        name
        for script in ("chat-panel.js", *MOST_LATER_PACKED)
        for name in needs_of(script)
    }

    assert {path.name for path in assets()} == weighed | {"chat-widget.js"}


def needs_of(script: str) -> set[str]:
    """The files that a browser asks for before `script` can run, and its styles."""
    found: set[str] = set()
    wanted = [script]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            text = (EXTENSION / "assets" / name).read_text()
            wanted += IMPORTED.findall(text)

    return found | ({LOOKS[script]} if script in LOOKS else set())


def packed_size(names: set[str]) -> int:
    folder = EXTENSION / "assets"
    return sum(packed((folder / name).read_bytes()) for name in names)


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
