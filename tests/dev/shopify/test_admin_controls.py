"""The switches of the pretend Admin API, and the files that it hands out."""

import gzip
from collections.abc import Iterator
from itertools import count

import httpx2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.dev.shopify.admin_tokens import AppAccounts, Fault
from backend.dev.shopify.fake_shopify import create_storefront
from tests.support.loopback import loopback
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore

SHOP = "tide.myshopify.com"
STORE = f"/sample/stores/{SHOP}"
BOARD, GID = 8101, "gid://shopify/Product/8101"
RUN = "mutation { bulkOperationRunQuery(query: %s) { bulkOperation { id } } }"
INNER = '"{ products { edges { node { id } } } }"'

_numbers = count(1)


@pytest.fixture
def shopify() -> Flask:
    return create_storefront("http://127.0.0.1:9", "secret")


@pytest.fixture
def client(shopify: Flask) -> FlaskClient:
    return shopify.test_client()


@pytest.fixture
def accounts(shopify: Flask) -> AppAccounts:
    found = shopify.extensions["accounts"]
    assert isinstance(found, AppAccounts)
    return found


def told(client: FlaskClient) -> dict:
    state = client.get(STORE).json
    assert state is not None
    return state


def products(client: FlaskClient) -> dict[str, dict]:
    return {each["id"]: each for each in told(client)["products"]}


def export(client: FlaskClient, accounts: AppAccounts) -> str:
    """The path of a file that is there."""
    headers = {"X-Shopify-Access-Token": accounts.issue(SHOP).access}
    address = f"/stores/{SHOP}/admin/api/2026-10/graphql.json"
    client.post(STORE, json={"scopes": "read_products"})

    answer = client.post(address, headers=headers, json={"query": RUN % INNER}).json
    assert answer is not None
    gid = answer["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    look = {"query": f'{{ node(id: "{gid}") {{ id }} }}'}
    for _ in range(2):
        client.post(address, headers=headers, json=look)
    return f"/stores/{SHOP}/bulk/{gid.rpartition('/')[2]}.jsonl"


def test_a_shop_begins_with_the_samples_goods_and_what_the_app_asks_for(
    client: FlaskClient, accounts: AppAccounts
) -> None:
    state = told(client)

    assert state["scopes"] == accounts.scopes
    assert state["points"] == 2000
    assert GID in products(client)


def test_each_switch_is_set_by_itself(client: FlaskClient) -> None:
    client.post(STORE, json={"scopes": "read_products"})
    client.post(STORE, json={"points": 5, "restoreRate": 0})
    client.post(STORE, json={"products": [products(client)[GID]]})

    state = told(client)
    assert (state["scopes"], state["points"]) == ("read_products", 5)
    assert list(products(client)) == [GID]

    client.delete(STORE)
    assert len(products(client)) > 1


def test_an_ending_that_does_not_exist_is_refused(client: FlaskClient) -> None:
    assert client.post(STORE, json={"ending": "badly"}).status_code == 400


def test_a_store_begins_without_draft_orders(client: FlaskClient) -> None:
    assert client.get(f"{STORE}/draft_orders").json == []


def test_a_store_begins_with_the_journal_and_without_files(client: FlaskClient) -> None:
    articles = client.get(f"{STORE}/articles").json

    assert articles
    assert {each["blog"]["handle"] for each in articles} == {"journal"}
    assert not [each for each in articles if "input" in each]
    assert client.get(f"{STORE}/files").json == []


def test_what_a_merchant_deletes_is_not_in_her_blog_any_more(
    client: FlaskClient,
) -> None:
    assert client.delete(f"{STORE}/articles/9303").status_code == 200
    assert client.delete(f"{STORE}/articles/9303").status_code == 404

    articles = client.get(f"{STORE}/articles").json
    assert articles
    assert "sleeping-in-linen" not in [each["handle"] for each in articles]


def test_each_index_can_be_late_by_itself(shopify: Flask, client: FlaskClient) -> None:
    client.post(STORE, json={"draftSearchLag": 1, "articleSearchLag": 2})
    client.post(STORE, json={"fileSearchLag": 3, "failingFiles": 4})

    store = shopify.extensions["admin_stores"].of(SHOP, "http://localhost")
    found = [each.search_lag for each in (store.drafts, store.articles, store.files)]
    assert (found, store.files.failing) == ([1, 2, 3], 4)


def test_a_merchant_changes_her_catalog(client: FlaskClient) -> None:
    client.post(f"{STORE}/products/{BOARD}", json={"title": "Oak Board"})
    changed = products(client)[GID]
    client.post(f"{STORE}/products/{BOARD}/unpublish")
    hidden = products(client)[GID]
    client.post(f"{STORE}/products", json={"title": "Lantern"})
    titles = {each["title"] for each in products(client).values()}
    client.delete(f"{STORE}/products/{BOARD}")

    assert changed["title"] == "Oak Board"
    assert hidden["onlineStoreUrl"] is None
    assert "Lantern" in titles
    assert GID not in products(client)


def test_a_product_that_nobody_knows_is_not_found(client: FlaskClient) -> None:
    assert client.post(f"{STORE}/products/1", json={}).status_code == 404
    assert client.delete(f"{STORE}/products/1").status_code == 404


def test_a_file_is_for_whoever_has_its_address(
    client: FlaskClient, accounts: AppAccounts
) -> None:
    path = export(client, accounts)

    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert plain.data.startswith(b'{"id":"gid://shopify/Product/')
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


def test_a_token_does_not_belong_there(
    client: FlaskClient, accounts: AppAccounts
) -> None:
    path = export(client, accounts)

    refused = client.get(path, headers={"X-Shopify-Access-Token": "access"})

    assert refused.status_code == 400


def test_a_file_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"/stores/{SHOP}/bulk/1.jsonl").status_code == 404


def test_its_host_may_be_down(client: FlaskClient, accounts: AppAccounts) -> None:
    path = export(client, accounts)
    accounts.faults.append(Fault("down", "file"))

    assert [client.get(path).status_code for _ in range(2)] == [502, 200]


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    store = PretendStore(admin_api.base, f"dock-{next(_numbers)}.myshopify.com")
    store.sells_all()
    yield store
    store.forgets()


def test_a_file_may_break_off(store: PretendStore, admin_api: AdminApi) -> None:
    store.exports(["x" * 1_000] * 1_000)
    address = running_export(store, admin_api)
    admin_api.fails("lost", "file", shop=store.shop)

    with pytest.raises(httpx2.TransportError):
        loopback.get(address)
    assert len(loopback.get(address).text.splitlines()) == 1_000


def running_export(store: PretendStore, admin_api: AdminApi) -> str:
    """The address of a file of a Shopify that runs."""
    store.grants()
    token = store.opens()
    headers = {"X-Shopify-Access-Token": token}
    address = f"{admin_api.base}/stores/{store.shop}/admin/api/2026-10/graphql.json"

    def ask(query: str) -> dict:
        answer = loopback.post(address, headers=headers, json={"query": query})
        data: dict = answer.json()["data"]
        return data

    run = ask(RUN % INNER)["bulkOperationRunQuery"]["bulkOperation"]
    for _ in range(2):
        node = ask(
            f'{{ node(id: "{run["id"]}") {{ ... on BulkOperation {{ url }} }} }}'
        )
    return str(node["node"]["url"])
