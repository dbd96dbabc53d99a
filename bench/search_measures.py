"""`python -m bench.search_measures [COUNT …]`: how right the search is, and how fast.

Judged catalogs, beside bare FTS5 in the same run; then shops of 10,000 and 100,000 products on both
databases. Written into docs/performance.md, unless other counts are asked for.
"""

import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine

from backend.catalog import catalog_import, store_search
from backend.catalog.store_search import Asked
from backend.config import database_address
from backend.services import Services
from backend.shops import directory
from bench import host
from bench.fill_shop import opened
from bench.floor_search import PlainIndex
from bench.mixed_catalog import iter_products, write_mixed
from bench.report import DOCUMENT, tell
from bench.rig import Rig
from bench.search_tables import Filled, Judged, Large, Times, judged_table, large_table
from tests.support import judged_catalogs
from tests.support.judged_catalogs import (
    JudgedQuery,
    Search,
    judge,
    products_of,
    queries_of,
)

BEGIN = "<!-- written by python -m bench.search_measures: begin -->"
END = "<!-- written by python -m bench.search_measures: end -->"
COUNTS = (10_000, 100_000)
# Its words make the large shops, its questions are asked in them.
SOURCE = "retail-en"
# The first round warms up and does not count.
ROUNDS = 4


def main() -> int:
    counts = [int(word) for word in sys.argv[1:]] or list(COUNTS)
    if not judged_catalogs.list_sets():
        tell("The judged catalogs are not beside this checkout.")
        return 2

    began, busy, own = time.monotonic(), host.busy_seconds(), host.own_seconds()
    with Rig() as rig, tempfile.TemporaryDirectory() as folder:
        judged = list(judge_sets(rig, Path(folder)))
        found = measure_large(rig, Path(folder), counts)

    # PostgreSQL has ended by now, so that its work is counted as ours.
    worked = host.busy_seconds() - busy - (host.own_seconds() - own)
    others = max(0.0, worked) / (time.monotonic() - began)
    inside = section(judged, found, others)
    tell("\n".join(inside))
    if tuple(counts) == COUNTS:
        write(inside)
    return 0


def judge_sets(rig: Rig, folder: Path) -> Iterator[Judged]:
    url = f"sqlite:///{folder}/judged.db"
    rig.migrate(url)
    services = opened(url)

    for name in judged_catalogs.list_sets():
        tell(f"Judging {name}.")
        shop = services.db.write(directory.add_shop, f"{name}.myshopify.com")
        with products_of(name).open("rb") as file:
            catalog_import.import_lines(services, shop.id, file)
        plain = fill_plain(folder / f"{name}.db", products_of(name))

        queries = queries_of(name)
        ours = judge(queries, Ours(services, shop.id))
        beside = judge(queries, Plain(plain))
        yield Judged(name, len(queries), ours, beside)
        plain.close()
    services.db.close()


@dataclass(frozen=True)
class Ours:
    """The search of a shop, as a judge asks it."""

    services: Services
    shop_id: int

    def __call__(self, query: JudgedQuery) -> Sequence[str]:
        asked = Asked(query.text, query.language)
        results = store_search.search_store(self.services, self.shop_id, asked)
        return [product.handle for product in results.products]


@dataclass(frozen=True)
class Plain:
    """The floor, as a judge asks it."""

    index: PlainIndex

    def __call__(self, query: JudgedQuery) -> Sequence[str]:
        return self.index.search(query.text)


def measure_large(
    rig: Rig, folder: Path, counts: Sequence[int]
) -> dict[str, list[Large]]:
    """Of each database, a shop of each size."""
    gc.set_threshold(5_000, 4, 500)
    files = {count: folder / f"{count}.jsonl" for count in counts}
    plain = {}
    for count, file in files.items():
        tell(f"Making {count:,} products.")
        write_mixed(products_of(SOURCE), file, count)
        plain[count] = fill_plain(folder / f"{count}.db", file)

    found = {}
    for kind, url in databases(rig):
        tell(f"Filling shops on {kind}.")
        rig.migrate(url)
        found[kind] = [
            measure_one(url, count, file, plain[count]) for count, file in files.items()
        ]
    return found


def databases(rig: Rig) -> Iterator[tuple[str, str]]:
    yield "SQLite", rig.sqlite_url
    yield "PostgreSQL", rig.postgres_url()


def fill_plain(path: Path, export: Path) -> PlainIndex:
    plain = PlainIndex(path)
    plain.fill(iter_products(export))
    return plain


def measure_one(url: str, count: int, file: Path, plain: PlainIndex) -> Large:
    domain = f"shop-{count}.myshopify.com"
    command = [sys.executable, "-m", "bench.fill_shop", url, domain]
    done = subprocess.run(
        [*command, str(file)], check=True, stdout=subprocess.PIPE, text=True
    )
    seconds, peak_kib = map(float, done.stdout.split()[-2:])
    tidy(url)

    services = opened(url)
    shop = services.db.write(directory.add_shop, domain)
    times = time_searches(Ours(services, shop.id), Plain(plain))
    services.db.close()
    return Large(count, Filled(seconds, peak_kib / 1024), times)


def tidy(url: str) -> None:
    """What PostgreSQL does by itself within minutes."""
    if url.startswith("sqlite"):
        return

    engine = create_engine(database_address(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


def time_searches(ours: Ours, plain: Plain) -> Times:
    """In turns; as in production, what has been loaded is not looked through for garbage."""
    times = Times([], [])
    queries = queries_of(SOURCE)
    for number in range(ROUNDS):
        if number == 1:
            gc.collect()
            gc.freeze()
        for query in queries:
            pair = timed(ours, query), timed(plain, query)
            if number:
                times.ours.append(pair[0])
                times.plain.append(pair[1])

    gc.unfreeze()
    return times


def timed(search: Search, query: JudgedQuery) -> float:
    began = time.perf_counter()
    search(query)
    return (time.perf_counter() - began) * 1000


def section(
    judged: Sequence[Judged], found: dict[str, list[Large]], others: float
) -> list[str]:
    about = host.described()
    questions = len(queries_of(SOURCE))

    return [
        f"* {about['date']}, commit {about['commit']}, {about['machine']}.",
        (
            f"* {questions} questions, {ROUNDS - 1} rounds after one to warm up. Other work on"
            f" the machine: {others:.0%} of a core."
        ),
        "",
        *judged_table(judged),
        "",
        *large_table(found),
    ]


def write(inside: Sequence[str]) -> None:
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text("\n".join([before + BEGIN, "", *inside, "", END + after]))


if __name__ == "__main__":
    raise SystemExit(main())
