"""The sample's draft orders: named in their order, priced as the store prices, refused field by
field.
"""

from typing import Any

import pytest
from graphql import ExecutionResult, parse

from backend.dev.shopify.admin_execution import Viewer, run_document
from backend.dev.shopify.admin_stores import AdminStore, AdminStores
from backend.shopify.admin_operations import document

BASE, SHOP = "http://127.0.0.1:9", "tide.myshopify.com"
MERCHANT = Viewer("read_products,write_draft_orders", "EUR")
MUG = "gid://shopify/ProductVariant/810301"
GOOD: dict[str, Any] = {
    "tags": ["flux-1"],
    "lineItems": [{"variantId": MUG, "quantity": 3}],
}


@pytest.fixture
def stores() -> AdminStores:
    return AdminStores()


@pytest.fixture
def store(stores: AdminStores) -> AdminStore:
    store = stores.of(SHOP, BASE)
    store.sell_all()
    return store


def ask(
    store: AdminStore, name: str, viewer: Viewer = MERCHANT, **values: Any
) -> ExecutionResult:
    return run_document(parse(document(name)), values, store.roots(), viewer)


def create(store: AdminStore, **changed: Any) -> dict[str, Any]:
    """What the mutation answers."""
    result = ask(store, "draft_order_create", input=GOOD | changed)
    assert not result.errors
    payload: dict[str, Any] = (result.data or {})["draftOrderCreate"]
    return payload


def created(store: AdminStore, **changed: Any) -> dict[str, Any]:
    payload = create(store, **changed)
    assert payload["userErrors"] == []
    draft: dict[str, Any] = payload["draftOrder"]
    return draft


def found(store: AdminStore, tag: str) -> list[str]:
    result = ask(store, "draft_orders_by_tag", query=f'tag:"{tag}"')
    assert not result.errors
    nodes = (result.data or {})["draftOrders"]["nodes"]
    return [node["name"] for node in nodes]


def test_they_are_named_in_their_order_and_open(store: AdminStore) -> None:
    drafts = [created(store), created(store)]

    assert [draft["name"] for draft in drafts] == ["#D1", "#D2"]
    assert {draft["status"] for draft in drafts} == {"OPEN"}
    assert drafts[0]["id"] != drafts[1]["id"]


def test_each_has_an_invoice_of_its_own_that_nobody_can_guess(
    stores: AdminStores, store: AdminStore
) -> None:
    urls = [created(store)["invoiceUrl"], created(store)["invoiceUrl"]]

    assert len(set(urls)) == 2
    assert urls[0].startswith(f"{BASE}/70001/invoices/")
    token = urls[1].rpartition("/")[2]
    invoice = stores.find_invoice(token)
    assert invoice is not None
    assert invoice["name"] == "#D2"
    assert stores.find_invoice("0" * 32) is None


@pytest.mark.parametrize(
    "currency, amount",
    [(None, "66.00"), ("EUR", "66.00"), ("USD", "72.60"), ("GBP", "59.40")],
)
def test_the_total_is_what_the_store_takes_for_it(
    store: AdminStore, currency: str | None, amount: str
) -> None:
    draft = created(store, presentmentCurrencyCode=currency)

    money = draft["totalPriceSet"]["presentmentMoney"]
    assert money == {"amount": amount, "currencyCode": currency or "EUR"}


@pytest.mark.parametrize(
    "changed, path",
    [
        ({"lineItems": []}, ["lineItems"]),
        ({"lineItems": [{"quantity": 1}]}, ["lineItems", "0", "variantId"]),
        (
            {"lineItems": [{"variantId": MUG, "quantity": 0}]},
            ["lineItems", "0", "quantity"],
        ),
        ({"email": "nobody"}, ["email"]),
        ({"phone": "later"}, ["phone"]),
        ({"note": "x" * 5_001}, ["note"]),
        ({"tags": ["x" * 41]}, ["tags"]),
        ({"presentmentCurrencyCode": "XPF"}, ["presentmentCurrencyCode"]),
    ],
)
def test_what_is_wrong_is_told_by_its_field_and_nothing_is_created(
    store: AdminStore, changed: dict[str, Any], path: list[str]
) -> None:
    payload = create(store, **changed)

    assert payload["draftOrder"] is None
    assert [each["field"] for each in payload["userErrors"]] == [path]
    assert store.drafts.records == []


def test_a_search_finds_a_tag_and_a_late_index_finds_it_later(
    store: AdminStore,
) -> None:
    created(store)
    store.drafts.search_lag = 1
    created(store, tags=["flux-2"])

    assert found(store, "flux-1") == ["#D1"]
    assert found(store, "flux-2") == ["#D2"]
    assert found(store, "flux-3") == []


def test_a_late_index_does_not_know_what_is_new(store: AdminStore) -> None:
    store.drafts.search_lag = 1
    created(store)

    assert [found(store, "flux-1"), found(store, "flux-1")] == [[], ["#D1"]]


@pytest.mark.parametrize("scopes", ["read_products", "read_draft_orders"])
def test_whoever_may_not_write_creates_nothing(store: AdminStore, scopes: str) -> None:
    viewer = Viewer(scopes, "EUR")

    result = ask(store, "draft_order_create", viewer, input=GOOD)

    [error] = result.errors or []
    assert (error.extensions or {})["code"] == "ACCESS_DENIED"
    assert result.data == {"draftOrderCreate": None}
    assert store.drafts.records == []


def test_a_draft_order_is_found_by_its_id_as_well(store: AdminStore) -> None:
    draft = created(store)
    query = parse("query ($id: ID!) { node(id: $id) { ... on DraftOrder { name } } }")

    result = run_document(query, {"id": draft["id"]}, store.roots(), MERCHANT)

    assert result.data == {"node": {"name": "#D1"}}


def test_what_the_app_has_sent_is_kept_beside_it(store: AdminStore) -> None:
    created(store, note="Ring the bell.")

    [record] = store.drafts.records
    assert record["input"]["note"] == "Ring the bell."
    [line] = record["lines"]
    assert (line["title"], line["variant"], line["quantity"]) == (
        "Harbour Mug",
        "Deep blue",
        3,
    )
