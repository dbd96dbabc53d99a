"""What `search_measures` has found, and the tables that it is written into."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.figures import percentile
from tests.support.judged_catalogs import Judgement


@dataclass(frozen=True)
class Judged:
    """One catalog: ours, and the floor's."""

    name: str
    queries: int
    ours: Judgement
    plain: Judgement


@dataclass(frozen=True)
class Filled:
    """What filling a shop took, in a process of its own."""

    seconds: float
    peak_mib: float


@dataclass(frozen=True)
class Times:
    """Milliseconds of each search, in all rounds that count."""

    ours: list[float]
    plain: list[float]


@dataclass(frozen=True)
class Large:
    """A shop of `count` products on one database."""

    count: int
    filled: Filled
    times: Times


def judged_table(judged: Sequence[Judged]) -> list[str]:
    head = [
        "| catalog | questions | recall@6 | FTS5 | nDCG@6 | FTS5 | nothing for nothing | FTS5 |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    return [*head, *map(judged_row, judged)]


def judged_row(judged: Judged) -> str:
    ours, plain = judged.ours, judged.plain
    pairs = [
        (ours.recall, plain.recall),
        (ours.ndcg, plain.ndcg),
        (ours.silent, plain.silent),
    ]
    cells = [f"{value:.2f}" for pair in pairs for value in pair]
    return f"| {judged.name} | {judged.queries} | {' | '.join(cells)} |"


def large_table(found: dict[str, list[Large]]) -> list[str]:
    head = [f"| | {' | '.join(found)} |", f"| --- |{' --: |' * len(found)}"]
    columns = [list(large_rows(shops)) for shops in found.values()]
    rows = [
        f"| {same[0][0]} | {' | '.join(value for _, value in same)} |"
        for same in zip(*columns, strict=True)
    ]
    return [*head, *rows]


def large_rows(shops: Sequence[Large]) -> Iterator[tuple[str, str]]:
    for shop in shops:
        size = f"{shop.count:,} products"
        for name, times in (
            ("a search", shop.times.ours),
            ("bare FTS5", shop.times.plain),
        ):
            for share in (50, 99):
                value = percentile(times, share)
                yield f"{size}: {name}, p{share}", f"{value:.1f} ms"

        yield f"{size}: filled in", f"{shop.filled.seconds:.0f} s"
        peak = f"{shop.filled.peak_mib:.0f} MiB"
        yield f"{size}: the most memory meanwhile", peak
