"""The JSON keeps to its schema; and in each form, however much is exported, memory stays flat."""

import json
import tracemalloc
from collections.abc import Callable, Iterator

import jsonschema_rs
import pytest

from backend.exports import csv_export, json_export, pdf_export, reader
from backend.exports.reader import PIECE, ExportFilter
from backend.services import Services
from backend.shops.settings import DEFAULTS
from tests.support.exported_files import EXPORTED_AT, add_every_kind, exported
from tests.support.processes import ROOT
from tests.support.talks import (
    MIRAS,
    add_talk,
)

SCHEMA = json.loads((ROOT / "docs/schemas/conversation-export.schema.json").read_text())
MOST_GROWTH = 10 * 1024 * 1024


def test_the_json_keeps_to_its_published_schema(shop: Services) -> None:
    add_every_kind(shop)

    jsonschema_rs.validator_for(SCHEMA).validate(exported(shop))


def csv_pieces(services: Services) -> Iterator[bytes]:
    return csv_export.write_csv(
        reader.read_conversations(services, MIRAS, ExportFilter()), DEFAULTS
    )


def json_pieces(services: Services) -> Iterator[bytes]:
    return json_export.write_json(
        "mira.example",
        EXPORTED_AT,
        reader.read_conversations(services, MIRAS, ExportFilter()),
    )


def pdf_pieces(services: Services) -> Iterator[bytes]:
    return pdf_export.write_pdf(
        "Mira", DEFAULTS, reader.read_conversations(services, MIRAS, ExportFilter())
    )


@pytest.mark.parametrize("written", [json_pieces, csv_pieces])
def test_memory_stays_flat_however_much_is_exported(
    shop: Services, written: Callable[[Services], Iterator[bytes]]
) -> None:
    assert_flat(shop, written)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_memory_stays_flat_however_much_is_drawn(shop: Services) -> None:
    """What is read is the same as above, on either database."""
    assert_flat(shop, pdf_pieces)


def assert_flat(shop: Services, written: Callable[[Services], Iterator[bytes]]) -> None:
    """tracemalloc sees what Python holds; what the PDF libraries hold is measured by
    bench/export_measures.py.
    """
    add_talk(shop, MIRAS, 1, ["A long conversation. " * 40] * 6 * PIECE)
    for number in range(2, 80):
        add_talk(shop, MIRAS, number, ["Short. " * 50] * 10)
    pieces = written(shop)
    total = sum(len(next(pieces)) for _ in range(PIECE))
    tracemalloc.start()
    total += sum(map(len, pieces))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert total > 500_000
    assert peak < MOST_GROWTH
