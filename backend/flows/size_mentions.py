"""Sizes, packs and measures in a message: no quantities, though they have figures."""

from dataclasses import replace

from backend.flows import quantity_codes
from backend.flows.mention_kinds import (
    BOTH,
    Found,
    Scan,
    What,
    number_at,
)
from backend.flows.tokenizing import Token

LETTER_SIZES = (
    "xs",
    "s",
    "m",
    "l",
    "xl",
    "xxl",
    "xxxl",
    "2xl",
    "3xl",
)


def find_pack(scan: Scan, place: int) -> Found:
    """`pack of 4`, `set mit 6`, `lot de 3 paires`."""
    length = scan.has("pack", place)
    if not length:
        return None

    links = scan.has("of", place + length)
    number, taken = number_at(scan, place + length + links)
    if (
        not links
        or not taken
        or _is_measured(
            scan,
            place + length + links + taken,
        )
    ):
        return None

    end = place + length + links + taken
    pair = scan.has("pair", end)
    kind = "pairs" if pair else "pack"
    whole = (
        length
        + links
        + taken
        + (
            pair
            or scan.has(
                "units",
                end,
            )
        )
    )
    return scan.mention(What.SPEC, place, whole, f"{kind}:{number}"), whole


def find_counted_pack(scan: Scan, place: int) -> Found:
    """`4er set`, `6-pack`, `3 pair pack`, `6個セット`."""
    if code := quantity_codes.pack_of(scan.text(place)):
        length = 1 + scan.has("pack", place + 1)
        return scan.mention(What.SPEC, place, length, f"pack:{code}"), length
    if not scan.is_number(place):
        return None

    value = scan.pieces[place].value
    pair, unit = (
        scan.has("pair", place + 1),
        scan.has(
            "units",
            place + 1,
        ),
    )
    pack = scan.has("pack", place + 1 + (pair or unit))
    if not (pair or unit) or not pack:
        return None

    kind = "pairs" if pair else "pack"
    length = 1 + (pair or unit) + pack
    return scan.mention(What.SPEC, place, length, f"{kind}:{value}"), length


def find_single(scan: Scan, place: int) -> Found:
    length = scan.has("single", place)
    if not length:
        return None
    return scan.mention(What.SPEC, place, length, "single:1"), length


def find_size(scan: Scan, place: int) -> Found:
    """`size 38`, `talla 39-42`, `gr. L`."""
    length = scan.has("size", place)
    if not length:
        return None

    if scan.text(place + length) in (".", ":", "="):
        length += 1
    value = scan.text(place + length)
    is_value = value in LETTER_SIZES or any(map(str.isdigit, value))
    if not is_value or quantity_codes.times_of(value):
        return None
    return scan.mention(
        What.SPEC,
        place,
        length + 1,
        f"size:{value}",
    ), length + 1


def find_measure(scan: Scan, place: int) -> Found:
    piece = scan.pieces[place]
    if piece.kind in (Token.RANGE, Token.DIMENSION):
        kind = "size" if piece.kind is Token.RANGE else "measure"
        return scan.mention(What.SPEC, place, 1, f"{kind}:{piece.text}"), 1
    if quantity_codes.is_measure(piece.text):
        return scan.mention(What.SPEC, place, 1, f"measure:{piece.text}"), 1
    if piece.text == "+" and scan.pieces[place + 1 : place + 2]:
        return _strength(scan, place)

    is_unit = scan.text(place + 1) in quantity_codes.UNITS_OF_MEASURE
    if piece.kind is not Token.NUMBER or not is_unit:
        return None
    measure = f"measure:{piece.text}{scan.text(place + 1)}"
    mention = scan.mention(What.SPEC, place, 2, measure)
    if scan.text(place + 1) not in BOTH or piece.value is None:
        return mention, 2

    # Ten of size M, or ten metres: what stands beside it tells.
    sized = replace(mention, what=What.QUANTITY, value=piece.value)
    return replace(sized, unit=scan.text(place + 1)), 2


def _strength(scan: Scan, place: int) -> Found:
    following = scan.pieces[place + 1]
    if following.kind is not Token.NUMBER or following.value is not None:
        return None
    return scan.mention(What.SPEC, place, 2, f"measure:+{following.text}"), 2


def _is_measured(scan: Scan, place: int) -> bool:
    return scan.text(place) in quantity_codes.UNITS_OF_MEASURE
