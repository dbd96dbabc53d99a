"""Whatever one piece of work raises stays with it: those committed with it, or written in one
statement, go on.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import gevent
import pytest
from sqlalchemy import Connection, exc, func, insert, select, text, update

from backend.chat.turns import save_checkpoints
from backend.errors import Invalid
from backend.store.checkpoints import Checkpoint, Checkpoints
from backend.store.daily_counts import DailyCounts
from backend.store.database import Database, _Caught
from backend.store.tables import daily_counts, turns, uninstalled_shops

MIRAS, OTTOS = 1, 2
TURN = {
    "conversation_id": "c",
    "message_id": "m",
    "status": "running",
    "epoch": 1,
    "attempt": 1,
    "created_at": 1,
}


def leaves(number: int) -> Callable[[Connection], Any]:
    row = {"domain_hash": number.to_bytes(32), "at": 1}
    return lambda connection: connection.execute(
        insert(uninstalled_shops).values(**row)
    )


def stores(value: object) -> Callable[[Connection], Any]:
    return lambda connection: connection.execute(
        update(uninstalled_shops).values(at=value)
    )


def raises(error: BaseException) -> Callable[[Connection], Any]:
    def work(connection: Connection) -> None:
        leaves(999)(connection)
        raise error

    return work


def recurses(connection: Connection) -> None:
    recurses(connection)


POISON: dict[str, Callable[[Connection], Any]] = {
    "a number of many digits": stores(10**20),
    "a number below all": stores(-(10**20)),
    "half of a surrogate pair": lambda connection: connection.execute(
        text("SELECT :a"), {"a": "\ud800"}
    ),
    "a value of no type": stores(object()),
    "a statement that is none": lambda connection: connection.execute(text("SELEC")),
    "twice the same": lambda connection: [leaves(1_000)(connection) for _ in range(2)],
    "memory": raises(MemoryError()),
    "an exit": raises(SystemExit()),
    "an interrupt": raises(KeyboardInterrupt()),
    "the end of a greenlet": raises(gevent.GreenletExit()),
    "arithmetic": raises(ZeroDivisionError()),
    "an attribute": raises(AttributeError()),
    "no end": recurses,
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_one_raises_reaches_nobody_else(
    db: Database, poison: Callable[[Connection], Any]
) -> None:
    def attempt(work: Callable[[Connection], Any]) -> BaseException | None:
        with _Caught() as caught:
            db.write(work)
        return caught.error

    good = [gevent.spawn(attempt, leaves(number)) for number in range(20)]
    bad = [gevent.spawn(attempt, poison) for _ in range(5)]
    more = [gevent.spawn(attempt, leaves(number)) for number in range(20, 40)]
    gevent.joinall([*good, *bad, *more])

    assert [each.value for each in (*good, *more)] == [None] * 40
    assert all(each.value is not None for each in bad)
    with db.reading() as connection:
        assert (
            connection.execute(
                select(func.count()).select_from(uninstalled_shops)
            ).scalar_one()
            == 40
        )


def test_a_value_that_no_column_holds_is_told_as_such(db: Database) -> None:
    db.write(leaves(1))
    for value in (10**20, -(10**20), 2**63):
        with pytest.raises(Invalid):
            db.write(stores(value))
    db.write(leaves(2))


def test_errors_of_the_store_do_not_say_what_was_written(db: Database) -> None:
    db.write(leaves(1))
    with pytest.raises(exc.IntegrityError) as met:
        db.write(leaves(1))
    assert "hidden" in str(met.value)
    assert all(engine.hide_parameters for engine in db.engines)


def test_one_reply_that_cannot_be_kept_loses_no_other(db: Database) -> None:
    rows = [
        TURN | {"shop_id": MIRAS, "id": f"t{number}", "seq": number}
        for number in range(1, 6)
    ]
    db.write(lambda connection: connection.execute(insert(turns), rows))
    checkpoints = Checkpoints(db)
    for row in rows:
        words = "\ud800" if row["id"] == "t3" else f"words of {row['id']}"
        kept = Checkpoint(MIRAS, str(row["id"]), 1, words, 7)
        checkpoints.mark(kept.turn_id, partial(replace, kept))

    checkpoints.write(save_checkpoints)

    with db.reading() as connection:
        found = connection.execute(
            select(turns.c.text).where(turns.c.shop_id == MIRAS).order_by(turns.c.seq)
        )
        assert found.scalars().all() == [
            "words of t1",
            "words of t2",
            "",
            "words of t4",
            "words of t5",
        ]


def test_one_figure_that_cannot_be_kept_loses_no_other(db: Database) -> None:
    counted = DailyCounts(db)
    counted.add(MIRAS, "sessions", 2)
    counted.add(OTTOS, "sessions", 10**20)

    counted.write()

    with db.reading() as connection:
        of = {
            shop: select(daily_counts.c.count).where(daily_counts.c.shop_id == shop)
            for shop in (MIRAS, OTTOS)
        }
        assert {
            shop: connection.execute(query).scalars().all()
            for shop, query in of.items()
        } == {
            MIRAS: [2],
            OTTOS: [],
        }
