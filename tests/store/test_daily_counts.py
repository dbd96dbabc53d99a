"""Figures of a day: added up in memory, written together, and kept while the database is away."""

import pytest
from sqlalchemy import select

from backend.errors import StoreBusy
from backend.store.daily_counts import DailyCounts
from backend.store.database import Database
from backend.store.tables import daily_counts
from tests.support.talks import MIRAS, OTTOS, add_shops_to


@pytest.fixture
def counts(db: Database) -> DailyCounts:
    add_shops_to(db)
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
        each.add(MIRAS, "turn")
    counts.add(OTTOS, "turn", 5)
    assert stored(db, MIRAS) == {}

    counts.write()
    other.write()
    other.write()

    assert stored(db, MIRAS) == {"turn": 3}
    assert stored(db, OTTOS) == {"turn": 5}


def test_what_the_database_does_not_take_comes_later(
    db: Database, counts: DailyCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(*_: object) -> None:
        raise StoreBusy

    counts.add(MIRAS, "turn")
    with monkeypatch.context() as away:
        away.setattr(db, "write_each", is_away)
        counts.write()
    counts.add(MIRAS, "turn")

    counts.write()

    assert stored(db, MIRAS) == {"turn": 2}
