"""What an export of many conversations costs: `python -m bench.export_measures [COUNT]`.

Each form runs in a process of its own, over a tenth of the conversations and over all of them:
memory that grows with their number would show between the two.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert

from backend.clock import now_ms
from backend.config import Config
from backend.exports import csv_export, json_export, pdf_export, reader
from backend.exports.reader import ExportFilter
from backend.services import Services, build
from backend.shops.settings import DEFAULTS
from backend.store.tables import conversations, messages, metadata, shops, turns
from bench.report import tell

COUNT, MESSAGES_EACH, LONG = 50_000, 6, 10_000
SHOP = 1
AT_ONCE = 1_000
SAID = (
    "Hello 👋 is my order #1042 on its way?",
    "Yes. It left us today and takes three days; you get a message when it is at the door. "
    * 2,
    "مرحبا، طلبي رقم 1042 لم يصل بعد",
    "സ്വാഗതം! ഇത് ഇന്ന് അയച്ചു.",
    "注文番号1042の商品はいつ届きますか？",
    "It comes with a plug for your country, and the lampshade can be changed. 🎉",
)


def opened(url: str) -> Services:
    needed = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    return build(Config.from_env(needed | {"DATABASE_URL": url}))


def fill(services: Services, count: int) -> None:
    """`count` conversations, the last of which is long."""
    metadata.create_all(services.db.engine)
    shop = {
        "id": SHOP,
        "domain": "flux-bench.myshopify.com",
        "session_key": b"k",
        "created_at": now_ms(),
    }

    with services.db.engine.begin() as connection:
        connection.execute(insert(shops), shop)
        for first in range(0, count, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, count))
            lengths = {
                number: LONG if number == count - 1 else MESSAGES_EACH
                for number in numbers
            }
            said = [
                row
                for number, length in lengths.items()
                for row in _messages(number, length)
            ]
            connection.execute(
                insert(conversations), [_head(*each) for each in lengths.items()]
            )
            connection.execute(insert(messages), said)
            connection.execute(
                insert(turns), [_turn(row) for row in said if row["role"] == "shopper"]
            )


def _head(number: int, length: int) -> dict[str, object]:
    of_it = {
        "shop_id": SHOP,
        "id": f"{number:032x}",
    }
    return of_it | {
        "status": "open",
        "last_seq": length,
        "started_at": number,
        "active_at": number,
    }


def _messages(number: int, length: int) -> Iterator[dict[str, object]]:
    for seq in range(1, length + 1):
        yield {
            "shop_id": SHOP,
            "conversation_id": f"{number:032x}",
            "seq": seq,
            "id": f"{number:016x}{seq:016x}",
            "role": "shopper" if seq % 2 else "assistant",
            "text": SAID[seq % len(SAID)],
            "status": "answered",
            "at": number * 1_000 + seq,
        }


def _turn(row: dict[str, object]) -> dict[str, object]:
    same = {name: row[name] for name in ("shop_id", "conversation_id", "seq")}
    ids = {
        "id": f"t{str(row['id'])[1:]}",
        "message_id": row["id"],
        "created_at": row["at"],
    }
    return same | ids | {"status": "answered", "epoch": 1, "attempt": 1}


def export(url: str, form: str) -> None:
    """In its own process: prints seconds, bytes, and by how many KiB the process has grown."""
    services = opened(url)
    found = reader.read_conversations(services, SHOP, ExportFilter())
    if form == "json":
        shop = "flux-bench.myshopify.com"
        pieces = json_export.write_json(shop, now_ms(), found)
    elif form == "csv":
        pieces = csv_export.write_csv(found, DEFAULTS)
    else:
        pieces = pdf_export.write_pdf("Bench", DEFAULTS, found)

    size = sum(len(next(pieces)) for _ in range(100))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    size += sum(map(len, pieces))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    tell(f"{time.monotonic() - began:.1f} {size} {grown}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as folder:
        for some in (count // 10, count):
            url = f"sqlite:///{Path(folder)}/{some}.db"
            fill(opened(url), some)
            for form in ("json", "csv", "pdf"):
                command = [sys.executable, "-m", "bench.export_measures", url, form]
                done = subprocess.run(
                    command, check=True, capture_output=True, text=True
                )
                seconds, size, grown = map(float, done.stdout.split())
                tell(
                    f"{some:7,} conversations  {form:4}  {seconds:6.1f} s "
                    f" {size / 2**20:7.1f} MiB  memory +{grown / 1024:.1f} MiB"
                )


if __name__ == "__main__":
    main() if len(sys.argv) < 3 else export(*sys.argv[1:])
