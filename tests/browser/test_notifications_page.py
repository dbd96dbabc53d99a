"""Mira says who hears of waiting shoppers, tries it, and finds it in the sample's mailbox and at a
program of hers.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.admin_desk import AdminDesk
from tests.support.stores import Stores
from tests.support.whole_shop import WholeShop, whole_shop

NOTIFICATIONS = "/admin/settings/notifications"


@pytest.fixture(scope="module")
def installed(
    stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WholeShop]:
    with whole_shop(stores.new("sqlite"), tmp_path_factory.mktemp("notify")) as shop:
        yield shop


@pytest.fixture
def mira(installed: WholeShop, new_context: Callable) -> AdminDesk:
    installed.admin.begins(installed=True, embed=True)
    desk = AdminDesk(new_context(reduced_motion="reduce").new_page(), installed.admin)
    desk.opens(NOTIFICATIONS)
    return desk


def adds(mira: AdminDesk, type_: str, address: str) -> None:
    mira.app.get_by_label("Type").select_option(type_)
    mira.app.get_by_label("Email address or URL").fill(address)
    mira.button("Add").click()
    mira.is_told("Notification added")


def test_mira_adds_her_mailbox_and_tries_it(mira, installed):
    adds(mira, "Email", "mira@tide.example")
    mira.button("Send a test to mira@tide.example").click()

    expect(mira.app.get_by_text("Last sent at")).to_be_visible()
    (mail,) = installed.storefront.mails()
    assert mail["to"] == ["mira@tide.example"]
    mira.page.goto(installed.storefront.url("/sample/mail"))
    mira.page.get_by_role("link", name="Test notification").click()
    expect(mira.page.get_by_text("News of waiting shoppers")).to_be_visible()


def test_a_program_checks_the_signature(mira, installed):
    hook = installed.storefront.url("/sample/hooks")
    adds(mira, "Webhook (JSON)", hook)
    mira.app.get_by_role("link", name=f"Edit {hook}").click()
    secret = mira.app.locator(".notify-secret").inner_text()

    page = mira.page.context.new_page()
    page.goto(installed.storefront.url("/sample/webhooks"))
    page.get_by_label("Signing secret").fill(secret)
    page.get_by_role("button", name="Save").click()
    mira.opens(NOTIFICATIONS)
    mira.button(f"Send a test to {hook}").click()

    mine = mira.app.get_by_role("listitem").filter(has_text=hook)
    expect(mine.get_by_text("Last sent at")).to_be_visible()
    page.reload()
    expect(page.get_by_text("signed by Flux Chat")).to_be_visible()


def test_removing_asks_first(mira, installed):
    adds(mira, "Email", "noah@tide.example")
    mira.app.get_by_role("link", name="Edit noah@tide.example").click()
    mira.app.get_by_role("link", name="Remove").click()
    expect(mira.app.get_by_text("Remove this notification?")).to_be_visible()

    mira.button("Remove").click()

    mira.is_told("Notification removed")
    expect(mira.app.get_by_text("noah@tide.example")).to_have_count(0)


def test_what_is_wrong_is_told_beside_its_field(mira):
    address = mira.app.get_by_label("Email address or URL")
    address.fill("nobody")
    mira.button("Add").click()

    expect(address).to_have_accessible_description(re.compile("Enter an email address"))
