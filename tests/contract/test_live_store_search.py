"""A shop that has not let us copy its catalog is searched all the same: the store itself is asked,
once by many, and its silence costs nobody more than a moment.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.support.loopback import loopback
from tests.support.model_calls import told_of_tools, will_call
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.replayed_answers import ReplayServer, refusal
from tests.support.running_app import AppFactory, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.ucp_records import found_in_store

HANDLE = "driftwood-serving-board"


@pytest.fixture
def store(admin_api: AdminApi, shop: str) -> Iterator[PretendStore]:
    """Its merchant has never opened the app."""
    store = PretendStore(admin_api.base, shop)
    store.sells_all()
    yield store
    store.forgets()


def answered(who: CheckedPerson, words: str, **fields: Any) -> list[str]:
    """The names of the turn's events."""
    return who.follows(who.says(words, **fields).turn).names


def test_products_are_found_and_shown_where_nobody_has_opened_the_app(
    ana: CheckedPerson, ai: ScriptedModel, store: PretendStore, admin_api: AdminApi
) -> None:
    will_call(ai, "search_products", "a board", query="driftwood board")
    will_call(ai, "show_products", "that one", handles=[HANDLE])
    will_call(ai, "get_product", "more of it", handle=HANDLE)

    assert answered(ana, "I look for a board")[-1] == "finished"
    followed = ana.follows(ana.says("Show me that one").turn)
    assert answered(ana, "Tell me more of it")[-1] == "finished"

    parts = [event.data["part"] for event in followed.events if event.name == "part"]
    assert [item["handle"] for item in parts[0]["items"]] == [HANDLE]
    assert parts[0]["items"][0]["price"] == {"amount": "39.00", "currency": "EUR"}
    [searched, _, told] = told_of_tools(ai)[-3:]
    assert json.loads(searched)["products"][0]["handle"] == HANDLE
    assert len(json.loads(told)["product"]["variants"]) == 2
    assert admin_api.calls(store.shop) == ["ucp"]


def test_many_who_ask_the_same_at_once_ask_the_store_once(
    app: RunningApp,
    ai: ScriptedModel,
    store: PretendStore,
    admin_api: AdminApi,
) -> None:
    people = [CheckedPerson(app.base, store.shop) for _ in range(12)]
    for number in range(len(people)):
        will_call(ai, "search_products", f"board for {number}!", query="a board of oak")

    def ask(number: int) -> list[str]:
        return answered(people[number], f"I look for a board for {number}!")

    with ThreadPoolExecutor(len(people)) as pool:
        names = list(pool.map(ask, range(len(people))))

    assert {each[-1] for each in names} == {"finished"}
    results = [json.loads(text) for text in told_of_tools(ai)]
    assert sum(bool(each["products"]) for each in results) == len(people)
    assert admin_api.calls(store.shop) == ["ucp"]


def test_a_store_that_is_silent_ends_no_turn(
    ana: CheckedPerson, ai: ScriptedModel, store: PretendStore, admin_api: AdminApi
) -> None:
    admin_api.fails("down", "ucp", times=100, shop=store.shop)
    for number in range(6):
        will_call(ai, "search_products", f"board {number}", query=f"board {number}")
        assert answered(ana, f"I look for board {number}")[-1] == "finished"

    assert len(admin_api.calls(store.shop)) == 3, "then it is left in peace"
    assert not any('"products"' in text for text in told_of_tools(ai)), (
        "it is not empty"
    )


def test_the_profile_that_a_store_is_told_of_is_there(
    app_factory: AppFactory, shop: str, ai: ScriptedModel
) -> None:
    will_call(ai, "search_products", "a board", query="board")
    with ReplayServer(refusal(200, found_in_store())) as shopify:
        app = app_factory(SHOPIFY_ORIGIN=f"{shopify.base}/stores/{{shop}}")
        answered(CheckedPerson(app.base, shop), "I look for a board")
        [asked] = shopify.asked
        agent = asked.json["params"]["arguments"]["meta"]["ucp-agent"]
        profile = loopback.get(agent["profile"])

    assert "dev.ucp.shopping.catalog.search" in profile.json()["ucp"]["capabilities"]
