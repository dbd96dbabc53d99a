"""What Mira has chosen: kept for her shop alone, and never overwritten unseen."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select, update

from backend.errors import ChangedMeanwhile
from backend.shops import directory, settings
from backend.shops.settings import DEFAULTS, Settings
from backend.store.database import Database
from backend.store.tables import shop_settings as preference_table
from backend.store.tables import shops
from tests.support.chosen_settings import CHOSEN
from tests.support.talks import MIRAS, OTTOS, add_shops_to


@pytest.fixture
def db_with_shops(db: Database) -> Database:
    add_shops_to(db)
    return db


def saved(db: Database, shop: int, chosen: Settings, seen: int) -> None:
    db.write(directory.save_settings, shop, chosen, seen)


def loaded(db: Database, shop: int) -> settings.Saved:
    with db.reading() as connection:
        return settings.load(connection, shop)


def test_a_shop_that_has_chosen_nothing_has_the_defaults(
    db_with_shops: Database,
) -> None:
    assert loaded(db_with_shops, MIRAS) == settings.Saved(DEFAULTS, 0)


def test_what_mira_saves_is_there_again_and_otto_has_his_own(
    db_with_shops: Database,
) -> None:
    saved(db_with_shops, MIRAS, CHOSEN, seen=0)

    assert loaded(db_with_shops, MIRAS) == settings.Saved(CHOSEN, 1)
    assert loaded(db_with_shops, OTTOS) == settings.Saved(DEFAULTS, 0)


def test_the_clocks_that_sql_judges_are_saved_with_the_rest(
    db_with_shops: Database,
) -> None:
    saved(db_with_shops, MIRAS, CHOSEN, seen=0)

    with db_with_shops.reading() as connection:
        clocks = connection.execute(
            select(shops.c.id, shops.c.expiry_seconds, shops.c.retention_days)
        ).all()
    assert sorted(map(tuple, clocks)) == [(MIRAS, 5_400, 730), (OTTOS, None, None)]

    saved(db_with_shops, MIRAS, DEFAULTS, seen=1)
    with db_with_shops.reading() as connection:
        assert (
            connection.execute(
                select(shops.c.expiry_seconds).where(shops.c.id == MIRAS)
            ).scalar_one()
            is None
        )


@pytest.mark.parametrize("seen", [0, 1])
def test_who_saves_second_is_told_and_overwrites_nothing(
    db_with_shops: Database, seen: int
) -> None:
    for version in range(seen + 1):
        saved(db_with_shops, MIRAS, CHOSEN, seen=version)

    with pytest.raises(ChangedMeanwhile):
        saved(db_with_shops, MIRAS, DEFAULTS, seen=seen)

    assert loaded(db_with_shops, MIRAS) == settings.Saved(CHOSEN, seen + 1)


def test_only_what_differs_is_stored_so_that_better_defaults_arrive(
    db_with_shops: Database,
) -> None:
    saved(db_with_shops, MIRAS, Settings(tone="playful"), seen=0)

    with db_with_shops.reading() as connection:
        mine = select(preference_table.c.chosen).where(
            preference_table.c.shop_id == MIRAS
        )
        assert connection.execute(mine).scalar_one() == {"tone": "playful"}


def test_what_this_version_has_no_setting_for_is_kept_as_it_is_stored(
    db_with_shops: Database,
) -> None:
    mine = preference_table.c.shop_id == MIRAS
    stored = {"tone": "brief", "bulk_order": False, "of_a_later_version": {"on": True}}
    saved(db_with_shops, MIRAS, CHOSEN, seen=0)
    db_with_shops.write(
        Connection.execute, update(preference_table).where(mine).values(chosen=stored)
    )

    assert loaded(db_with_shops, MIRAS).settings == Settings(tone="brief")
    saved(db_with_shops, MIRAS, Settings(team_name="Harbour"), seen=1)

    with db_with_shops.reading() as connection:
        kept = connection.execute(select(preference_table.c.chosen).where(mine))
        assert kept.scalar_one() == {
            "team_name": "Harbour",
            "bulk_order": False,
            "of_a_later_version": {"on": True},
        }


def test_who_has_chosen_no_clock_has_the_shops_own(db_with_shops: Database) -> None:
    move = update(shops).where(shops.c.id == MIRAS)
    db_with_shops.write(Connection.execute, move.values(time_zone="Europe/Berlin"))

    mine = loaded(db_with_shops, MIRAS)
    assert mine.version == 0
    assert mine.settings.time_zone == mine.settings.shop_zone == "Europe/Berlin"
    assert loaded(db_with_shops, OTTOS) == settings.Saved(DEFAULTS, 0)

    changed = replace(mine.settings, tone="playful")
    saved(db_with_shops, MIRAS, changed, seen=0)
    db_with_shops.write(Connection.execute, move.values(time_zone="Asia/Tokyo"))

    assert stored(db_with_shops) == {"tone": "playful"}
    assert loaded(db_with_shops, MIRAS).settings.time_zone == "Asia/Tokyo"


def test_a_clock_that_was_chosen_stays(db_with_shops: Database) -> None:
    move = update(shops).where(shops.c.id == MIRAS)
    db_with_shops.write(Connection.execute, move.values(time_zone="Europe/Berlin"))

    mine = loaded(db_with_shops, MIRAS).settings
    saved(db_with_shops, MIRAS, replace(mine, time_zone="UTC"), seen=0)
    db_with_shops.write(Connection.execute, move.values(time_zone="Asia/Tokyo"))

    assert stored(db_with_shops) == {"time_zone": "UTC"}
    mine = loaded(db_with_shops, MIRAS).settings
    assert (mine.time_zone, mine.shop_zone) == ("UTC", "Asia/Tokyo")


def stored(db: Database) -> dict[str, object]:
    """Of Mira, as it stands in the database."""
    mine = preference_table.c.shop_id == MIRAS
    with db.reading() as connection:
        found = connection.execute(select(preference_table.c.chosen).where(mine))
        return dict(found.scalar_one())


def test_budgets_in_dollars_are_counted_shop_by_shop(db_with_shops: Database) -> None:
    def count() -> int:
        with db_with_shops.reading() as connection:
            return settings.count_money_budgets(connection)

    saved(db_with_shops, MIRAS, Settings(replies_per_day=5), seen=0)
    assert count() == 0

    saved(db_with_shops, OTTOS, Settings(dollars_per_day=Decimal(1)), seen=0)
    saved(db_with_shops, MIRAS, Settings(dollars_per_month=Decimal(9)), seen=1)
    assert count() == 2
