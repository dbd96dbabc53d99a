"""Stored values in the words of pages: short times, and links that lead nowhere else."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.shops.settings import Settings
from backend.web.admin import strings
from backend.web.admin.strings import ReaderLabels

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@pytest.mark.parametrize(
    "at, said",
    [
        (NOW.replace(hour=7, minute=5), "08:05"),
        (NOW.replace(day=17), "Yesterday 10:30"),
        (NOW.replace(month=3, day=2), "2 Mar 10:30"),
        (NOW.replace(year=2025), "18 Nov 2025 10:30"),
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
