"""`python -m bench.inbox_measures [COUNT]`: the inbox of a shop with 50,000 conversations.

List and search are timed as functions, beside the raw statement on the bare driver in turns, pages
as a merchant's browser gets them, on both databases. Written into docs/performance.md.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert

from backend.chat.search_text import search_text
from backend.clock import now_ms
from backend.config import Config, database_address
from backend.inbox import conversation_list, search
from backend.inbox.conversation_list import START, Cursor, InboxFilter
from backend.reports import period_report
from backend.services import Services, build
from backend.shops import directory
from backend.shops.settings import DEFAULTS
from backend.store.tables import conversations, messages, shops, turns
from bench import host
from bench.report import DOCUMENT, tell
from tests.support.merchants import Merchant
from tests.support.running_app import RunningApp
from tests.support.stores import Store, Stores

BEGIN = "<!-- written by python -m bench.inbox_measures: begin -->"
END = "<!-- written by python -m bench.inbox_measures: end -->"
COUNT, MESSAGES_EACH, AT_ONCE = 50_000, 6, 1_000
ROUNDS, TIMES = 7, 40
OURS, THEIRS = 1, 2
DOMAIN = "flux-bench.myshopify.com"
DAYS = 90
# Words as a language has them: few are everywhere, most are rare.
WORDS = [
    f"{first}{second}{third}"
    for first in "bdgklmnprst"
    for second in "aeiou"
    for third in ("lor", "mik", "san", "tev")
]
WEIGHTS = [1 / place for place in range(1, len(WORDS) + 1)]
RARE, SOME, OTHERS = "xylophone", "zeppelin", "quokka"
SEARCHES = {
    "a word in one conversation": RARE,
    "a word in one of fifty": SOME,
    "a word that is everywhere": WORDS[0],
    "two letters": "zz",
    "no such word": "wobblegong",
    "a word that only another shop has": OTHERS,
    "two words, both everywhere": f"{WORDS[1]} {WORDS[0]}",
    "two words, one of them rare": f"{WORDS[0]} {RARE}",
    "the beginning of a word": RARE[:5],
    "a mistyped word": "zepelin",
    "a phone number": "+49 30 901820",
}
WORST_SEARCH_MS, MOST_OF_RAW = 200.0, 2.0


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    stores, found = Stores(), {}

    try:
        for kind in ("sqlite", "postgresql"):
            with tempfile.TemporaryDirectory() as folder:
                found[kind] = measure(
                    stores.new(kind, redis=False), Path(folder), count
                )
    finally:
        stores.close()
    write(count, found)


def measure(store: Store, folder: Path, count: int) -> dict[str, str]:
    app = RunningApp(store, folder, SHOPIFY_CDN="https://cdn.shopify.com").start()
    engine = create_engine(database_address(store.database_url))

    try:
        fill(engine, count)
        services = opened(store.database_url)
        return {
            **list_figures(services),
            **search_figures(services),
            **page_figures(app),
        }
    finally:
        app.close()
        engine.dispose()


def opened(url: str) -> Services:
    needed = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    return build(Config.from_env(needed | {"DATABASE_URL": url}))


def list_figures(services: Services) -> dict[str, str]:
    """The first page beside its raw statement, then every list, and the charts of the home page."""
    raw, ours = beside(
        raw_list(services),
        lambda: conversation_list.read_page(services, OURS, InboxFilter()),
    )
    aim = "" if ours <= MOST_OF_RAW * raw else " **missed**"
    found = {
        "first page, raw statement": milliseconds(raw),
        "first page, ours": milliseconds(ours),
        f"ratio (at most {MOST_OF_RAW:g})": f"{ours / raw:.2f}{aim}",
    }

    half = Cursor(now_ms() - DAYS // 2 * 86_400_000, START.id)
    found["a page from the middle"] = milliseconds(
        median(lambda: conversation_list.read_page(services, OURS, InboxFilter(), half))
    )

    for view in conversation_list.VIEWS:
        took = median(
            partial(conversation_list.read_page, services, OURS, InboxFilter(view))
        )
        found[f"first page of “{view}”"] = milliseconds(took)

    days = median(
        lambda: period_report.read_days(services, OURS, DEFAULTS, now_ms()), times=5
    )

    return found | {"figures and charts of 14 days": milliseconds(days)}


def search_figures(services: Services) -> dict[str, str]:
    found = {}
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, OURS)

    for what, words in SEARCHES.items():
        look = partial(search.search, services, shop, InboxFilter("all"), words)
        took = [timed(look) for _ in range(ROUNDS * 3)]

        hits = look()
        missed = "" if max(took) <= WORST_SEARCH_MS else " **missed**"

        many = f"{len(hits.hits)}{' or more' if hits.next else ''}"
        middle = milliseconds(statistics.median(took))
        found[f"search: {what}"] = (
            f"{middle}, worst {max(took):.0f} ms{missed}, {many} found"
        )
    return found


def page_figures(app: RunningApp) -> dict[str, str]:
    mira = Merchant(app.base, DOMAIN)
    pages = {
        "the inbox page": "/admin/inbox",
        "a search page": f"/admin/inbox?words={RARE}",
        "the home page": "/",
    }
    for path in pages.values():
        mira.fetches(path)

    return {
        f"{name} over HTTP": milliseconds(median(partial(mira.fetches, path)))
        for name, path in pages.items()
    }


def raw_list(services: Services) -> Callable[[], Any]:
    """The very statement of the list on the bare driver: executed, fetched, its
    transaction ended.
    """
    sent: list[tuple[str, Any]] = []
    event.listen(
        services.db.engine,
        "before_cursor_execute",
        lambda *about: sent.append((about[2], about[3])),
    )
    conversation_list.read_page(services, OURS, InboxFilter())
    native: Any = (
        create_engine(services.db.engine.url).raw_connection().driver_connection
    )
    statement, values = sent[-1]

    def ask() -> None:
        native.execute(statement, values).fetchall()
        native.rollback()

    return ask


def beside(floor: Callable[[], Any], ours: Callable[[], Any]) -> tuple[float, float]:
    rounds = [(median(floor), median(ours)) for _ in range(ROUNDS)]
    return statistics.median(first for first, _ in rounds), statistics.median(
        second for _, second in rounds
    )


def median(call: Callable[[], Any], times: int = TIMES) -> float:
    return statistics.median(timed(call) for _ in range(times))


def timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def milliseconds(value: float) -> str:
    return f"{value:.2f} ms" if value < 10 else f"{value:.0f} ms"


def fill(engine: Engine, count: int) -> None:
    """Two shops of `count` conversations each over ninety days; the words are drawn from
    one seed.
    """
    drawn = random.Random(1)
    names = {OURS: DOMAIN, THEIRS: "other-bench.myshopify.com"}

    with engine.begin() as connection:
        for number, domain in names.items():
            connection.execute(
                insert(shops).values(
                    id=number, domain=domain, session_key=b"k", created_at=now_ms()
                )
            )

        for shop in names:
            for first in range(0, count, AT_ONCE):
                numbers = range(first, min(first + AT_ONCE, count))
                said = [
                    row
                    for number in numbers
                    for row in _messages(drawn, shop, number, count)
                ]
                connection.execute(
                    insert(conversations),
                    [_head(shop, number, count) for number in numbers],
                )
                connection.execute(insert(messages), said)
                connection.execute(
                    insert(turns),
                    [_turn(row) for row in said if row["role"] == "shopper"],
                )

    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _at(number: int, count: int) -> int:
    return now_ms() - (count - number) * DAYS * 86_400_000 // count


def _head(shop: int, number: int, count: int) -> dict[str, object]:
    """One in ten is open, one in a thousand of these waits for a person or is with one."""
    at, is_open = _at(number, count), number % 10 == 0

    return {
        "shop_id": shop,
        "id": f"{number:032x}",
        "status": "open" if is_open else "closed",
        "mode": "staff" if number % 1_000 == 10 else "assistant",
        "needs_staff_since": at if number % 1_000 == 20 else None,
        "last_seq": MESSAGES_EACH,
        "staff_seq": 0 if number % 100 == 0 else MESSAGES_EACH,
        "page": {"url": "https://tide.example/lamp", "title": "Lamp"},
        "started_at": at,
        "active_at": at,
    }


def _messages(
    drawn: random.Random, shop: int, number: int, count: int
) -> Iterator[dict[str, object]]:
    for seq in range(1, MESSAGES_EACH + 1):
        words = drawn.choices(WORDS, WEIGHTS, k=25)
        if seq == 1:
            words += _marks(shop, number, count)
        text = " ".join(words)

        yield {
            "shop_id": shop,
            "conversation_id": f"{number:032x}",
            "seq": seq,
            "id": f"{shop:x}{number:015x}{seq:016x}",
            "role": "shopper" if seq % 2 else "assistant",
            "text": text,
            "search_text": search_text(text),
            "status": "answered",
            "at": _at(number, count) + seq,
            "search_id": ((shop * count + number) << 8) + seq,
        }


def _marks(shop: int, number: int, count: int) -> list[str]:
    if shop == THEIRS:
        return [OTHERS]
    return [
        *([RARE, "(030) 901820"] if number == count // 3 else []),
        *([SOME] if number % 50 == 0 else []),
    ]


def _turn(row: dict[str, object]) -> dict[str, object]:
    same = {name: row[name] for name in ("shop_id", "conversation_id", "seq")}
    ids = {
        "id": f"t{str(row['id'])[1:]}{row['shop_id']}"[-32:],
        "message_id": row["id"],
        "created_at": row["at"],
    }
    state = {
        "status": "answered",
        "epoch": 1,
        "attempt": 1,
        "tokens_in": 300,
        "tokens_out": 40,
    }

    return same | ids | state


def write(count: int, found: dict[str, dict[str, str]]) -> None:
    about = host.described()
    inside = [
        f"* {about['date']}, commit {about['commit']}, {about['machine']}.",
        (
            f"* Two shops of {count:,} conversations of {MESSAGES_EACH} messages each; one of"
            " them is looked at."
        ),
        "",
        "| | SQLite | PostgreSQL |",
        "| --- | --: | --: |",
        *(
            f"| {what} | {value} | {found['postgresql'][what]} |"
            for what, value in found["sqlite"].items()
        ),
    ]

    tell("\n".join(inside))

    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text("\n".join([before + BEGIN, "", *inside, "", END + after]))


if __name__ == "__main__":
    main()
