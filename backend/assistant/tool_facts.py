"""What a tool's result says: amounts by the names of their fields, links, lists, and texts to be
read as sentences. A result that was cut off is read as far as it goes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from backend.assistant.cue_words import listed
from backend.assistant.measured_figures import (
    MINUTES,
    MONTHS,
    Figure,
    Kind,
)

DEEPEST = 12
# More values than these are not read.
MOST_VALUES = 20_000
# Of a result that was cut off, so many of its last whole values are tried as the end.
MOST_TRIED = 50

MONEY_WORDS = frozenset(
    listed(
        "price, prices, amount, total, subtotal, cost, costs, fee, fees, compare, minimum"
    )
)
BEFORE_WORDS = frozenset(listed("compare, was, original, regular, before, list"))
PERCENT_WORDS = frozenset(("percent", "percentage"))
DISCOUNT_WORDS = frozenset(
    listed("discount, discounts, off, reduction, saving, savings")
)
STOCK_WORDS = frozenset(listed("stock, inventory, left, remaining, available"))
LINK_WORDS = frozenset(listed("url, urls, link, links, href, uri"))
CODE_WORDS = frozenset(listed("code, codes, coupon, coupons, voucher, vouchers"))
# The names of things are no amounts, even where they are figures.
ID_WORDS = frozenset(listed("id, ids, gid, sku, barcode, gtin, ean, number, phone"))
# What the shopper has asked, given back.
ECHO_WORDS = frozenset(("understood", "query", "asked", "question"))
# Says no more than the field around it does.
PART_WORDS = frozenset(("min", "max", "amount", "value", "from", "to"))
CURRENCY_KEYS = ("currency", "currencyCode", "currency_code")

KEY_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
CUT = re.compile(r"\s…[^\"{}]*\Z")
LINK_BEGINNINGS = ("/", "http://", "https://")
HANDLE_PREFIXES = ("/products/", "/collections/", "/pages/")


@dataclass(slots=True)
class ToolFacts:
    """`texts` are to be read; `about` are the words of the field that holds one."""

    texts: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    listed: list[int] = field(default_factory=list)
    reduced: list[tuple[Decimal, Decimal]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the result a value stands."""

    words: frozenset[str] = frozenset()
    currency: str = ""
    depth: int = 0


def read_tool_result(text: str) -> ToolFacts:
    value = _decoded(text)
    if value is None:
        return ToolFacts(texts=[(text, frozenset())])
    return read_value(value)


def read_value(value: Any) -> ToolFacts:
    """Of what a tool's result was made, or a part of a message."""
    found = ToolFacts()
    _Walk(found).visit(value, _Place())
    return found


def _decoded(text: str) -> Any:
    """The JSON in a text, also when its end is missing; None when it is none."""
    stripped = text.strip()
    if not stripped.startswith(("{", "[")):
        return None
    try:
        return msgspec.json.decode(stripped)
    except (msgspec.DecodeError, RecursionError):
        return _decoded_part(CUT.sub("", stripped))


def _decoded_part(text: str) -> Any:
    """As much of it as is whole: cut behind the last value, and closed."""
    ends = list(_whole_ends(text))[-MOST_TRIED:]
    for end, closing in reversed(ends):
        try:
            return msgspec.json.decode(text[:end] + closing)
        except (msgspec.DecodeError, RecursionError):
            continue
    return None


def _whole_ends(text: str) -> Iterator[tuple[int, str]]:
    """Where a value has just ended, and what then closes all that is open."""
    opened: list[str] = []
    is_text = is_escaped = False
    for place, sign in enumerate(text):
        if is_text:
            is_text = is_escaped or sign != '"'
            is_escaped = sign == "\\" and not is_escaped
        elif sign == '"':
            is_text = True
        elif sign in "{[":
            opened.append("}" if sign == "{" else "]")
        elif sign in "}]" and opened:
            opened.pop()
            yield place + 1, "".join(reversed(opened))
        elif sign == ",":
            yield place, "".join(reversed(opened))


class _Walk:
    """One result, value by value."""

    def __init__(self, found: ToolFacts) -> None:
        self._found = found
        self._left = MOST_VALUES

    def visit(
        self,
        value: Any,
        place: _Place,
    ) -> None:
        self._left -= 1
        if self._left < 0 or place.depth > DEEPEST:
            return
        if isinstance(value, Mapping):
            self._visit_object(value, place)
        elif isinstance(value, list):
            self._visit_list(value, place)
        elif isinstance(value, str):
            self._take_text(value, place)
        elif isinstance(value, bool):
            self._take_flag(value, place)
        elif isinstance(value, int | float):
            self._take_number(Decimal(str(value)), place)

    def _visit_list(
        self,
        value: Sequence[Any],
        place: _Place,
    ) -> None:
        self._found.listed.append(len(value))
        for each in value:
            inside = _Place(place.words, place.currency, place.depth + 1)
            self.visit(each, inside)

    def _visit_object(
        self,
        value: Mapping[str, Any],
        place: _Place,
    ) -> None:
        currency = place.currency
        for key in CURRENCY_KEYS:
            if isinstance(value.get(key), str):
                currency = value[key].upper()

        for key, each in value.items():
            own = _words_of(key)
            if own & ECHO_WORDS:
                continue
            # The least of the days are days.
            words = own | place.words if own & PART_WORDS else own
            inside = _Place(words, currency, place.depth + 1)
            self.visit(each, inside)

        self._take_reduced(value)
        self._take_range(value, place)

    def _take_reduced(self, value: Mapping[str, Any]) -> None:
        """A price beside what it was before."""
        now = before = None
        for key, each in value.items():
            words = _words_of(key)
            if not words & MONEY_WORDS:
                continue
            if words & BEFORE_WORDS:
                before = _amount_of(each)
            elif "price" in words:
                now = _amount_of(each)

        if now is not None and before is not None and 0 < now < before:
            self._found.reduced.append((now, before))

    def _take_range(
        self,
        value: Mapping[str, Any],
        place: _Place,
    ) -> None:
        least = _amount_of(value.get("min"))
        most = _amount_of(value.get("max"))
        unit = _unit_of(place.words)
        if least is None or most is None or unit is None:
            return

        kind, factor = unit
        upto = (most * factor,)
        figure = Figure(kind, (least * factor,), 0, upto=upto)
        self._found.figures.append(figure)

    def _take_flag(
        self,
        value: bool,
        place: _Place,
    ) -> None:
        """`freeShipping: true` says so."""
        if value and len(place.words) > 1:
            sentence = _sentence(place.words)
            self._found.texts.append((sentence, place.words))

    def _take_text(
        self,
        text: str,
        place: _Place,
    ) -> None:
        if AMOUNT.fullmatch(text) and not place.words & ID_WORDS:
            self._take_number(Decimal(text), place)
            return
        if place.words & LINK_WORDS or text.startswith(LINK_BEGINNINGS):
            self._found.links.append(text)
            return

        if "handle" in place.words:
            pages = [prefix + text for prefix in HANDLE_PREFIXES]
            self._found.links += pages
        if place.words & CODE_WORDS:
            self._found.codes.append(text)
        self._found.texts.append((text, place.words))

    def _take_number(
        self,
        value: Decimal,
        place: _Place,
    ) -> None:
        words = place.words
        self._add(Kind.NUMBER, value)

        if words & PERCENT_WORDS:
            is_discount = words & DISCOUNT_WORDS
            kind = Kind.DISCOUNT if is_discount else Kind.PERCENT
            self._add(kind, value)
        elif words & MONEY_WORDS:
            self._add(Kind.MONEY, value, place.currency)
        elif unit := _unit_of(words):
            kind, factor = unit
            self._add(kind, value * factor)
        elif words & STOCK_WORDS:
            self._add(Kind.COUNT, value)

    def _add(
        self,
        kind: Kind,
        value: Decimal,
        currency: str = "",
    ) -> None:
        codes = frozenset(filter(None, [currency]))
        figure = Figure(kind, (value,), 0, currencies=codes)
        self._found.figures.append(figure)


def _words_of(key: str) -> frozenset[str]:
    return frozenset(word.lower() for word in KEY_WORD.findall(key))


def _sentence(words: frozenset[str]) -> str:
    return " ".join(sorted(words, key=_free_first))


def _free_first(word: str) -> tuple[bool, str]:
    return word != "free", word


def _unit_of(words: frozenset[str]) -> tuple[Kind, int] | None:
    for word in words:
        unit = word.removesuffix("s")
        if unit in MINUTES:
            return Kind.DAYS, MINUTES[unit]
        if unit in MONTHS:
            return Kind.MONTHS, MONTHS[unit]
    return None


def _amount_of(value: Any) -> Decimal | None:
    if isinstance(value, Mapping):
        return _amount_of(value.get("amount"))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
