"""Conversations to be searched, with the index of the migrations, on tables without an app."""

import importlib

from sqlalchemy import insert

from backend.chat import messages
from backend.chat.messages import Message, MessageStatus, Role
from backend.services import Services
from backend.shops.directory import Shop
from backend.shops.settings import DEFAULTS
from backend.store.tables import conversations

MIGRATIONS = "backend.store.migrations.versions"
MIGRATING = {"across_shops": "a migration"}


def add_index(services: Services) -> None:
    """What the migrations add to the tables on SQLite."""
    if not services.db.on_sqlite:
        return

    create_index = importlib.import_module(f"{MIGRATIONS}.0002_merchant")
    triggers = importlib.import_module(f"{MIGRATIONS}.0016_search")
    with services.db.engine.begin() as connection:
        for statement in (create_index.SEARCH_ON_SQLITE[0], *triggers.ON_SQLITE):
            connection.exec_driver_sql(statement, execution_options=MIGRATING)


def shop_of(number: int) -> Shop:
    return Shop(
        id=number,
        domain=f"{number}.myshopify.com",
        name="",
        session_key=bytes([number]) * 32,
        created_at=1,
        uninstalled_at=None,
        expiry_seconds=None,
        settings=DEFAULTS,
    )


def talk(
    services: Services,
    number: int,
    *said: str,
    shop: int = 1,
    customer: str | None = None,
) -> str:
    """A conversation; a higher number is a later one."""
    name = f"{number:032x}"
    head = {
        "shop_id": shop,
        "id": name,
        "customer_id": customer,
        "status": "open",
        "last_seq": len(said),
        "started_at": number,
        "active_at": number,
    }

    with services.db.engine.begin() as connection:
        connection.execute(insert(conversations).values(head))
        for seq, text in enumerate(said, 1):
            message = Message(
                shop_id=shop,
                conversation_id=name,
                seq=seq,
                id=f"{seq:x}{name}"[:32],
                role=Role.SHOPPER,
                text=text,
                status=MessageStatus.SAVED,
                at=number,
            )
            messages.add(connection, message)
    return name
