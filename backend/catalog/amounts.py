"""Bounds of price in a question, in the eight languages: `under 60 euros`, `10000円以下`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import regex

from backend.catalog import lexicon
from backend.catalog.folding import fold

# In these a bound's word stands behind the amount.
BEHIND = ("hi", "ml", "ja")
# Nothing costs more figures than this; a longer row of them is no amount, and costs no time.
NUMBER = r"(?<!\d)\d[\d.,'’\u00a0\u202f]{0,14}(?:\s\d{3}(?!\d)){0,4}"
THOUSANDS = Decimal(1000)
# How far from `around 50` a price may be.
AROUND = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a product may cost, in the shop's currency; None is no bound."""

    least: Decimal | None = None
    most: Decimal | None = None

    def admit(self, lowest: Decimal, highest: Decimal) -> bool:
        """Whether any price of a range is within the bounds."""
        return (self.most is None or lowest <= self.most) and (
            self.least is None or highest >= self.least
        )

    def __bool__(self) -> bool:
        return self.least is not None or self.most is not None


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The patterns of one language."""

    between: regex.Pattern[str]
    under: Sequence[regex.Pattern[str]]
    over: Sequence[regex.Pattern[str]]
    around: regex.Pattern[str]


def read_bounds(folded: str, languages: Sequence[str]) -> tuple[Bounds, str]:
    """The bounds in a folded question, and the question without them."""
    for language in languages:
        bounds, rest = _read(folded, _grammar(language))
        if bounds:
            return bounds, rest
    return Bounds(), folded


def _read(text: str, grammar: _Grammar) -> tuple[Bounds, str]:
    if found := grammar.between.search(text):
        amounts = sorted(map(_amount, found.captures("n")))
        return Bounds(amounts[0], amounts[-1]), _without(text, found)

    most, text = _take(grammar.under, text)
    least, text = _take(grammar.over, text)
    if least is None and most is None:
        return _take_around(grammar, text)
    return Bounds(least, most), text


def _take(
    patterns: Sequence[regex.Pattern[str]], text: str
) -> tuple[Decimal | None, str]:
    """The amount that the first of the patterns finds, and the text without it."""
    for pattern in patterns:
        if found := pattern.search(text):
            return _amount(found["n"]), _without(text, found)
    return None, text


def _take_around(grammar: _Grammar, text: str) -> tuple[Bounds, str]:
    found = grammar.around.search(text)
    if found is None:
        return Bounds(), text

    middle = _amount(found["n"])
    bounds = Bounds(middle * (1 - AROUND), middle * (1 + AROUND))
    return bounds, _without(text, found)


def _without(text: str, found: regex.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _amount(text: str) -> Decimal:
    """Of `1.299,00`, `1,299.00`, `1 299`, `5k`."""
    digits = regex.sub(r"[\s'’k]", "", text)
    last = max(digits.rfind("."), digits.rfind(","))
    decimals = len(digits) - last - 1
    if last >= 0 and (decimals != 3 or len({".", ","} & set(digits)) == 2):
        whole = regex.sub(r"[.,]", "", digits[:last])
        digits = f"{whole or 0}.{digits[last + 1 :] or 0}"
    else:
        digits = regex.sub(r"[.,]", "", digits)

    try:
        amount = Decimal(digits)
    except InvalidOperation:
        return Decimal(0)
    return amount * THOUSANDS if "k" in text else amount


@cache
def _grammar(language: str) -> _Grammar:
    table = lexicon.filler()[language]
    money = rf"(?:(?:{_either(_currencies(table))})\s?)"
    # A figure with letters behind it is none of money, unless they are a currency's.
    amount = rf"{money}?(?P<n>{NUMBER}k?)(?:\s?{money}|(?![a-z\d]))"
    spent = rf"(?:{money}(?P<n>{NUMBER}k?)|(?P<n>{NUMBER}k?)\s?{money})"

    opening = _either(table["between"])
    joins = _either([*table["between"], "-", "–", "~"])
    ranges = (
        rf"(?<!\w)(?:{opening})\s?{amount}\s?(?:{joins})\s?{amount}",
        rf"{amount}\s?(?:{joins})\s?{spent}",
        rf"{spent}\s?(?:{joins})\s?{amount}",
    )
    around = _either(table.get("around", ()))
    return _Grammar(
        between=regex.compile("|".join(ranges)),
        under=list(_bound(language, "under", amount)),
        over=list(_bound(language, "over", amount)),
        around=regex.compile(rf"(?<!\w)(?:{around})\s?{spent}"),
    )


def _bound(language: str, name: str, amount: str) -> Iterator[regex.Pattern[str]]:
    """Of words before the amount, then of those behind it."""
    table = lexicon.filler()[language]
    if language in BEHIND:
        before, behind = table.get(f"{name}_before", ()), table[name]
    else:
        before, behind = table[name], table.get(f"{name}_after", ())

    if before:
        yield regex.compile(rf"(?<!\w)(?:{_either(before)})\s?{amount}")
    if behind:
        # Malayalam and Hindi may put an ending to the currency.
        yield regex.compile(rf"{amount}\w{{0,3}}\s?(?:{_either(behind)})")


def _currencies(table: Mapping[str, Any]) -> Iterator[str]:
    for listed in table["currency"].values():
        yield from listed


def _either(listed: Sequence[str] | Iterator[str]) -> str:
    folded = {fold(each) for each in listed}
    ordered = sorted(folded, key=lambda each: (-len(each), each))
    return "|".join(map(regex.escape, ordered)) or r"(?!)"
