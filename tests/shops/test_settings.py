"""What Mira may choose: read from her form, refused by field, kept for her shop alone, never
overwritten unseen.
"""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from backend.errors import ChangedMeanwhile
from backend.shops import settings
from backend.shops.settings import DEFAULTS, Answered, PickupPlace, Settings
from backend.store.database import Database
from backend.store.tables import shop_settings as preference_table
from backend.store.tables import shops
from backend.web.admin import settings_form
from backend.web.admin.settings_form import read, write

MOST_PER_MINUTE = 30
MIRAS, OTTOS = 1, 2

CHOSEN = Settings(
    assistant_name="Marina",
    tone="brief",
    welcome="Ahoy! 👋\nHow can we help?",
    languages=("English", "മലയാളം"),
    instructions="Never promise a delivery day.",
    questions=(
        Answered("Do you ship abroad?", "Yes, to the EU."),
        Answered("هل تقبلون الإرجاع؟", "نعم، خلال 30 يوما"),
    ),
    knowledge="Our oak comes from Poland.\n\nOil it twice a year.",
    pickup_places=(PickupPlace("Harbour", "Quay 4, Hamburg"),),
    team_name="The harbour team",
    time_zone="Asia/Kolkata",
    hours=(((540, 750), (810, 1080)), (), (), (), ((0, 1440),), (), ()),
    away="We are back on Monday.",
    expiry_seconds=5_400,
    retention_days=730,
    messages_per_minute=5,
    replies_per_day=100,
    replies_per_month=2_000,
    bulk_order=False,
)


@pytest.fixture
def db_with_shops(db: Database) -> Database:
    rows = [
        {
            "id": number,
            "domain": f"shop-{number}.myshopify.com",
            "session_key": b"k",
            "created_at": 1,
        }
        for number in (MIRAS, OTTOS)
    ]
    db.write(lambda connection: connection.execute(insert(shops), rows))
    return db


def saved(db: Database, shop: int, chosen: Settings, seen: int) -> None:
    db.write(settings.save, shop, chosen, seen)


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


@pytest.mark.parametrize("chosen", [DEFAULTS, CHOSEN], ids=["defaults", "chosen"])
def test_a_form_says_exactly_what_the_preferences_say(chosen: Settings) -> None:
    assert read(write(chosen), MOST_PER_MINUTE).settings == chosen


@pytest.mark.parametrize(
    ("field", "texts", "told_at"),
    [
        ("assistant_name", ["x" * 41], "assistant_name"),
        ("tone", ["shouting"], "tone"),
        ("welcome", ["x" * 501], "welcome"),
        ("welcome", ["a\0b"], "welcome"),
        (
            "languages",
            [",".join(f"tongue {number}" for number in range(21))],
            "languages",
        ),
        ("instructions", ["x" * 4_001], "instructions"),
        ("knowledge", ["x" * 50_001], "knowledge"),
        ("time_zone", ["Berlin"], "time_zone"),
        ("time_zone", ["../etc/passwd"], "time_zone"),
        ("hours_monday", ["nine to five"], "hours_monday"),
        ("hours_monday", ["18:00-9:00"], "hours_monday"),
        ("hours_monday", ["9:00-12:00, 11:00-18:00"], "hours_monday"),
        ("hours_monday", ["9:60-12:00"], "hours_monday"),
        ("hours_sunday", ["20:00-25:00"], "hours_sunday"),
        ("expiry_count", ["29"], "expiry_count"),
        ("expiry_count", ["43201"], "expiry_count"),
        ("expiry_count", ["-5"], "expiry_count"),
        ("expiry_unit", ["years"], "expiry_count"),
        ("retention_days", ["0"], "retention_days"),
        ("retention_days", ["731"], "retention_days"),
        ("retention_days", ["1.5"], "retention_days"),
        ("retention_days", ["٣"], "retention_days"),
        ("messages_per_minute", [str(MOST_PER_MINUTE + 1)], "messages_per_minute"),
        ("replies_per_day", ["1" * 400], "replies_per_day"),
        ("answer", ["Yes.", ""], "answer.1"),
        ("pickup_address", ["", ""], "pickup_address.0"),
    ],
)
def test_a_field_that_is_wrong_is_named_with_its_problem(
    field: str, texts: list[str], told_at: str
) -> None:
    given = {
        **write(DEFAULTS),
        "question": ["Is oak hard?", "And pine?"],
        "answer": ["Yes.", "Less."],
        "pickup_name": ["Harbour"],
        "pickup_address": ["Quay 4"],
        "expiry_count": ["30"],
        "expiry_unit": ["minutes"],
    }
    assert read(given, MOST_PER_MINUTE).errors == {}

    refused = read(given | {field: texts}, MOST_PER_MINUTE)

    assert refused.settings is None
    assert refused.errors.keys() == {told_at}
    assert refused.errors[told_at].endswith(".")


def test_all_problems_are_told_at_once() -> None:
    given = write(DEFAULTS) | {
        "tone": ["?"],
        "hours_friday": ["?"],
        "retention_days": ["?"],
    }

    assert read(given, MOST_PER_MINUTE).errors.keys() == {
        "tone",
        "hours_friday",
        "retention_days",
    }


def test_rows_that_are_blank_are_no_rows() -> None:
    given = write(DEFAULTS) | {"question": ["", "Q", " "], "answer": [" ", "A", ""]}

    chosen = read(given, MOST_PER_MINUTE).settings

    assert chosen is not None
    assert chosen.questions == (Answered("Q", "A"),)


def test_the_edges_of_the_clocks_are_within() -> None:
    for count, unit, seconds in [
        ("30", "minutes", 1_800),
        ("30", "days", 2_592_000),
        ("36", "hours", 129_600),
    ]:
        chosen = read(
            write(DEFAULTS) | {"expiry_count": [count], "expiry_unit": [unit]},
            MOST_PER_MINUTE,
        ).settings
        assert chosen is not None
        assert chosen.expiry_seconds == seconds


def test_hours_are_those_of_the_shops_own_time_zone() -> None:
    monday_nine_in_kolkata = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)

    at = int(monday_nine_in_kolkata.timestamp() * 1000)

    assert CHOSEN.is_open(at)
    assert not CHOSEN.is_open(at - 60_000)
    assert not CHOSEN.is_open(at + 24 * 3_600_000)
    assert DEFAULTS.is_open(at)


def test_hours_follow_a_change_of_summer_time() -> None:
    berlin = Settings(time_zone="Europe/Berlin", hours=(((540, 1020),),) * 7)

    for month, hour in ((7, 7), (12, 8)):
        nine = datetime(2026, month, 15, hour, 0, tzinfo=UTC)
        assert berlin.is_open(int(nine.timestamp() * 1000)), month
        assert not berlin.is_open(int(nine.timestamp() * 1000) - 1), month


def test_the_form_knows_every_weekday() -> None:
    assert {f"hours_{day}" for day in settings.WEEKDAYS} <= settings_form.write(
        DEFAULTS
    ).keys()
