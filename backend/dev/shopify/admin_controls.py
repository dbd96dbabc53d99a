"""Switches for the pretend Admin API under `/sample/stores/<shop>`: scopes, points, the catalog and
what a merchant does to it. The files of exports are handed out here as well.
"""

import gzip
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    request,
)

from backend.dev.shopify.admin_api import (
    OUTAGES,
    accounts,
    find_store,
    granted_scopes,
    stores,
)
from backend.dev.shopify.admin_stores import AdminStore
from backend.dev.shopify.app_proxy import BROWSER, no_answer
from backend.dev.shopify.bulk_operations import ENDINGS, BulkOperation
from backend.dev.shopify.product_changes import (
    ProductChanges,
    UnknownProduct,
    read_subscriptions,
)
from backend.dev.shopify.sample_webhooks import Delivery

Record = dict[str, Any]
JSON_LINES = "application/jsonl; charset=utf-8"

admin_controls = Blueprint("admin_controls", __name__)


@admin_controls.errorhandler(UnknownProduct)
def refuse_number(_: UnknownProduct) -> tuple[str, int]:
    return "This shop has no product of that number.", 404


@admin_controls.post("/sample/stores/<shop>")
def set_store(shop: str) -> Response:
    """Any of `{"scopes": "read_products", "points": 0, "restoreRate": 100, "products": [records],
    "orders": [records], "lines": [texts], "ending": "failed" | "partial" | "denied",
    "draftSearchLag": 0, "articleSearchLag": 0, "fileSearchLag": 0, "failingFiles": 0,
    "sampleGoods": true, "shop": {"ianaTimezone": "Asia/Tokyo"}}`.

    `products` and `orders` take the place of all, `sampleGoods` are those of the sample shop;
    `shop` is what it says of itself from then on; `lines` are what exports find from then on, null
    for the products again; `ending` is how the next one ends; so many searches do not find a new
    draft order, article or file yet; so many of the next files turn out to be no pictures.
    """
    store = find_store(shop)
    asked = request.get_json()
    ending = asked.get("ending", store.next_ending)
    if ending and ending not in ENDINGS:
        abort(Response(f"ending cannot be {ending!r}", 400))

    store.next_ending = ending
    store.scopes = asked.get("scopes", store.scopes)
    store.lines = asked.get("lines", store.lines)
    store.orders = asked.get("orders", store.orders)
    _set_lags(store, asked)
    store.files.failing = asked.get("failingFiles", store.files.failing)
    store.says = store.says | asked.get("shop", {})
    if asked.get("sampleGoods"):
        store.sell_all()
    if "products" in asked:
        store.sell(asked["products"])

    bucket = store.bucket
    points = asked.get("points", bucket.available)
    restore_rate = asked.get("restoreRate", bucket.restore_rate)
    bucket.set(points, restore_rate)
    return get_store(shop)


@admin_controls.get("/sample/stores/<shop>")
def get_store(shop: str) -> Response:
    store = find_store(shop)
    told = {
        "scopes": granted_scopes(shop),
        "points": store.bucket.available,
        "products": list(store.products.values()),
        "metafields": store.metafields.as_liquid(),
    }
    return jsonify(told)


@admin_controls.delete("/sample/stores/<shop>")
def forget_store(shop: str) -> Response:
    """It begins anew."""
    stores().forget(shop)
    return jsonify({})


@admin_controls.get("/sample/stores/<shop>/draft_orders")
def list_draft_orders(shop: str) -> Response:
    """All that were created, the oldest first, each with the `input` that it was made of."""
    drafts = find_store(shop).drafts
    return jsonify(drafts.records)


@admin_controls.get("/sample/stores/<shop>/articles")
def list_articles(shop: str) -> Response:
    """All that there are, the oldest first; those that the app has made or changed with the last
    `input`.
    """
    articles = find_store(shop).articles
    return jsonify(articles.records)


@admin_controls.delete("/sample/stores/<shop>/articles/<int:number>")
def delete_article(shop: str, number: int) -> Response:
    """The merchant has deleted it in the admin."""
    if not find_store(shop).articles.delete(number):
        abort(404)
    return jsonify({})


@admin_controls.get("/sample/stores/<shop>/files")
def list_files(shop: str) -> Response:
    """All that were created and not deleted, the oldest first, each with its `input`."""
    files = find_store(shop).files
    return jsonify(files.records)


@admin_controls.post("/sample/stores/<shop>/products")
def create_product(shop: str) -> Response:
    fields = request.get_json()
    deliveries = _changes(shop).create(fields)
    return _tell(deliveries)


@admin_controls.post("/sample/stores/<shop>/products/<int:number>")
def update_product(shop: str, number: int) -> Response:
    fields = request.get_json()
    deliveries = _changes(shop).update(number, fields)
    return _tell(deliveries)


@admin_controls.post("/sample/stores/<shop>/products/<int:number>/unpublish")
def unpublish_product(shop: str, number: int) -> Response:
    deliveries = _changes(shop).unpublish(number)
    return _tell(deliveries)


@admin_controls.delete("/sample/stores/<shop>/products/<int:number>")
def delete_product(shop: str, number: int) -> Response:
    deliveries = _changes(shop).delete(number)
    return _tell(deliveries)


@admin_controls.get("/stores/<shop>/bulk/<number>.jsonl")
def export_file(shop: str, number: str) -> Response:
    """As Shopify's file host does it: whoever has the address may read, and a token is none of its
    business.
    """
    operation = find_store(shop).exports.find(number)
    if operation is None or operation.is_open:
        abort(404)
    if "X-Shopify-Access-Token" in request.headers:
        abort(Response("Tokens are not for files.", 400))

    fault = accounts().next_fault("file", shop)
    if fault in OUTAGES:
        return OUTAGES[fault].response()
    return _send_file(operation, fault)


def _send_file(operation: BulkOperation, fault: str) -> Response:
    content = operation.read_file()
    headers = {}
    accepted = request.headers.get("Accept-Encoding", "")
    if "gzip" in accepted:
        content = gzip.compress(content, compresslevel=1)
        headers["Content-Encoding"] = "gzip"

    body = _break_off(content) if fault == "lost" else content
    return Response(body, content_type=JSON_LINES, headers=headers)


def _break_off(content: bytes) -> Iterator[bytes]:
    half = len(content) // 2
    yield content[:half]

    browser = request.environ[BROWSER]
    yield from no_answer(browser)


def _set_lags(store: AdminStore, asked: Record) -> None:
    drafts, articles, files = store.drafts, store.articles, store.files
    drafts.search_lag = asked.get("draftSearchLag", drafts.search_lag)
    articles.search_lag = asked.get("articleSearchLag", articles.search_lag)
    files.search_lag = asked.get("fileSearchLag", files.search_lag)


def _changes(shop: str) -> ProductChanges:
    store = find_store(shop)
    webhooks = current_app.extensions["webhooks"]
    subscribed = read_subscriptions()
    return ProductChanges(store, webhooks, subscribed)


def _tell(deliveries: list[Delivery]) -> Response:
    told = [asdict(delivery) for delivery in deliveries]
    return jsonify(told)
