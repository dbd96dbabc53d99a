"""The choices of a product page in a real browser: several options, one variant, one price."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.pretend_shopify import AdminApi


@pytest.fixture
def browser(launch_browser: Callable[[], Browser]) -> Iterator[Browser]:
    """A real one, where the neighbours make do with Flask's client."""
    browser = launch_browser()
    yield browser
    browser.close()


@pytest.fixture
def duvet(page: Page, pretend_shopify: AdminApi) -> Page:
    """The duvet cover's page: four sizes in three colours, of which some are sold out."""
    page.goto(f"{pretend_shopify.base}/products/slack-tide-duvet-cover?embed=off")
    return page


def choose(page: Page, value: str) -> None:
    page.locator("label.choice", has_text=value).click()


def test_choosing_values_shows_the_variants_price_and_number(duvet: Page) -> None:
    choose(duvet, "200 × 200 cm")
    choose(duvet, "Sea mist")

    expect(duvet.locator(".product__words [data-price-now]")).to_have_text("€189.00")
    expect(duvet.locator(".product__details [data-sku]")).to_have_text("ST-DUVET-09")
    with duvet.expect_response(re.compile(r"/cart/add\.js")) as added:
        duvet.get_by_role("button", name="Add to cart").click()
    assert added.value.ok
    expect(duvet.locator("[data-cart-count]")).to_have_text("1")


def test_what_is_sold_out_is_crossed_out_and_cannot_be_bought(duvet: Page) -> None:
    natural = duvet.get_by_role("radio", name="Natural")
    expect(natural).to_have_attribute("data-sold-out-value", "")

    choose(duvet, "Natural")
    expect(duvet.get_by_role("button", name="Add to cart")).to_be_disabled()
    expect(duvet.locator("[data-sold-out]")).to_be_visible()

    choose(duvet, "155 × 220 cm")
    expect(duvet.get_by_role("button", name="Add to cart")).to_be_enabled()
    expect(duvet.locator("[data-sold-out]")).to_be_hidden()
    expect(natural).not_to_have_attribute("data-sold-out-value", "")


def test_the_price_before_comes_and_goes_with_the_variant(
    page: Page, pretend_shopify: AdminApi
) -> None:
    page.goto(f"{pretend_shopify.base}/products/driftline-cushion?embed=off")
    before = page.locator(".product__words [data-price-before]")
    expect(before).to_be_hidden()

    choose(page, "Moss")
    expect(before).to_be_visible()
    expect(before.locator("s")).to_have_text("€49.00")

    choose(page, "Slate")
    expect(before).to_be_hidden()


def test_without_scripts_a_list_offers_every_variant(
    browser: Browser, pretend_shopify: AdminApi
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{pretend_shopify.base}/products/slack-tide-duvet-cover?embed=off")

    page.get_by_role("combobox").select_option(label="155 × 220 cm / Natural")
    page.get_by_role("button", name="Add to cart").click()

    page.wait_for_url("**/cart")
    expect(page.get_by_text("155 × 220 cm / Natural").first).to_be_visible()
    page.close()
