"""The sentences of a text in any of our languages, each with the heading that it stands under. An
item of a list is one, and so is a row of a table, with what its columns are called.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import regex

from backend.catalog.html_text import BETWEEN_CELLS

# The longest text that is taken apart.
MOST_CHARACTERS = 20_000
# A line without an end that is no longer than this is a heading.
LONGEST_HEADING = 60

END = regex.compile(r"(?<=[.!?…؟])[\"'”»)\]]*\s+|(?<=[。！？।])[”」』)]*\s*")
ASKS = regex.compile(r"[?？؟][\"'”»)\]]*$")
HAS_END = regex.compile(r"[.!?…؟。！？।:;；][\"'”»)\]]*$")
# Behind these a full stop ends no sentence.
SHORT_FORM = regex.compile(
    r"(?:^|[\s(\"])(?:\p{L}|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|inkl|zzgl|ggf|evtl|nr|str|tel|max|min|st"
    r"|dr|mr|mrs|ms|sr|sra|ud|uds|vs|approx|no|e\.g|i\.e|incl|rs|art|av|p\.\s?ej|env|mme|ste"
    r"|\d{1,2})\.$",
    regex.IGNORECASE,
)
# So does one in front of what cannot begin a sentence.
GOES_ON = regex.compile(r"\p{Ll}|[,;)]")
ITEM = regex.compile(r"^(?:[-–—•*·▪✓]+|\d{1,2}[.)])\s+")
MARK = regex.compile(r"^(?:[-–—•*·▪✓]+|#{1,6}|\d{1,2}[.)])\s+|\*\*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`heading` is the line above it, or the question that it answers. An item of a list and a row
    of a table say what they say of that.
    """

    text: str
    heading: str = ""
    is_item: bool = False
    is_row: bool = False

    @property
    def is_part(self) -> bool:
        return self.is_item or self.is_row


@dataclass(frozen=True, slots=True)
class _Line:
    """Without its mark; `is_item` when it had one."""

    text: str
    is_item: bool

    @property
    def cells(self) -> list[str]:
        return [cell.strip() for cell in self.text.split(BETWEEN_CELLS.strip())]

    @property
    def may_be_heading(self) -> bool:
        is_short = len(self.text) <= LONGEST_HEADING
        return is_short and not self.is_item and not HAS_END.search(self.text)


def split_sentences(text: str) -> list[Sentence]:
    found: list[Sentence] = []
    heading = ""
    for columns, block in groupby(_lines(text), _count_columns):
        lines = list(block)
        if columns > 1 and len(lines) > 1:
            found += _rows(lines, heading)
        else:
            sentences, heading = _of_lines(lines, heading)
            found += sentences
    return found


def has_end(sentence: str) -> bool:
    """Whether another may follow it without anything between them."""
    return bool(HAS_END.search(sentence))


def _lines(text: str) -> Iterator[_Line]:
    for written in text[:MOST_CHARACTERS].splitlines():
        line = written.strip()
        plain = MARK.sub("", line).strip()
        if plain:
            yield _Line(plain, bool(ITEM.match(line)))


def _count_columns(line: _Line) -> int:
    return len(line.cells)


def _rows(
    lines: Sequence[_Line],
    heading: str,
) -> Iterator[Sentence]:
    """Each row but the first, which says what is in the columns."""
    names = lines[0].cells
    above = f"{heading} {' '.join(names)}".strip()

    for line in lines[1:]:
        first, *others = line.cells
        if len(others) > 1:
            pairs = zip(names[1:], others, strict=True)
            others = [f"{name} {cell}" for name, cell in pairs]
        yield Sentence(f"{first}: {'; '.join(others)}", above, is_row=True)


def _of_lines(
    lines: Sequence[_Line],
    heading: str,
) -> tuple[list[Sentence], str]:
    """The sentences, and the heading of what comes after them."""
    found: list[Sentence] = []
    is_bare = False

    for place, line in enumerate(lines):
        if line.may_be_heading and not (is_bare and _is_alone(lines, place)):
            heading, is_bare = line.text, True
            continue

        for piece in _pieces(line.text):
            if ASKS.search(piece):
                heading = piece
            else:
                found.append(Sentence(piece, heading, line.is_item))
        is_bare = is_bare and line.may_be_heading
    return found, heading


def _is_alone(
    lines: Sequence[_Line],
    place: int,
) -> bool:
    """Whether nothing stands below it that it could be the heading of."""
    below = lines[place + 1 : place + 2]
    return not below or below[0].may_be_heading


def _pieces(line: str) -> Iterator[str]:
    """The line cut at its ends, but not at those of short forms."""
    start = 0
    for end in END.finditer(line):
        piece, rest = line[start : end.start()], line[end.end() :]
        if SHORT_FORM.search(piece) or GOES_ON.match(rest):
            continue
        if found := line[start : end.end()].strip():
            yield found
        start = end.end()

    if rest := line[start:].strip():
        yield rest
