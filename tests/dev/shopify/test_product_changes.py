"""What a merchant does to a product is told by the Admin API and, where the app wants it, by a
webhook.
"""

import base64
import hashlib
import hmac
import json

import pytest

from backend.dev.shopify.admin_stores import AdminStore
from backend.dev.shopify.product_changes import (
    CREATED,
    DELETED,
    UPDATED,
    ProductChanges,
    Subscription,
    UnknownProduct,
    read_subscriptions,
)
from backend.dev.shopify.sample_webhooks import Webhooks, subscriptions
from tests.support.machine import free_port
from tests.support.replayed_answers import ReplayServer

SECRET = "a client secret as long as Shopify's"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
BOARD, GID = 8101, "gid://shopify/Product/8101"
TOPICS = (CREATED, UPDATED, DELETED)
ALL = dict.fromkeys(TOPICS, Subscription("/webhooks/products"))


@pytest.fixture
def store() -> AdminStore:
    return AdminStore("tide.myshopify.com", "http://127.0.0.1:9")


def quietly(store: AdminStore) -> ProductChanges:
    """In front of an app that has subscribed to nothing."""
    return ProductChanges(store, Webhooks("http://127.0.0.1:9", SECRET), {})


def test_a_change_is_there_at_once_and_newer_than_all_else(store: AdminStore) -> None:
    before = store.products[GID]

    quietly(store).update(BOARD, {"title": "Oak Board"})

    after = store.products[GID]
    assert after["title"] == "Oak Board"
    assert after["handle"] == before["handle"]
    assert after["updatedAt"] > max(
        each["updatedAt"] for key, each in store.products.items() if key != GID
    )


def test_another_shop_keeps_what_it_had(store: AdminStore) -> None:
    quietly(store).update(BOARD, {"title": "Oak Board"})

    other = AdminStore("otto.myshopify.com", "http://127.0.0.1:9")
    assert other.products[GID]["title"] != "Oak Board"


def test_what_is_unpublished_is_still_there_and_nobody_sees_it(
    store: AdminStore,
) -> None:
    quietly(store).unpublish(BOARD)

    product = store.products[GID]
    assert (product["publishedAt"], product["onlineStoreUrl"]) == (None, None)
    assert product["status"] == "ACTIVE"


def test_a_new_product_has_ids_of_its_own(store: AdminStore) -> None:
    known = set(store.products)
    variants = {
        each["id"]
        for product in store.products.values()
        for each in product["variants"]
    }

    quietly(store).create({"title": "Lantern", "handle": "lantern"})

    [added] = store.products.keys() - known
    product = store.products[added]
    assert (product["id"], product["title"]) == (added, "Lantern")
    assert not variants & {each["id"] for each in product["variants"]}


def test_what_was_deleted_is_gone(store: AdminStore) -> None:
    changes = quietly(store)

    changes.delete(BOARD)

    assert GID not in store.products
    with pytest.raises(UnknownProduct):
        changes.update(BOARD, {})
    with pytest.raises(UnknownProduct):
        changes.delete(BOARD)


def test_an_app_that_wants_to_know_is_told_with_a_signature(store: AdminStore) -> None:
    with ReplayServer(OK) as app:
        changes = ProductChanges(store, Webhooks(app.base, SECRET), ALL)
        sent = [
            *changes.create({"title": "Lantern"}),
            *changes.update(BOARD, {"title": "Oak Board"}),
            *changes.unpublish(BOARD),
            *changes.delete(BOARD),
        ]

    assert [each.status for each in sent] == [200] * 4
    topics = [asked.headers["x-shopify-topic"] for asked in app.asked]
    assert topics == [CREATED, UPDATED, UPDATED, DELETED]
    for asked in app.asked:
        digest = hmac.digest(SECRET.encode(), asked.body, hashlib.sha256)
        told = asked.headers["x-shopify-hmac-sha256"]
        assert told == base64.b64encode(digest).decode()
        assert asked.headers["x-shopify-shop-domain"] == store.shop
        assert asked.path == "/webhooks/products"

    created, updated, unpublished, deleted = [asked.json for asked in app.asked]
    assert created["title"] == "Lantern"
    assert (updated["id"], updated["admin_graphql_api_id"]) == (BOARD, GID)
    assert updated["variants"][0]["price"] == "39.00"
    assert unpublished["published_at"] is None
    assert deleted == {"id": BOARD}


def test_what_was_sent_is_remembered_with_all_the_others(store: AdminStore) -> None:
    with ReplayServer(OK) as app:
        webhooks = Webhooks(app.base, SECRET)
        [sent] = ProductChanges(store, webhooks, ALL).delete(BOARD)

    assert list(webhooks.kept) == [sent]


def test_only_the_fields_that_the_app_wants_are_sent(store: AdminStore) -> None:
    narrow = Subscription("/webhooks/products", ("id", "updated_at"))

    with ReplayServer(OK) as app:
        changes = ProductChanges(store, Webhooks(app.base, SECRET), {UPDATED: narrow})
        changes.update(BOARD, {"title": "Oak Board"})
        changes.delete(BOARD)

    [asked] = app.asked
    assert set(json.loads(asked.body)) == {"id", "updated_at"}


def test_an_app_that_is_away_is_noted_as_such(store: AdminStore) -> None:
    webhooks = Webhooks(f"http://127.0.0.1:{free_port()}", SECRET)

    [sent] = ProductChanges(store, webhooks, ALL).delete(BOARD)

    assert sent.status == 0


def test_subscriptions_are_read_from_the_apps_own_file() -> None:
    found = read_subscriptions()

    assert found["app/uninstalled"] == Subscription("/webhooks/app")
    for topic, subscription in found.items():
        assert subscriptions()[topic] == subscription.path
