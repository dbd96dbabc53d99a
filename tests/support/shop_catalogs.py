"""A shop's catalog in the database of an app that runs, as its searches find it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, create_engine, text

from backend.catalog import product_search
from backend.catalog.product_search import Query
from backend.config import database_address
from tests.support.running_app import RunningApp

SYNC = (
    "SELECT catalog_syncs.* FROM catalog_syncs"
    " JOIN shops ON shops.id = catalog_syncs.shop_id WHERE shops.domain = :shop"
)
DOCUMENTS = (
    "SELECT DISTINCT document FROM catalog_passages"
    " JOIN shops ON shops.id = catalog_passages.shop_id WHERE shops.domain = :shop"
)
JOBS = (
    "SELECT kind FROM jobs JOIN shops ON shops.id = jobs.shop_id"
    " WHERE shops.domain = :shop AND kind LIKE 'catalog%'"
)
SHOP = "SELECT id FROM shops WHERE domain = :shop"


@dataclass(frozen=True)
class ShopCatalog:
    app: RunningApp
    shop: str

    def finds(self, words: str) -> list[str]:
        """Handles of what a shopper is shown, the best first."""
        [row] = self._rows(SHOP)
        query = Query(words, ["en"], 6, 0)
        engine = create_engine(database_address(self.app.store.database_url))
        with engine.connect() as connection:
            found = product_search.search_products(connection, row["id"], query)
        engine.dispose()
        return [product.handle for product in found.products]

    def sync(self) -> dict[str, Any]:
        """Its row of progress; empty before there is one."""
        rows = self._rows(SYNC)
        return rows[0] if rows else {}

    @property
    def is_ready(self) -> bool:
        return self.sync().get("state") == "ready"

    def documents(self) -> set[str]:
        return {row["document"] for row in self._rows(DOCUMENTS)}

    def jobs(self) -> set[str]:
        return {row["kind"] for row in self._rows(JOBS)}

    def hurries(self, kind: str) -> None:
        """What waits for its time is done now."""
        due = "UPDATE jobs SET due_at = 0 WHERE kind = :kind AND status = 'ready'"
        self._write(due, kind=kind)

    def ages(self, days: int) -> None:
        """As if it had been filled so long ago."""
        aged = (
            "UPDATE catalog_syncs SET filled_at = filled_at - :ms WHERE shop_id ="
            " (SELECT id FROM shops WHERE domain = :shop)"
        )
        self._write(aged, ms=days * 86_400_000, shop=self.shop)

    def _rows(self, statement: str) -> list[dict[str, Any]]:
        engine = create_engine(database_address(self.app.store.database_url))
        with engine.connect() as connection:
            rows = connection.execute(text(statement), {"shop": self.shop})
            found = [dict(row) for row in rows.mappings()]
        engine.dispose()
        return found

    def _write(self, statement: str, **values: Any) -> None:
        engine = create_engine(database_address(self.app.store.database_url))
        with engine.begin() as connection:
            _execute(connection, statement, values)
        engine.dispose()


def _execute(connection: Connection, statement: str, values: dict[str, Any]) -> None:
    connection.execute(text(statement), values)
