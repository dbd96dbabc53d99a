"""Stored values in the words of pages: short times, sums, how things stand, and links that lead
nowhere else.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.assistant.budgets import MONEY, REPLIES
from backend.reports.budget_report import BudgetStanding, Period
from backend.reports.catalog_report import CatalogReport, CatalogState
from backend.shops.settings import Settings
from backend.web.admin import strings
from backend.web.admin.strings import ReaderLabels

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@pytest.mark.parametrize(
    "at, said",
    [
        (NOW.replace(hour=7, minute=5), "8:05 AM"),
        (NOW.replace(day=17), "Yesterday 10:30 AM"),
        (NOW.replace(day=19), "Tomorrow 10:30 AM"),
        (NOW.replace(month=3, day=2), "Mar 2, 10:30 AM"),
        (NOW.replace(year=2025), "Nov 18, 2025, 10:30 AM"),
    ],
)
def test_a_time_is_said_in_the_shops_zone_and_no_longer_than_needed(
    at: datetime, said: str
) -> None:
    nobody: Any = None
    words = ReaderLabels(nobody, Settings(time_zone="Europe/Berlin"), ms(NOW))

    assert words.when(ms(at)).words == said


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//otto.example",
        "http://[",
        "",
        None,
        7,
    ],
)
def test_what_a_browser_should_not_open_is_no_link(address: object) -> None:
    assert strings.page_link({"url": address}) == ""
    assert strings.page_link(None) == ""


def test_numbers_of_shopifys_lead_into_its_admin_and_nothing_else_does() -> None:
    assert strings.page_link({"url": "https://tide.example/mug"}) == (
        "https://tide.example/mug"
    )
    assert strings.product_link({"productId": 17}) == "shopify://admin/products/17"
    assert strings.product_link({"productId": "17/../../orders"}) == ""
    assert strings.customer_link("7001") == "shopify://admin/customers/7001"
    assert strings.customer_link("٧") == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3_599, "59 minutes ago"),
        (3_600, "1 hour ago"),
        (86_399, "23 hours ago"),
        (86_400, "1 day ago"),
        (864_000, "10 days ago"),
    ],
)
def test_how_long_something_is_past_is_said_in_the_largest_unit(
    seconds: int, said: str
) -> None:
    nobody: Any = None
    words = ReaderLabels(nobody, Settings(), ms(NOW))

    assert words.ago(ms(NOW) - seconds * 1_000).words == said


@pytest.mark.parametrize(
    ("microdollars", "written"),
    [
        (0, "$0.00"),
        (82, "$0.0001"),
        (8_192, "$0.0082"),
        (10_000, "$0.01"),
        (12_345_678, "$12.35"),
        (1_234_500_000, "$1,234.50"),
    ],
)
def test_a_sum_has_cents_and_what_is_less_is_written_out(
    microdollars: int, written: str
) -> None:
    assert strings.write_dollars(microdollars) == written


@pytest.mark.parametrize(
    ("standing", "heading", "sentence"),
    [
        (
            BudgetStanding(MONEY, Period.DAY, 830_000, 1_000_000, 8_192),
            "83% of the daily AI budget is used",
            "The assistant has used $0.83 of the $1.00 that you allow for today.",
        ),
        (
            BudgetStanding(REPLIES, Period.MONTH, 2_000, 2_000, 1),
            "Monthly reply limit reached",
            "The assistant has used 2,000 of the 2,000 replies that you allow for this"
            " month. AI replies resume next month.",
        ),
        (
            BudgetStanding(MONEY, Period.DAY, 995_000, 1_000_000, 8_192),
            "Daily AI budget reached",
            "The assistant has used $1.00 of the $1.00 that you allow for today."
            " One more reply may cost $0.0082. AI replies resume tomorrow.",
        ),
    ],
)
def test_a_budget_is_told_with_its_figures_and_what_follows(
    standing: BudgetStanding, heading: str, sentence: str
) -> None:
    words = strings.budget_words(standing)

    assert (words.heading, words.sentence) == (heading, sentence)


@pytest.mark.parametrize(
    ("products", "documents", "said"),
    [
        (0, 0, "0 products"),
        (1, 1, "1 product, 1 policy or page"),
        (2_465, 12, "2,465 products, 12 policies and pages"),
    ],
)
def test_what_was_read_is_said_in_figures(
    products: int, documents: int, said: str
) -> None:
    report = CatalogReport(
        CatalogState.READY, products, documents, 0, None, None, "", ()
    )

    assert strings.catalog_words(report) == said
