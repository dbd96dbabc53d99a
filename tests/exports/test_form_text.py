"""Forms and requests in files for people: a row each in the CSV, lines in the PDF, no formulas."""

import csv
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backend.exports import csv_export, reader
from backend.exports.form_text import (
    describe_request,
    describe_run,
    head_of_request,
    head_of_run,
)
from backend.exports.reader import ExportedConversation, ExportFilter
from backend.flows import request_records
from backend.flows.request_records import Seen
from backend.services import Services
from backend.shops.settings import Settings
from tests.support.printed_exports import told_by, written
from tests.support.requested_forms import (
    EMAIL,
    PHONE,
    add_callback,
    add_order,
    with_keys,
)
from tests.support.talks import MIRAS, add_talk

UTC = ZoneInfo("UTC")


@pytest.fixture
def shop(shop: Services) -> Services:
    return with_keys(shop)


@pytest.fixture
def talk(shop: Services) -> str:
    return add_talk(shop, MIRAS, 1, ["11 remote controls", "Gladly."])


def read(services: Services) -> ExportedConversation:
    (found,) = reader.read_conversations(services, MIRAS, ExportFilter())
    return found


def rows_of(services: Services) -> list[dict[str, str]]:
    found = reader.read_conversations(services, MIRAS, ExportFilter())
    raw = b"".join(csv_export.write_csv(found, Settings())).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(raw, newline="")))


def test_a_form_says_who_what_where_and_when(shop: Services, talk: str) -> None:
    add_order(shop, MIRAS, talk)
    add_callback(shop, MIRAS, talk, when_from=0, when_until=3_600_000)
    exported = read(shop)

    by_flow = {run.flow: run for run in exported.runs}
    order = describe_run(by_flow["bulk_order"], UTC)
    call = describe_run(by_flow["callback_request"], UTC)

    assert order == [
        "Name: Ben Example",
        f"Phone: {PHONE}",
        f"Email: {EMAIL}",
        "Pickup or delivery: Harbour",
        "11 × Remote control, Black",
        "2 × Harbour Mug",
        "3 × 3 flux capacitors (not found)",
    ]
    assert call[-1] == "Call: 1970-01-01 00:00 to 1970-01-01 01:00"
    assert head_of_run(by_flow["bulk_order"]) == "Order form, finished"


def test_a_request_says_what_became_of_it(shop: Services, talk: str) -> None:
    order = add_order(shop, MIRAS, talk)
    request_records.mark_done(shop, Seen(MIRAS, order, 1), "Invoice sent.")
    exported = read(shop)
    (request,), (run,) = exported.requests, exported.runs

    told = describe_request(request, run, UTC)

    assert head_of_request(request) == "Bulk order, done"
    assert told[:2] == ["Outcome: Invoice sent.", "Total: €234.90"]
    assert told[-1].startswith("Done: 20")


def test_the_csv_has_a_row_for_each_and_no_formula(shop: Services, talk: str) -> None:
    add_order(shop, MIRAS, talk, name="=1+1")

    rows = rows_of(shop)

    assert [row["role"] for row in rows] == ["shopper", "assistant", "form", "request"]
    assert {row["conversation"] for row in rows} == {talk}
    assert "Name: =1+1" in rows[2]["text"]
    assert not any(row["text"].startswith("=") for row in rows)


def test_the_pdf_has_them_below_the_head(
    shop: Services, talk: str, tmp_path: Path
) -> None:
    add_order(shop, MIRAS, talk)

    text = told_by("pdftotext", written(shop, tmp_path))

    assert "Order form, finished" in text
    assert PHONE in text
    assert "Bulk order, new" in text
