"""Every statement on a shop's rows names the shop: the guard sees it, and few have leave to look
across shops.
"""

import ast

import pytest
from sqlalchemy import Executable, delete, func, insert, select, update

from backend.store.database import Database
from backend.store.tables import (
    conversations,
    messages,
    metadata,
    shops,
    storefronts,
    turns,
)
from tests.support.source_files import place, python_files, tree_of
from tests.support.statement_guard import OF_A_SHOP, ShopNotNamed

# The queue serves all shops, the clocks run for all shops, an operator counts all and changes
# everybody's keys.
MAY_LOOK_ACROSS = {
    "backend/chat/conversations.py",
    "backend/chat/reply_addresses.py",
    "backend/inbox/notification_targets.py",
    "backend/flows/request_records.py",
    "backend/flows/runs.py",
    "backend/posts/page_connections.py",
    "backend/shops/webhook_deliveries.py",
    "backend/privacy/privacy_requests.py",
    "backend/shops/installation.py",
    "backend/shops/settings.py",
    "backend/store/job_queue.py",
}
JOINED = turns.join(messages, messages.c.seq == turns.c.seq)
SHOPLESS: list[Executable] = [
    select(messages),
    select(messages).where(messages.c.id == "x"),
    select(messages.c.shop_id).where(messages.c.id == "x"),
    select(turns.c.id).select_from(JOINED).where(turns.c.shop_id == 1),
    select(func.count()).select_from(conversations),
    update(conversations).values(status="closed"),
    update(conversations).where(conversations.c.id == "x").values(shop_id=2),
    delete(messages).where(messages.c.conversation_id == "x"),
    select(shops).where(shops.c.id.in_(select(conversations.c.shop_id))),
]
NAMED: list[Executable] = [
    select(messages).where(messages.c.shop_id == 1),
    select(turns.c.id)
    .select_from(JOINED)
    .where(turns.c.shop_id == 1, messages.c.shop_id == turns.c.shop_id),
    update(conversations).where(conversations.c.shop_id == 1).values(status="closed"),
    delete(messages).where(messages.c.shop_id == 1),
    insert(storefronts).values(host="x", shop_id=1, seen_at=0),
    select(shops).where(shops.c.domain == "x"),
    select(storefronts.c.host),
]


def test_a_statement_without_the_shop_fails(db: Database):
    for statement in SHOPLESS:
        with pytest.raises(ShopNotNamed), db.engine.connect() as connection:
            connection.execute(statement)


def test_a_statement_with_the_shop_passes(db: Database):
    for statement in NAMED:
        with db.engine.begin() as connection:
            connection.execute(statement)


def test_a_statement_that_says_why_may_look_across(db: Database):
    with db.reading() as connection:
        assert (
            connection.execute(
                select(messages), execution_options={"across_shops": "a test"}
            ).all()
            == []
        )


def test_every_table_of_a_shop_is_watched():
    directory = {"shops", "storefronts", "uninstalled_shops"}
    assert set(OF_A_SHOP) == set(metadata.tables) - directory


def test_few_have_leave_to_look_across_shops():
    asking = {
        place(path)
        for path in python_files("backend")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and node.value == "across_shops"
    }

    assert asking == MAY_LOOK_ACROSS
