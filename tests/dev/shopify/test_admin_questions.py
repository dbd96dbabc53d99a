"""A question to the pretend Admin API: checked before it is paid for, paid for before it is run."""

from typing import Any

import pytest

from backend.dev.shopify.admin_execution import Viewer
from backend.dev.shopify.admin_questions import answer_question
from backend.dev.shopify.admin_stores import AdminStore

GRANTED = Viewer("read_products,read_legal_policies", "EUR")
PRODUCTS = "query ($n: Int) { products(first: $n) { nodes { id } } }"


@pytest.fixture
def store() -> AdminStore:
    store = AdminStore("tide.myshopify.com", "http://127.0.0.1:9")
    store.sell_all()
    store.bucket.set(available=100, restore_rate=0)
    return store


def ask(
    store: AdminStore, query: str, viewer: Viewer = GRANTED, **values: Any
) -> dict[str, Any]:
    return answer_question(store, viewer, query, values)


def codes_of(body: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in body["errors"]]


def test_an_answer_tells_what_it_cost_and_what_is_left(store: AdminStore) -> None:
    body = ask(store, PRODUCTS, n=3)

    assert len(body["data"]["products"]["nodes"]) == 3
    cost = body["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (4, 4)
    assert cost["throttleStatus"]["currentlyAvailable"] == 96


def test_what_was_not_found_is_not_paid_for(store: AdminStore) -> None:
    store.products.clear()

    cost = ask(store, PRODUCTS, n=250)["extensions"]["cost"]

    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (13, 1)
    assert cost["throttleStatus"]["currentlyAvailable"] == 99


def test_an_empty_bucket_answers_nothing_and_takes_nothing(store: AdminStore) -> None:
    store.bucket.set(available=3, restore_rate=0)

    body = ask(store, PRODUCTS, n=3)

    assert "data" not in body
    assert codes_of(body) == ["THROTTLED"]
    cost = body["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (4, None)
    assert store.bucket.available == 3


def test_a_question_may_be_too_large_for_any_bucket(store: AdminStore) -> None:
    variants = "variants(first: 250) { nodes { selectedOptions { name } } }"
    often = " ".join(f"again{number}: {variants}" for number in range(5))

    body = ask(store, f"{{ products(first: 250) {{ nodes {{ {often} }} }} }}")

    assert codes_of(body) == ["MAX_COST_EXCEEDED"]
    assert store.bucket.available == 100


@pytest.mark.parametrize(
    "query",
    [
        "{ products(first: 1) { nodes { colour } } }",
        "{ products(first: 1) { nodes } }",
        "{ products(first: ",
        "",
    ],
)
def test_what_the_schema_does_not_have_is_no_question(
    store: AdminStore, query: str
) -> None:
    body = ask(store, query)

    assert codes_of(body) == ["undefinedField"]
    assert "data" not in body


def test_a_value_of_another_kind_is_refused(store: AdminStore) -> None:
    body = ask(store, PRODUCTS, n="three")

    assert body["data"] is None
    assert body["errors"]


def test_a_part_that_is_refused_stands_beside_what_was_allowed(
    store: AdminStore,
) -> None:
    query = """{
      shop { name }
      first: product(id: "gid://shopify/Product/8101") { title }
    }"""

    body = ask(store, query, viewer=Viewer("write_app_proxy", "EUR"))

    assert body["data"] == {"shop": {"name": "Tide"}, "first": None}
    assert codes_of(body) == ["ACCESS_DENIED"]
    assert body["errors"][0]["path"] == ["first"]
