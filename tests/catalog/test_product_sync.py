"""One product as Shopify has it now, whatever a webhook says of it; two at once end with the newer
state.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from backend.catalog import product_sync, store_search, sync
from backend.catalog.product_sync import is_published, note_change, run_refresh
from backend.catalog.products import MOST_VARIANTS, Product
from backend.catalog.sync_state import SyncState
from backend.errors import ShopifyUnavailable
from backend.services import Services
from backend.shops import admin_access, installation
from backend.shops.webhook_event import Later
from backend.store import job_queue
from backend.store.job_queue import Claim, Lease
from tests.support.kept_shops import KeptShop, open_services, open_shop
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore, new_store
from tests.support.small_catalogs import Node, product_node, variant_node

BOARD, HANDLE = 8101, "driftwood-serving-board"
CREATED, UPDATED, DELETED = "products/create", "products/update", "products/delete"


@pytest.fixture
def services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(database_url, admin_api) as services:
        yield services


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "gulf") as store:
        yield store


@pytest.fixture
def shop(services: Services, store: PretendStore) -> KeptShop:
    """Its catalog is filled."""
    shop = open_shop(services, store)
    shop.works_to_the_end()
    return shop


def told(shop: KeptShop, topic: str = UPDATED, number: int = BOARD) -> object:
    """What the webhook's job does."""
    return note_change(shop.services, shop.event(topic, {"id": number}))


def find(shop: KeptShop, handle: str = HANDLE) -> Product | None:
    found = store_search.find_products(shop.services, shop.id, [handle])
    return found[0] if found else None


def asked(admin_api: AdminApi, shop: KeptShop) -> int:
    return admin_api.calls(shop.store.shop).count("graphql")


def hold(shop: KeptShop, holder: str = "another", seconds: int = 60) -> Claim | None:
    lease = Lease(holder, seconds)
    return shop.services.db.write(
        job_queue.hold, shop.id, product_sync.KIND, str(BOARD), lease
    )


def test_what_a_merchant_changes_is_what_shoppers_find(
    shop: KeptShop, store: PretendStore
) -> None:
    store.updates(BOARD, title="Walnut Board")

    assert told(shop) is None

    assert HANDLE in shop.finds("walnut board")
    assert shop.job_kinds() == []


def test_a_new_product_is_found(shop: KeptShop, store: PretendStore) -> None:
    before = shop.sync().products
    store.creates(title="Zebra Lantern", handle="zebra-lantern")
    number = newest(store)

    told(shop, CREATED, number)

    assert shop.finds("zebra lantern")[0] == "zebra-lantern"
    assert shop.sync().products == before + 1


@pytest.mark.parametrize("topic", [UPDATED, DELETED])
def test_what_is_unpublished_or_gone_is_not_found_any_more(
    shop: KeptShop, store: PretendStore, topic: str
) -> None:
    before = shop.sync().products
    change = store.unpublishes if topic == UPDATED else store.deletes
    change(BOARD)

    told(shop, topic)

    assert find(shop) is None
    assert HANDLE not in shop.finds("driftwood serving board")
    assert shop.sync().products == before - 1


def test_a_draft_is_not_shown(shop: KeptShop, store: PretendStore) -> None:
    store.updates(BOARD, status="DRAFT")

    told(shop)

    assert find(shop) is None


def test_a_deletion_of_what_is_still_there_removes_nothing(shop: KeptShop) -> None:
    """Its word is not signed to be of this shop's product; Shopify's own is."""
    assert told(shop, DELETED) is None

    assert find(shop) is not None


def test_a_product_that_nobody_ever_had_is_no_trouble(shop: KeptShop) -> None:
    assert told(shop, DELETED, 2**62) is None
    assert shop.job_kinds() == []


def test_a_product_that_cannot_be_read_stays_as_it_was(
    shop: KeptShop, store: PretendStore
) -> None:
    store.updates(BOARD, handle="", title="No Handle")

    assert told(shop) is None

    assert find(shop) is not None


def test_a_product_of_many_variants_has_them_all(
    shop: KeptShop, store: PretendStore
) -> None:
    """Shopify gives a hundred at a time."""
    store.updates(BOARD, variants=variants(230))

    told(shop)

    board = find(shop)
    assert board is not None
    assert len(board.variants) == 230
    assert len({each.id for each in board.variants}) == 230


def test_more_variants_than_are_kept_are_not_asked_for(
    shop: KeptShop, store: PretendStore, admin_api: AdminApi
) -> None:
    store.updates(BOARD, variants=variants(MOST_VARIANTS + 200))
    before = asked(admin_api, shop)

    told(shop)

    board = find(shop)
    assert board is not None
    assert len(board.variants) == MOST_VARIANTS
    assert asked(admin_api, shop) - before == 3


def test_without_the_scope_nothing_is_asked(
    shop: KeptShop, admin_api: AdminApi
) -> None:
    event = shop.event("app/scopes_update", {"current": ["write_app_proxy"]})
    installation.update_scopes(shop.services, event)
    before = asked(admin_api, shop)

    assert told(shop) is None

    assert asked(admin_api, shop) == before


def test_while_shopify_is_away_the_webhook_waits_and_nothing_is_held(
    shop: KeptShop, store: PretendStore, admin_api: AdminApi
) -> None:
    store.updates(BOARD, title="Walnut Board")
    admin_api.fails("down", "graphql", shop=store.shop)

    with pytest.raises(ShopifyUnavailable):
        told(shop)
    assert shop.job_kinds() == []

    assert told(shop) is None
    assert HANDLE in shop.finds("walnut board")


def test_who_comes_while_another_asks_looks_again_when_they_are_done(
    shop: KeptShop, store: PretendStore
) -> None:
    first = hold(shop)
    assert first is not None
    store.updates(BOARD, title="Walnut Board")

    assert told(shop) == Later(1)
    assert HANDLE not in shop.finds("walnut board")

    shop.services.db.write(job_queue.let_go, first)
    assert told(shop) is None
    assert HANDLE in shop.finds("walnut board")


def test_two_webhooks_of_one_product_at_once_end_with_the_newer_state(
    shop: KeptShop, store: PretendStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first has read the product before the change that the second tells of."""
    ask = admin_access.ask_shop
    second: list[object] = []

    def ask_and_be_overtaken(*words: Any, **more: Any) -> Any:
        answered = ask(*words, **more)
        if not second:
            store.updates(BOARD, title="Walnut Board")
            second.append(told(shop))
        return answered

    monkeypatch.setattr(admin_access, "ask_shop", ask_and_be_overtaken)

    assert told(shop) is None
    assert second == [Later(1)]
    assert told(shop) is None

    assert HANDLE in shop.finds("walnut board")


def test_an_older_answer_that_comes_late_changes_nothing(
    shop: KeptShop, store: PretendStore
) -> None:
    """Of a holder that was thought dead."""
    old = store.told()["products"][0]
    store.updates(BOARD, title="Walnut Board")
    told(shop)

    product_sync.store_nodes(shop.services, shop.id, [as_answered(old)])

    assert HANDLE in shop.finds("walnut board")


def test_what_a_dead_process_was_asking_another_asks(
    shop: KeptShop, store: PretendStore
) -> None:
    store.updates(BOARD, title="Walnut Board")
    hold(shop, "dead", seconds=-1)

    shop.works()

    assert HANDLE in shop.finds("walnut board")
    assert shop.job_kinds() == []


def test_a_job_that_meets_a_silent_shopify_comes_again(
    shop: KeptShop, store: PretendStore, admin_api: AdminApi
) -> None:
    store.updates(BOARD, title="Walnut Board")
    hold(shop, "dead", seconds=-1)
    admin_api.fails("down", "graphql", times=12, shop=store.shop)

    for _ in range(12):
        shop.works()
    [job] = shop.list_jobs()
    assert (job.status, job.tries) == ("ready", 0)

    shop.works()
    assert HANDLE in shop.finds("walnut board")


def test_a_job_of_a_shop_that_has_left_ends(
    shop: KeptShop, admin_api: AdminApi
) -> None:
    claim = hold(shop)
    assert claim is not None
    shop.services.db.write(installation.remove, shop.id)
    before = asked(admin_api, shop)

    run_refresh(shop.services, claim)

    assert shop.job_kinds() == []
    assert asked(admin_api, shop) == before


def test_tokens_that_have_died_end_the_webhook(
    shop: KeptShop, admin_api: AdminApi
) -> None:
    """Shopify refuses, and will until somebody opens the app; then everything is filled anew."""
    admin_api.uninstalls(shop.store.shop)

    assert told(shop) is None

    assert find(shop) is not None
    assert shop.job_kinds() == []
    admin_api.installs(shop.store.shop)


def test_what_is_deleted_while_a_fill_runs_does_not_come_back(
    services: Services, store: PretendStore
) -> None:
    """The export was written before, and has it still."""
    shop = open_shop(services, store)
    shop.works(installation.GRANTED)
    shop.works(sync.FILL)
    shop.works(sync.FILL)
    store.deletes(BOARD)

    told(shop, DELETED)
    assert product_sync.KIND in shop.job_kinds(), "it is looked at once more"

    shop.works(sync.FILL)
    assert shop.sync().state is SyncState.READY
    assert find(shop) is not None, "the export still had it"

    shop.works_to_the_end()
    assert find(shop) is None


def test_what_is_changed_while_a_fill_runs_stays_changed(
    services: Services, store: PretendStore
) -> None:
    shop = open_shop(services, store)
    shop.works(installation.GRANTED)
    shop.works(sync.FILL)
    store.updates(BOARD, title="Walnut Board")
    told(shop)

    shop.works_to_the_end()

    assert HANDLE in shop.finds("walnut board")


def test_a_night_of_pages_is_written_a_slice_at_a_time(
    shop: KeptShop,
) -> None:
    many = [product_node(each, f"Mug {each}") for each in range(1, 451)]

    product_sync.store_nodes(
        shop.services, shop.id, [as_answered(each) for each in many]
    )

    assert shop.sync().products >= 450
    assert find(shop, "mug-450") is not None

    hidden = [as_answered(each | {"onlineStoreUrl": None}) for each in many]
    product_sync.store_nodes(shop.services, shop.id, hidden)
    assert find(shop, "mug-450") is None


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"status": "ACTIVE", "onlineStoreUrl": "https://tide.example/x"}, True),
        ({"status": "ACTIVE", "onlineStoreUrl": None}, False),
        ({"status": "DRAFT", "onlineStoreUrl": "https://tide.example/x"}, False),
        ({"status": "ARCHIVED", "onlineStoreUrl": "https://tide.example/x"}, False),
        ({}, False),
    ],
)
def test_shoppers_see_what_is_active_and_in_the_online_store(
    fields: Node, shown: bool
) -> None:
    assert is_published(fields) is shown


def variants(number: int) -> list[Node]:
    return [
        variant_node(
            BOARD * 1_000 + each,
            title=f"{each} cm",
            __typename="ProductVariant",
            selectedOptions=[{"name": "Size", "value": f"{each} cm"}],
        )
        for each in range(number)
    ]


def as_answered(record: Node) -> Node:
    """A product as a page of the night's pass has it."""
    connection = {
        "nodes": record["variants"],
        "pageInfo": {"hasNextPage": False, "endCursor": None},
    }
    price = {"amount": "1.00", "currencyCode": "EUR"}
    return record | {
        "variants": connection,
        "priceRangeV2": {"minVariantPrice": price},
    }


def newest(store: PretendStore) -> int:
    gid = str(store.told()["products"][-1]["id"])
    return int(gid.rpartition("/")[2])
