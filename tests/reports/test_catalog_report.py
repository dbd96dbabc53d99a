"""How Mira's catalog stands is told by what is stored and by what she has granted."""

from typing import Any

import pytest
from sqlalchemy import insert

from backend.catalog import sync_state
from backend.clock import now_ms
from backend.reports import catalog_report
from backend.reports.catalog_report import SCOPES, CatalogReport, CatalogState
from backend.services import Services
from backend.shops.directory import Directory
from backend.store.tables import catalog_passages, installations

ALL = ",".join(SCOPES)


@pytest.fixture
def miras(services: Services) -> int:
    return Directory(services.db).open_shop("tide.myshopify.com").id


def grant(services: Services, shop_id: int, scopes: str, **how: Any) -> None:
    row = {
        "shop_id": shop_id,
        "status": "installed",
        "scopes": scopes,
        "access_token": b"",
        "access_until": 0,
        "refresh_token": b"",
        "refresh_until": 0,
        "installed_at": 0,
        "refreshed_at": 0,
    }
    services.db.write(_insert, installations, row | how)


def add_passage(services: Services, shop_id: int, number: int, document: str) -> None:
    row = {
        "shop_id": shop_id,
        "passage_id": number,
        "document": document,
        "kind": "page",
        "title": "",
        "url": "",
        "text": "",
        "terms": b"",
    }
    services.db.write(_insert, catalog_passages, row)


def _insert(connection: Any, table: Any, row: dict[str, Any]) -> None:
    connection.execute(insert(table).values(row))


def read(services: Services, shop_id: int) -> CatalogReport:
    with services.db.reading() as connection:
        return catalog_report.read_catalog(connection, shop_id)


def test_a_shop_that_has_granted_nothing_has_no_access(
    services: Services, miras: int
) -> None:
    report = read(services, miras)

    assert (report.state, report.lacking) == (CatalogState.NO_ACCESS, SCOPES)
    assert (report.products, report.documents, report.updated_at) == (0, 0, None)


def test_what_was_read_stays_counted_when_access_is_taken_back(
    services: Services, miras: int
) -> None:
    grant(services, miras, "read_content")
    services.db.write(sync_state.begin_fill, miras, None)
    services.db.write(sync_state.end_fill, miras, "en", "EUR")
    services.db.write(sync_state.note_products, miras, 12)

    report = read(services, miras)

    assert (report.state, report.products) == (CatalogState.NO_ACCESS, 12)
    assert report.lacking == ("read_products", "read_legal_policies")


def test_an_app_that_has_to_be_opened_again_has_no_access(
    services: Services, miras: int
) -> None:
    grant(services, miras, ALL, status="needs_reauth")

    assert read(services, miras).state is CatalogState.NO_ACCESS


def test_a_fill_is_followed_from_its_beginning_to_its_end(
    services: Services, miras: int
) -> None:
    grant(services, miras, ALL)
    assert read(services, miras).state is CatalogState.UNREAD

    services.db.write(sync_state.begin_fill, miras, "gid://shopify/BulkOperation/1")
    services.db.write(sync_state.note_expected, miras, 40)
    services.db.write(sync_state.note_progress, miras, 12, 12)
    filling = read(services, miras)
    assert (filling.state, filling.seen, filling.expected) == (
        CatalogState.READING,
        12,
        40,
    )

    services.db.write(sync_state.note_progress, miras, 41, 41)
    assert read(services, miras).expected is None

    before = now_ms()
    services.db.write(sync_state.end_fill, miras, "en", "EUR")
    ready = read(services, miras)
    assert ready.state is CatalogState.READY
    assert ready.updated_at is not None
    assert ready.updated_at >= before


def test_a_night_that_found_changes_is_the_latest_update(
    services: Services, miras: int
) -> None:
    grant(services, miras, ALL)
    services.db.write(sync_state.begin_fill, miras, None)
    services.db.write(sync_state.end_fill, miras, "en", "EUR")
    later = now_ms() + 1_000

    services.db.write(sync_state.note_changes, miras, later)

    assert read(services, miras).updated_at == later


def test_a_fill_that_failed_says_why(services: Services, miras: int) -> None:
    grant(services, miras, ALL)
    services.db.write(sync_state.fail_fill, miras, "TIMEOUT")

    report = read(services, miras)

    assert (report.state, report.failure) == (CatalogState.FAILED, "TIMEOUT")


def test_documents_are_counted_and_not_the_passages_that_they_are_cut_into(
    services: Services, miras: int
) -> None:
    ottos = Directory(services.db).open_shop("otto.myshopify.com").id
    for number, document in enumerate(["page:1", "page:1", "policy:REFUND_POLICY"]):
        add_passage(services, miras, number, document)
    add_passage(services, ottos, 9, "page:9")

    assert read(services, miras).documents == 2
