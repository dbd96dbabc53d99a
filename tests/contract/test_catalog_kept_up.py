"""What the assistant knows of a store is kept up with Shopify: from the first minute of an
installation to the last of an erasure, whatever dies meanwhile.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backend.dev.storefront.sample_shop import catalog
from tests.contract.checked_people import CheckedPerson
from tests.contract.database_hand import ask
from tests.support.canaries import traces
from tests.support.merchants import Merchant
from tests.support.model_calls import told_of_tools, will_call
from tests.support.pretend_shopify import AdminApi, send_webhook
from tests.support.pretend_stores import PretendStore
from tests.support.privacy_stories import DONE_WITHIN_SECONDS, proofs, removes, told
from tests.support.running_app import AppFactory, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.shop_catalogs import ShopCatalog
from tests.support.small_catalogs import exported_lines, priced
from tests.support.stores import StoreKind
from tests.support.waiting import wait_until

BOARD, HANDLE = 8101, "driftwood-serving-board"
UPDATED, DELETED = "products/update", "products/delete"
# From a webhook to the end of what it tells of.
SOON_SECONDS = 5
FEW, MANY = 5, 6_000
# What these ask of the database is asked of both in tests/catalog; here it is the whole way.
on_one_database = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def store(admin_api: AdminApi, shop: str) -> Iterator[PretendStore]:
    """Shopify's side of the shop, with the board and a few other goods: a whole catalog takes
    seconds to fill. It lets the app read everything.
    """
    store = PretendStore(admin_api.base, shop)
    store.sells_all()
    goods = store.told()["products"]
    store.sells([each for each in goods if is_board(each)] + goods[:FEW])
    store.grants()
    yield store
    store.forgets()


@pytest.fixture
def kept(app: RunningApp, shop: str) -> ShopCatalog:
    return ShopCatalog(app, shop)


@pytest.fixture
def filled(mira: Merchant, store: PretendStore, kept: ShopCatalog) -> ShopCatalog:
    """Mira has opened the app a minute ago."""
    mira.opens()
    wait_until(is_filled(kept), "the catalog is filled")
    return kept


def is_board(product: dict[str, Any]) -> bool:
    return product["id"].endswith(f"/{BOARD}")


def is_filled(kept: ShopCatalog) -> Callable[[], bool]:
    return lambda: kept.is_ready and not kept.jobs()


def tells(app: RunningApp, shop: str, topic: str, number: int = BOARD) -> str:
    """Shopify's webhook, as the app's file wants it. Returns its id."""
    webhook_id = str(uuid.uuid4())
    body = json.dumps({"id": number, "updated_at": "2026-11-29T12:00:00Z"}).encode()
    sent = send_webhook(app.base, topic, shop, body=body, webhook_id=webhook_id)
    assert sent.status == 200
    return webhook_id


def is_done(app: RunningApp, webhook_id: str) -> bool:
    query = "SELECT done_at FROM webhook_deliveries WHERE webhook_id = :id"
    [row] = ask(app, query, id=webhook_id)
    return row.done_at is not None


def asked(admin_api: AdminApi, shop: str) -> int:
    return admin_api.calls(shop).count("graphql")


def test_a_shop_that_installs_is_filled_and_its_assistant_knows(
    mira: Merchant,
    store: PretendStore,
    kept: ShopCatalog,
    ana: CheckedPerson,
    ai: ScriptedModel,
) -> None:
    store.sells_all()
    mira.opens()
    wait_until(is_filled(kept), "the catalog is filled")

    progress = kept.sync()
    assert progress["products"] == progress["seen"] == len(catalog("en").products)
    assert progress["expected"] == progress["seen"] < progress["lines"]
    assert progress["passages"] > 0
    assert kept.finds("driftwood board")[0] == HANDLE
    assert {"policy:REFUND_POLICY", "page:9101"} <= kept.documents()

    will_call(ai, "search_products", "a board", query="driftwood board")
    ana.follows(ana.says("I look for a board").turn)
    will_call(ai, "read_policies", "back", question="Can I send it back?")
    ana.follows(ana.says("May I send it back?").turn)

    products, policies = told_of_tools(ai)[-2:]
    assert json.loads(products)["products"][0]["handle"] == HANDLE
    assert "/policies/refund-policy" in policies


def test_what_a_merchant_changes_is_answered_within_seconds(
    app: RunningApp, filled: ShopCatalog, store: PretendStore
) -> None:
    store.updates(BOARD, title="Walnut Board")
    tells(app, store.shop, UPDATED)
    wait_until(
        lambda: HANDLE in filled.finds("walnut board"), "the change", SOON_SECONDS
    )

    store.creates(title="Zebra Lantern", handle="zebra-lantern")
    number = int(store.told()["products"][-1]["id"].rpartition("/")[2])
    tells(app, store.shop, "products/create", number)
    wait_until(
        lambda: "zebra-lantern" in filled.finds("zebra lantern"), "new", SOON_SECONDS
    )


@pytest.mark.parametrize("topic", [UPDATED, DELETED])
def test_what_is_unpublished_or_deleted_is_gone_within_seconds(
    app: RunningApp, filled: ShopCatalog, store: PretendStore, topic: str
) -> None:
    assert HANDLE in filled.finds("driftwood board")
    remove = store.unpublishes if topic == UPDATED else store.deletes
    remove(BOARD)

    tells(app, store.shop, topic)

    wait_until(
        lambda: HANDLE not in filled.finds("driftwood board"), "gone", SOON_SECONDS
    )


@on_one_database
def test_a_deletion_of_what_is_still_there_removes_nothing(
    app: RunningApp, filled: ShopCatalog, store: PretendStore
) -> None:
    webhook_id = tells(app, store.shop, DELETED)

    wait_until(lambda: is_done(app, webhook_id), "done")
    assert HANDLE in filled.finds("driftwood board")


def test_many_webhooks_of_one_product_at_once_end_with_the_newest_state(
    app: RunningApp, filled: ShopCatalog, store: PretendStore
) -> None:
    def change(number: int) -> str:
        store.updates(BOARD, title=f"Board of series {number}")
        return tells(app, store.shop, UPDATED)

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(change, range(8)))
    sent.append(change(99))

    wait_until(lambda: all(is_done(app, each) for each in sent), "all are done")
    titles = shown_titles(app, store.shop)
    assert titles == ["Board of series 99"]


@on_one_database
def test_while_shopify_is_away_a_webhook_waits(
    app: RunningApp, filled: ShopCatalog, store: PretendStore, admin_api: AdminApi
) -> None:
    store.updates(BOARD, title="Walnut Board")
    admin_api.fails("down", "graphql", shop=store.shop)

    webhook_id = tells(app, store.shop, UPDATED)

    wait_until(lambda: is_done(app, webhook_id), "later", 30)
    assert HANDLE in filled.finds("walnut board")


@on_one_database
def test_without_the_scope_nothing_is_asked_for(
    app: RunningApp,
    mira: Merchant,
    store: PretendStore,
    admin_api: AdminApi,
    kept: ShopCatalog,
) -> None:
    store.grants("write_app_proxy")
    mira.opens()
    webhook_id = tells(app, store.shop, UPDATED)

    wait_until(lambda: is_done(app, webhook_id), "done")
    wait_until(lambda: not kept.jobs(), "nothing is left to do")
    assert asked(admin_api, store.shop) == 0
    assert kept.sync() == {}


@on_one_database
def test_a_failed_export_is_shown_and_asked_for_again(
    mira: Merchant, store: PretendStore, kept: ShopCatalog
) -> None:
    store.fails_next_export("failed")
    mira.opens()

    wait_until(lambda: kept.sync().get("state") == "failed", "the failure is noted")
    assert kept.sync()["failure"] == "INTERNAL_SERVER_ERROR"

    wait_until(lambda: "catalog_fill" in kept.jobs(), "it waits")
    kept.hurries("catalog_fill")
    wait_until(is_filled(kept), "the catalog is filled")
    assert (kept.sync()["fill"], kept.sync()["failure"]) == (2, None)


@on_one_database
def test_a_later_night_removes_what_went_without_a_webhook(
    filled: ShopCatalog, store: PretendStore
) -> None:
    store.deletes(BOARD)
    filled.ages(days=8)

    filled.hurries("catalog_nightly")
    wait_until(lambda: "catalog_changes" in filled.jobs(), "the shop's turn is near")
    filled.hurries("catalog_changes")

    wait_until(
        lambda: HANDLE not in filled.finds("driftwood board"), "the night's pass"
    )
    wait_until(is_filled(filled), "the night's end")
    assert filled.sync()["fill"] == 2


def many_mugs() -> list[str]:
    return exported_lines(
        priced(each, f"Mug {each}", "9.00") for each in range(1, MANY + 1)
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_fill_that_is_killed_in_the_middle_goes_on(
    app_factory: AppFactory, store: PretendStore, kind: StoreKind
) -> None:
    app = app_factory(kind, TURN_LEASE_SECONDS="2")
    kept = ShopCatalog(app, store.shop)
    store.exports(many_mugs())
    Merchant(app.base, store.shop).opens()
    wait_until(lambda: kept.sync().get("seen", 0) > 0, "some of it is stored")

    app.kill()
    broken = kept.sync()
    assert broken["state"] == "filling"
    assert 0 < broken["products"] < MANY
    app.restart()

    wait_until(is_filled(kept), "the rest of it")
    whole = kept.sync()
    assert (whole["fill"], whole["products"]) == (1, MANY), "it was not begun anew"
    assert whole["lines"] > broken["lines"] > 0
    assert "mug-4711" in kept.finds("mug 4711")


def test_an_uninstall_stops_a_fill(
    app_factory: AppFactory, store: PretendStore, admin_api: AdminApi
) -> None:
    app = app_factory("sqlite")
    kept = ShopCatalog(app, store.shop)
    store.exports(many_mugs())
    mira = Merchant(app.base, store.shop)
    mira.opens("/", mira.id_token(age=30))
    wait_until(lambda: kept.sync().get("seen", 0) > 0, "some of it is stored")

    removes(app, admin_api, store.shop)

    wait_until(lambda: not kept.jobs(), "nothing is left to do")
    assert kept.sync()["filled_at"] is None
    assert kept.sync()["seen"] < MANY
    before = asked(admin_api, store.shop)
    kept.hurries("catalog_nightly")
    wait_until(lambda: night_is_over(app), "a night")
    assert asked(admin_api, store.shop) == before


def night_is_over(app: RunningApp) -> bool:
    [row] = ask(app, "SELECT due_at FROM jobs WHERE kind = 'catalog_nightly'")
    return bool(row.due_at > 0)


def test_an_erasure_leaves_nothing_of_a_catalog(
    app: RunningApp, mira: Merchant, store: PretendStore, admin_api: AdminApi
) -> None:
    canary = f"zq{uuid.uuid4().hex}"
    told_of = store.told()["products"]
    store.sells([told_of[0] | {"title": f"Board {canary}", "handle": canary}])
    kept = ShopCatalog(app, store.shop)
    mira.opens("/", mira.id_token(age=30))
    wait_until(is_filled(kept), "the catalog is filled")
    assert kept.finds(canary) == [canary]
    assert traces(app, [canary])

    removes(app, admin_api, store.shop)
    request_id = told(app, "shop/redact", store.shop)
    wait_until(
        lambda: proofs(app, request_id)[0]["done_at"], "done", DONE_WITHIN_SECONDS
    )

    wait_until(
        lambda: not traces(app, [canary, store.shop]), "no trace", DONE_WITHIN_SECONDS
    )
    [proof] = proofs(app, request_id)
    removed = (
        json.loads(proof["removed"])
        if isinstance(proof["removed"], str)
        else proof["removed"]
    )
    assert removed["catalog_products"] == 1


def shown_titles(app: RunningApp, shop: str) -> list[str]:
    query = (
        "SELECT shown FROM catalog_products JOIN shops ON shops.id = shop_id"
        " WHERE domain = :shop AND product_id = :number"
    )
    rows = ask(app, query, shop=shop, number=BOARD)
    return [json.loads(row.shown)["title"] for row in rows]
