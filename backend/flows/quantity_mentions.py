"""Quantities in a message: in figures or words, before their goods or behind them."""

from dataclasses import replace

from backend.catalog.folding import fold
from backend.flows import ordering_words, quantity_codes, size_mentions
from backend.flows.mention_kinds import (
    Found,
    Mention,
    Role,
    Scan,
    What,
    number_at,
)
from backend.flows.ordering_words import listed
from backend.flows.orders import MOST_QUANTITY
from backend.flows.tokenizing import Token

TIMES = ("x", "×", "*", "mal", "fois")
DOZEN = 12
ARTICLES = frozenset(
    map(
        fold,
        ("ein", "eine", "einen", "un", "una", "une", "ek", "oru", "एक", "ഒരു"),
    )
)


def find_times(scan: Scan, place: int) -> Found:
    """`x10`, `10x`, `x 10`, `10 x`, `12pcs`."""
    text = scan.text(place)
    if known := quantity_codes.times_of(text):
        role = Role.BEHIND if text.startswith("x") else Role.BEFORE
        length = 1 + scan.has("units", place + 1)
        return _quantity(scan, (place, length), known, role), length

    if text in TIMES[:3] and scan.is_number(place + 1):
        value = scan.pieces[place + 1].value
        length = 2 + scan.has("units", place + 2)
        return _quantity(
            scan,
            (place, length),
            value,
            Role.BEHIND,
        ), length
    if scan.is_number(place) and scan.text(place + 1) in TIMES:
        if scan.is_number(place + 2):
            # Of `38 x 5` the first is a size.
            size = f"size:{scan.text(place)}"
            return scan.mention(What.SPEC, place, 1, size), 1
        value = scan.pieces[place].value
        return _quantity(
            scan,
            (place, 2),
            value,
            Role.BEFORE,
        ), 2
    return None


def find_labelled(scan: Scan, place: int) -> Found:
    """`qty: 12`, `Menge 5`."""
    length = ordering_words.values("headers")["quantity"].length_at(
        scan.said,
        place,
    )
    if not length:
        return None

    gap = int(
        scan.text(place + length)
        in (
            ":",
            ".",
            "=",
            "-",
        )
    )
    gap += int(gap and scan.text(place + length + gap) == ":")
    if not scan.is_number(place + length + gap):
        return None
    value = scan.pieces[place + length + gap].value
    length += gap + 1
    return _quantity(
        scan,
        (place, length),
        value,
        Role.EITHER,
    ), length


def find_counted(scan: Scan, place: int) -> Found:
    """`12`, `2 dozen`, `twenty-five pcs of`."""
    number, taken = number_at(scan, place)
    dozens = ordering_words.dozens().length_at(scan.said, place + taken)
    if dozens:
        number, taken = (
            max(
                number,
                1,
            )
            * DOZEN,
            taken + dozens,
        )
    if not taken:
        number, taken = _parts_of_dozens(scan, place)
    if not 0 < number <= MOST_QUANTITY or scan.text(place + taken) == "%":
        return None

    end = place + taken
    if listed("uncounted").length_at(scan.said, end):
        return scan.mention(
            What.WORD,
            place,
            taken + 1,
        ), taken + 1
    pair, unit = (
        scan.has("pair", end),
        scan.has(
            "units",
            end,
        ),
    )
    if size_mentions.find_pack(scan, end):
        pair = unit = 0
    dot = int(bool(unit) and scan.text(end + unit) == ".")

    length = taken + unit + dot
    mention = _quantity(scan, (place, length), number, Role.EITHER)
    is_weak = taken == 1 and not unit and scan.text(place) in ARTICLES
    return replace(
        mention,
        unit=_unit(pair, unit),
        weak=is_weak,
    ), length


def _parts_of_dozens(scan: Scan, place: int) -> tuple[int, int]:
    """`2.5 dozen`; (0, 0) for anything else."""
    piece = scan.pieces[place]
    dozens = ordering_words.dozens().length_at(scan.said, place + 1)
    if piece.kind is not Token.NUMBER or not dozens:
        return 0, 0
    return round(float(piece.text.replace(",", ".")) * DOZEN), dozens + 1


def _unit(pair: int, unit: int) -> str:
    if pair:
        return "pair"
    return "unit" if unit else ""


def find_vague(scan: Scan, place: int) -> Found:
    length = scan.has("vague", place)
    if not length:
        return None
    unit = scan.has("units", place + length)
    return _quantity(
        scan,
        (place, length + unit),
        None,
        Role.EITHER,
    ), length + unit


def _quantity(
    scan: Scan, span: tuple[int, int], value: int | None, role: Role
) -> Mention:
    place, length = span
    mention = scan.mention(What.QUANTITY, place, length)
    return replace(mention, value=value, role=role)
