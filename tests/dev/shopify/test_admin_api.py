"""The sample's Admin API: for tokens that live, questions that it knows, and faults on request."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.dev.shopify.admin_tokens import AppAccounts, Fault
from backend.dev.shopify.fake_shopify import create_storefront

SHOP = "tide.myshopify.com"
GRAPHQL = f"/stores/{SHOP}/admin/api/2026-10/graphql.json"


@pytest.fixture
def shopify() -> Flask:
    return create_storefront("http://127.0.0.1:9", "secret")


@pytest.fixture
def accounts(shopify: Flask) -> AppAccounts:
    found = shopify.extensions["accounts"]
    assert isinstance(found, AppAccounts)
    return found


@pytest.fixture
def asking(shopify: Flask, accounts: AppAccounts) -> FlaskClient:
    """With a token that works."""
    client = shopify.test_client()
    client.environ_base["HTTP_X_SHOPIFY_ACCESS_TOKEN"] = accounts.issue(SHOP).access
    return client


def test_the_shop_is_told_to_whoever_has_its_token(
    shopify: Flask, asking: FlaskClient
) -> None:
    question = {"query": "{ shop { myshopifyDomain } }"}

    told = asking.post(GRAPHQL, json=question).json
    refused = shopify.test_client().post(GRAPHQL, json=question)

    assert told is not None
    assert told["data"]["shop"]["myshopifyDomain"] == SHOP
    assert refused.status_code == 401
    assert "Invalid API key or access token" in refused.text


def test_a_question_that_it_does_not_know_is_an_error_as_in_graphql(
    asking: FlaskClient,
) -> None:
    answer = asking.post(GRAPHQL, json={"query": "{ giftCards { id } }"})

    assert answer.status_code == 200
    assert "Cannot query field 'giftCards'" in answer.text


def test_values_come_beside_the_question(asking: FlaskClient) -> None:
    question = {
        "query": "query ($id: ID!) { node(id: $id) { id } }",
        "variables": {"id": "gid://shopify/Page/1"},
    }

    answer = asking.post(GRAPHQL, json=question)

    assert answer.json is not None
    assert answer.json["data"] == {"node": None}
    assert answer.headers["X-Shopify-API-Version"] == "2026-10"


def test_a_token_comes_with_what_its_shop_has_granted(
    shopify: Flask, accounts: AppAccounts
) -> None:
    client = shopify.test_client()
    client.post(f"/sample/stores/{SHOP}", json={"scopes": "read_products"})
    asked = {
        "client_id": accounts.client_id,
        "client_secret": accounts.secret,
        "grant_type": "refresh_token",
    }

    scopes = []
    for shop in (SHOP, "otto.myshopify.com"):
        token = {"refresh_token": accounts.issue(shop).refresh}
        address = f"/stores/{shop}/admin/oauth/access_token"
        answer = client.post(address, json=asked | token).json
        assert answer is not None
        scopes.append(answer["scope"])

    assert scopes == ["read_products", accounts.scopes]


@pytest.mark.parametrize(
    "fault, status",
    [("busy", 429), ("down", 502), ("frozen", 402), ("locked", 423), ("stranger", 401)],
)
def test_a_fault_is_met_once_and_the_call_is_remembered(
    asking: FlaskClient, accounts: AppAccounts, fault: str, status: int
) -> None:
    accounts.faults.append(Fault(fault, "graphql"))
    question = {"query": "{ shop { name } }"}

    answers = [asking.post(GRAPHQL, json=question).status_code for _ in range(2)]

    assert answers == [status, 200]
    assert [call["fault"] for call in accounts.calls] == [fault, ""]
