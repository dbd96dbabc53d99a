"""How forms went in the last days: begun, sent, left, and at which step; of Mira's shop alone."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from backend.reports import flow_report
from backend.reports.flow_report import FlowFigures
from backend.reports.period_report import DAYS
from backend.services import Services
from backend.shops.settings import DEFAULTS
from backend.store.daily_counts import DAY_MS
from backend.store.tables import daily_counts

MINE, OTTOS = 1, 2
NOW = int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp() * 1000)
TODAY = NOW // DAY_MS


def counted(
    services: Services, name: str, number: int, day: int = TODAY, shop: int = MINE
) -> None:
    row = {"shop_id": shop, "day": day, "name": name, "count": number}
    with services.db.engine.begin() as connection:
        connection.execute(insert(daily_counts).values(row))


def read(services: Services) -> list[FlowFigures]:
    with services.db.reading() as connection:
        return flow_report.read_flows(connection, MINE, DEFAULTS, NOW)


def test_whoever_cancels_is_not_counted_as_gone(services: Services) -> None:
    for name, number in (
        ("bulk_started", 12),
        ("bulk_finished", 5),
        ("bulk_cancelled", 2),
        ("bulk_left_contact", 4),
        ("bulk_left_confirm", 1),
        ("callback_started", 1),
    ):
        counted(services, name, number)

    order, call = read(services)

    assert (order.flow, order.started, order.finished) == ("bulk_order", 12, 5)
    assert (order.cancelled, order.abandoned) == (2, 3)
    assert [(step.step, step.left) for step in order.steps] == [
        ("items", 0),
        ("choose", 0),
        ("contact", 4),
        ("place", 0),
        ("confirm", 1),
    ]
    assert order.share_of(order.steps[2]) == pytest.approx(0.4)
    assert (call.started, call.share_of(call.steps[0])) == (1, None)
    assert (order.is_blank, call.is_blank) == (False, False)


def test_only_the_last_days_of_the_own_shop_count(services: Services) -> None:
    counted(services, "bulk_started", 3, day=TODAY - DAYS + 1)
    counted(services, "bulk_started", 5, day=TODAY - DAYS)
    counted(services, "bulk_started", 7, shop=OTTOS)

    order, call = read(services)

    assert order.started == 3
    assert call.is_blank
