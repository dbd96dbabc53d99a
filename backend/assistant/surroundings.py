"""What stands around a sentence and says what its figures mean: a column's title, a heading, a line
that ends in a colon, a question before its answer, a number that the next line goes on with.
"""

from dataclasses import dataclass, field

import regex

from backend.assistant.clauses import read_clauses
from backend.assistant.cue_words import has_unit
from backend.assistant.measured_figures import Kind
from backend.assistant.number_spans import PERCENT_SIGNS
from backend.assistant.reply_units import (
    DIVIDER,
    Unit,
    UnitKind,
)
from backend.assistant.seen_text import see
from backend.assistant.statements import Statement, read_statement

# Of what stands above, only this is carried down.
KEPT = frozenset(
    (
        "price",
        "left",
        "stock",
        "discount",
        "code",
    )
)
ANNOUNCES = regex.compile(r"[:：?？؟][*_`\s]*\Z")
# How much of a sentence is read with what it goes on in.
KEPT_OF_CUT = 40
UNFINISHED = regex.compile(r"\S{0,20}\p{N}[^\s.!?。]{0,3}\s*\Z")


@dataclass(slots=True)
class Surroundings:
    """Learns each unit as it passes; `read` reads the next one."""

    _titles: list[str] = field(default_factory=list)
    _heading: frozenset[str] = frozenset()
    _above: frozenset[str] = frozenset()
    _before: str = ""
    _is_cut: bool = False

    def read(self, unit: Unit) -> Statement:
        if unit.kind == UnitKind.ROW:
            return read_statement(self._with_titles(unit.text))

        words = unit.words
        if unit.kind == UnitKind.HEADING:
            words = unit.text.strip("# \n")
        if self._goes_on(words):
            words = self._before + words

        about = self._heading | self._above
        return read_statement(words, about)

    def _goes_on(self, words: str) -> bool:
        if not self._before:
            return False
        return self._is_cut or _begins_with_unit(words)

    def learn(self, unit: Unit) -> None:
        if unit.kind == UnitKind.BLANK:
            return
        if unit.kind != UnitKind.ROW:
            self._titles = []

        if unit.kind == UnitKind.ROW and not self._titles:
            self._titles = _cells(unit.text)
        elif unit.kind == UnitKind.HEADING:
            self._heading = _cues_of(unit.text)
            self._above = frozenset()
        elif unit.kind == UnitKind.TEXT:
            self._learn_text(unit)

    def _learn_text(self, unit: Unit) -> None:
        announces = ANNOUNCES.search(unit.text) is not None
        if announces:
            self._above = _cues_of(unit.text)
        elif not unit.is_item:
            self._above = frozenset()

        found = UNFINISHED.search(unit.text)
        self._before = f"{found[0].strip()} " if found and not announces else ""
        self._is_cut = unit.is_cut
        if unit.is_cut:
            self._before = unit.text[-KEPT_OF_CUT:]

    def _with_titles(self, row: str) -> str:
        if not self._titles or DIVIDER.fullmatch(row):
            return row
        cells = _cells(row)
        titles = self._titles + [""] * len(cells)
        named = map(_with_title, titles, cells)
        return " | ".join(named)


def _cells(row: str) -> list[str]:
    inside = row.strip().strip("|")
    return [cell.strip() for cell in inside.split("|")]


def _with_title(title: str, cell: str) -> str:
    """In a column of days a number is one of days."""
    if not title:
        return cell
    measured = f"{cell} {title}"
    figures = read_statement(measured).figures
    if any(figure.kind == Kind.DAYS for figure in figures):
        return measured
    return f"{title}: {cell}"


def _begins_with_unit(words: str) -> bool:
    """Whether a number that stands before them would measure something."""
    seen = see(words[:KEPT_OF_CUT])
    clauses = read_clauses(seen.folded)
    if not clauses.tokens:
        return False

    first = clauses.tokens[0]
    return first.text in PERCENT_SIGNS or has_unit(clauses.names[0])


def _cues_of(text: str) -> frozenset[str]:
    cues = read_statement(text).cues
    return frozenset[str]().union(*cues) & KEPT
