"""Small charts, drawn here: bars of fourteen days, and the sentence that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.reports.period_report import Figures

WIDTH, HEIGHT = 280, 64
GAP = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """In units of the chart's own box, from its top left."""

    x: float
    y: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    said: str
    bars: Sequence[Bar]
    bar_width: float
    # Names of what is in it, and for each day a number of each.
    kinds: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[int]]]
    width: int = WIDTH
    height: int = HEIGHT


def draw(
    title: str, days: Sequence[Figures], kinds: Sequence[tuple[str, str]]
) -> Chart:
    """`kinds` are (name of a figure, its words), stacked from the bottom up."""
    step = WIDTH / len(days)
    rows = [
        (f"{day.day.day} {day.day:%b}", [getattr(day, name) for name, _ in kinds])
        for day in days
    ]
    most = max(1, *(sum(numbers) for _, numbers in rows))
    bars = []
    for place, (_, numbers) in enumerate(rows):
        foot = float(HEIGHT)
        for (name, _), number in zip(kinds, numbers, strict=True):
            height = round(number / most * HEIGHT, 2)
            foot -= height
            if height:
                bars.append(
                    Bar(round(place * step + GAP / 2, 2), round(foot, 2), height, name)
                )
    return Chart(title, _said(rows), bars, round(step - GAP, 2), kinds, rows)


def _said(rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    totals = [(day, sum(numbers)) for day, numbers in rows]
    day, most = max(totals, key=lambda pair: pair[1])
    if not most:
        return f"Nothing in {len(rows)} days."
    return f"{sum(number for _, number in totals):,} in {len(rows)} days; most on {day}, {most:,}."
