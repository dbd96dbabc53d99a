"""Figures of a day: added up in memory, written together, and kept while the database is away."""

import pytest
from sqlalchemy import insert, select

from backend.clock import now_ms
from backend.errors import StoreBusy
from backend.store.daily_counts import DAY_MS, DailyCounts, count_now
from backend.store.database import Database
from backend.store.tables import daily_counts, shops

TIDE, OTTOS = 1, 2
TODAY = now_ms() // DAY_MS


@pytest.fixture
def counts(db: Database) -> DailyCounts:
    rows = [
        {
            "id": number,
            "domain": f"shop-{number}.myshopify.com",
            "session_key": b"k",
            "created_at": 1,
        }
        for number in (TIDE, OTTOS)
    ]
    db.write(lambda connection: connection.execute(insert(shops), rows))
    return DailyCounts(db)


def stored(db: Database, shop_id: int) -> dict[str, int]:
    query = select(daily_counts.c.name, daily_counts.c.count).where(
        daily_counts.c.shop_id == shop_id
    )
    with db.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def test_what_two_processes_have_counted_is_added_up(
    db: Database, counts: DailyCounts
) -> None:
    other = DailyCounts(db)
    for each in (counts, counts, other):
        each.add(TIDE, "turn")
    counts.add(OTTOS, "turn", 5)
    assert stored(db, TIDE) == {}

    counts.write()
    other.write()
    other.write()

    assert stored(db, TIDE) == {"turn": 3}
    assert stored(db, OTTOS) == {"turn": 5}


def test_what_the_database_does_not_take_comes_later(
    db: Database, counts: DailyCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(*_: object) -> None:
        raise StoreBusy

    counts.add(TIDE, "turn")
    with monkeypatch.context() as away:
        away.setattr(db, "write_each", is_away)
        counts.write()
    counts.add(TIDE, "turn")

    counts.write()

    assert stored(db, TIDE) == {"turn": 2}


def test_counting_at_once_says_how_many_there_are_today(
    db: Database, counts: DailyCounts
) -> None:
    assert [
        db.write(count_now, TIDE, TODAY, "reply", number) for number in (1, 2, -1)
    ] == [1, 3, 2]
    assert db.write(count_now, OTTOS, TODAY, "reply", 1) == 1


def test_the_latest_signature_of_a_shop_is_known_at_once(counts: DailyCounts) -> None:
    assert counts.signed_until(TIDE) == 0

    counts.saw_signed(TIDE, 2_000)
    counts.saw_signed(TIDE, 1_000)

    assert counts.signed_until(TIDE) == 2_000
    assert counts.signed_until(OTTOS) == 0
