"""How soon a webhook is answered: `python -m bench.webhook_measures [COUNT]`, on SQLite and on
PostgreSQL.

Shopify gives up after five seconds; we mean to answer 99 of 100 within a quarter of one.
"""

import base64
import json
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from secrets import token_bytes
from statistics import quantiles

import httpx2
from sqlalchemy import create_engine, insert

from backend.clock import now_ms
from backend.config import database_address
from backend.dev.shopify.pretend_tokens import SentWebhook, webhook_headers
from backend.store.tables import shops
from bench.report import tell
from bench.rig import Rig
from bench.targets import SECRET

COUNT, WARM = 1_000, 50
# Uninstalls and privacy requests of many thousand shops together do not come faster.
A_SECOND, AT_ONCE = 20, 8
TOPIC, SHOP = "customers/data_request", "flux-bench.myshopify.com"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT

    with Rig() as rig:
        model = rig.model()
        for name, url in (
            ("SQLite", rig.sqlite_url),
            ("PostgreSQL", rig.postgres_url()),
        ):
            rig.migrate(url)
            _add_shop(url)
            keys = base64.b64encode(token_bytes(32)).decode()
            served = rig.flux(model, DATABASE_URL=url, ENCRYPTION_KEYS=keys)
            times = _answers(served.port, count)
            _tell(name, times)
            rig.stop(served)


def _add_shop(url: str) -> None:
    engine = create_engine(database_address(url))
    with engine.begin() as connection:
        row = {"domain": SHOP, "session_key": token_bytes(32), "created_at": now_ms()}
        connection.execute(insert(shops).values(**row))
    engine.dispose()


def _answers(port: int, count: int) -> list[float]:
    """Milliseconds of each, counted from when it was due: a slow answer makes the next ones late as
    well.
    """
    client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)
    began = time.perf_counter()
    due = [began + number / A_SECOND for number in range(WARM + count)]

    with ThreadPoolExecutor(AT_ONCE) as senders:
        return list(senders.map(partial(_send, client), due))[WARM:]


def _send(client: httpx2.Client, due: float) -> float:
    customer = {"id": 7001, "email": "ana@example.com"}
    body = json.dumps({"shop_domain": SHOP, "customer": customer}).encode()
    sent = SentWebhook(TOPIC, SHOP, "2026-11-21T08:00:00Z", str(uuid.uuid4()))
    headers = dict(webhook_headers(SECRET, sent, body))

    time.sleep(max(0, due - time.perf_counter()))
    answer = client.post("/webhooks/privacy", content=body, headers=headers)
    answer.raise_for_status()
    return (time.perf_counter() - due) * 1000


def _tell(name: str, times: list[float]) -> None:
    hundredths = quantiles(times, n=100)
    tell(
        f"{name}: median {hundredths[49]:.1f} ms, p99 {hundredths[98]:.1f} ms, longest"
        f" {max(times):.1f} ms"
    )


if __name__ == "__main__":
    main()
