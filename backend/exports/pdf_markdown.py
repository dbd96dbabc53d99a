"""What the assistant wrote, on paper as the inbox shows it: bold words, lists, code and tables; a
link with its address behind it.
"""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from backend.chat import markdown_html
from backend.chat.markdown_inline import Node
from backend.exports.pdf_pages import Pages
from backend.exports.text_layout import Span, Style

INDENT = 14.0
BETWEEN = 4.0
# Narrower columns than these cannot be read: each row then stands in lines.
MOST_COLUMNS = 5
# A longer text is drawn as it was written: there is no table of 100 pages.
LONGEST = 100_000
FROM_RIGHT = {"R", "AL"}
PLAIN = Span("")


@dataclass(frozen=True, slots=True)
class Links:
    """Where words may lead: to the shop's domain, and to what its merchant has written."""

    shop: str
    known: Collection[str] = ()


def write_markdown(pages: Pages, said: str, style: Style, links: Links) -> None:
    if len(said) > LONGEST:
        pages.write_spans([Span(said)], style)
        return
    blocks = markdown_html.blocks(said, links.shop, links.known)
    _write_blocks(pages, blocks, style)


def _write_blocks(pages: Pages, blocks: Sequence[Node], style: Style) -> None:
    for number, block in enumerate(blocks):
        if number:
            pages.space(BETWEEN)
        _write_block(pages, block, style)


def _write_block(pages: Pages, block: Node, style: Style) -> None:
    kind = block["kind"]
    if kind == "list":
        _write_list(pages, block, style)
    elif kind == "table":
        _write_table(pages, block, style)
    elif kind == "quote":
        with pages.indented(INDENT):
            _write_blocks(pages, block["blocks"], style)
    elif kind == "code":
        with pages.indented(INDENT):
            pages.write_spans([Span(block["text"], is_code=True)], style)
    elif kind == "rule":
        pages.space(BETWEEN)
        pages.rule()
        pages.space(BETWEEN)
    else:
        bold = style.bold or kind == "heading"
        pages.write_spans(_spans_of(block["children"]), replace(style, bold=bold))


def _write_list(pages: Pages, block: Node, style: Style) -> None:
    """Each item begins with its sign; which side that is on, its own words say."""
    start = block["start"]
    for number, blocks in enumerate(block["items"]):
        sign = "• " if start is None else f"{start + number}. "
        with pages.indented(INDENT):
            _write_item(pages, sign, blocks, style)


def _write_item(pages: Pages, sign: str, blocks: Sequence[Node], style: Style) -> None:
    if not blocks or blocks[0]["kind"] != "paragraph":
        pages.write_spans([Span(sign)], style)
        _write_blocks(pages, blocks, style)
        return

    first, *others = blocks
    pages.write_spans([Span(sign), *_spans_of(first["children"])], style)
    _write_blocks(pages, others, style)


def _write_table(pages: Pages, block: Node, style: Style) -> None:
    head = [_spans_of(cell) for cell in block["head"]]
    bold = [[replace(span, bold=True) for span in cell] for cell in head]
    words = [span.text for cell in head for span in cell]
    from_right = _runs_from_right("".join(words))

    _write_cells(pages, bold, style, from_right)
    pages.rule()
    pages.space(BETWEEN)
    for row in block["rows"]:
        cells = [_spans_of(cell) for cell in row[: len(head)]]
        missing = [[PLAIN]] * (len(head) - len(cells))
        _write_cells(pages, [*cells, *missing], style, from_right)


def _write_cells(
    pages: Pages, cells: list[list[Span]], style: Style, from_right: bool
) -> None:
    """Side by side where that can be read, else in one line."""
    whole = [cell or [PLAIN] for cell in cells]
    ordered = whole[::-1] if from_right else whole
    if len(whole) <= MOST_COLUMNS and pages.write_row(ordered, style):
        return

    spans: list[Span] = []
    for number, cell in enumerate(whole):
        spans += [Span(" | "), *cell] if number else cell
    pages.write_spans(spans, style)


def _runs_from_right(text: str) -> bool:
    """As the first letter that has a direction says."""
    for sign in text:
        direction = unicodedata.bidirectional(sign)
        if direction in FROM_RIGHT:
            return True
        if direction == "L":
            return False
    return False


def _spans_of(nodes: Sequence[Node]) -> list[Span]:
    return list(_walk(nodes, PLAIN))


def _walk(nodes: Sequence[Node], look: Span) -> Iterator[Span]:
    for node in nodes:
        kind = node["kind"]
        if kind == "break":
            yield replace(look, text="\n")
        elif kind == "code":
            yield replace(look, text=node["text"], is_code=True)
        elif kind == "link":
            yield from _spans_of_link(node, look)
        elif kind == "text":
            yield replace(look, text=node["text"])
        else:
            inner = replace(
                look,
                bold=look.bold or kind == "strong",
                italic=look.italic or kind == "em",
            )
            yield from _walk(node["children"], inner)


def _spans_of_link(node: Node, look: Span) -> Iterator[Span]:
    """Paper cannot be clicked: where it leads stands behind it, unless the words say it."""
    words = list(_walk(node["children"], look))
    yield from words

    address = node["href"]
    if address and address != "".join(span.text for span in words):
        yield replace(look, text=f" ({address})")
