"""A safe subset of Markdown as blocks: paragraph, heading, code, list, quote, rule, table. No HTML,
no images.

The browser's half of the same grammar is `chat-markdown.js`; `tests/support/markdown_cases.json`
holds both to it.
"""

import re
from collections.abc import Callable, Sequence

from backend.chat.markdown_inline import Node, pairs_in, parse_inline
from backend.shops.addresses import without_unseen

FENCE = re.compile(r" {0,3}(?:(`{3,})[^`]*\Z|(~{3,}))")
HEADING = re.compile(r" {0,3}#{1,6}\s")
RULE = re.compile(r" {0,3}(?:-[-\s]*|\*[*\s]*|_[_\s]*)")
QUOTE = re.compile(r" {0,3}> ?")
ITEM = re.compile(r"(\s*)(?:[-*+•]|([0-9]{1,3})[.)])\s+")
DIVIDER = re.compile(r"\s*:?-+:?\s*")
CUTS = re.compile(r"\\.|`+|\|", re.DOTALL)
STARTS = (FENCE, HEADING, QUOTE, ITEM)
DEEPEST = 4
# What would stand in more columns stays in the last one.
MOST_COLUMNS = 40


def parse_markdown(source: str) -> list[Node]:
    seen = without_unseen(source)
    lines = seen.split("\n")
    return _blocks_of(lines, 0)


class _Lines:
    """Lines to be taken one after the other."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._at = 0

    @property
    def is_empty(self) -> bool:
        return self._at >= len(self._lines)

    @property
    def next(self) -> str:
        return self._lines[self._at]

    @property
    def after_next(self) -> str | None:
        after = self._at + 1
        if after >= len(self._lines):
            return None
        return self._lines[after]

    def take(self) -> str:
        line = self._lines[self._at]
        self._at += 1
        return line

    def take_while(self, is_wanted: Callable[[str], bool]) -> list[str]:
        taken = []
        while not self.is_empty and is_wanted(self.next):
            line = self.take()
            taken.append(line)
        return taken


def _blocks_of(inside: Sequence[str], depth: int) -> list[Node]:
    lines = _Lines(inside)
    blocks = []

    lines.take_while(_is_blank)
    while not lines.is_empty:
        block = _block_of(lines, depth)
        blocks.append(block)
        lines.take_while(_is_blank)

    return blocks


def _is_blank(line: str) -> bool:
    return not line.strip()


def _block_of(lines: _Lines, depth: int) -> Node:
    line = lines.next
    if FENCE.match(line):
        return _take_code(lines)
    if HEADING.match(line):
        return _take_heading(lines)
    if _is_rule(line):
        return _take_rule(lines)

    may_nest = depth < DEEPEST
    if may_nest and QUOTE.match(line):
        return _take_quote(lines, depth + 1)
    if may_nest and ITEM.match(line):
        return _take_list(lines, depth + 1)
    if _is_table(lines):
        return _take_table(lines)
    return _take_paragraph(lines)


def _take_code(lines: _Lines) -> Node:
    found = FENCE.match(lines.take())
    assert found, "asked before"
    fence = found[1] or found[2]

    inside = []
    while not lines.is_empty and not _closes_fence(lines.next, fence):
        line = lines.take()
        inside.append(line)

    if not lines.is_empty:
        lines.take()

    return {
        "kind": "code",
        "text": "\n".join(inside),
    }


def _closes_fence(line: str, fence: str) -> bool:
    """Nothing but the fence's own sign, as often as it stood there or more."""
    signs = line.strip()
    return signs.startswith(fence) and not signs.strip(fence[0])


def _take_heading(lines: _Lines) -> Node:
    line = lines.take()
    words = HEADING.sub("", line, count=1).strip()

    unclosed = words.rstrip("#")
    if not unclosed or unclosed[-1].isspace():
        words = unclosed.strip()

    return {
        "kind": "heading",
        "children": parse_inline(words),
    }


def _is_rule(line: str) -> bool:
    if RULE.fullmatch(line) is None:
        return False

    signs = "".join(line.split())
    return len(signs) > 2


def _take_rule(lines: _Lines) -> Node:
    lines.take()
    return {"kind": "rule"}


def _take_quote(lines: _Lines, depth: int) -> Node:
    quoted = lines.take_while(_is_quote)
    inside = [QUOTE.sub("", line, count=1) for line in quoted]

    return {
        "kind": "quote",
        "blocks": _blocks_of(inside, depth),
    }


def _is_quote(line: str) -> bool:
    return QUOTE.match(line) is not None


def _take_list(lines: _Lines, depth: int) -> Node:
    found = ITEM.match(lines.next)
    assert found, "asked before"
    margin = len(found[1])
    number = found[2]

    items = []
    while not lines.is_empty and _starts_item(lines.next, margin, number):
        inside = _item_of(lines, margin)
        blocks = _blocks_of(inside, depth)
        items.append(blocks)

    return {
        "kind": "list",
        "start": None if number is None else int(number),
        "items": items,
    }


def _starts_item(line: str, margin: int, number: str | None) -> bool:
    """Another item of the same list: not further in than the first one, and of the same kind."""
    if _is_rule(line):
        return False

    found = ITEM.match(line)
    if found is None or len(found[1]) > margin:
        return False

    has_number = found[2] is not None
    is_numbered = number is not None
    return has_number == is_numbered


def _item_of(lines: _Lines, margin: int) -> list[str]:
    """The lines of one item, without their margin: its own, what is further in, what a paragraph
    goes on with.
    """
    first = lines.take()
    found = ITEM.match(first)
    assert found, "asked before"

    begun = found.end()
    inside = [first[begun:]]

    while not lines.is_empty and _belongs_to_item(lines, margin):
        line = lines.take()
        cut = min(begun, _indent_of(line))
        inside.append(line[cut:])

    return inside


def _belongs_to_item(lines: _Lines, margin: int) -> bool:
    line = lines.next
    if not _is_blank(line):
        return _is_further_in(line, margin) or not _is_start(lines)

    # A blank line between two items, or before what is further in, does not end the list.
    after = lines.after_next
    if after is None:
        return False
    if _is_further_in(after, margin):
        return True
    return ITEM.match(after) is not None


def _is_further_in(line: str, margin: int) -> bool:
    if _is_blank(line):
        return False
    return _indent_of(line) > margin


def _indent_of(line: str) -> int:
    unindented = line.lstrip()
    return len(line) - len(unindented)


def _is_table(lines: _Lines) -> bool:
    head = lines.next
    after = lines.after_next
    if after is None:
        return False
    if "|" not in head or "|" not in after:
        return False

    divider = _cells_of(after)
    if not all(DIVIDER.fullmatch(cell) for cell in divider):
        return False

    columns = _cells_of(head)
    return len(divider) == len(columns)


def _take_table(lines: _Lines) -> Node:
    head = lines.take()
    lines.take()
    rows = lines.take_while(_is_table_row)

    return {
        "kind": "table",
        "head": _parse_row(head),
        "rows": [_parse_row(row) for row in rows],
    }


def _is_table_row(line: str) -> bool:
    return "|" in line and not _starts_block(line)


def _parse_row(line: str) -> list[list[Node]]:
    cells = _cells_of(line)
    return [parse_inline(cell.strip()) for cell in cells]


def _cells_of(line: str) -> list[str]:
    """What stands between bars that are neither escaped nor code."""
    row = line.strip()
    ends = pairs_in(row)

    cells: list[str] = []
    start = int(row.startswith("|"))
    at = start
    while len(cells) < MOST_COLUMNS - 1:
        found = CUTS.search(row, at)
        if found is None:
            break

        at = found.end()
        index = found.start()
        mark = found[0]
        if index in ends:
            at = ends[index] + len(mark)
        elif mark == "|":
            cells.append(row[start:index])
            start = at

    if start < len(row):
        last = row[start:]
        cells.append(last)
    return [cell.replace("\\|", "|") for cell in cells]


def _take_paragraph(lines: _Lines) -> Node:
    words = [lines.take()]
    while not lines.is_empty and _goes_on(lines):
        line = lines.take()
        words.append(line)

    text = "\n".join(line.strip() for line in words)
    return {
        "kind": "paragraph",
        "children": parse_inline(text),
    }


def _goes_on(lines: _Lines) -> bool:
    if _is_blank(lines.next):
        return False
    return not _is_start(lines)


def _is_start(lines: _Lines) -> bool:
    return _starts_block(lines.next) or _is_table(lines)


def _starts_block(line: str) -> bool:
    if _is_rule(line):
        return True
    return any(start.match(line) for start in STARTS)
