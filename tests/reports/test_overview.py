"""What Mira's home tells: who waits, whether something is not right, and nothing of Otto's."""

import pytest

from backend.clock import now_ms
from backend.reports import overview
from backend.reports.overview import MOST_WAITING, Overview
from backend.services import Services
from backend.shops.directory import Directory
from backend.shops.settings import DEFAULTS
from backend.store.daily_counts import DAY_MS, count_today
from tests.support.talks import BEGAN, add_talk

ALARM = "budget_reached"
NOW = BEGAN + DAY_MS // 2


@pytest.fixture
def miras(services: Services) -> int:
    return Directory(services.db).open_shop("tide.myshopify.com").id


@pytest.fixture
def ottos(services: Services, miras: int) -> int:
    return Directory(services.db).open_shop("otto.myshopify.com").id


def read(services: Services, shop_id: int) -> Overview:
    return overview.read_overview(services, shop_id, NOW, ALARM)


def test_a_new_shop_has_nothing_to_tell(services: Services, miras: int) -> None:
    found = read(services, miras)

    assert (found.waiting, found.waiting_count, found.has_alarm) == ([], 0, False)
    assert (found.proxy_path, found.lacking_scopes) == (None, [])
    assert (found.setup.is_dismissed, found.setup.done) == (False, 0)
    assert found.saved.settings == DEFAULTS
    assert not any(day.conversations for day in found.days)


def test_a_few_who_wait_are_shown_and_all_of_them_counted(
    services: Services, miras: int, ottos: int
) -> None:
    count = MOST_WAITING + 2
    talks = [
        add_talk(services, miras, number, ["Hello"], needs_staff_since=BEGAN + number)
        for number in range(count)
    ]

    found = read(services, miras)

    assert [each.row.id for each in found.waiting] == talks[:MOST_WAITING]
    assert found.waiting_count == count
    assert found.days[-1].conversations == count
    assert read(services, ottos).waiting_count == 0
    assert not any(day.conversations for day in read(services, ottos).days)


def test_what_was_counted_today_is_an_alarm_in_that_shop_alone(
    services: Services, miras: int, ottos: int
) -> None:
    services.db.write(count_today, miras, ALARM)

    alarms = [
        overview.read_overview(services, shop_id, now_ms(), name).has_alarm
        for shop_id, name in ((miras, ALARM), (miras, "another"), (ottos, ALARM))
    ]

    assert alarms == [True, False, False]
