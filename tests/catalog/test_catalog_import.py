"""A catalog from a file: all of it, or what was there before."""

import io
from collections.abc import Sequence

import pytest

from backend.catalog import catalog_import, sync_state
from backend.catalog.sync_state import Sync, SyncState
from backend.errors import BrokenExport
from backend.services import Services
from backend.shopify.bulk_export import MOST_LINE_BYTES
from tests.support.catalog_index import index_of, recount
from tests.support.small_catalogs import (
    MIRA,
    count,
    exported_lines,
    found,
    priced,
    small_goods,
)


def imported(services: Services, lines: Sequence[str]) -> Sync:
    file = io.BytesIO("\n".join(lines).encode())
    return catalog_import.import_lines(services, MIRA, file)


def sync_of(services: Services) -> Sync:
    with services.db.reading() as connection:
        return sync_state.find_sync(connection, MIRA)


def test_the_lines_of_an_export_are_the_shops_catalog(services: Services) -> None:
    filled = imported(services, exported_lines(small_goods()))

    assert filled.state is SyncState.READY
    assert filled.products == 16
    assert found(services.db, MIRA, "TTB-1002-46") == ["white-leather-sneakers"]


def test_a_second_file_takes_the_place_of_the_first(services: Services) -> None:
    imported(services, exported_lines(small_goods()))
    filled = imported(services, exported_lines([priced(99, "Teapot", "30")]))

    assert filled.products == count(services.db, MIRA) == 1
    assert index_of(services.db, MIRA) == recount(services.db, MIRA)


def test_blank_lines_say_nothing(services: Services) -> None:
    lines = exported_lines(small_goods())

    assert imported(services, ["", *lines[:2], "  ", *lines[2:], "", ""]).products == 16


def test_an_empty_file_is_an_empty_shop(services: Services) -> None:
    imported(services, exported_lines(small_goods()))

    assert imported(services, []).products == count(services.db, MIRA) == 0


@pytest.mark.parametrize(
    ("line", "because"),
    [
        ("{", "not_json"),
        ("[]", "no_id"),
        ('{"title": "No id"}', "no_id"),
        ('{"id": "gid://shopify/ProductVariant/1", "__parentId": "nobody"}', "orphan"),
        ('{"id": "' + "x" * MOST_LINE_BYTES + '"}', "too_long"),
    ],
    ids=["half", "a list", "no id", "orphan", "long"],
)
def test_a_file_that_cannot_be_read_removes_nothing(
    services: Services, line: str, because: str
) -> None:
    imported(services, exported_lines(small_goods()))

    with pytest.raises(BrokenExport) as refused:
        imported(services, [*exported_lines([priced(99, "Teapot", "30")]), line])

    assert refused.value.because == because
    assert refused.value.line == 3
    assert sync_of(services).state is SyncState.FAILED
    assert sync_of(services).failure == because
    assert found(services.db, MIRA, "velvet sofa")[0] == "green-velvet-sofa"


def test_a_line_is_counted_where_it_stands_in_the_file(services: Services) -> None:
    [product, variant] = exported_lines([priced(99, "Teapot", "30")])

    with pytest.raises(BrokenExport) as refused:
        imported(services, ["", product, variant, "{"])

    assert refused.value.line == 4
