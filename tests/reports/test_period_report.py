"""Figures by the shop's own days, also where clocks change and where a day begins when Greenwich is
still asleep.
"""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert

from backend.reports import period_report
from backend.reports.period_report import Figures, Restored
from backend.services import Services
from backend.shops.settings import Settings
from backend.store.daily_counts import DAY_MS
from backend.store.tables import conversations, daily_counts, turns

MINE, OTTOS = 1, 2


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


def asked(
    services: Services,
    moment: int,
    status: str = "answered",
    shop: int = MINE,
    **more: int,
) -> None:
    """A conversation that began then, with one question that ended so."""
    name = f"{moment:x}{shop}{status}"[:32]
    begun = {
        "id": name,
        "status": "open",
        "started_at": moment,
        "active_at": moment,
    }
    turn = {
        "id": name,
        "conversation_id": name,
        "seq": 1,
        "message_id": name,
        "status": status,
        "created_at": moment,
    }
    with services.db.engine.begin() as connection:
        connection.execute(insert(conversations).values(shop_id=shop, **begun))
        connection.execute(
            insert(turns).values(shop_id=shop, epoch=1, attempt=1, **turn, **more)
        )


def counted(
    services: Services, day: int, name: str, number: int, shop: int = MINE
) -> None:
    with services.db.engine.begin() as connection:
        connection.execute(
            insert(daily_counts).values(shop_id=shop, day=day, name=name, count=number)
        )


def figures(services: Services, zone: str, now: int, count: int = 3) -> list[Figures]:
    return period_report.read_days(services, MINE, Settings(time_zone=zone), now, count)


def test_each_day_has_what_ended_and_how(services: Services) -> None:
    now = at(2026, 11, 21, 12)
    for status in (
        "answered",
        "answered",
        "handed_over",
        "failed",
        "stopped",
        "running",
    ):
        asked(services, now := now + 1, status, tokens_in=100, tokens_out=7)
    asked(services, now - DAY_MS)
    asked(services, now, shop=OTTOS)

    _, yesterday, today = figures(services, "UTC", now)

    assert today == Figures(
        date(2026, 11, 21), 6, 2, 1, 1, tokens_in=600, tokens_out=42
    )
    assert yesterday == Figures(date(2026, 11, 20), 1, 1)


@pytest.mark.parametrize(
    "zone, moment, day",
    [
        ("Asia/Kolkata", at(2026, 11, 20, 18, 29), date(2026, 11, 20)),
        ("Asia/Kolkata", at(2026, 11, 20, 18, 30), date(2026, 11, 21)),
        ("Pacific/Kiritimati", at(2026, 11, 20, 10), date(2026, 11, 21)),
        ("America/Los_Angeles", at(2026, 11, 21, 7, 59), date(2026, 11, 20)),
    ],
)
def test_a_day_begins_at_the_shops_midnight(
    services: Services, zone: str, moment: int, day: date
) -> None:
    asked(services, moment)

    days = figures(services, zone, at(2026, 11, 21, 9, 59))

    assert [one.day for one in days if one.conversations] == [day]


def test_a_day_of_twenty_five_hours_is_one_day(services: Services) -> None:
    # Berlin's clocks went back on 25 October 2026.
    asked(services, at(2026, 10, 24, 22))
    asked(services, at(2026, 10, 25, 22, 59), "failed")
    asked(services, at(2026, 10, 25, 23), "handed_over")

    days = figures(services, "Europe/Berlin", at(2026, 10, 26, 12))

    assert [(one.day.day, one.conversations) for one in days] == [
        (24, 0),
        (25, 2),
        (26, 1),
    ]


def test_who_came_back_is_counted_once_whatever_the_zone(services: Services) -> None:
    today = at(2026, 11, 21, 0) // DAY_MS
    for day in (today - 2, today - 1, today):
        counted(services, day, "session_restored", 3)
        counted(services, day, "session_expired", 1)
        counted(services, day, "session_kept", 50)
    counted(services, today, "session_restored", 9, shop=OTTOS)

    for zone in ("UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kolkata"):
        days = figures(services, zone, at(2026, 11, 21, 9), count=6)
        assert sum(one.restored for one in days) == 9
        assert sum(one.returned for one in days) == 12
    assert days[-1].restore_rate == 0.75


def test_nobody_came_back_is_not_nought_percent() -> None:
    assert Figures(date(2026, 11, 21)).restore_rate is None


def test_what_was_held_back_and_said_by_rules_is_counted(services: Services) -> None:
    today = at(2026, 11, 21, 0) // DAY_MS
    for day, number in ((today - 1, 2), (today, 5)):
        counted(services, day, "facts_held_back", number)
        counted(services, day, "rules_replies", 10 * number)
    counted(services, today, "facts_held_back", 9, shop=OTTOS)

    days = figures(services, "UTC", at(2026, 11, 21, 13))

    assert [(one.held_back, one.by_rules) for one in days] == [(0, 0), (2, 20), (5, 50)]
    assert days[-1].restore_rate is None


def test_the_rate_of_many_days_counts_people_and_not_days() -> None:
    day = date(2026, 11, 21)
    days = [Figures(day, returned=1, restored=0), Figures(day, returned=9, restored=9)]

    assert Restored.of(days).rate == pytest.approx(0.9)
    assert Restored.of([Figures(day)]).rate is None
