"""An order of many pieces in the chat: told in words, kept whatever happens, agreed to once, and one
draft order at Shopify.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.checked_people import CheckedPerson
from tests.support.merchants import Merchant
from tests.support.people import Answer
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.running_app import AppFactory, RunningApp
from tests.support.shop_catalogs import ShopCatalog
from tests.support.stores import StoreKind
from tests.support.waiting import wait_until

WITHOUT_MODEL = {"OPENAI_API_KEY": "", "WITHOUT_MODEL": "rules"}


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, app_factory: AppFactory) -> RunningApp:
    kind: StoreKind = request.param
    return app_factory(kind, **WITHOUT_MODEL)


@pytest.fixture
def store(admin_api: AdminApi, shop: str) -> Iterator[PretendStore]:
    store = PretendStore(admin_api.base, shop)
    store.grants()
    yield store
    store.forgets()


@pytest.fixture
def filled(mira: Merchant, app: RunningApp, shop: str, store: PretendStore) -> ShopCatalog:
    """Mira has opened the app a minute ago."""
    mira.opens()
    kept = ShopCatalog(app, shop)
    wait_until(lambda: kept.is_ready and not kept.jobs(), "the catalog is filled")
    return kept


def says(who: CheckedPerson, text: str) -> dict[str, Any]:
    who.follows(who.says(text).turn)
    message: dict[str, Any] = who.history().body["messages"][-1]
    return message


def form_of(who: CheckedPerson) -> dict[str, Any]:
    form: dict[str, Any] = who.history().body["form"]
    return form


def test_the_order_that_started_it(ben, filled, store):
    reply = says(ben, "Hi so i need to buy 11 remote controls")
    print(json.dumps(reply, indent=1))
    form = form_of(ben)
    print(json.dumps(form, indent=1))
    assert form["step"] == "contact"

    reply = says(ben, "Name is Ana Ruiz and phone number is +1 202-555-0147 and email is ana@example.com")
    print(json.dumps(reply, indent=1))
    print(json.dumps(form_of(ben), indent=1))
    assert form_of(ben)["step"] == "confirm"

    reply = says(ben, "yes")
    print(json.dumps(reply, indent=1))
    wait_until(lambda: len(store.draft_orders()) == 1, "placed")
    print(store.draft_orders())
    wait_until(lambda: "#D" in ben.history().body["messages"][-1]["text"], "told")
    print(json.dumps(ben.history().body, indent=1))
    assert 0
