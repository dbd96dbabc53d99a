"""The sample's goods in the shapes of the Admin API, complete enough for every document."""

import json
from typing import Any

import pytest
from graphql import parse

from backend.dev.shopify.admin_execution import Viewer, run_document
from backend.dev.shopify.admin_stores import AdminStore
from backend.dev.shopify.fake_shopify import create_storefront
from backend.dev.shopify.sample_records import (
    build_payload,
    build_records,
    sample_deletion,
    sample_payload,
)
from backend.dev.storefront.sample_shop import catalog
from backend.shopify.admin_operations import document
from backend.shopify.webhook_bodies import read_webhook_body

BASE = "http://127.0.0.1:9"
VIEWER = Viewer("read_products,read_content,read_orders,read_legal_policies", "EUR")


def answer(name: str, **values: Any) -> Any:
    store = AdminStore("tide.myshopify.com", BASE)
    result = run_document(parse(document(name)), values, store.roots(), VIEWER)
    assert not result.errors
    return result.data


def test_every_product_is_told_as_the_storefront_shows_it() -> None:
    records = build_records(BASE).products

    for record, sold in zip(records, catalog("en").products, strict=True):
        assert record["id"] == f"gid://shopify/Product/{sold['id']}"
        assert record["title"] == sold["title"]
        assert sold["description"] in record["description"]
        cents = [round(float(each["price"]) * 100) for each in record["variants"]]
        assert cents == [each["price"] for each in sold["variants"]]
        assert all(each["selectedOptions"] for each in record["variants"])


def test_options_hold_what_variants_choose_from() -> None:
    for record in build_records(BASE).products:
        offered = {each["name"]: each["values"] for each in record["options"]}
        for variant in record["variants"]:
            for chosen in variant["selectedOptions"]:
                assert chosen["value"] in offered[chosen["name"]]


def test_links_and_images_lead_into_the_storefront() -> None:
    storefront = create_storefront(BASE, "secret").test_client()
    product, *_ = build_records("").products
    image = product["featuredMedia"]["preview"]["image"]

    assert storefront.get(product["onlineStoreUrl"]).status_code == 200
    assert storefront.get(image["url"]).status_code == 200


def test_nothing_was_touched_twice_in_the_same_moment() -> None:
    times = [each["updatedAt"] for each in build_records(BASE).products]

    assert len(set(times)) == len(times)
    assert times == sorted(times)


@pytest.mark.parametrize(
    "name, values",
    [
        ("articles", {}),
        ("articles_by_tag", {"query": ""}),
        ("blogs", {}),
        ("changed_products", {"query": ""}),
        ("orders", {"query": ""}),
        ("pages", {}),
        ("policies", {}),
        ("product_by_id", {"id": "gid://shopify/Product/8101"}),
        (
            "shown_products",
            {"ids": ["gid://shopify/Product/8101"], "country": "US"},
        ),
        (
            "variant_prices",
            {
                "ids": ["gid://shopify/ProductVariant/810301"],
                "country": "US",
                "isAbroad": True,
            },
        ),
    ],
)
def test_each_document_finds_all_the_fields_that_it_asks_for(
    name: str, values: dict[str, Any]
) -> None:
    assert answer(name, **values)


def test_pages_and_policies_are_those_of_the_storefront() -> None:
    goods, records = catalog("en"), build_records(BASE)

    assert [each["handle"] for each in records.pages] == [
        each["handle"] for each in goods.pages
    ]
    assert len(records.policies) == len(goods.policies)
    assert len(records.articles) == len(goods.articles)
    assert [each["handle"] for each in records.blogs] == ["journal", "news"]


def test_a_webhooks_body_is_one_that_the_app_reads() -> None:
    payload = build_payload(build_records(BASE).products[0])
    body = json.dumps(payload).encode()

    read = read_webhook_body(body, "products/update", "tide.myshopify.com")
    assert read["id"] == 8101


def test_a_webhook_by_hand_is_about_the_first_product() -> None:
    changed = sample_payload("tide.myshopify.com", 7001)
    deleted = sample_deletion("tide.myshopify.com", 7001)

    assert changed["admin_graphql_api_id"] == "gid://shopify/Product/8101"
    assert deleted == {"id": changed["id"]}
