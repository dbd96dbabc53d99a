"""A whole catalog comes in, a slice at a time: nothing is doubled, lost or kept too long."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event
from structlog.testing import capture_logs

from backend.catalog import fill, sync_state
from backend.catalog.fill import Overtaken
from backend.catalog.product_records import SLICE
from backend.catalog.sync_state import INDEX_VERSION, Sync, SyncState
from backend.services import Services
from backend.shopify.exported_products import ExportedProduct
from tests.support.catalog_index import Index, index_of, recount
from tests.support.small_catalogs import (
    MIRA,
    OTTO,
    Node,
    count,
    exported,
    fill_shop,
    found,
    priced,
    put,
    small_goods,
)

LATER = "2026-11-20T00:00:00Z"


class BrokenOff(Exception):
    """The process that fills has died."""


def mugs(number: int) -> list[Node]:
    """Many goods that are quick to read."""
    return [priced(each, f"Mug {each}", "9.00") for each in range(1, number + 1)]


def begin(services: Services, shop_id: int = MIRA) -> Sync:
    return services.db.write(sync_state.begin_fill, shop_id, None)


def sync_of(services: Services, shop_id: int = MIRA) -> Sync:
    with services.db.reading() as connection:
        return sync_state.find_sync(connection, shop_id)


def until(
    products: Iterable[ExportedProduct], number: int
) -> Iterator[ExportedProduct]:
    """The first of them; then the process dies."""
    for place, product in enumerate(products):
        if place == number:
            raise BrokenOff
        yield product


@contextmanager
def writes_of(services: Services) -> Iterator[list[int]]:
    """How many rows of products and of their index each statement wrote or deleted."""
    written: list[int] = []

    def note(*about: Any) -> None:
        _, cursor, statement, *_ = about
        verb = statement.lstrip().partition(" ")[0]
        if verb in ("INSERT", "DELETE") and "catalog_" in statement:
            written.append(cursor.rowcount)

    engine = services.db.engines[-1]
    event.listen(engine, "after_cursor_execute", note)
    yield written
    event.remove(engine, "after_cursor_execute", note)


def test_all_that_comes_is_stored_and_the_shop_is_ready(services: Services) -> None:
    filled = fill_shop(services, MIRA, *small_goods())

    assert filled == sync_of(services)
    assert filled.state is SyncState.READY
    assert filled.products == 16
    assert filled.seen == 16
    assert filled.language == "en"
    assert filled.currency == "EUR"
    assert filled.index_version == INDEX_VERSION
    assert found(services.db, MIRA, "velvet sofa")[0] == "green-velvet-sofa"
    assert index_of(services.db, MIRA) == recount(services.db, MIRA)


def test_a_shop_without_products_is_filled_with_none(services: Services) -> None:
    filled = fill_shop(services, MIRA)

    assert filled.state is SyncState.READY
    assert filled.products == 0
    assert filled.is_filled


def test_a_fill_that_broke_off_goes_on_where_it_was(services: Services) -> None:
    goods = mugs(2 * SLICE + 50)
    with pytest.raises(BrokenOff):
        fill.fill_products(services, begin(services), until(exported(goods), SLICE + 9))

    half = sync_of(services)
    assert half.state is SyncState.FILLING
    assert half.seen == SLICE
    assert half.lines == 2 * SLICE
    assert count(services.db, MIRA) == SLICE

    rest = (each for each in exported(goods) if each.done_lines > half.lines)
    filled = fill.fill_products(services, half, rest)

    assert filled.state is SyncState.READY
    assert filled.products == len(goods)
    assert filled.seen == len(goods)
    assert index_of(services.db, MIRA) == recount(services.db, MIRA)


def test_what_was_there_stays_until_the_end_of_a_fill(services: Services) -> None:
    fill_shop(services, MIRA, *small_goods())

    with pytest.raises(BrokenOff):
        fill.fill_products(services, begin(services), until(exported(mugs(9)), 5))

    assert found(services.db, MIRA, "velvet sofa")[0] == "green-velvet-sofa"


def test_what_has_not_changed_is_not_written_again(services: Services) -> None:
    fill_shop(services, MIRA, *small_goods())

    with writes_of(services) as first:
        again = fill_shop(services, MIRA, *small_goods())
    changed = [small_goods()[0] | {"title": "Red Sneakers"}, *small_goods()[1:]]
    with writes_of(services) as second:
        fill_shop(services, MIRA, *changed)

    assert again.products == 16
    # The lock of the shop is asked for a row that is there already.
    assert sum(first) == 0
    assert sum(second) > 0
    assert found(services.db, MIRA, "red sneakers")[0] == "red-canvas-sneakers"


def test_products_found_by_other_terms_now_are_written_anew(services: Services) -> None:
    fill_shop(services, MIRA, *small_goods())
    before = index_of(services.db, MIRA)

    older = replace(begin(services), index_version=INDEX_VERSION - 1)
    with writes_of(services) as written:
        fill.fill_products(services, older, exported(small_goods()))

    assert sum(written) > len(before.postings)
    assert index_of(services.db, MIRA) == before


def test_what_a_fill_has_not_met_is_gone(services: Services) -> None:
    fill_shop(services, MIRA, *mugs(SLICE + 50), priced(900, "Teapot", "30"))
    fill_shop(services, OTTO, *mugs(3))

    filled = fill_shop(services, MIRA, priced(900, "Teapot", "30"))

    assert filled.products == count(services.db, MIRA) == 1
    assert found(services.db, MIRA, "mug") == []
    assert index_of(services.db, MIRA) == recount(services.db, MIRA)
    assert count(services.db, OTTO) == 3


def test_a_fill_that_another_has_followed_writes_nothing_more(
    services: Services,
) -> None:
    first, second = begin(services), begin(services)

    with pytest.raises(Overtaken):
        fill.fill_products(services, first, exported(small_goods()))

    assert sync_of(services) == second
    assert index_of(services.db, MIRA) == Index()


@pytest.mark.parametrize("number", [0, SLICE])
def test_a_fill_is_overtaken_at_its_end_as_well(
    services: Services, number: int
) -> None:
    fill_shop(services, MIRA, priced(900, "Teapot", "30"))
    first = begin(services)

    with pytest.raises(Overtaken):
        fill.fill_products(services, first, overtaken(services, mugs(number)))

    assert sync_of(services).state is SyncState.FILLING
    assert found(services.db, MIRA, "teapot") == ["teapot"]


def overtaken(services: Services, goods: list[Node]) -> Iterator[ExportedProduct]:
    """All of them; before it is clear that there are no more, another fill begins."""
    yield from exported(goods)
    begin(services)


def test_a_product_that_changed_meanwhile_is_not_written_over_by_the_older_file(
    services: Services,
) -> None:
    goods = small_goods()
    changed = {"title": "Yellow Teapot", "handle": "teapot", "updatedAt": LATER}
    begun = begin(services)
    put(services.db, MIRA, goods[0] | changed)

    filled = fill.fill_products(services, begun, exported(goods))

    assert filled.products == 16
    assert found(services.db, MIRA, "teapot") == ["teapot"]
    assert index_of(services.db, MIRA) == recount(services.db, MIRA)


def test_what_cannot_be_read_is_left_out_and_counted(services: Services) -> None:
    broken = [priced(901, "No price", "free"), {"id": "gid://shopify/Product/902"}]

    with capture_logs() as logged:
        begun = begin(services)
        products = (
            ExportedProduct(node, number)
            for number, node in enumerate([*broken, *small_goods()])
        )
        filled = fill.fill_products(services, begun, products)

    assert filled.state is SyncState.READY
    assert filled.products == 16
    assert filled.seen == 16
    [line] = [each for each in logged if "number" in each]
    assert line["log_level"] == "warning"
    assert line["number"] == 2
    assert "No price" not in str(logged)


def test_the_language_of_a_shop_is_that_of_most_of_its_products(
    services: Services,
) -> None:
    german = {"description": "Für die Küche und mit viel Liebe von uns gemacht."}
    goods = [priced(number, "Topf", "9", **german) for number in (1, 2)]

    filled = fill_shop(services, MIRA, *goods, priced(3, "The pot of the house", "9"))

    assert filled.language == "de"


def test_a_product_that_comes_twice_in_one_file_is_there_once(
    services: Services,
) -> None:
    """After a fill has broken off some come again, and Shopify may tell one in two slices."""
    filled = fill_shop(services, MIRA, *small_goods(), *mugs(SLICE), *small_goods())

    assert filled.products == count(services.db, MIRA)
    assert index_of(services.db, MIRA) == recount(services.db, MIRA)


def test_between_two_slices_somebody_else_may_write(services: Services) -> None:
    """One slice is one transaction: whoever waits for the shop has a turn after each."""
    seen: list[int] = []

    def watched() -> Iterator[ExportedProduct]:
        for product in exported(mugs(2 * SLICE + 1)):
            seen.append(services.db.write(known_products))
            yield product

    fill.fill_products(services, begin(services), watched())

    assert set(seen) == {0, SLICE, 2 * SLICE}


def known_products(connection: Connection) -> int:
    return sync_state.lock_sync(connection, MIRA).seen
