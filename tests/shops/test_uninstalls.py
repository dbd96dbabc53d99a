"""Of a shop that has left a hash and a time are kept, and only what was signed later counts."""

import pytest
from sqlalchemy import Connection, select

from backend.shops.uninstalls import (
    STILL_ARRIVES_MS,
    Uninstall,
    find_uninstall,
    remove_uninstall,
    set_uninstall,
)
from backend.store.database import Database
from backend.store.tables import uninstalled_shops

TIDE, OTTOS = "tide.myshopify.com", "otto.myshopify.com"
LEFT_AT = 1_795_000_000_000


def found(db: Database, domain: str) -> Uninstall | None:
    with db.reading() as connection:
        return find_uninstall(connection, domain)


def test_a_shop_that_left_is_found_until_it_is_back_and_otto_never_left(
    db: Database,
) -> None:
    db.write(set_uninstall, TIDE, Uninstall(LEFT_AT))
    assert found(db, TIDE) == Uninstall(LEFT_AT, confirmed=False)
    assert found(db, OTTOS) is None

    db.write(remove_uninstall, TIDE)

    assert found(db, TIDE) is None


def test_what_is_known_last_takes_the_place_of_what_was_known(db: Database) -> None:
    for uninstall in (Uninstall(LEFT_AT), Uninstall(LEFT_AT + 1, confirmed=True)):
        db.write(set_uninstall, TIDE, uninstall)

    assert found(db, TIDE) == Uninstall(LEFT_AT + 1, confirmed=True)


def test_nobody_can_read_which_shop_it_was(db: Database) -> None:
    db.write(set_uninstall, TIDE, Uninstall(LEFT_AT))

    [row] = db.write(Connection.execute, select(uninstalled_shops)).all()

    assert len(row.domain_hash) == 32
    assert b"tide" not in bytes(row.domain_hash)


@pytest.mark.parametrize(
    "signed_at, is_outlived",
    [
        (None, False),
        (LEFT_AT, False),
        # What was on its way when the shop left still arrives.
        (LEFT_AT + STILL_ARRIVES_MS, False),
        (LEFT_AT + STILL_ARRIVES_MS + 1, True),
    ],
)
def test_a_request_signed_long_after_shows_that_the_shop_has_the_app(
    signed_at: int | None, is_outlived: bool
) -> None:
    assert Uninstall(LEFT_AT).is_outlived(signed_at) is is_outlived
