"""An export is written in pieces: taken over, called off, out of date after an erasure, gone after
a day; Mira's alone.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.chat import conversations, retention
from backend.errors import CannotWritePdf, Invalid, NotFound, NotSetUp, TooManyMessages
from backend.exports import export_file, export_job, stored_exports, text_layout
from backend.exports.export_file import MOST_EXPORTS, Format
from backend.exports.reader import ExportFilter
from backend.exports.stored_exports import ExportState, StoredExport
from backend.services import Services
from backend.shops.directory import Directory
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store.job_queue import Claim
from backend.store.tables import access_log, export_chunks, jobs
from tests.support.requested_forms import with_keys
from tests.support.talks import add_talk

CHOSEN = Settings(time_zone="Pacific/Kiritimati")
SECRET = "My secret lamp"


@pytest.fixture
def keyed(services: Services) -> Services:
    return with_keys(services)


@pytest.fixture
def mira(keyed: Services) -> Staff:
    shop = Directory(keyed.db).open_shop("tide.myshopify.com")
    return Staff(shop, "42", "Mira")


@pytest.fixture
def otto(keyed: Services, mira: Staff) -> Staff:
    shop = Directory(keyed.db).open_shop("otto.myshopify.com")
    return Staff(shop, "52", "Otto")


def starts(services: Services, who: Staff, **wanted: str) -> Claim:
    asked = ExportFilter(**wanted)  # type: ignore[arg-type]
    id_ = export_job.start(services, who, CHOSEN, Format.JSON, asked)
    return Claim(who.shop.id, export_job.KIND, id_, 1)


def ids_in(services: Services, who: Staff, export_id: str) -> list[str]:
    file = export_job.download(services, who, export_id)
    return [each["id"] for each in json.loads(b"".join(file.pieces))["conversations"]]


def only_export(services: Services, who: Staff) -> StoredExport:
    [only] = export_job.list_exports(services, who.shop.id)
    return only


def chunks(services: Services, who: Staff) -> list[bytes]:
    query = select(export_chunks.c.content).where(
        export_chunks.c.shop_id == who.shop.id
    )
    with services.db.reading() as connection:
        return [bytes(row.content) for row in connection.execute(query)]


def jobs_left(services: Services, who: Staff) -> list[str]:
    query = select(jobs.c.kind).where(jobs.c.shop_id == who.shop.id)
    with services.db.reading() as connection:
        return list(connection.execute(query).scalars())


def test_what_was_asked_for_is_written_encrypted_and_downloaded(
    keyed: Services, mira: Staff, otto: Staff
) -> None:
    talks = [add_talk(keyed, mira.shop.id, number, [SECRET]) for number in (1, 2)]
    claim = starts(keyed, mira)
    assert only_export(keyed, mira).is_being_written

    export_job.run_export(keyed, claim)

    export = only_export(keyed, mira)
    assert (export.state, export.found, export.written) == (ExportState.READY, 2, 2)
    assert export.name.startswith("conversations-")
    assert ids_in(keyed, mira, claim.ref) == talks
    assert not [piece for piece in chunks(keyed, mira) if SECRET.encode() in piece]
    assert jobs_left(keyed, mira) == [export_job.FORGET]
    with pytest.raises(NotFound):
        export_job.download(keyed, otto, claim.ref)
    with pytest.raises(NotFound):
        export_job.remove(keyed, otto.shop.id, claim.ref)
    assert export_job.list_exports(keyed, otto.shop.id) == []


def test_one_whose_job_is_given_up_has_failed_with_what_it_had_written(
    keyed: Services, mira: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_talk(keyed, mira.shop.id, 1, [SECRET])
    claim = starts(keyed, mira)

    def breaks(*_asked: object) -> Iterator[bytes]:
        yield b"[" * 100
        raise LookupError("nobody thought of this")

    monkeypatch.setattr(export_file, "write_pieces", breaks)
    with pytest.raises(LookupError):
        export_job.run_export(keyed, claim)
    assert only_export(keyed, mira).is_being_written
    assert chunks(keyed, mira)

    export_job.give_up(keyed, replace(claim, epoch=claim.epoch + 1))

    assert only_export(keyed, mira).state is ExportState.FAILED
    assert not chunks(keyed, mira)


def test_a_download_is_logged_and_an_export_that_nobody_fetches_is_not(
    keyed: Services, mira: Staff
) -> None:
    claim = starts(keyed, mira)
    export_job.run_export(keyed, claim)
    query = select(access_log.c.user_id, access_log.c.what).where(
        access_log.c.shop_id == mira.shop.id
    )
    with keyed.db.reading() as connection:
        before = connection.execute(query).all()

    export_job.download(keyed, replace(mira, user_id="43"), claim.ref)

    with keyed.db.reading() as connection:
        after = connection.execute(query).all()
    assert (before, [tuple(row) for row in after]) == ([], [("43", "exported")])


def test_only_what_has_its_words_is_in_it_and_all_are_looked_through(
    keyed: Services, mira: Staff
) -> None:
    talk = add_talk(keyed, mira.shop.id, 1, ["A LAMP"])
    add_talk(keyed, mira.shop.id, 2, ["A chair"])
    claim = starts(keyed, mira, words="lamp")

    export_job.run_export(keyed, claim)

    export = only_export(keyed, mira)
    assert ids_in(keyed, mira, claim.ref) == [talk]
    assert (export.found, export.written) == (2, 2)
    assert b"lamp" not in export.wanted


def test_who_takes_it_over_begins_anew_and_the_one_before_writes_nothing_more(
    keyed: Services, mira: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = add_talk(keyed, mira.shop.id, 1, ["Hello"])
    claim = starts(keyed, mira)
    whole = export_file.write_pieces

    def is_overtaken(*asked: object) -> Iterator[bytes]:
        """After its first piece another process has written all of it."""
        yield b"half a file"
        monkeypatch.setattr(export_file, "write_pieces", whole)
        export_job.run_export(keyed, replace(claim, epoch=2))
        yield b"the other half"

    monkeypatch.setattr(export_file, "write_pieces", is_overtaken)
    export_job.run_export(keyed, claim)

    assert only_export(keyed, mira).state is ExportState.READY
    assert ids_in(keyed, mira, claim.ref) == [talk]


def test_one_that_is_called_off_ends_and_leaves_nothing(
    keyed: Services, mira: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = starts(keyed, mira)
    written: list[bytes] = []

    def is_called_off(*asked: object) -> Iterator[bytes]:
        for piece in (b"1", b"2", b"3"):
            written.append(piece)
            yield piece
            if piece == b"1":
                export_job.remove(keyed, mira.shop.id, claim.ref)

    monkeypatch.setattr(export_file, "write_pieces", is_called_off)
    export_job.run_export(keyed, claim)

    assert written == [b"1", b"2"]
    assert chunks(keyed, mira) == []
    assert export_job.list_exports(keyed, mira.shop.id) == []
    assert jobs_left(keyed, mira) == [export_job.FORGET]


def test_an_erasure_takes_every_copy_with_it(keyed: Services, mira: Staff) -> None:
    talk = add_talk(keyed, mira.shop.id, 1, [SECRET])
    claim = starts(keyed, mira)
    export_job.run_export(keyed, claim)
    with keyed.db.reading() as connection:
        found = conversations.find(connection, mira.shop.id, talk)
    assert found is not None

    retention.end_conversation(keyed, found, erase=True)

    assert chunks(keyed, mira) == []
    assert only_export(keyed, mira).state is ExportState.OUTDATED
    with pytest.raises(Invalid):
        export_job.download(keyed, mira, claim.ref)


def test_a_day_later_it_is_gone(keyed: Services, mira: Staff) -> None:
    claim = starts(keyed, mira)
    export_job.run_export(keyed, claim)

    export_job.run_forget(keyed, replace(claim, kind=export_job.FORGET))

    assert export_job.list_exports(keyed, mira.shop.id) == []
    assert chunks(keyed, mira) == []


def test_more_than_a_few_take_the_place_of_the_oldest(
    keyed: Services, mira: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_exports, "MOST_KEPT", 2)
    started = [starts(keyed, mira).ref for _ in range(3)]

    kept = {each.id for each in export_job.list_exports(keyed, mira.shop.id)}

    assert len(kept) == 2
    assert kept < set(started)


def test_one_that_would_be_too_large_says_so(
    keyed: Services, mira: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_job, "MOST_BYTES", 10)
    claim = starts(keyed, mira)

    export_job.run_export(keyed, claim)

    assert only_export(keyed, mira).state is ExportState.TOO_LARGE
    with pytest.raises(NotFound):
        export_job.download(keyed, mira, claim.ref)


def test_what_cannot_be_begun_is_refused_at_once(
    services: Services,
    keyed: Services,
    mira: Staff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text_layout, "missing", lambda: "install fonts")
    with pytest.raises(CannotWritePdf):
        export_job.start(keyed, mira, CHOSEN, Format.PDF, ExportFilter())
    with pytest.raises(NotSetUp):
        starts(services, mira)
    with pytest.raises(TooManyMessages):
        starts_often(keyed, mira)


def starts_often(services: Services, who: Staff) -> None:
    """A new minute may begin meanwhile."""
    for _ in range(2 * MOST_EXPORTS.times + 1):
        starts(services, who)
