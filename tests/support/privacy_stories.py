"""What happens in stories of privacy law: webhooks that are told, proofs, and what is left."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import create_engine, select, text

from backend.config import database_address
from backend.store.tables import metadata, privacy_requests
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi, send_webhook
from tests.support.running_app import RunningApp
from tests.support.settings_pages import choose
from tests.support.waiting import wait_until

PAGE, PRIVACY = "/admin/export", "/admin/privacy"
DONE_WITHIN_SECONDS = 60


def answered(who: Person, words: str, **fields: object) -> None:
    """One message and its whole reply."""
    assert who.follows(who.says(words, **fields).turn).names[-1] == "finished"


def fill(mira: Merchant, ana: Person, canary: str) -> None:
    """The canary in whatever the shop's people may write."""
    mira.opens(PAGE, mira.id_token(age=30))
    choose(mira, own_name=canary, knowledge=f"We sell {canary}.")
    answered(
        ana,
        f"I am {canary}",
        page={"url": f"https://{ana.shop}/{canary}", "title": canary},
    )


def removes(app: RunningApp, admin_api: AdminApi, shop: str) -> None:
    """The merchant takes the app out of the shop, and Shopify tells of it."""
    admin_api.uninstalls(shop)
    told(app, "app/uninstalled", shop)


def told(
    app: RunningApp,
    topic: str,
    shop: str,
    *,
    at: datetime | None = None,
    **about: Any,
) -> str:
    """Sends the webhook and waits until its job has been done once. Returns its id.

    `about` is what `send_webhook` takes: `customer`, `body`.
    """
    webhook_id, triggered_at = str(uuid.uuid4()), at.isoformat() if at else ""
    about |= {"webhook_id": webhook_id, "triggered_at": triggered_at}
    sent = send_webhook(app.base, topic, shop, **about)
    assert sent.status == 200
    waits = topic == "shop/redact"
    query = "SELECT 1 FROM webhook_deliveries WHERE webhook_id = :id AND done_at IS NOT NULL"
    begun = "SELECT 1 FROM privacy_requests WHERE id = :id"
    wait_until(
        lambda: (
            rows(app, query, id=webhook_id) or waits and rows(app, begun, id=webhook_id)
        ),
        f"{topic} is done",
    )
    return webhook_id


def proofs(app: RunningApp, request_id: str) -> list[dict[str, Any]]:
    engine = create_engine(database_address(app.store.database_url))
    with engine.connect() as connection:
        query = select(privacy_requests).where(privacy_requests.c.id == request_id)
        found = [dict(row) for row in connection.execute(query).mappings()]
    engine.dispose()
    return found


def noted(app: RunningApp, table: str, column: str, shop: str) -> list[object]:
    query = (
        f"SELECT {column} FROM {table} JOIN shops ON shops.id = {table}.shop_id WHERE"
        " shops.domain = :shop"
    )
    return [row[column] for row in rows(app, query, shop=shop)]


def left_of(app: RunningApp, shop_id: object) -> set[str]:
    """Tables that still have a row of the shop."""
    return {
        name
        for name, table in metadata.tables.items()
        if "shop_id" in table.c
        and rows(
            app, f"SELECT 1 FROM {name} WHERE shop_id = :shop LIMIT 1", shop=shop_id
        )
    }


def rows(app: RunningApp, query: str, **values: object) -> list[dict[str, Any]]:
    engine = create_engine(database_address(app.store.database_url))
    with engine.connect() as connection:
        found = [
            dict(row) for row in connection.execute(text(query), values).mappings()
        ]
    engine.dispose()
    return found
