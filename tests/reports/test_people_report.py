"""How Mira's shoppers were served: how soon she answered, what the assistant settled alone, what
they thought of it; nothing of Otto's counts.
"""

import pytest
from sqlalchemy import insert

from backend.reports import people_report
from backend.reports.people_report import PeopleFigures
from backend.services import Services
from backend.shops.settings import Settings
from backend.store.daily_counts import DAY_MS
from backend.store.tables import handoffs, ratings
from tests.support.talks import BEGAN, MINUTE, MIRAS, OTTOS, add_shops, add_talk

HOUR = 60 * MINUTE
NOW = BEGAN + 4 * HOUR
UTC = Settings()


@pytest.fixture(autouse=True)
def shop(services: Services) -> None:
    add_shops(services)


def read(services: Services, shop_id: int = MIRAS) -> PeopleFigures:
    return people_report.read_people(services, shop_id, UTC, NOW)


def hands_over(
    services: Services, number: int, waited: int | None, at: int = BEGAN
) -> None:
    row = {
        "shop_id": MIRAS,
        "id": f"h{number}",
        "conversation_id": f"{number:032x}",
        "why": "asked",
        "asked_at": at,
        "answered_at": None if waited is None else at + waited,
    }
    with services.db.engine.begin() as connection:
        connection.execute(insert(handoffs).values(row))


def rates(services: Services, number: int, value: int, at: int = BEGAN) -> None:
    row = {"shop_id": MIRAS, "conversation_id": f"{number:032x}", "seq": 0}
    with services.db.engine.begin() as connection:
        connection.execute(insert(ratings).values(row | {"value": value, "at": at}))


def test_a_quiet_shop_has_no_figures(services: Services) -> None:
    found = read(services)

    assert found == PeopleFigures()
    assert (found.resolution, found.satisfaction) == (None, None)


def test_the_first_response_is_the_median_of_those_that_came(
    services: Services,
) -> None:
    for number, waited in enumerate((MINUTE, 3 * MINUTE, 90 * MINUTE, None)):
        hands_over(services, number, waited)
    # Long ago, and by a clock that went wrong.
    hands_over(services, 8, 9 * HOUR, at=BEGAN - 20 * DAY_MS)
    hands_over(services, 9, -5)

    found = read(services)

    assert found.first_response == 2 * MINUTE
    assert found.handoffs == 4
    assert read(services, OTTOS) == PeopleFigures()


def test_what_no_person_was_in_is_resolved_once_it_is_over(services: Services) -> None:
    for number in range(3):
        add_talk(services, MIRAS, number, ["Hello", "Hi"])
    add_talk(services, MIRAS, 3, ["Hello", "Hi"])
    hands_over(services, 3, MINUTE)
    add_talk(services, MIRAS, 4, ["Hello", "Hi"], mode="staff", staff_id="42")
    # Going on, never answered, and long past.
    add_talk(services, MIRAS, 235, ["Hello", "Hi"])
    add_talk(services, MIRAS, 6, [])
    add_talk(services, MIRAS, 7, ["Hello", "Hi"], active_at=BEGAN - 20 * DAY_MS)
    add_talk(services, OTTOS, 8, ["Hello", "Hi"])

    found = read(services)

    assert (found.settled, found.answered) == (3, 5)
    assert found.resolution == pytest.approx(0.6)
    assert read(services, OTTOS).answered == 1


def test_satisfaction_is_the_share_of_good_ratings(services: Services) -> None:
    for number, value in enumerate((1, 1, 1, -1)):
        rates(services, number, value)
    rates(services, 9, -1, at=BEGAN - 20 * DAY_MS)

    found = read(services)

    assert (found.rated, found.liked, found.satisfaction) == (4, 3, 0.75)
    assert read(services, OTTOS).rated == 0
