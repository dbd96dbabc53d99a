"""Mira lets the app read her products, from its own home page, and sees what it has read."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.admin_desk import AdminDesk
from tests.support.pretend_shopify import SHOP
from tests.support.pretend_stores import PretendStore
from tests.support.stores import Stores
from tests.support.waiting import wait_until
from tests.support.whole_shop import WholeShop, whole_shop

COUNTED = re.compile(r"[\d,]+ products, \d+ policies and pages\. Updated just now")


@pytest.fixture(scope="module")
def tide(
    stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WholeShop]:
    with whole_shop(stores.new("sqlite"), tmp_path_factory.mktemp("catalog")) as shop:
        yield shop


@pytest.fixture
def mira(tide: WholeShop, page: Page) -> AdminDesk:
    """Her app has no more than the storefront's path."""
    PretendStore(tide.admin.base, SHOP).grants("write_app_proxy")
    tide.admin.begins(installed=True, embed=True)
    desk = AdminDesk(page, tide.admin)
    desk.opens()
    return desk


def test_access_is_granted_from_the_home_page_and_the_products_are_read(
    mira: AdminDesk,
) -> None:
    mira.button("Grant access").click()
    mira.page.get_by_role("button", name="Stay").click()
    expect(mira.button("Grant access")).to_be_visible()

    mira.button("Grant access").click()
    expect(mira.page.get_by_text("Flux Chat asks for more access")).to_be_visible()
    mira.page.get_by_role("button", name="Go on").click()
    expect(mira.app.get_by_text("Access granted.")).to_be_visible()
    mira.app.get_by_role("link", name="Refresh").click()

    expect(mira.button("Grant access")).to_have_count(0)
    comes_to_be_read(mira)
    mira.button("Read again").click()
    mira.is_told("Reading your catalog")


def comes_to_be_read(mira: AdminDesk) -> None:
    """She looks again until it is there."""

    def is_read() -> bool:
        mira.opens()
        return mira.app.get_by_text(COUNTED).is_visible()

    wait_until(is_read, "her catalog")
