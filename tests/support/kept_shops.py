"""A shop that has the app, at the sample's Shopify; the jobs that are written for it are done by
hand, without waiting for their time.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from backend.catalog import store_search, sync_state
from backend.catalog.store_search import Asked
from backend.catalog.sync_state import Sync
from backend.config import Config
from backend.dev.shopify.pretend_tokens import id_token
from backend.jobs.worker import Worker
from backend.services import Services, build
from backend.shopify.session_tokens import read_id_token
from backend.shops import access_tokens, directory
from backend.shops.webhook_event import WebhookEvent
from backend.store import job_queue
from backend.store.tables import jobs
from tests.support.bare_services import PATIENT_MS
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.running_app import CLIENT_ID, ENCRYPTION_KEY, SECRET
from tests.support.statement_guard import guard

MOST_ROUNDS = 60


def build_services(database_url: str, admin_api: AdminApi) -> Services:
    """All that product functions need, with the sample's Shopify, on a database that has tables.
    Whoever asks closes its `db`.
    """
    settings = {
        "DATABASE_URL": database_url,
        "SHOPIFY_API_KEY": CLIENT_ID,
        "SHOPIFY_API_SECRET": SECRET,
        "ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "HOST": "http://127.0.0.1:8000",
        "DATABASE_TIMEOUT_MS": str(PATIENT_MS),
    }
    services = build(Config.from_env(settings | admin_api.settings))
    guard(services.db.engines)
    return services


@contextmanager
def open_services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    """The same, closed afterwards."""
    services = build_services(database_url, admin_api)
    yield services
    services.db.close()


@dataclass(frozen=True)
class KeptShop:
    """`store` is what Shopify has of it; it begins with the sample's goods."""

    services: Services
    id: int
    store: PretendStore

    def opens(self) -> None:
        """Somebody opens the app: Shopify gives us tokens, unless we have some."""
        text = id_token(SECRET, CLIENT_ID, self.store.shop)
        token = read_id_token(text, CLIENT_ID, [SECRET])
        access_tokens.admit(self.services, token)

    def list_jobs(self) -> list[Row]:
        query = select(jobs).where(jobs.c.shop_id == self.id).order_by(jobs.c.kind)
        with self.services.db.reading() as connection:
            return list(connection.execute(query))

    def job_kinds(self) -> list[str]:
        return [job.kind for job in self.list_jobs()]

    def works(self, kind: str = "") -> None:
        """Each of its jobs once, or those of that kind, as a process does them."""
        mine = jobs.c.shop_id == self.id
        self.services.db.write(_make_due, mine)
        kinds = [kind] if kind else sorted(set(self.job_kinds()))
        claims = self.services.db.write(job_queue.claim, "tests", 60, 32, kinds)

        worker = Worker(self.services)
        for claim in claims:
            worker._do(claim)

    def works_to_the_end(self) -> None:
        """Until nothing is left to do; what is parked stays."""
        for _ in range(MOST_ROUNDS):
            if not any(job.status != "parked" for job in self.list_jobs()):
                return
            self.works()
        raise TimeoutError(f"still to do: {self.job_kinds()}")

    def finds(self, words: str) -> list[str]:
        """Handles of what a shopper is shown for these words."""
        found = store_search.search_store(self.services, self.id, Asked(words, "en"))
        return [product.handle for product in found.products]

    def sync(self) -> Sync:
        with self.services.db.reading() as connection:
            return sync_state.find_sync(connection, self.id)

    def event(self, topic: str, payload: Mapping[str, Any]) -> WebhookEvent:
        return WebhookEvent(
            shop_id=self.id,
            domain=self.store.shop,
            webhook_id="1",
            topic=topic,
            triggered_at=0,
            received_at=0,
            payload=dict(payload),
        )


def open_shop(services: Services, store: PretendStore) -> KeptShop:
    """One that has opened the app, and has jobs to do because of that."""
    known = services.db.write(directory.add_shop, store.shop)
    shop = KeptShop(services, known.id, store)
    shop.opens()
    return shop


def _make_due(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(update(jobs).where(which).values(due_at=0))
