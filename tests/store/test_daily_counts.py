"""Figures of a day: added up in memory, written together, and kept while the database is away."""

import pytest
from sqlalchemy import insert, select

from backend.errors import StoreBusy
from backend.store.daily_counts import DailyCounts
from backend.store.database import Database
from backend.store.tables import daily_counts, shops

TIDE, OTTOS = 1, 2


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
