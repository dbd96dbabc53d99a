"""The figures of a sentence: each number with its kind, by what it measures or by what its clause
is about.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from backend.assistant import cue_words
from backend.assistant.clauses import Clauses
from backend.assistant.number_spans import (
    HALVES,
    Span,
    Unit,
    clock_values,
    is_kilo,
)
from backend.assistant.text_tokens import Token

HUNDRED, KILO = Decimal(100), Decimal(1000)
# In Japanese also of ten.
SHARES = {"percent": Decimal(1), "tenth": Decimal(10)}
# A day, and what is shorter or a number of them, in minutes; longer times in months.
MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10_080, "fortnight": 20_160}
MONTHS = {"month": 1, "year": 12}
# French says when in hours, too.
CLOCK_HOURS = ("h", "heure", "heures")
EARLIEST_YEAR = 1900
ARTICLES = ("a", "an")


class Kind(StrEnum):
    """Of all that a sentence may state; the last four are no figures."""

    MONEY = "money"
    PERCENT = "percent"
    DISCOUNT = "discount"
    DAYS = "days"
    MONTHS = "months"
    TIME = "time"
    COUNT = "count"
    NUMBER = "number"
    CODE = "code"
    LINK = "link"
    CLAIM = "claim"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Figure:
    """`values` are the readings of one number; `upto` those of a range's end. `near` are the words
    beside it, `clock` what it is if it was meant as a time. `is_alone`: it counts nothing, and may
    be anything: only 9!
    """

    kind: Kind
    values: tuple[Decimal, ...]
    clause: int
    upto: tuple[Decimal, ...] = ()
    currencies: frozenset[str] = frozenset()
    near: tuple[str, ...] = ()
    clock: tuple[Decimal, ...] = ()
    is_alone: bool = False


def list_figures(
    clauses: Clauses,
    spans: Sequence[Span],
) -> Iterator[Figure]:
    reader = _Reader(clauses)
    for place, span in enumerate(spans):
        after = place + 1
        following = spans[after] if after < len(spans) else None
        if not span.is_part:
            yield from reader.read(span, following)


@dataclass(frozen=True, slots=True)
class _Reader:
    clauses: Clauses

    def read(
        self,
        span: Span,
        following: Span | None,
    ) -> Iterator[Figure]:
        unit = span.unit
        if unit is None or self._is_no_measure(span, unit):
            yield from self._bare(span)
        elif unit.name == "money":
            yield self._money(span, unit, following)
        elif unit.name in MINUTES or unit.name in MONTHS:
            yield self._duration(span, unit)
        else:
            yield from self._measured(span, unit)

    def _clause_of(self, span: Span) -> int:
        return self.clauses.clauses[span.start]

    def _is_no_measure(
        self,
        span: Span,
        unit: Unit,
    ) -> bool:
        """A date, a year, an article before a day of which nothing is promised."""
        is_year = unit.name == "year" and span.number.values[0] >= EARLIEST_YEAR
        if span.is_date or is_year or unit.name == "date":
            return True
        is_promise = "delivery" in self.clauses.cues_at(span.start)
        is_money = unit.name == "money"
        return span.number.is_article and not is_promise and not is_money

    def _money(
        self,
        span: Span,
        unit: Unit,
        following: Span | None,
    ) -> Figure:
        values, currencies = span.number.values, unit.currencies
        if is_kilo(self.clauses, span.end):
            values = tuple(value * KILO for value in values)
        elif following and self._is_small_part(span, following):
            following.is_part = True
            cents = following.number.values[0] / HUNDRED
            values = tuple(value + cents for value in values)

        clause, near = self._clause_of(span), self._near(span)
        return Figure(
            Kind.MONEY,
            values,
            clause,
            span.upto,
            currencies,
            near,
        )

    def _is_small_part(
        self,
        span: Span,
        following: Span,
    ) -> bool:
        """29 euros and 95 cents, 29€95."""
        between = following.start - span.whole_end
        is_whole = not span.number.values[0] % 1
        if not is_whole or between > 1 or following.number.values[0] >= HUNDRED:
            return False
        if following.unit is not None:
            return following.unit.name == "cent"

        is_glued = not between and self.clauses.tokens[following.start].is_glued
        return is_glued or following.number.is_in_words

    def _measured(
        self,
        span: Span,
        unit: Unit,
    ) -> Iterator[Figure]:
        values = span.number.values
        clause = self._clause_of(span)

        if unit.name in SHARES:
            yield self._share(span, SHARES[unit.name])
        elif unit.name == "cent":
            money = tuple(value / HUNDRED for value in values)
            near = self._near(span)
            yield Figure(Kind.MONEY, money, clause, near=near)
        elif unit.name == "clock":
            yield Figure(Kind.TIME, values, clause)
        elif unit.name in HALVES and (times := _times_of(values[0], unit.name)):
            yield Figure(Kind.TIME, times, clause)

    def _share(
        self,
        span: Span,
        factor: Decimal,
    ) -> Figure:
        is_discount = "discount" in self.clauses.cues_at(span.start)
        kind = Kind.DISCOUNT if is_discount else Kind.PERCENT
        values = tuple(value * factor for value in span.number.values)
        upto = tuple(value * factor for value in span.upto)
        clause, near = self._clause_of(span), self._near(span)
        return Figure(
            kind,
            values,
            clause,
            upto,
            near=near,
        )

    def _duration(
        self,
        span: Span,
        unit: Unit,
    ) -> Figure:
        is_short = unit.name in MINUTES
        table = MINUTES if is_short else MONTHS
        factor = Decimal(table[unit.name])
        clock = self._clock_of(span, unit)

        return Figure(
            Kind.DAYS if is_short else Kind.MONTHS,
            tuple(value * factor for value in span.number.values),
            self._clause_of(span),
            tuple(value * factor for value in span.upto),
            near=self._near(span),
            clock=clock,
        )

    def _clock_of(
        self,
        span: Span,
        unit: Unit,
    ) -> tuple[Decimal, ...]:
        written = self.clauses.tokens[unit.end - 1]
        if written.text not in CLOCK_HOURS:
            return ()
        hours = span.number.values[0]
        return _times_of(hours, "oclock")

    # Numbers that measure nothing by themselves

    def _bare(self, span: Span) -> Iterator[Figure]:
        number = span.number
        cues = self.clauses.cues_at(span.start)
        kind = self._bare_kind(span, cues)
        if number.is_article and not self._is_last_one(span, kind):
            return
        if number.is_vague and kind == Kind.NUMBER:
            return

        is_alone = "only" in cues and self._is_end(span.end)
        clause = self._clause_of(span)
        near = self._near(span)
        values, upto = number.values, span.upto
        yield Figure(
            kind,
            values,
            clause,
            upto,
            near=near,
            is_alone=is_alone,
        )

    def _is_last_one(
        self,
        span: Span,
        kind: Kind,
    ) -> bool:
        word = self.clauses.tokens[span.start].text
        return kind == Kind.COUNT and word not in ARTICLES

    def _bare_kind(
        self,
        span: Span,
        cues: set[str],
    ) -> Kind:
        if self._is_announced(span) or span.unit is not None:
            return Kind.NUMBER
        if self._is_beside(span, "discount"):
            return Kind.DISCOUNT

        is_of_few = "only" in cues and self._is_beside(span, "pieces")
        if is_of_few or not cues.isdisjoint(("left", "stock")):
            return Kind.COUNT
        is_price = "price" in cues and self._is_end(span.end)
        return Kind.MONEY if is_price else Kind.NUMBER

    def _is_announced(self, span: Span) -> bool:
        """Size 42, model 300, #1042, 42 cm."""
        tokens, before, after = self.clauses.tokens, span.start - 1, span.end
        if before >= 0 and tokens[before].text == "#":
            return True
        if after < len(tokens) and _is_measure(tokens[after]):
            return True
        return self._is_beside(span, "announcer")

    def _is_beside(
        self,
        span: Span,
        cue: str,
    ) -> bool:
        before = self.clauses.has_name(span.start - 1, cue)
        return before or self.clauses.has_name(span.end, cue)

    def _is_end(self, place: int) -> bool:
        """Whether no thing is counted there: the sentence ends, or goes on with a small word."""
        if not self.clauses.is_word(place):
            return True
        word = self.clauses.tokens[place].text
        is_kana = "\u3040" <= word[0] <= "\u30ff"
        if is_kana or word in cue_words.stop_words():
            return True
        return not self.clauses.names[place].isdisjoint(("left", "total"))

    def _near(self, span: Span) -> tuple[str, ...]:
        beside = (span.start - 1, span.end)
        words = filter(self.clauses.is_word, beside)
        return tuple(self.clauses.tokens[place].text for place in words)


def _times_of(
    value: Decimal,
    half: str,
) -> tuple[Decimal, ...]:
    """Of `9`, and of `9.30`."""
    if not 0 <= value <= 24:
        return ()
    hour = int(value)
    minute = int((value - hour) * HUNDRED)
    return clock_values(hour, minute, half)


def _is_measure(token: Token) -> bool:
    """Small words are measures only behind a figure: 12in, but not 12 in stock."""
    if token.text not in _measures():
        return False
    return token.is_glued or token.text not in cue_words.stop_words()


@cache
def _measures() -> frozenset[str]:
    return cue_words.others("measures")
