"""How the copy of a shop's catalog stands, step by step."""

from backend.catalog import sync_state
from backend.catalog.sync_state import INDEX_VERSION, Sync, SyncState
from backend.clock import now_ms
from backend.store.database import Database
from tests.support.small_catalogs import MIRA, OTTO


def sync_of(db: Database, shop_id: int = MIRA) -> Sync:
    with db.reading() as connection:
        return sync_state.find_sync(connection, shop_id)


def test_of_a_shop_that_nobody_has_filled_nothing_is_known(db: Database) -> None:
    assert sync_of(db) == Sync(MIRA)
    assert not sync_of(db).is_filled


def test_a_lock_is_a_row_and_no_more(db: Database) -> None:
    first = db.write(sync_state.lock_sync, MIRA)
    again = db.write(sync_state.lock_sync, MIRA)

    assert first == again == sync_of(db) == Sync(MIRA)


def test_a_fill_goes_from_its_beginning_to_its_end(db: Database) -> None:
    before = now_ms()
    begun = db.write(sync_state.begin_fill, MIRA, "gid://shopify/BulkOperation/1")
    db.write(sync_state.note_expected, MIRA, 90)
    db.write(sync_state.note_progress, MIRA, 40, 160)
    half = sync_of(db)
    ended = db.write(sync_state.end_fill, MIRA, "de", "EUR")

    assert begun.state is SyncState.FILLING
    assert begun.fill == 1
    assert not begun.is_filled
    assert half.expected == 90
    assert half.seen == 40
    assert half.lines == 160
    assert half.operation == "gid://shopify/BulkOperation/1"
    assert ended == sync_of(db)
    assert ended.state is SyncState.READY
    assert ended.operation is None
    assert ended.language == "de"
    assert ended.currency == "EUR"
    assert ended.index_version == INDEX_VERSION
    assert ended.is_filled
    # What changes while a file is written and read is looked for afterwards.
    assert ended.changed_since == begun.started_at
    assert before <= (begun.started_at or 0) <= (ended.filled_at or 0)


def test_each_fill_has_a_number_of_its_own_and_begins_anew(db: Database) -> None:
    db.write(sync_state.begin_fill, MIRA, None)
    db.write(sync_state.note_progress, MIRA, 40, 160)
    db.write(sync_state.note_expected, MIRA, 90)

    again = db.write(sync_state.begin_fill, MIRA, None)

    assert again.fill == 2
    assert again.seen == 0
    assert again.lines == 0
    assert again.expected is None


def test_a_fill_that_failed_says_why_and_keeps_what_was_there(db: Database) -> None:
    db.write(sync_state.begin_fill, MIRA, None)
    db.write(sync_state.end_fill, MIRA, "de", "EUR")
    db.write(sync_state.note_products, MIRA, 71)
    db.write(sync_state.begin_fill, MIRA, "gid://shopify/BulkOperation/2")

    failed = db.write(sync_state.fail_fill, MIRA, "gone")

    assert failed.state is SyncState.FAILED
    assert failed.failure == "gone"
    assert failed.operation is None
    assert failed.products == 71
    assert failed.language == "de"
    assert failed.is_filled
    assert db.write(sync_state.begin_fill, MIRA, None).failure is None


def test_a_fill_of_nothing_keeps_the_language_that_was_known(db: Database) -> None:
    for language, currency in (("de", "EUR"), ("", "")):
        db.write(sync_state.begin_fill, MIRA, None)
        db.write(sync_state.end_fill, MIRA, language, currency)

    assert sync_of(db).language == "de"
    assert sync_of(db).currency == "EUR"


def test_what_is_noted_of_one_shop_is_not_of_another(db: Database) -> None:
    db.write(sync_state.begin_fill, OTTO, None)
    db.write(sync_state.begin_fill, MIRA, None)
    db.write(sync_state.note_passages, MIRA, 12)
    db.write(sync_state.note_changes, MIRA, 1_000)

    assert sync_of(db).passages == 12
    assert sync_of(db).changed_since == 1_000
    assert sync_of(db, OTTO).passages == 0
    assert sync_of(db, OTTO).changed_since is None
