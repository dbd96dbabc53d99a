"""Rows that were pasted from a spreadsheet or a CSV file, with or without a header: which column is
the quantity, the part number, the name, the variant.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from backend.catalog.folding import fold
from backend.catalog.lexicon import LANGUAGES
from backend.flows import ordering_words
from backend.flows.mention_kinds import What
from backend.flows.mentions import find_mentions
from backend.flows.ordering_words import phrase_of
from backend.flows.orders import MOST_QUANTITY
from backend.flows.tokenizing import tokenize

DELIMITERS = ("\t", ";", "|", ",")
LEAST_ROWS = 2
ROLES = ("quantity", "number", "name", "variant", "ignored")
WHOLE = regex.compile(
    r"\p{Nd}{1,3}(?:[.,'’\u00a0\u202f]\p{Nd}{3})+(?:[.,]0+)?|\p{Nd}+(?:[.,]0{1,3})?"
)
PRICE = regex.compile(r"\D{0,4}\p{Nd}+(?:[.,]\p{Nd}{3})*[.,]\p{Nd}{2}\D{0,4}")
CODE = regex.compile(r"(?=.*\d)[\w./-]{4,}")
RULE = regex.compile(r"[\s|:;+-]*")
IN_BRACKETS = regex.compile(r"\(.*?\)|[*:#]")
ENDS = ordering_words.PhraseSet(
    {("total",), ("summe",), ("gesamt",), ("suma",), ("合計",)}, 1
)


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in the columns of one line of the text."""

    start: int
    end: int
    quantity: int | None
    number: str = ""
    name: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class TextLine:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Table:
    start: int
    end: int
    rows: tuple[Row, ...]


Roles = Mapping[int, str]


def find_tables(text: str) -> list[Table]:
    lines = list(_lines(text))
    tables: list[Table] = []
    place = 0
    while place < len(lines):
        table, length = _table_at(lines, place)
        if table:
            tables.append(table)
        place += length or 1
    return tables


def _lines(text: str) -> Iterator[TextLine]:
    start = 0
    for line in text.split("\n"):
        yield TextLine(start, line.rstrip("\r"))
        start += len(line) + 1


def _table_at(
    lines: Sequence[TextLine],
    place: int,
) -> tuple[Table | None, int]:
    for delimiter in DELIMITERS:
        if delimiter not in lines[place].text:
            continue

        roles = _roles_of_header(_cells(lines[place].text, delimiter))
        block = _block(lines, place, delimiter)
        if roles and len(block) > 1:
            return _table(
                block[1:],
                roles,
                delimiter,
                lines[place],
            ), len(block)
        if guessed := _guess_roles(block, delimiter):
            return _table(
                block,
                guessed,
                delimiter,
                lines[place],
            ), len(block)
    return None, 0


def _block(
    lines: Sequence[TextLine],
    place: int,
    delimiter: str,
) -> Sequence[TextLine]:
    end = place
    while end < len(lines) and delimiter in lines[end].text:
        end += 1
    return lines[place:end]


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == "|":
        line = line.strip().strip("|")
    [cells] = csv.reader(
        [line],
        delimiter=delimiter,
        skipinitialspace=True,
    ) or [[]]
    return [cell.strip() for cell in cells]


def _roles_of_header(cells: Sequence[str]) -> Roles:
    """Empty when it is no header: what is said of goods, and how many."""
    roles: dict[int, str] = {}
    headers = ordering_words.values("headers")
    for place, cell in enumerate(cells):
        phrase = phrase_of(IN_BRACKETS.sub(" ", cell))
        role = next((each for each in ROLES if phrase in headers[each].known), None)
        if (
            role
            in (
                "name",
                "number",
                "quantity",
            )
            and role in roles.values()
        ):
            role = "variant" if role == "name" else "ignored"
        if role:
            roles[place] = role

    found = set(roles.values())
    is_header = len(roles) >= LEAST_ROWS and found & {"name", "number"}
    return roles if is_header and "quantity" in found else {}


def _guess_roles(block: Sequence[TextLine], delimiter: str) -> Roles:
    """Of rows without a header; empty when they are none."""
    rows = [_cells(line.text, delimiter) for line in block]
    if len(rows) < LEAST_ROWS or len({len(row) for row in rows}) > 1:
        return {}

    columns = list(zip(*rows, strict=True))
    kinds = {place: _kind_of(column) for place, column in enumerate(columns)}
    whole = [place for place, kind in kinds.items() if kind == "whole"]
    counting = [place for place in whole if _is_counting(columns[place])]
    if len(whole) > len(counting):
        whole = [place for place in whole if place not in counting]
    names = [place for place, kind in kinds.items() if kind == "text"]
    codes = [place for place, kind in kinds.items() if kind == "code"]
    if not whole or not names and not codes:
        return {}

    roles = dict.fromkeys(
        whole[:-1],
        "variant",
    ) | {whole[-1]: "quantity"}
    roles |= dict.fromkeys(codes[:1], "number")
    longest = sorted(names, key=_Longest(columns))
    roles |= dict.fromkeys(longest[:1], "name")
    return roles | dict.fromkeys(longest[1:], "variant")


@dataclass(frozen=True, slots=True)
class _Longest:
    columns: Sequence[Sequence[str]]

    def __call__(self, place: int) -> int:
        return -sum(map(len, self.columns[place]))


def _kind_of(column: Sequence[str]) -> str:
    filled = [cell for cell in column if cell]
    if not filled:
        return "empty"
    if all(WHOLE.fullmatch(cell) and _whole(cell) <= MOST_QUANTITY for cell in filled):
        return "whole"
    if all(PRICE.fullmatch(cell) for cell in filled):
        return "price"
    return "code" if all(map(CODE.fullmatch, filled)) else "text"


def _is_counting(column: Sequence[str]) -> bool:
    """1, 2, 3: the numbers of the rows."""
    figures = [_whole(cell) if WHOLE.fullmatch(cell) else -1 for cell in column]
    return len(figures) > LEAST_ROWS and figures == list(
        range(
            1,
            len(figures) + 1,
        )
    )


def _table(
    block: Sequence[TextLine], roles: Roles, delimiter: str, first: TextLine
) -> Table:
    rows = [_row(line, roles, delimiter) for line in block]
    return Table(
        first.start,
        block[-1].end,
        tuple(row for row in rows if row),
    )


def _row(
    line: TextLine,
    roles: Roles,
    delimiter: str,
) -> Row | None:
    if RULE.fullmatch(line.text):
        return None

    cells = dict.fromkeys(ROLES, "")
    for place, cell in enumerate(_cells(line.text, delimiter)):
        if role := roles.get(place):
            cells[role] = f"{cells[role]} {cell}".strip()

    is_sum = phrase_of(cells["name"] or cells["number"]) in ENDS.known
    if is_sum or not cells["name"] and not cells["number"]:
        return None
    return Row(
        line.start,
        line.end,
        _quantity(cells["quantity"]),
        cells["number"],
        cells["name"],
        cells["variant"],
    )


def _quantity(cell: str) -> int | None:
    if WHOLE.fullmatch(cell):
        return _whole(cell) or None

    for mention in find_mentions(tokenize(cell), LANGUAGES):
        if mention.what is What.QUANTITY:
            return mention.value
    return None


def _whole(cell: str) -> int:
    """1.200 is a thousand and more, 12,00 a dozen."""
    figures = regex.sub(r"[.,]0{1,2}$", "", fold(cell))
    return int(regex.sub(r"\D", "", figures))
