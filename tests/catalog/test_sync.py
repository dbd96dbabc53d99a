"""A shop's catalog from Shopify: filled when the app is installed, looked through at night, and
left alone when the shop is gone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import Connection, update
from structlog.testing import capture_logs

from backend.catalog import passage_records, store_search, sync, sync_state
from backend.catalog.documents import DocumentKind
from backend.catalog.product_records import SLICE
from backend.catalog.sync_state import INDEX_VERSION, SyncState
from backend.clock import now_ms
from backend.dev.storefront.sample_shop import catalog
from backend.services import Services
from backend.shops import installation, shop_facts
from backend.store.job_queue import Claim
from backend.store.tables import catalog_syncs
from tests.support.kept_shops import KeptShop, open_services, open_shop
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore, new_store
from tests.support.replayed_answers import ReplayServer, refusal
from tests.support.small_catalogs import (
    Node,
    exported_lines,
    priced,
    variant_node,
)

BOARD = 8101
BOARDS_HANDLE = "driftwood-serving-board"
DAY_MS = 86_400_000
# Products are given out when so many lines have come after them.
MANY = 4_000

_numbers = count(1)


@pytest.fixture
def services(database_url: str, admin_api: AdminApi) -> Iterator[Services]:
    with open_services(database_url, admin_api) as services:
        yield services


@pytest.fixture
def on_sqlite(sqlite_url: str, admin_api: AdminApi) -> Iterator[Services]:
    """For what is the same on both, and takes long."""
    with open_services(sqlite_url, admin_api) as services:
        yield services


@pytest.fixture
def store(admin_api: AdminApi) -> Iterator[PretendStore]:
    with new_store(admin_api, "bay") as store:
        yield store


@pytest.fixture
def shop(services: Services, store: PretendStore) -> KeptShop:
    """It has opened the app once."""
    return open_shop(services, store)


@pytest.fixture
def filled(shop: KeptShop) -> KeptShop:
    shop.works_to_the_end()
    return shop


def documents_of(shop: KeptShop) -> set[str]:
    with shop.services.db.reading() as connection:
        found = passage_records.list_of_kind(connection, shop.id, list(DocumentKind))
    return {passage.document for passage in found}


def change_sync(shop: KeptShop, **values: Any) -> None:
    mine = update(catalog_syncs).where(catalog_syncs.c.shop_id == shop.id)
    shop.services.db.write(Connection.execute, mine.values(**values))


def asked(admin_api: AdminApi, shop: KeptShop) -> int:
    return admin_api.calls(shop.store.shop).count("graphql")


def night(shop: KeptShop) -> None:
    """Every shop's pass is due."""
    sync.run_every_shop(shop.services, Claim(0, sync.EVERY_SHOP, "", 1))


def test_a_shop_that_installs_is_filled(shop: KeptShop) -> None:
    assert shop.job_kinds() == [installation.GRANTED]
    assert not shop.sync().is_filled

    shop.works_to_the_end()

    known = shop.sync()
    assert (known.state, known.products) == (
        SyncState.READY,
        len(catalog("en").products),
    )
    assert (known.language, known.currency) == ("en", "EUR")
    assert shop.finds("driftwood board")[0] == BOARDS_HANDLE
    assert known.passages > 0
    assert {"policy:REFUND_POLICY", "page:9101", "article:9301"} <= documents_of(shop)


def test_progress_can_be_seen_step_by_step(shop: KeptShop) -> None:
    shop.works(installation.GRANTED)
    assert shop.job_kinds() == [sync.DOCUMENTS, sync.FILL, shop_facts.KIND]

    shop.works(sync.FILL)
    begun = shop.sync()
    assert (begun.state, begun.fill, begun.expected) == (SyncState.FILLING, 1, None)
    assert begun.operation is not None

    shop.works(sync.FILL)
    assert shop.sync().state is SyncState.FILLING
    assert shop.sync().expected == 0

    shop.works(sync.FILL)
    ended = shop.sync()
    assert (ended.state, ended.operation) == (SyncState.READY, None)
    assert ended.seen == ended.products == len(catalog("en").products)
    assert ended.expected == ended.seen < ended.lines
    assert ended.changed_since == begun.started_at
    assert sync.FILL not in shop.job_kinds()


def test_while_another_export_runs_there_ours_waits(
    shop: KeptShop, store: PretendStore
) -> None:
    shop.works(installation.GRANTED)
    shop.works(sync.FILL)
    change_sync(shop, operation=None)

    shop.works(sync.FILL)

    known = shop.sync()
    assert (known.state, known.operation) == (SyncState.FILLING, None)
    assert sync.FILL in shop.job_kinds()


def test_what_has_come_before_the_file_broke_off_is_not_read_again(
    on_sqlite: Services, store: PretendStore, admin_api: AdminApi
) -> None:
    store.exports(exported_lines([mug_with_picture(each + 1) for each in range(MANY)]))
    shop = open_shop(on_sqlite, store)
    shop.works(installation.GRANTED)
    for _ in range(2):
        shop.works(sync.FILL)

    admin_api.fails("lost", "file", shop=store.shop)
    shop.works(sync.FILL)
    broken = shop.sync()
    assert broken.state is SyncState.FILLING
    assert broken.operation is not None
    assert SLICE <= broken.seen < MANY
    assert 0 < broken.lines < 2 * MANY

    exports = asked(admin_api, shop)
    shop.works(sync.FILL)
    whole = shop.sync()
    assert (whole.state, whole.fill, whole.products) == (SyncState.READY, 1, MANY)
    assert whole.seen == MANY
    assert asked(admin_api, shop) == exports + 1, "the same export is read on"


def test_a_shop_without_products_is_filled_with_nothing(
    shop: KeptShop, store: PretendStore
) -> None:
    store.exports([])

    shop.works_to_the_end()

    assert shop.sync().is_filled
    assert shop.sync().products == 0
    assert shop.finds("board") == []


def test_without_the_scope_nothing_is_asked(
    services: Services, store: PretendStore, admin_api: AdminApi
) -> None:
    store.grants("write_app_proxy,read_content")
    shop = open_shop(services, store)

    shop.works_to_the_end()
    night(shop)
    shop.works_to_the_end()

    assert asked(admin_api, shop) == 1, "the facts of the shop alone"
    assert shop.sync().state is SyncState.EMPTY


def test_what_is_granted_later_is_filled_then(
    services: Services, store: PretendStore
) -> None:
    store.grants("write_app_proxy")
    shop = open_shop(services, store)
    shop.works_to_the_end()

    grant(shop, "write_app_proxy", "read_products")
    shop.works_to_the_end()
    assert shop.finds("driftwood board")
    assert documents_of(shop) == set()

    grant(shop, "write_app_proxy", "read_products", "read_legal_policies")
    shop.works_to_the_end()
    assert "policy:REFUND_POLICY" in documents_of(shop)


def test_a_scope_that_was_taken_back_ends_the_asking(
    filled: KeptShop, admin_api: AdminApi
) -> None:
    grant(filled, "write_app_proxy")
    before = asked(admin_api, filled)

    filled.works_to_the_end()
    night(filled)
    filled.works_to_the_end()

    assert asked(admin_api, filled) == before + 1, "the facts of the shop alone"


@pytest.mark.parametrize("fault", ["down", "locked"])
def test_while_shopify_is_away_the_fill_waits(
    on_sqlite: Services, store: PretendStore, admin_api: AdminApi, fault: str
) -> None:
    shop = open_shop(on_sqlite, store)
    shop.works(installation.GRANTED)
    admin_api.fails(fault, "graphql", times=1_000, shop=store.shop)
    for _ in range(12):
        shop.works()

    waiting = shop.list_jobs()
    kinds = [job.kind for job in waiting]
    assert kinds == [sync.DOCUMENTS, sync.FILL, shop_facts.KIND]
    assert {job.status for job in waiting} == {"ready"}
    assert seconds_until(shop, sync.FILL) > 0
    assert shop.sync().failure is None

    admin_api.begins()
    shop.works_to_the_end()
    assert shop.sync().state is SyncState.READY


@pytest.mark.parametrize("ending", ["failed", "partial", "denied"])
def test_a_failed_export_is_noted_and_tried_again(
    shop: KeptShop, store: PretendStore, ending: str
) -> None:
    store.fails_next_export(ending)
    shop.works(installation.GRANTED)
    for _ in range(3):
        shop.works(sync.FILL)

    known = shop.sync()
    assert known.state is SyncState.FAILED
    assert known.failure
    assert known.operation is None
    assert not known.is_filled

    shop.works_to_the_end()
    again = shop.sync()
    assert (again.state, again.fill, again.failure) == (SyncState.READY, 2, None)
    assert shop.finds("driftwood board")


def test_a_line_that_cannot_be_read_leaves_what_was_there(
    filled: KeptShop, store: PretendStore
) -> None:
    store.exports(["no line of an export"])
    sync.fill_later(filled.services, filled.id)
    for _ in range(3):
        filled.works(sync.FILL)

    assert filled.sync().state is SyncState.FAILED
    assert filled.sync().is_filled
    assert filled.finds("driftwood board")


def test_an_export_that_fails_every_time_is_asked_for_less_and_less(
    on_sqlite: Services, store: PretendStore
) -> None:
    store.exports(["no line of an export"])
    shop = open_shop(on_sqlite, store)
    shop.works(installation.GRANTED)

    pauses = []
    for fill in range(1, 9):
        while shop.sync().failure is None or shop.sync().fill < fill:
            shop.works(sync.FILL)
        pauses.append(seconds_until(shop, sync.FILL))

    assert pauses == sorted(pauses)
    assert pauses[1] > 1.5 * pauses[0]
    assert pauses[-1] < 2 * 3_600


def test_an_export_that_shopify_has_forgotten_is_begun_anew(
    shop: KeptShop, store: PretendStore
) -> None:
    shop.works(installation.GRANTED)
    shop.works(sync.FILL)
    store.forgets()

    shop.works(sync.FILL)
    assert shop.sync().failure == "gone"

    shop.works_to_the_end()
    assert shop.sync().state is SyncState.READY


def test_an_answer_that_is_no_export_is_a_failure_as_any_other(
    on_sqlite: Services, store: PretendStore
) -> None:
    shop = open_shop(on_sqlite, store)
    shop.works(installation.GRANTED)
    begun = {"bulkOperation": {"status": "DANCING"}, "userErrors": []}
    answer = refusal(200, {"data": {"bulkOperationRunQuery": begun}})

    with ReplayServer(answer) as shopify:
        origin = f"{shopify.base}/stores/{{shop}}"
        config = replace(on_sqlite.config, shopify_origin=origin)
        elsewhere = replace(shop, services=replace(on_sqlite, config=config))
        elsewhere.works(sync.FILL)

    assert shop.sync().failure == "no_operation"
    shop.works_to_the_end()
    assert shop.sync().is_filled


def test_what_changed_without_a_webhook_is_found_at_night(
    filled: KeptShop, store: PretendStore, admin_api: AdminApi
) -> None:
    told = store.updates(BOARD, title="Walnut Board", handle="walnut-board")
    store.unpublishes(8103)
    store.creates(title="Zebra Lantern", handle="zebra-lantern")
    assert [each["status"] for each in told] == [0], "no webhook arrives"
    assert "walnut-board" not in filled.finds("walnut board")

    night(filled)
    before = asked(admin_api, filled)
    filled.works_to_the_end()

    assert filled.finds("walnut board")[0] == "walnut-board"
    assert filled.finds("zebra lantern")[0] == "zebra-lantern"
    assert "harbour-mug" not in filled.finds("harbour mug")
    known = filled.sync()
    assert (known.fill, known.state) == (1, SyncState.READY), "nothing was filled anew"
    assert known.products == len(catalog("en").products)
    assert asked(admin_api, filled) - before < 8


def test_what_went_without_a_webhook_is_found_by_the_whole_fill_of_a_later_night(
    filled: KeptShop, store: PretendStore
) -> None:
    store.deletes(BOARD)
    night(filled)
    filled.works_to_the_end()
    assert BOARDS_HANDLE in filled.finds("driftwood board")

    change_sync(filled, filled_at=now_ms() - 8 * DAY_MS)
    night(filled)
    filled.works_to_the_end()

    assert BOARDS_HANDLE not in filled.finds("driftwood board")
    assert filled.sync().fill == 2
    assert filled.sync().products == len(catalog("en").products) - 1


def test_a_catalog_that_is_found_by_older_terms_is_filled_anew(
    filled: KeptShop,
) -> None:
    change_sync(filled, index_version=INDEX_VERSION - 1)

    night(filled)
    filled.works_to_the_end()

    assert filled.sync().fill == 2
    assert filled.sync().index_version == INDEX_VERSION


def test_a_change_of_the_last_moments_before_a_night_is_not_lost(
    filled: KeptShop, store: PretendStore
) -> None:
    """Shopify writes its times in whole seconds, and its clock is not ours."""
    night(filled)
    filled.works_to_the_end()
    store.updates(BOARD, title="Walnut Board")
    change_sync(filled, changed_since=now_ms() + 60_000)

    night(filled)
    filled.works_to_the_end()

    assert BOARDS_HANDLE in filled.finds("walnut board")


def test_a_product_of_many_variants_keeps_them_all_at_night(
    filled: KeptShop, store: PretendStore
) -> None:
    """A page of the night's pass has the first hundred of each."""
    sizes = [f"{number} cm" for number in range(1, 131)]
    store.updates(BOARD, variants=variants_of(sizes))

    night(filled)
    filled.works_to_the_end()

    [board] = store_search.find_products(filled.services, filled.id, [BOARDS_HANDLE])
    assert len(board.variants) == len(sizes)


def test_a_night_in_the_middle_of_a_fill_leaves_it_alone(
    shop: KeptShop, admin_api: AdminApi
) -> None:
    shop.works(installation.GRANTED)
    shop.works(sync.FILL)
    before = asked(admin_api, shop)

    night(shop)
    shop.works(sync.CHANGES)

    assert asked(admin_api, shop) == before
    assert shop.sync().state is SyncState.FILLING
    assert sync.FILL in shop.job_kinds()


def test_nobody_else_is_looked_through_at_night(
    filled: KeptShop, admin_api: AdminApi
) -> None:
    other = PretendStore(admin_api.base, f"bay-{next(_numbers)}.myshopify.com")
    other.grants()
    left = open_shop(filled.services, other)
    filled.services.db.write(installation.remove, left.id)
    left.works_to_the_end()

    night(filled)

    assert sync.CHANGES in filled.job_kinds()
    assert left.job_kinds() == []
    other.forgets()


def test_an_uninstall_stops_a_fill(shop: KeptShop, admin_api: AdminApi) -> None:
    shop.works(installation.GRANTED)
    shop.works(sync.FILL)
    shop.services.db.write(installation.remove, shop.id)
    before = asked(admin_api, shop)

    shop.works_to_the_end()

    assert asked(admin_api, shop) == before
    assert not shop.sync().is_filled


def test_an_uninstall_stops_a_fill_while_the_file_is_read(
    on_sqlite: Services, store: PretendStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    goods = [priced(each, f"Mug {each}", "9.00") for each in range(1, 3 * SLICE)]
    store.exports(exported_lines(goods))
    shop = open_shop(on_sqlite, store)
    shop.works(installation.GRANTED)
    for _ in range(2):
        shop.works(sync.FILL)

    leaves_after_a_slice(shop, monkeypatch)
    shop.works(sync.FILL)

    known = shop.sync()
    assert (known.seen, known.is_filled) == (SLICE, False)
    assert sync.FILL not in shop.job_kinds()


def test_a_shop_that_comes_back_learns_what_went_while_it_was_away(
    filled: KeptShop, store: PretendStore, admin_api: AdminApi
) -> None:
    filled.services.db.write(installation.remove, filled.id)
    store.deletes(BOARD)

    filled.opens()
    filled.works_to_the_end()

    assert BOARDS_HANDLE not in filled.finds("driftwood board")


def test_documents_that_are_gone_go(
    filled: KeptShop, store: PretendStore, admin_api: AdminApi
) -> None:
    assert "page:9101" in documents_of(filled)
    grant(filled, "write_app_proxy", "read_products", "read_legal_policies")

    filled.works_to_the_end()

    assert not any(each.startswith("page:") for each in documents_of(filled))
    assert "policy:REFUND_POLICY" in documents_of(filled)


def test_a_fill_that_an_operators_file_has_overtaken_ends(
    on_sqlite: Services, store: PretendStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(on_sqlite, store)
    shop.works(installation.GRANTED)
    for _ in range(2):
        shop.works(sync.FILL)
    begin = sync_state.note_expected

    def overtake(connection: Connection, shop_id: int, expected: int) -> None:
        begin(connection, shop_id, expected)
        sync_state.begin_fill(connection, shop_id, None)

    monkeypatch.setattr(sync_state, "note_expected", overtake)
    with capture_logs() as logs:
        shop.works(sync.FILL)

    assert sync.FILL not in shop.job_kinds()
    assert not [line for line in logs if line["log_level"] == "error"]


def grant(shop: KeptShop, *scopes: str) -> None:
    """As the webhook `app/scopes_update` tells it."""
    shop.store.grants(",".join(scopes))
    event = shop.event("app/scopes_update", {"current": list(scopes)})
    installation.update_scopes(shop.services, event)


def mug_with_picture(number: int) -> Node:
    """Its address cannot be packed any smaller, so that the file has a certain length."""
    image = {"url": f"https://cdn.example/{token_hex(64)}.png", "altText": ""}
    picture = {"preview": {"image": image}}
    return priced(number, f"Mug {number}", "9.00", featuredMedia=picture)


def seconds_until(shop: KeptShop, kind: str) -> int:
    [job] = [job for job in shop.list_jobs() if job.kind == kind]
    return round((job.due_at - now_ms()) / 1000)


def variants_of(sizes: Sequence[str]) -> list[Node]:
    return [
        variant_node(
            BOARD * 1_000 + place,
            title=size,
            __typename="ProductVariant",
            selectedOptions=[{"name": "Size", "value": size}],
        )
        for place, size in enumerate(sizes)
    ]


def leaves_after_a_slice(shop: KeptShop, monkeypatch: pytest.MonkeyPatch) -> None:
    note = sync_state.note_progress

    def note_and_leave(connection: Connection, shop_id: int, *progress: int) -> None:
        note(connection, shop_id, *progress)
        installation.remove(connection, shop_id)

    monkeypatch.setattr(sync_state, "note_progress", note_and_leave)
