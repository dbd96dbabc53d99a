"""A mention in a message, and the tokens as the rules that find one look at them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.catalog import lexicon
from backend.catalog.lexicon import Kind
from backend.catalog.stemming import stem
from backend.flows import ordering_words
from backend.flows.ordering_words import listed
from backend.flows.spoken_numbers import read_number
from backend.flows.tokenizing import Piece, Token

# A letter that is a size, and a unit as well.
BOTH = ("m", "l")


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

    def mention(
        self,
        what: What,
        place: int,
        length: int,
        text: str = "",
    ) -> Mention:
        pieces = self.pieces[place : place + length]
        said = text or " ".join(self.said[place : place + length])
        return Mention(
            what,
            said,
            pieces[0].start,
            pieces[-1].end,
        )


Found = tuple[Mention, int] | None
Rule = Callable[[Scan, int], Found]


def number_at(
    scan: Scan,
    place: int,
) -> tuple[int, int]:
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
        return _is_thing(word)

    before, after = scan.text(place - 1), scan.text(place + 1)
    is_verb = before in ("bhej", "भेज", "de", "दे", "kar", "कर")
    return (
        is_verb
        or not after
        or after
        in (
            "you",
            "u",
            "we",
            "they",
            "i",
            "not",
        )
    )


def _is_thing(word: str) -> bool:
    """An English thing in Latin letters, which Hindi has as a number: tees are no thirty."""
    is_english = (word,) in ordering_words.numbers(("en",))[0]
    meant = lexicon.phrases("en").meanings.get(stem(word, "en"), ())
    kinds = {lexicon.concepts()[name].kind for name in meant}
    return word.isascii() and not is_english and Kind.THING in kinds
