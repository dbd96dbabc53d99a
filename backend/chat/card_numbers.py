"""Payment card numbers in what people write: known by their first digits, their length and their
check digit, in the digits of any script. Only the last four are kept.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import regex

from backend.chat.secret_words import HIDDEN, is_otherwise_named, names_a_card

ISSUERS_FILE = Path(__file__).with_name("words") / "card_issuers.toml"
LAST_KEPT = 4
SHORTEST, LONGEST = 13, 19

# What may stand between two groups of digits; letters that nobody sees among them.
GAP = r"[\p{Zs}\t\p{Pd}\p{Cf}−.·_]{1,3}"
RUN = regex.compile(rf"\d+(?:{GAP}\d+)*")
GROUP = regex.compile(r"\d+")

# Digits in these are a page's, an account's or a day's, and stay.
ADDRESS = regex.compile(r"(?:https?://|www\.)\S+", regex.IGNORECASE)
IBAN = regex.compile(r"(?<![^\W_])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,30}")
SHORTEST_IBAN = 15
DAY, YEAR = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:19|20)[0-9]{2}"
DATE = regex.compile(
    rf"(?<!\d)(?:{DAY}{GAP}{DAY}{GAP}{YEAR}|{YEAR}{GAP}{DAY}{GAP}{DAY})(?!\d)"
)
EAN_LENGTH = 13

# An expiry date behind a number that is hidden, and the security code behind that.
CODE_BEHIND = regex.compile(
    rf"(?P<before>{HIDDEN} \d{{4}}[\s,;|/]{{1,4}}(?:\p{{L}}{{1,10}}[\s:.]{{1,3}})?"
    r"\d{1,2}\s?[/.\-]?\s?(?:20)?\d{2}[\s,;|/]{1,4})(?P<code>\d{3,4})(?!\d)"
)
# How cards are printed: fours with a rest, or as American Express and Diners Club do.
PRINTED = regex.compile(r"4(?: 4){2}(?: [1-4]){1,2}|4 6 [45]")
MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Issuer:
    """The first four digits of its numbers, and how many there are in all."""

    beginnings: range
    lengths: range

    @classmethod
    def from_text(cls, text: str) -> Self:
        beginnings, _, lengths = text.partition(": ")
        return cls(_read_range(beginnings), _read_range(lengths))


def _read_range(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def _read_issuers() -> list[Issuer]:
    listed = ISSUERS_FILE.read_text()
    texts = tomllib.loads(listed).values()
    return [Issuer.from_text(text) for text in texts]


ISSUERS = _read_issuers()


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits with nothing between them, and where they stand."""

    start: int
    end: int
    digits: str

    @property
    def size(self) -> int:
        return len(self.digits)

    @property
    def may_be_expiry(self) -> bool:
        month = int(self.digits[:2])
        return self.size == 4 and month in MONTHS


@dataclass(frozen=True, slots=True)
class _Window:
    """Some groups of a run, one behind the other, which may be a card's number."""

    text: str
    run: Sequence[_Group]
    first: int
    last: int

    @property
    def groups(self) -> Sequence[_Group]:
        return self.run[self.first : self.last + 1]

    @property
    def digits(self) -> str:
        return "".join(group.digits for group in self.groups)

    @property
    def start(self) -> int:
        return self.run[self.first].start

    @property
    def end(self) -> int:
        return self.run[self.last].end

    @property
    def before(self) -> _Group | None:
        """What stands before it in its run."""
        if self.first == 0:
            return None
        return self.run[self.first - 1]

    @property
    def behind(self) -> _Group | None:
        following = self.last + 1
        if following == len(self.run):
            return None
        return self.run[following]

    @property
    def is_whole_run(self) -> bool:
        return self.before is None and self.behind is None

    @property
    def is_grouped(self) -> bool:
        return self.first < self.last


def mask_cards(text: str) -> str:
    """The same with •••• in place of all but the last four digits of each card number, and ••• for
    a security code behind its expiry date.
    """
    pieces: list[str] = []
    end = 0

    for card in _find_cards(text):
        last = card.digits[-LAST_KEPT:]
        pieces += [text[end : card.start], HIDDEN, " ", last]
        end = card.end

    if not pieces:
        return text
    pieces.append(text[end:])
    masked = "".join(pieces)
    return CODE_BEHIND.sub(r"\g<before>•••", masked)


def _find_cards(text: str) -> Iterator[_Window]:
    seen = _without_others(text)
    for run in RUN.finditer(seen):
        start, end = run.span()
        if end - start < SHORTEST:
            continue

        groups = [
            _Group(group.start(), group.end(), group[0])
            for group in GROUP.finditer(seen, start, end)
        ]
        yield from _find_in_run(text, groups)


def _find_in_run(
    text: str,
    run: Sequence[_Group],
) -> Iterator[_Window]:
    # Behind a plus there is a telephone number.
    has_plus = text.endswith(("+", "+("), 0, run[0].start)
    first = 1 if has_plus else 0

    while first < len(run):
        card = _find_longest(text, run, first)
        if card is not None:
            yield card
            first = card.last
        first += 1


def _find_longest(
    text: str,
    run: Sequence[_Group],
    first: int,
) -> _Window | None:
    """Of the card numbers that begin with that group."""
    found = None
    length = 0
    for last in range(first, len(run)):
        length += run[last].size
        if length > LONGEST:
            break

        window = _Window(text, run, first, last)
        if length >= SHORTEST and _is_card(window):
            found = window
    return found


def _is_card(window: _Window) -> bool:
    if not _stands_alone(window):
        return False
    digits = window.digits
    if not _passes_luhn(digits):
        return False

    text, start = window.text, window.start
    if names_a_card(text, start, window.end):
        return True
    if not _is_issued(digits):
        return False
    if window.is_grouped and _is_printed(window.groups):
        return True
    if _is_ean(digits):
        return False
    return not is_otherwise_named(text, start)


def _stands_alone(window: _Window) -> bool:
    """Whether it is all of the run, or is written as cards are and no part of a longer number."""
    if window.is_whole_run:
        return True
    if window.is_grouped and not _is_printed(window.groups):
        return False

    before = window.before
    first = window.groups[0]
    if before is not None and before.size == first.size:
        return False

    behind = window.behind
    if behind is None:
        return True
    return behind.size < 4 or behind.may_be_expiry


def _is_printed(groups: Sequence[_Group]) -> bool:
    if groups[0].size != 4:
        return False

    sizes = [str(group.size) for group in groups]
    return PRINTED.fullmatch(" ".join(sizes)) is not None


def _is_issued(digits: str) -> bool:
    beginning = int(digits[:4])
    length = len(digits)
    return any(
        beginning in issuer.beginnings and length in issuer.lengths
        for issuer in ISSUERS
    )


def _passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812: every second digit from the right counts twice, 18 as 9."""
    numbers = [int(digit) for digit in reversed(digits)]
    total = sum(numbers[::2])

    for number in numbers[1::2]:
        tens, ones = divmod(2 * number, 10)
        total += tens
        total += ones
    return total % 10 == 0


def _is_ean(digits: str) -> bool:
    """The number under a product's barcode, which has a check digit of its own."""
    if len(digits) != EAN_LENGTH:
        return False

    numbers = [int(digit) for digit in digits]
    single = sum(numbers[::2])
    triple = sum(numbers[1::2])
    total = single + 3 * triple
    return total % 10 == 0


def _without_others(text: str) -> str:
    """The same, as long, with lines' ends in place of digits that are surely no card's."""
    seen = ADDRESS.sub(_blank, text)
    seen = IBAN.sub(_blank_iban, seen)
    return DATE.sub(_blank, seen)


def _blank(match: regex.Match[str]) -> str:
    return "\n" * len(match[0])


def _blank_iban(match: regex.Match[str]) -> str:
    """Words may stand behind it, so its end is where its check digits say."""
    said = match[0]
    for end in range(len(said), SHORTEST_IBAN - 1, -1):
        if _passes_97(said[:end]):
            rest = said[end:]
            return "\n" * end + rest
    return said


def _passes_97(said: str) -> bool:
    """ISO 13616."""
    compact = said.replace(" ", "")
    compact = compact.replace("-", "")
    country = compact[:4]
    turned = compact[4:] + country
    values = [str(int(character, 36)) for character in turned]
    number = int("".join(values))
    return number % 97 == 1
