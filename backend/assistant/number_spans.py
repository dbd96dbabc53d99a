"""Where in a sentence a number stands, and what it measures: money, a share, days, a time."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

import regex

from backend.assistant import cue_words
from backend.assistant.clauses import DASHES, Clauses
from backend.assistant.number_words import (
    Number,
    may_begin,
    read_number,
)
from backend.assistant.text_tokens import TokenKind

# Arabic has one word for two of them.
DUALS = {
    "unit:two_hours": "hour",
    "unit:two_days": "day",
    "unit:two_weeks": "week",
    "unit:two_months": "month",
    "unit:two_years": "year",
}
PERCENT_SIGNS = frozenset("%٪‰")
JOINERS = DASHES | {"/"}
QUOTES = frozenset("\"'“”+")
SKIPPED_BEFORE = frozenset(".:")
HALVES = ("am", "pm", "oclock")
HALF_DAY, DAY = 720, 1440

TIME_PARTS = regex.compile(r"\d+")
CURRENCY_SIGN = regex.compile(r"[a-z]{0,2}\p{Sc}")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is measured, and the place behind it. `clock` is a time in minutes of the day."""

    name: str
    end: int
    currencies: frozenset[str] = frozenset()


@dataclass(slots=True)
class Span:
    """A number where it stands, with what it measures if that is said."""

    start: int
    end: int
    number: Number
    unit: Unit | None = None
    upto: tuple[Decimal, ...] = ()
    is_date: bool = False
    # The cents of the amount before it, the end of a range.
    is_part: bool = False

    @property
    def whole_end(self) -> int:
        if self.unit is None:
            return self.end
        return max(self.end, self.unit.end)

    @property
    def has_unit_before(self) -> bool:
        return self.unit is not None and self.unit.end <= self.end


def find_spans(clauses: Clauses) -> list[Span]:
    """From the left."""
    reader = _Reader(clauses)
    reader.find()
    reader.join_ranges()
    reader.mark_dates()
    return reader.spans


def is_kilo(
    clauses: Clauses,
    place: int,
) -> bool:
    """The k of 5k."""
    if place >= len(clauses.tokens):
        return False
    token = clauses.tokens[place]
    return token.text == "k" and token.is_glued


def clock_values(
    hour: int,
    minute: int,
    half: str,
) -> tuple[Decimal, ...]:
    """Minutes of the day; both of what may be either half of it."""
    if hour > 24 or minute > 59:
        return ()

    at = hour * 60 + minute
    if half == "pm":
        return (Decimal(at % HALF_DAY + HALF_DAY),)
    if half == "am":
        return (Decimal(at % HALF_DAY),)
    if hour > 12:
        return (Decimal(at % DAY),)
    later = (at + HALF_DAY) % DAY
    return (Decimal(at), Decimal(later))


@dataclass(slots=True)
class _Reader:
    clauses: Clauses
    spans: list[Span] = field(default_factory=list)
    # Places of units that an earlier number has.
    _used: set[int] = field(default_factory=set)

    def find(self) -> None:
        tokens = self.clauses.tokens
        place = 0
        while place < len(tokens):
            if self._is_passed_over(place):
                place += 1
            elif tokens[place].kind == TokenKind.TIME:
                place = self._take_time(place)
            elif number := read_number(tokens, place):
                place = self._take_number(place, number)
            else:
                place = self._take_dual(place)

    def join_ranges(self) -> None:
        """In `3–5 days` the days are of both, in `€20–30` the euros."""
        for first, second in pairwise(self.spans):
            if not self._is_joined(first, second):
                continue
            if first.unit is None and second.unit is not None:
                first.unit = second.unit
            elif second.unit is None and first.has_unit_before:
                second.unit = first.unit
            if self._is_range(first, second):
                first.upto = second.number.values
                second.is_part = True

    def mark_dates(self) -> None:
        """In Japanese a day follows its month."""
        for first, second in pairwise(self.spans):
            is_month = first.unit is not None and first.unit.name == "date"
            second.is_date = is_month and second.start == first.whole_end

    def _is_passed_over(self, place: int) -> bool:
        if "plain" in self.clauses.names[place]:
            return True
        return self._is_in_code(place) or self._is_between_numbers(place)

    def _is_in_code(self, place: int) -> bool:
        """The figures of SAVE50 are none of their own."""
        tokens = self.clauses.tokens
        token, before = tokens[place], tokens[place - 1]
        is_glued = place > 0 and token.is_glued
        if token.kind != TokenKind.FIGURE or not is_glued:
            return False
        if before.kind != TokenKind.WORD or not before.text.isascii():
            return False

        is_money = self._money_at(place - 1) is not None
        return not is_money and self._unit_after(place + 1) is None

    def _is_between_numbers(self, place: int) -> bool:
        """In 3 a 5 the Spanish to is no English article."""
        if not self.spans or not self.clauses.has_name(place, "range"):
            return False
        tokens = self.clauses.tokens
        after = place + 1
        last = self.spans[-1]
        if last.whole_end != place or after >= len(tokens):
            return False
        return read_number(tokens, after) is not None

    def _take_number(
        self,
        place: int,
        number: Number,
    ) -> int:
        span = Span(place, number.end, number)
        before = self._unit_before(place)
        span.unit = before or self._unit_after(number.end)
        self.spans.append(span)

        places = range(number.end, span.whole_end)
        self._used.update(places)
        return span.whole_end

    def _take_dual(self, place: int) -> int:
        for name in self.clauses.names[place]:
            if name in DUALS:
                two = Number((Decimal(2),), place, True)
                unit = Unit(DUALS[name], place + 1)
                span = Span(place, place, two, unit)
                self.spans.append(span)
        return place + 1

    def _take_time(self, place: int) -> int:
        written = self.clauses.tokens[place].text
        hour, minute = map(int, TIME_PARTS.findall(written))
        unit = self._unit_after(place + 1)
        half = unit.name if unit and unit.name in HALVES else ""
        end = unit.end if unit and half else place + 1

        if values := clock_values(hour, minute, half):
            time = Number(values, place + 1, False)
            unit = Unit("clock", end)
            span = Span(place, place + 1, time, unit)
            self.spans.append(span)
        return end

    def _unit_before(self, place: int) -> Unit | None:
        """A currency: `€ 29`, `Rs. 500`, `EUR: 29`; or a sign of percent, as Arabic writes it."""
        tokens, before = self.clauses.tokens, place - 1
        while before >= 0 and tokens[before].text in SKIPPED_BEFORE:
            before -= 1
        if before < 0 or before in self._used:
            return None

        token = tokens[before]
        if token.text in PERCENT_SIGNS:
            return Unit("percent", place)
        if token.kind == TokenKind.SIGN or _may_precede(token.text):
            return self._money_at(before, place)
        return None

    def _unit_after(self, place: int) -> Unit | None:
        place = self._after_signs(place)
        place += is_kilo(self.clauses, place)
        if place >= len(self.clauses.tokens):
            return None
        found = self._unit_at(place)
        if found or not self._is_gap(place):
            return found
        return self._unit_at(place + 1)

    def _after_signs(self, place: int) -> int:
        """Behind `,-` in `29,- €`, and behind a quote or a plus."""
        tokens = self.clauses.tokens[place : place + 2]
        signs = [token.text for token in tokens]
        if len(signs) == 2 and signs[0] in ",." and signs[1] in DASHES:
            return place + 2
        if signs and signs[0] in QUOTES:
            return place + 1
        return place

    def _is_gap(self, place: int) -> bool:
        """One word may stand between a number and what it counts: 3 short days."""
        tokens = self.clauses.tokens
        is_last = place + 1 >= len(tokens)
        if is_last or not self.clauses.is_word(place):
            return False
        word = tokens[place].text
        if word in cue_words.stop_words() or may_begin(word):
            return False
        return not self.clauses.names[place] - {"announcer"}

    def _unit_at(self, place: int) -> Unit | None:
        if self.clauses.tokens[place].text in PERCENT_SIGNS:
            return Unit("percent", place + 1)
        for name in self.clauses.names[place]:
            if name.startswith("unit:") and name not in DUALS:
                unit = name.removeprefix("unit:")
                return Unit(unit, self.clauses.ends[place])
        return self._money_at(place)

    def _money_at(
        self,
        place: int,
        end: int | None = None,
    ) -> Unit | None:
        names = self.clauses.names[place]
        money = [name for name in names if name.startswith("money:")]
        sign = self.clauses.tokens[place].text
        if not money and CURRENCY_SIGN.fullmatch(sign) is None:
            return None

        own_end = self.clauses.ends[place]
        tokens = self.clauses.tokens[place:own_end]
        text = " ".join(token.text for token in tokens)
        codes = frozenset(name.removeprefix("money:") for name in money)
        currencies = cue_words.currencies_of(text, codes)
        return Unit("money", own_end if end is None else end, currencies)

    def _is_range(
        self,
        first: Span,
        second: Span,
    ) -> bool:
        if not first.unit or not second.unit:
            return False
        if first.unit.name != second.unit.name:
            return False
        joiner = second.start - 1
        return not self.clauses.has_name(joiner, "choice")

    def _is_joined(
        self,
        first: Span,
        second: Span,
    ) -> bool:
        if second.start != first.whole_end + 1 or first.number.is_article:
            return False
        if second.unit is not None and second.unit.name == "clock":
            return False

        place = second.start - 1
        joiner = self.clauses.tokens[place]
        names = self.clauses.names[place]
        if joiner.text not in JOINERS and names.isdisjoint(("range", "choice")):
            return False

        # A set of 2 – 29 €: the dash parts two things.
        is_apart = joiner.text in DASHES and not joiner.is_glued
        is_money = second.unit is not None and second.unit.name == "money"
        return not (is_apart and is_money)


@lru_cache(4_096)
def _may_precede(word: str) -> bool:
    """Whether a currency's word may stand before its amount."""
    before = cue_words.numbers()["currencies"]["before"]
    return not word.isascii() or word in cue_words.listed(before)
