"""A shop as the pretend Admin API knows it: the sample's goods, and exports of them."""

import json
from typing import Any

import pytest
from graphql import parse

from backend.dev.shopify.admin_execution import Viewer, run_document
from backend.dev.shopify.admin_stores import AdminStore, AdminStores
from backend.dev.storefront.sample_shop import DOMAIN, NAME, catalog
from backend.shopify.admin_operations import document

BASE = "http://127.0.0.1:9"
SHOP, ANOTHER = "tide.myshopify.com", "otto.myshopify.com"
BOARD = "gid://shopify/Product/8101"
VIEWER = Viewer("read_products,read_content,read_orders,read_legal_policies", "EUR")


@pytest.fixture
def store() -> AdminStore:
    return AdminStores().of(SHOP, BASE)


def ask(
    store: AdminStore, text: str, viewer: Viewer = VIEWER, **values: Any
) -> dict[str, Any]:
    result = run_document(parse(text), values, store.roots(), viewer)
    assert not result.errors
    return result.data or {}


def start(store: AdminStore, grouped: bool, **how: Any) -> dict[str, Any]:
    mutation = """mutation ($query: String!, $grouped: Boolean!) {
      bulkOperationRunQuery(query: $query, groupObjects: $grouped) {
        bulkOperation { id status } userErrors { code message }
      }
    }"""
    query = how.pop("query", document("catalog_export"))
    data = ask(store, mutation, query=query, grouped=grouped, **how)
    started: dict[str, Any] = data["bulkOperationRunQuery"]
    return started


def look_at(store: AdminStore, started: dict[str, Any]) -> dict[str, Any]:
    identity = started["bulkOperation"]["id"]
    node: dict[str, Any] = ask(store, document("bulk_operation"), id=identity)["node"]
    return node


def lines_of(store: AdminStore, started: dict[str, Any]) -> list[dict[str, Any]]:
    for _ in range(2):
        operation = look_at(store, started)
    number = operation["url"].rpartition("/")[2].removesuffix(".jsonl")
    found = store.exports.find(number)
    assert found is not None
    return [json.loads(line) for line in found.read_file().splitlines()]


def test_the_sample_shop_has_its_name_and_others_their_own() -> None:
    stores = AdminStores()

    names = [
        ask(stores.of(shop, BASE), "{ shop { name myshopifyDomain } }")["shop"]
        for shop in (DOMAIN, SHOP)
    ]

    assert names == [
        {"name": NAME, "myshopifyDomain": DOMAIN},
        {"name": "Tide", "myshopifyDomain": SHOP},
    ]


def test_what_becomes_of_one_shop_is_none_of_anothers_business() -> None:
    stores = AdminStores()
    stores.of(SHOP, BASE).products.clear()

    assert stores.of(ANOTHER, BASE).products
    assert not stores.of(SHOP, BASE).products
    stores.forget(SHOP)
    assert stores.of(SHOP, BASE).products


def test_things_are_found_by_their_ids(store: AdminStore) -> None:
    variant = store.products[BOARD]["variants"][0]["id"]
    ids = [BOARD, variant, store.pages[0]["id"], store.orders[0]["id"], "gid://none"]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"

    nodes = ask(store, query, ids=ids)["nodes"]

    kinds = [node and node["__typename"] for node in nodes]
    assert kinds == ["Product", "ProductVariant", "Page", "Order", None]


def test_a_product_that_is_gone_is_null(store: AdminStore) -> None:
    del store.products[BOARD]

    assert ask(store, document("product_by_id"), id=BOARD) == {"product": None}


def test_an_export_runs_at_the_first_look_and_is_done_at_the_second(
    store: AdminStore,
) -> None:
    started = start(store, grouped=True)
    looks = [look_at(store, started)["status"] for _ in range(3)]

    assert started["bulkOperation"]["status"] == "CREATED"
    assert looks == ["RUNNING", "COMPLETED", "COMPLETED"]


def test_only_one_runs_at_a_time(store: AdminStore) -> None:
    start(store, grouped=True)

    second = start(store, grouped=True)

    assert second["bulkOperation"] is None
    [error] = second["userErrors"]
    assert error["code"] == "OPERATION_IN_PROGRESS"


def test_in_groups_variants_stand_below_their_product(store: AdminStore) -> None:
    lines = lines_of(store, start(store, grouped=True))

    above = ""
    for line in lines:
        above = line["id"] if "__parentId" not in line else above
        assert line.get("__parentId", above) == above
    assert [each["id"] for each in lines if "handle" in each] == list(store.products)


def test_without_groups_variants_stand_at_the_end(store: AdminStore) -> None:
    lines = lines_of(store, start(store, grouped=False))

    are_variants = ["__parentId" in line for line in lines]
    assert are_variants == sorted(are_variants)
    assert any(are_variants)


def test_a_line_has_the_fields_that_were_asked_for(store: AdminStore) -> None:
    first, second, *_ = lines_of(store, start(store, grouped=True))

    sold = catalog("en").products[0]
    assert first["handle"] == sold["handle"]
    assert "variants" not in first
    assert set(second) == {
        "id",
        "title",
        "sku",
        "barcode",
        "price",
        "compareAtPrice",
        "availableForSale",
        "selectedOptions",
        "__parentId",
    }


def test_what_is_not_published_is_not_exported(store: AdminStore) -> None:
    hidden = store.products[BOARD] | {"publishedAt": None}
    store.products[BOARD] = hidden

    lines = lines_of(store, start(store, grouped=True))

    assert BOARD not in {line["id"] for line in lines}


def test_a_query_that_cannot_be_run_is_the_callers_mistake(store: AdminStore) -> None:
    refused = start(store, grouped=True, query="{ products { colours } }")

    assert refused["bulkOperation"] is None
    assert refused["userErrors"][0]["code"] == "INVALID"


def test_without_its_scope_an_export_fails(store: AdminStore) -> None:
    viewer = Viewer("write_app_proxy", "EUR")

    started = start(store, grouped=True, viewer=viewer)
    look_at(store, started)
    ended = look_at(store, started)

    assert (ended["status"], ended["errorCode"]) == ("FAILED", "ACCESS_DENIED")
    assert ended["url"] is None


def test_a_test_may_say_what_stands_in_the_file(store: AdminStore) -> None:
    store.lines = ['{"id":"1"}', '{"id":"2"}']

    assert lines_of(store, start(store, grouped=True)) == [{"id": "1"}, {"id": "2"}]
