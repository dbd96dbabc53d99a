"""One table for the terminal, JSON for machines, and the same table between two marks of
docs/performance.md.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from bench.figures import Row, Spread
from tests.support.processes import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
FOLDER = ROOT / "var" / "bench"
BEGIN, END = (
    "<!-- written by make bench: begin -->",
    "<!-- written by make bench: end -->",
)
COLUMNS = {
    "direct": "direct",
    "relay": "(a) relay",
    "thin": "(b) ten lines",
    "flux": "Flux Chat",
}


@dataclass(frozen=True)
class Run:
    """Everything that one run found. `drift` and `others` are shares: 0.1 is 10 %. `void` says why,
    if it is.
    """

    about: dict[str, str]
    rows: Sequence[Row]
    direct_ms: Sequence[float]
    drift: float
    others: float
    broken: Sequence[str]
    void: str


def tell(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def table(run: Run) -> list[str]:
    head = ["", "unit", *COLUMNS.values(), "ratio", "aim", "met"]
    return [
        _line(head),
        _line(["---", "---", *["--:"] * 5, "---", "---"]),
        *(_line(_cells(row)) for row in run.rows),
    ]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row) -> list[str]:
    values = [_shown(row.values.get(name)) for name in COLUMNS]
    ratio = f"{row.ratio:.2f} ×" if row.ratio is not None else ""
    met = {None: "", True: "yes", False: "**no**"}[row.is_met]
    return [row.what, row.unit, *values, ratio, _aim(row), met]


def _shown(spread: Spread | None) -> str:
    if spread is None:
        return ""
    if spread.low == spread.high:
        return _number(spread.middle)
    return f"{_number(spread.middle)} ({_number(spread.low)}–{_number(spread.high)})"


def _number(value: float) -> str:
    return (
        f"{value:.0f}"
        if abs(value) >= 100
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )


def _aim(row: Row) -> str:
    if row.aim is None:
        return ""
    sign = "≤" if row.aim.word == "at most" else "≥"
    return f"{sign} {row.aim.limit:g} {'×' if row.aim.of == 'ratio' else row.unit}"


def summary(run: Run) -> list[str]:
    said = [f"{name.capitalize()}: {text}." for name, text in run.about.items()]
    said.append(
        f"Direct baseline: {_shown(Spread.of(run.direct_ms))} ms to the first word, drift"
        f" {run.drift:.0%} (void above 10 % and 0.05 ms). Other work on the machine:"
        f" {run.others:.0%} of a core."
    )
    return said


def save(run: Run) -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{run.about['date'].replace(' ', '-').replace(':', '')}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(asdict(run)), indent=2))
    return path


def write_document(run: Run) -> None:
    """Replaces what stands between the marks, and nothing else."""
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    inside = [*(f"* {line}" for line in summary(run)), "", *table(run)]
    DOCUMENT.write_text("\n".join([before + BEGIN, "", *inside, "", END + after]))
