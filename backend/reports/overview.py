"""What the app's home tells: who waits for a person, what is not right, what the assistant knows
and has cost, and the last days in figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.flows import request_records
from backend.inbox import conversation_list
from backend.reports import (
    budget_report,
    catalog_report,
    flow_report,
    people_report,
    period_report,
    setup_report,
    waiting_report,
)
from backend.reports.budget_report import BudgetReport
from backend.reports.catalog_report import CatalogReport
from backend.reports.flow_report import FlowFigures
from backend.reports.people_report import PeopleFigures
from backend.reports.period_report import Figures
from backend.reports.setup_report import SetupReport
from backend.reports.waiting_report import WaitingShopper
from backend.services import Services
from backend.shops import directory, installation, settings
from backend.shops.settings import Saved

MOST_WAITING = 5


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """How many requests are not done, and how many of these are due."""

    waiting: int
    due: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`waiting` are those who have waited longest, of `waiting_count`. `proxy_path` is None where
    it is the usual one; `has_alarm` when the figure that was asked about has grown today.
    """

    saved: Saved
    waiting: Sequence[WaitingShopper]
    waiting_count: int
    has_alarm: bool
    proxy_path: str | None
    setup: SetupReport
    lacking_scopes: Sequence[str]
    catalog: CatalogReport
    budgets: BudgetReport
    requests: RequestCounts
    flows: Sequence[FlowFigures]
    days: Sequence[Figures]
    people: PeopleFigures


def read_overview(services: Services, shop_id: int, now: int, alarm: str) -> Overview:
    with services.db.reading() as connection:
        saved = settings.load(connection, shop_id)
        waiting = waiting_report.list_waiting(connection, shop_id, MOST_WAITING)
        waiting_count = conversation_list.count_needing_staff(connection, shop_id)
        has_alarm = period_report.was_counted(connection, shop_id, alarm, now)
        proxy_path = directory.find_proxy_path(connection, shop_id)
        lacking = installation.lacking_scopes(connection, shop_id)
        catalog = catalog_report.read_catalog(connection, shop_id)
        setup = setup_report.read_setup(connection, shop_id, saved, catalog)
        used = budget_report.read_budgets(
            connection, services.config, shop_id, saved.settings, now
        )
        waiting_requests, due = request_records.count_waiting(connection, shop_id, now)
        flows = flow_report.read_flows(connection, shop_id, saved.settings, now)

    days = period_report.read_days(services, shop_id, saved.settings, now)
    people = people_report.read_people(services, shop_id, saved.settings, now)

    return Overview(
        saved=saved,
        waiting=waiting,
        waiting_count=waiting_count,
        has_alarm=has_alarm,
        proxy_path=proxy_path,
        setup=setup,
        lacking_scopes=lacking,
        catalog=catalog,
        budgets=used,
        requests=RequestCounts(waiting_requests, due),
        flows=flows,
        days=days,
        people=people,
    )
