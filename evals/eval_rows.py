"""A figure of the evals with its bar, and the table of all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH = 56


@dataclass(frozen=True)
class EvalRow:
    """So many of so many were right, and at least `bar` of them must be."""

    what: str
    good: int
    of: int
    bar: float = 1.0
    # What was not right, a sentence each.
    problems: Sequence[str] = ()

    @property
    def share(self) -> float:
        return self.good / self.of if self.of else 0.0

    @property
    def is_met(self) -> bool:
        return self.share >= self.bar


def table_of(rows: Sequence[EvalRow]) -> Iterator[str]:
    for row in rows:
        counted = f"{row.good} of {row.of}"
        bar = f"bar {row.bar:.0%}"
        verdict = "met" if row.is_met else "MISSED"
        yield f"{row.what:<{WIDTH}}{counted:>12}{row.share:>9.1%}{bar:>10}  {verdict}"


def problems_of(rows: Sequence[EvalRow]) -> Iterator[str]:
    """Under the name of each figure, what was not right."""
    for row in rows:
        if row.problems:
            yield f"\n{row.what}:"
            yield from (f"  {problem}" for problem in row.problems)
