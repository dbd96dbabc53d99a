"""Medians, quartiles and percentiles; and what a figure is held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal


@dataclass(frozen=True)
class Spread:
    """The median of the rounds' values, with the quartiles around it."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        low, _, high = quantiles(values, n=4, method="inclusive")
        return cls(median(values), low, high)


@dataclass(frozen=True)
class Aim:
    """A limit for our own value, or for its ratio to floor (b)."""

    word: Literal["at most", "at least"]
    limit: float
    of: Literal["ratio", "value"] = "ratio"

    def is_met(self, measured: float) -> bool:
        return (
            measured <= self.limit if self.word == "at most" else measured >= self.limit
        )


@dataclass(frozen=True)
class Row:
    """One line of the table. `against` names whose value the ratio is taken to."""

    what: str
    unit: str
    values: dict[str, Spread]
    aim: Aim | None = None
    against: str = "thin"

    @property
    def ratio(self) -> float | None:
        floor = self.values.get(self.against)
        return (
            self.values["flux"].middle / floor.middle
            if floor and floor.middle > 0
            else None
        )

    @property
    def is_met(self) -> bool | None:
        if self.aim is None:
            return None
        measured = self.ratio if self.aim.of == "ratio" else self.values["flux"].middle
        return measured is not None and self.aim.is_met(measured)


def percentile(values: Sequence[float], per_cent: float) -> float:
    """The value that so many of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * per_cent / 100))]
