"""Values that somebody has stated, by kind, with what can be asked of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal

from backend.assistant.measured_figures import Figure, Kind
from backend.assistant.page_links import Page

Values = set[Decimal]
Words = set[str]
Currencies = frozenset[str]
Range = tuple[Kind, Decimal, Decimal]
# A number, and a word that it has stood next to.
Beside = tuple[Decimal, str]
Readings = Collection[Decimal]


@dataclass(frozen=True, slots=True)
class Reduction:
    """A price, and what it was before."""

    price: Decimal
    before: Decimal

    @property
    def saved(self) -> Decimal:
        return self.before - self.price


def _by_kind() -> defaultdict[Kind, Values]:
    return defaultdict(set)


@dataclass(slots=True)
class FactStore:
    """`claims` are promises without a figure; `conditional` ones hold from an amount on.

    `codes` are words that may be codes of discounts, `listed` the lengths of tools' lists.
    """

    claims: Words = field(default_factory=set)
    conditional: Words = field(default_factory=set)
    words: Words = field(default_factory=set)
    codes: Words = field(default_factory=set)
    pages: set[Page] = field(default_factory=set)
    reduced: set[Reduction] = field(default_factory=set)
    listed: Values = field(default_factory=set)
    _values: defaultdict[Kind, Values] = field(default_factory=_by_kind)
    # Not the end of a range.
    _alone: defaultdict[Kind, Values] = field(default_factory=_by_kind)
    _ranges: set[Range] = field(default_factory=set)
    _beside: set[Beside] = field(default_factory=set)
    _money: dict[Decimal, set[Currencies]] = field(default_factory=dict)

    def add(self, figure: Figure) -> None:
        kind = figure.kind
        self.add_values(kind, figure.values)
        self.add_values(kind, figure.upto)
        if not figure.upto:
            self._alone[kind].update(figure.values)

        for value in figure.values:
            self._add_reading(figure, value)
        if kind == Kind.MONEY:
            self._add_money(figure)

    def add_values(
        self,
        kind: Kind,
        values: Readings,
    ) -> None:
        self._values[kind].update(values)

    def of(self, kind: Kind) -> Values:
        return self._values[kind]

    def has(
        self,
        kind: Kind,
        values: Readings,
    ) -> bool:
        """Any of them: they are readings of one number."""
        known = self._values[kind]
        return not known.isdisjoint(values)

    def has_range(
        self,
        kind: Kind,
        low: Decimal,
        high: Decimal,
    ) -> bool:
        """As it is, or both of its ends by themselves."""
        if (kind, low, high) in self._ranges:
            return True
        alone = self._alone[kind]
        return low in alone and high in alone

    def has_beside(
        self,
        value: Decimal,
        words: Collection[str],
    ) -> bool:
        """Whether the number has stood next to one of the words."""
        return any((value, word) in self._beside for word in words)

    @property
    def amounts(self) -> Readings:
        return self._money.keys()

    def has_money(
        self,
        value: Decimal,
        currencies: Currencies,
    ) -> bool:
        """In a currency that both may mean; one that is not named may be any."""
        known = self._money.get(value)
        if known is None:
            return False
        if not currencies or frozenset() in known:
            return True
        return any(each & currencies for each in known)

    def _add_reading(
        self,
        figure: Figure,
        low: Decimal,
    ) -> None:
        for high in figure.upto:
            both = figure.kind, low, high
            self._ranges.add(both)
        for word in figure.near:
            beside = low, word
            self._beside.add(beside)

    def _add_money(self, figure: Figure) -> None:
        amounts = figure.values + figure.upto
        for value in amounts:
            known = self._money.setdefault(value, set())
            known.add(figure.currencies)
