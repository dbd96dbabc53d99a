"""Pieces of an export open only where they belong, and only for the holder of its epoch."""

from dataclasses import replace

import pytest

from backend.errors import NotFound, Undecipherable
from backend.exports import stored_exports
from backend.exports.export_file import Format
from backend.exports.reader import ExportFilter
from backend.exports.stored_exports import ExportState, Progress, StoredExport
from backend.services import Services
from tests.support.requested_forms import with_keys
from tests.support.talks import MIRAS, OTTOS, add_shops

ASKED = ExportFilter(since=5, words="lamp")


@pytest.fixture
def keyed(services: Services) -> Services:
    add_shops(services)
    return with_keys(services)


@pytest.fixture
def export(keyed: Services) -> StoredExport:
    owner = (MIRAS, "42")
    export = stored_exports.new_export(
        keyed.config, owner, "all.json", Format.JSON, ASKED
    )
    keyed.db.write(stored_exports.add, export)
    return export


def adds(services: Services, export: StoredExport, number: int, block: bytes) -> bool:
    sealed = stored_exports.seal_chunk(services.config, export, number, block)
    progress = Progress(written=number, chunks=number, size=len(block))
    return services.db.write(stored_exports.add_chunk, export, progress, sealed)


def found(services: Services, export: StoredExport) -> StoredExport:
    with services.db.reading() as connection:
        there = stored_exports.find(connection, MIRAS, export.id)
    assert there is not None
    return there


def test_what_was_asked_for_is_kept_for_whoever_writes_it(
    keyed: Services, export: StoredExport
) -> None:
    there = found(keyed, export)

    assert stored_exports.open_filter(keyed.config, there) == ASKED
    moved = replace(there, shop_id=OTTOS)
    with pytest.raises(Undecipherable):
        stored_exports.open_filter(keyed.config, moved)


def test_pieces_come_in_their_order_once_it_is_ready(
    keyed: Services, export: StoredExport
) -> None:
    keyed.db.write(stored_exports.begin, export, 2)
    for number, block in enumerate((b"\xff\x00", b"b"), 1):
        assert adds(keyed, export, number, block)
    with pytest.raises(NotFound):
        stored_exports.read_pieces(keyed, found(keyed, export))

    keyed.db.write(stored_exports.end, export, ExportState.READY)

    there = found(keyed, export)
    assert list(stored_exports.read_pieces(keyed, there)) == [b"\xff\x00", b"b"]
    assert not adds(keyed, export, 3, b"late")


def test_an_earlier_holder_neither_begins_nor_goes_on(
    keyed: Services, export: StoredExport
) -> None:
    later = replace(export, epoch=2)
    assert keyed.db.write(stored_exports.begin, export, 1)
    assert adds(keyed, export, 1, b"of the first")

    assert keyed.db.write(stored_exports.begin, later, 1)

    assert not keyed.db.write(stored_exports.begin, export, 1)
    assert not adds(keyed, export, 2, b"late")
    assert adds(keyed, later, 1, b"of the second")
    assert not keyed.db.write(stored_exports.end, export, ExportState.READY)
    assert keyed.db.write(stored_exports.end, later, ExportState.READY)
    assert list(stored_exports.read_pieces(keyed, found(keyed, later))) == [
        b"of the second"
    ]
