"""Small charts, drawn here: bars of fourteen days, and the sentence that says the same."""

from collections.abc import Iterator, Mapping, Sequence
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


def draw_chart(
    title: str, days: Sequence[Figures], kinds: Sequence[tuple[str, str]]
) -> Chart:
    """`kinds` are (name of a figure, its words), stacked from the bottom up."""
    names = [name for name, _ in kinds]
    rows = [(_day_label(figures), _numbers_of(figures, names)) for figures in days]
    step = WIDTH / len(days)
    most = max(1, *(sum(numbers) for _, numbers in rows))

    bars: list[Bar] = []
    for place, (_, numbers) in enumerate(rows):
        left = round(place * step + GAP / 2, 2)
        bars += _stack_bars(left, dict(zip(names, numbers, strict=True)), most)

    return Chart(title, _describe(rows), bars, round(step - GAP, 2), kinds, rows)


def _day_label(figures: Figures) -> str:
    return f"{figures.day:%b} {figures.day.day}"


def _numbers_of(figures: Figures, names: Sequence[str]) -> list[int]:
    return [getattr(figures, name) for name in names]


def _stack_bars(left: float, numbers: Mapping[str, int], most: int) -> Iterator[Bar]:
    """One day's bars, from the bottom up."""
    foot = float(HEIGHT)
    for name, number in numbers.items():
        height = round(number / most * HEIGHT, 2)
        foot -= height
        if height:
            yield Bar(left, round(foot, 2), height, name)


def _describe(rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    totals = {day: sum(numbers) for day, numbers in rows}
    busiest = max(totals, key=totals.__getitem__)
    most = totals[busiest]

    if not most:
        return "No data for this period"
    total = sum(totals.values())
    return f"{total:,} in {len(rows)} days; most on {busiest}, {most:,}."
