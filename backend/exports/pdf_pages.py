"""Pages of A4 that text flows down, one paragraph after the other; full pages can be taken away as
bytes.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from backend.exports.text_layout import Canvas, Paragraph, Span, Style

WIDTH, HEIGHT = 595.28, 841.89
MARGIN, FOOT = 56.0, 64.0
# Between the columns of a table.
GUTTER = 10.0
SMALL, ORDINARY, LARGE = 8.5, 10.5, 15.0

# Pango looks through what it lays out again for each line, so a longer text is laid out in pieces.
LONGEST_PIECE = 2_000
# Signs that belong to the one before them are seldom more.
MOST_JOINED = 32
JOINERS = {"\u200d", "\ufe0e", "\ufe0f"}

Colour = tuple[float, float, float]
BLACK, GREY, RULE = (0.1, 0.1, 0.12), (0.38, 0.4, 0.44), (0.82, 0.84, 0.87)


class _Bytes:
    """What cairo has written since it was last asked."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, piece: bytes) -> None:
        self._written += piece

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


class Pages:
    """One PDF file. Raises CannotWritePdf where the machine cannot make one. `foot` stands below
    every page.
    """

    def __init__(self, title: str, foot: str) -> None:
        self._bytes = _Bytes()
        self._canvas = Canvas(self._bytes, WIDTH, HEIGHT, title)
        self._cairo = self._canvas.cairo
        self._foot = foot
        self._number = 1
        self._down = MARGIN
        self._indent = 0.0

    def take(self) -> bytes:
        """What is complete by now."""
        return self._bytes.take()

    def begin_page(self) -> None:
        """Go on at the top of a page, unless that is where we are."""
        if self._down > MARGIN:
            self._turn_over()

    def space(self, height: float) -> None:
        self._down += height

    def keep(self, height: float) -> None:
        """Go on where this much fits without a turn of the page."""
        if self._down + height > HEIGHT - FOOT:
            self._turn_over()

    @contextmanager
    def indented(self, indent: float) -> Iterator[None]:
        """What is written meanwhile is narrower, from the left and from the right."""
        before = self._indent
        self._indent += indent
        try:
            yield
        finally:
            self._indent = before

    def rule(self) -> None:
        self._cairo.set_source_rgb(*RULE)
        self._cairo.set_line_width(0.6)
        self._cairo.move_to(MARGIN, self._down)
        self._cairo.line_to(WIDTH - MARGIN, self._down)
        self._cairo.stroke()

    def write(
        self,
        text: str,
        size: float = ORDINARY,
        bold: bool = False,
        colour: Colour = BLACK,
        locale: str = "",
    ) -> None:
        self.write_spans([Span(text)], Style(size, bold, locale), colour)

    def write_spans(
        self, spans: Sequence[Span], style: Style, colour: Colour = BLACK
    ) -> None:
        """One paragraph of words that look differently."""
        for piece in split_spans(spans):
            self._write_piece(piece, style, colour)

    def _write_piece(self, spans: Sequence[Span], style: Style, colour: Colour) -> None:
        edge = MARGIN + self._indent
        paragraph = Paragraph(self._canvas, spans, WIDTH - 2 * edge, style)
        for left, height, baseline, line in paragraph.lines():
            self.keep(height)
            self._cairo.set_source_rgb(*colour)
            paragraph.draw(line, edge + left, self._down + baseline)
            self._down += height

    def write_row(self, cells: Sequence[Sequence[Span]], style: Style) -> bool:
        """Cells side by side, each as wide as the others. False, and nothing is written, where one
        is longer than a page.
        """
        edge = MARGIN + self._indent
        width = (WIDTH - 2 * edge) / len(cells)
        columns = [
            Paragraph(self._canvas, spans, width - GUTTER, style) for spans in cells
        ]
        laid_out = [list(column.lines()) for column in columns]
        tallest = max(sum(line[1] for line in lines) for lines in laid_out)
        if tallest > HEIGHT - FOOT - MARGIN:
            return False

        self.keep(tallest)
        self._cairo.set_source_rgb(*BLACK)
        for number, (column, lines) in enumerate(zip(columns, laid_out, strict=True)):
            down = self._down
            for left, height, baseline, line in lines:
                column.draw(line, edge + number * width + left, down + baseline)
                down += height
        self._down += tallest
        return True

    def finish(self) -> bytes:
        """The rest of the file: its last page, its fonts, its table."""
        self._end_page()
        self._canvas.surface.finish()
        return self.take()

    def _turn_over(self) -> None:
        self._end_page()
        self._number += 1
        self._down = MARGIN

    def _end_page(self) -> None:
        text = f"{self._foot} · {self._number}"
        foot = Paragraph(self._canvas, [Span(text)], WIDTH - 2 * MARGIN, Style(SMALL))

        self._cairo.set_source_rgb(*GREY)
        for left, _, baseline, line in foot.lines():
            foot.draw(line, MARGIN + left, HEIGHT - FOOT / 2 + baseline)

        self._canvas.surface.show_page()


def split_spans(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """As `pieces_of` cuts their text."""
    text = "".join(span.text for span in spans)
    number = begun = 0

    for start, end in cuts_of(text):
        piece: list[Span] = []
        while number < len(spans):
            span = spans[number]
            here = span.text[max(0, start - begun) : end - begun]
            if here:
                piece.append(replace(span, text=here))

            # What goes on behind the cut is looked at again.
            if begun + len(span.text) > end:
                break
            begun += len(span.text)
            number += 1
        yield piece or [Span("")]


def pieces_of(text: str) -> Iterator[str]:
    """A text in pieces that each begin a line: cut where lines end, else between words, else
    anywhere.
    """
    for start, end in cuts_of(text):
        yield text[start:end]


def cuts_of(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while len(text) - at > LONGEST_PIECE:
        end = _end_of_piece(text, at)
        yield at, end
        at = end + (text[end] in "\n ")
    yield at, len(text)


def _end_of_piece(text: str, at: int) -> int:
    most = at + LONGEST_PIECE
    for sign in ("\n", " "):
        if (found := text.rfind(sign, at, most + 1)) >= 0:
            return found

    for end in range(most, most - MOST_JOINED, -1):
        if not _is_joined(text, end):
            return end
    return most


def _is_joined(text: str, at: int) -> bool:
    """Whether a sign belongs to the one before it."""
    if unicodedata.combining(text[at]):
        return True
    return bool(JOINERS & {text[at - 1], text[at]})
