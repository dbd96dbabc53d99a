"""What the tokens of a message mention: quantities, sizes and packs, article numbers, words, and
what stands between two of them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from backend.flows import order_words, quantity_codes
from backend.flows.number_words import read_number
from backend.flows.order_words import listed
from backend.flows.orders import MOST_QUANTITY
from backend.flows.tokenizing import Piece, Token

JOINING_MARKS = ("&", "+")
TIMES = ("x", "×", "*", "mal", "fois")
DOZEN = 12
LETTER_SIZES = ("xs", "s", "m", "l", "xl", "xxl", "xxxl", "2xl", "3xl")
# Letters that are a size, and a unit as well.
BOTH = ("m", "l")
ARTICLES = frozenset(
    ("ein", "eine", "einen", "un", "una", "une", "ek", "oru", "एक", "ഒരു")
)


class What(StrEnum):
    WORD = "word"
    CODE = "code"
    QUANTITY = "quantity"
    SPEC = "spec"
    JOIN = "join"
    BREAK = "break"


class Role(StrEnum):
    """Whether a quantity stands before its goods (`3x`), behind them (`x3`), or either."""

    BEFORE = "before"
    BEHIND = "behind"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Mention:
    """`text` is folded; of a SPEC it is its kind and value, such as `pack:4`. A quantity without a
    `value` is a vague one, a `weak` one may be an article, and `unit` what it counts.
    """

    what: What
    text: str
    start: int
    end: int
    value: int | None = None
    role: Role = Role.EITHER
    unit: str = ""
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """A message's tokens as the rules look at them."""

    pieces: Sequence[Piece]
    said: Sequence[str]
    languages: Sequence[str]

    def text(self, place: int) -> str:
        return self.said[place] if 0 <= place < len(self.said) else ""

    def is_number(self, place: int) -> bool:
        return 0 <= place < len(self.pieces) and self.pieces[place].value is not None

    def has(self, kind: str, place: int) -> int:
        """Words of a phrase of that kind there."""
        return listed(kind).length_at(self.said, place)

    def mention(self, what: What, place: int, length: int, text: str = "") -> Mention:
        pieces = self.pieces[place : place + length]
        said = text or " ".join(self.said[place : place + length])
        return Mention(what, said, pieces[0].start, pieces[-1].end)


Found = tuple[Mention, int] | None
Rule = Callable[[Scan, int], Found]


def find_mentions(pieces: Sequence[Piece], languages: Sequence[str]) -> list[Mention]:
    return list(_scan(Scan(pieces, [piece.text for piece in pieces], languages)))


def _scan(scan: Scan) -> Iterator[Mention]:
    place = 0
    while place < len(scan.pieces):
        mention, length = _first(scan, place)
        yield mention
        place += length


def _first(scan: Scan, place: int) -> tuple[Mention, int]:
    for rule in RULES:
        if found := rule(scan, place):
            return found
    return _plain(scan, place), 1


def _plain(scan: Scan, place: int) -> Mention:
    piece = scan.pieces[place]
    if piece.kind is Token.MARK:
        what = What.JOIN if piece.text in JOINING_MARKS else What.BREAK
    elif piece.kind in (Token.CODE, Token.NUMBER):
        what = What.CODE
    else:
        what = What.WORD
    return scan.mention(what, place, 1)


def _pack(scan: Scan, place: int) -> Found:
    """`pack of 4`, `set mit 6`, `lot de 3 paires`."""
    length = scan.has("pack", place)
    if not length:
        return None

    links = scan.has("of", place + length)
    number, taken = _number(scan, place + length + links)
    if not links or not taken or _is_measured(scan, place + length + links + taken):
        return None

    end = place + length + links + taken
    pair = scan.has("pair", end)
    kind = "pairs" if pair else "pack"
    whole = length + links + taken + (pair or scan.has("units", end))
    return scan.mention(What.SPEC, place, whole, f"{kind}:{number}"), whole


def _counted_pack(scan: Scan, place: int) -> Found:
    """`4er set`, `6-pack`, `3 pair pack`, `6個セット`."""
    if code := quantity_codes.pack_of(scan.text(place)):
        length = 1 + scan.has("pack", place + 1)
        return scan.mention(What.SPEC, place, length, f"pack:{code}"), length
    if not scan.is_number(place):
        return None

    value = scan.pieces[place].value
    pair, unit = scan.has("pair", place + 1), scan.has("units", place + 1)
    pack = scan.has("pack", place + 1 + (pair or unit))
    if not (pair or unit) or not pack:
        return None

    kind = "pairs" if pair else "pack"
    length = 1 + (pair or unit) + pack
    return scan.mention(What.SPEC, place, length, f"{kind}:{value}"), length


def _single(scan: Scan, place: int) -> Found:
    length = scan.has("single", place)
    if not length:
        return None
    return scan.mention(What.SPEC, place, length, "single:1"), length


def _size(scan: Scan, place: int) -> Found:
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
    return scan.mention(What.SPEC, place, length + 1, f"size:{value}"), length + 1


def _measure(scan: Scan, place: int) -> Found:
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


def _times(scan: Scan, place: int) -> Found:
    """`x10`, `10x`, `x 10`, `10 x`, `12pcs`."""
    text = scan.text(place)
    if known := quantity_codes.times_of(text):
        role = Role.BEHIND if text.startswith("x") else Role.BEFORE
        length = 1 + scan.has("units", place + 1)
        return _quantity(scan, (place, length), known, role), length

    if text in TIMES[:3] and scan.is_number(place + 1):
        value = scan.pieces[place + 1].value
        length = 2 + scan.has("units", place + 2)
        return _quantity(scan, (place, length), value, Role.BEHIND), length
    if scan.is_number(place) and scan.text(place + 1) in TIMES:
        if scan.is_number(place + 2):
            # Of `38 x 5` the first is a size.
            size = f"size:{scan.text(place)}"
            return scan.mention(What.SPEC, place, 1, size), 1
        value = scan.pieces[place].value
        return _quantity(scan, (place, 2), value, Role.BEFORE), 2
    return None


def _labelled(scan: Scan, place: int) -> Found:
    """`qty: 12`, `Menge 5`."""
    length = order_words.values("headers")["quantity"].length_at(scan.said, place)
    if not length:
        return None

    gap = int(scan.text(place + length) in (":", ".", "=", "-"))
    gap += int(gap and scan.text(place + length + gap) == ":")
    if not scan.is_number(place + length + gap):
        return None
    value = scan.pieces[place + length + gap].value
    length += gap + 1
    return _quantity(scan, (place, length), value, Role.EITHER), length


def _counted(scan: Scan, place: int) -> Found:
    """`12`, `2 dozen`, `twenty-five pcs of`."""
    number, taken = _number(scan, place)
    dozens = order_words.dozens().length_at(scan.said, place + taken)
    if dozens:
        number, taken = max(number, 1) * DOZEN, taken + dozens
    if not 0 < number <= MOST_QUANTITY or scan.text(place + taken) == "%":
        return None

    end = place + taken
    if listed("uncounted").length_at(scan.said, end):
        return scan.mention(What.WORD, place, taken + 1), taken + 1
    pair, unit = scan.has("pair", end), scan.has("units", end)
    if _pack(scan, end):
        pair = unit = 0
    dot = int(bool(unit) and scan.text(end + unit) == ".")

    length = taken + unit + dot
    mention = _quantity(scan, (place, length), number, Role.EITHER)
    is_weak = taken == 1 and not unit and scan.text(place) in ARTICLES
    return replace(mention, unit=_unit(pair, unit), weak=is_weak), length


def _unit(pair: int, unit: int) -> str:
    if pair:
        return "pair"
    return "unit" if unit else ""


def _vague(scan: Scan, place: int) -> Found:
    length = scan.has("vague", place)
    if not length:
        return None
    unit = scan.has("units", place + length)
    return _quantity(scan, (place, length + unit), None, Role.EITHER), length + unit


def _join(scan: Scan, place: int) -> Found:
    length = scan.has("and", place)
    return (scan.mention(What.JOIN, place, length), length) if length else None


def _quantity(
    scan: Scan,
    span: tuple[int, int],
    value: int | None,
    role: Role,
) -> Mention:
    place, length = span
    mention = scan.mention(What.QUANTITY, place, length)
    return replace(mention, value=value, role=role)


def _number(scan: Scan, place: int) -> tuple[int, int]:
    """Value and length of figures or number words; (0, 0) for none."""
    if place >= len(scan.pieces):
        return 0, 0
    if scan.is_number(place):
        return scan.pieces[place].value or 0, 1
    if scan.pieces[place].kind is not Token.WORD:
        return 0, 0
    if _is_common(scan, place):
        return 0, 0

    return read_number(scan.said, place, scan.languages)


def _is_common(scan: Scan, place: int) -> bool:
    """Whether a number word is another language's small word there: `do` is two in Hindi, and
    `give` as well.
    """
    word = scan.text(place)
    if word == "das":
        return scan.languages[0] == "de"
    if word not in ("do", "दो"):
        return False

    before, after = scan.text(place - 1), scan.text(place + 1)
    is_verb = before in ("bhej", "भेज", "de", "दे", "kar", "कर")
    return is_verb or not after or after in ("you", "u", "we", "they", "i", "not")


def _is_measured(scan: Scan, place: int) -> bool:
    return scan.text(place) in quantity_codes.UNITS_OF_MEASURE


RULES: Sequence[Rule] = (
    _pack,
    _counted_pack,
    _single,
    _size,
    _measure,
    _times,
    _labelled,
    _counted,
    _vague,
    _join,
)
