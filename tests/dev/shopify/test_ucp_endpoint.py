"""The sample's stores answer through UCP as Shopify's do: to whoever has a profile, with what
shoppers see.
"""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.dev.shopify.admin_tokens import Fault
from backend.dev.shopify.fake_shopify import create_storefront

SHOP, OTHER = "quay.myshopify.com", "otto.myshopify.com"
BOARD = "gid://shopify/Product/8101"
PROFILE = {"ucp-agent": {"profile": "https://chat.example/ucp/profile.json"}}
Fields = dict[str, Any]


@pytest.fixture
def client() -> FlaskClient:
    shopify = create_storefront("http://127.0.0.1:9", "secret")
    client = shopify.test_client()
    client.post(f"/sample/stores/{SHOP}", json={"sampleGoods": True})
    return client


def call(
    client: FlaskClient,
    tool: str,
    catalog: Fields,
    meta: Any = PROFILE,
    shop: str = SHOP,
) -> TestResponse:
    arguments = {"meta": meta, "catalog": catalog}
    asked = {
        "jsonrpc": "2.0",
        "id": 7,
        "method": "tools/call",
        "params": {"name": tool, "arguments": arguments},
    }
    return client.post(f"/stores/{shop}/api/ucp/mcp", json=asked)


def told(answer: TestResponse) -> Fields:
    body = answer.get_json()
    assert (body["jsonrpc"], body["id"]) == ("2.0", 7)
    content: Fields = body["result"]["structuredContent"]
    return content


def handles(answer: TestResponse) -> list[str]:
    return [product["handle"] for product in told(answer)["products"]]


def test_a_search_finds_the_best_first(client: FlaskClient) -> None:
    answer = call(client, "search_catalog", {"query": "driftwood board"})

    assert handles(answer)[0] == "driftwood-serving-board"
    first = told(answer)["products"][0]
    assert first["id"] == BOARD
    assert first["variants"][0]["price"] == {"amount": 3900, "currency": "EUR"}
    assert first["media"][0]["type"] == "image"
    assert first["options"][0]["values"][0].keys() == {"label"}


def test_the_answer_stands_there_twice(client: FlaskClient) -> None:
    result = call(client, "search_catalog", {"query": "mug"}).get_json()["result"]

    [text] = result["content"]
    assert json.loads(text["text"]) == result["structuredContent"]
    assert result["isError"] is False


def test_a_page_has_its_limit_and_says_how_many_there_are(client: FlaskClient) -> None:
    wanted = {"query": "wool", "pagination": {"limit": 2}}

    content = told(call(client, "search_catalog", wanted))

    assert len(content["products"]) == 2
    assert content["pagination"]["total_count"] > 2
    assert content["pagination"]["has_next_page"]


def test_a_product_is_told_by_its_id(client: FlaskClient) -> None:
    content = told(call(client, "get_product", {"id": BOARD}))

    assert content["product"]["handle"] == "driftwood-serving-board"
    assert content["ucp"]["status"] == "success"


def test_a_product_that_is_not_there_is_an_error_of_the_stores(
    client: FlaskClient,
) -> None:
    content = told(call(client, "get_product", {"id": "gid://shopify/Product/1"}))

    assert content["ucp"]["status"] == "error"
    assert content["messages"][0]["code"] == "not_found"


def test_what_shoppers_do_not_see_is_not_told(client: FlaskClient) -> None:
    client.post(f"/sample/stores/{SHOP}/products/8101/unpublish", json={})

    answer = call(client, "search_catalog", {"query": "driftwood board"})
    assert "driftwood-serving-board" not in handles(answer)
    content = told(call(client, "get_product", {"id": BOARD}))
    assert content["ucp"]["status"] == "error"
    others = call(client, "search_catalog", {"query": "driftwood"}, shop=OTHER)
    assert "driftwood-serving-board" in handles(others)


@pytest.mark.parametrize(
    "meta",
    [
        None,
        {},
        {"ucp-agent": {}},
        {"ucp-agent": {"profile": ""}},
        {"ucp-agent": {"profile": "chat.example/profile.json"}},
        {"ucp-agent": {"profile": "ftp://chat.example/profile.json"}},
    ],
)
def test_who_shows_no_profile_is_refused(client: FlaskClient, meta: Any) -> None:
    answer = call(client, "search_catalog", {"query": "mug"}, meta)

    assert answer.status_code == 422
    error = answer.get_json()["error"]
    assert (error["code"], error["data"]["code"]) == (-32001, "invalid_profile_url")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ([], -32600),
        ({}, -32600),
        ({"jsonrpc": "2.0", "method": "initialize"}, -32601),
    ],
)
def test_what_is_no_call_is_refused(client: FlaskClient, asked: Any, code: int) -> None:
    answer = client.post(f"/stores/{SHOP}/api/ucp/mcp", json=asked)

    assert answer.get_json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("tool", "catalog"),
    [("search_catalog", {}), ("search_catalog", {"query": 7}), ("buy", {"id": BOARD})],
)
def test_a_call_that_lacks_something_is_refused(
    client: FlaskClient, tool: str, catalog: Fields
) -> None:
    error = call(client, tool, catalog).get_json()["error"]

    assert error["code"] == -32602


def test_it_goes_wrong_as_all_other_calls_do(client: FlaskClient) -> None:
    accounts = client.application.extensions["accounts"]
    accounts.faults.append(Fault("down", "ucp", shop=SHOP))

    wanted = {"query": "mug"}
    assert call(client, "search_catalog", wanted, shop=OTHER).status_code == 200
    assert call(client, "search_catalog", wanted).status_code == 502
    assert call(client, "search_catalog", wanted).status_code == 200
    assert [each["call"] for each in accounts.calls] == ["ucp"] * 3
