"""Mira at her settings and her exports: what she types shows at once, is saved by the bar, and
nothing is lost.
"""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.admin_desk import AdminDesk
from tests.browser.shopper import Shopper
from tests.support.pretend_shopify import SHOP
from tests.support.pretend_stores import PretendStore
from tests.support.stores import Stores
from tests.support.waiting import wait_until
from tests.support.whole_shop import WholeShop, whole_shop

SETTINGS, EXPORT = "/admin/settings", "/admin/export"
DATA = "/admin/settings/data"


@pytest.fixture(scope="module")
def installed(
    stores: Stores, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WholeShop]:
    with whole_shop(stores.new("sqlite"), tmp_path_factory.mktemp("settings")) as shop:
        yield shop


@pytest.fixture
def sits_down(installed: WholeShop, new_context: Callable) -> Callable[..., AdminDesk]:
    """A desk of its own for whoever comes."""
    installed.admin.begins(installed=True, embed=True)

    def open_at(path: str, **screen: object) -> AdminDesk:
        desk = AdminDesk(
            new_context(reduced_motion="reduce", **screen).new_page(), installed.admin
        )
        desk.opens(path)
        return desk

    return open_at


def test_what_is_typed_shows_in_the_preview_and_once_saved_in_the_store(
    sits_down, installed, new_context
):
    mira = sits_down(SETTINGS)
    preview = mira.app.locator("chat-preview")
    expect(preview.get_by_text("Hello! What can I help you with?")).to_be_visible()

    mira.app.get_by_label("Name", exact=True).fill("Marina")
    mira.app.get_by_label("Greeting", exact=True).first.fill("Ahoy!")
    mira.button("Add a greeting").click()
    mira.app.get_by_label("Language", exact=True).select_option("Deutsch")
    mira.app.get_by_label("Greeting", exact=True).last.fill("Moin!")
    expect(preview.get_by_text("Marina")).to_be_visible()
    expect(preview.get_by_text("Ahoy!")).to_be_visible()
    preview.get_by_label("Language of the page").select_option("Deutsch")
    expect(preview.get_by_text("Moin!")).to_be_visible()
    expect(preview.get_by_text("KI-Assistent")).to_be_visible()

    mira.page.get_by_role("button", name="Save").click()
    mira.is_told("Settings saved")

    store = PretendStore(installed.admin.base, SHOP)
    wait_until(lambda: store.told()["metafields"], "the theme is told")
    ben = Shopper(new_context().new_page(), installed.storefront)
    for path, greeting in (("/", "Ahoy!"), ("/de/", "Moin!")):
        ben.page.goto(ben.address(path))
        expect(ben.page.locator("#chat-title")).to_have_text("Marina")
        expect(ben.page.locator(".chat-welcome__words")).to_have_text(greeting)


def test_discard_takes_back_what_was_typed_and_the_preview_with_it(sits_down):
    mira = sits_down(SETTINGS)
    name = mira.app.locator(".chat-preview__name")
    before = name.inner_text()

    mira.app.get_by_label("Name", exact=True).fill("Nemo")
    mira.button("Add a location").click()
    expect(name).to_have_text("Nemo")
    expect(mira.app.get_by_role("textbox", name="Address")).to_have_count(1)

    mira.page.get_by_role("button", name="Discard").click()

    expect(name).to_have_text(before)
    expect(mira.app.get_by_role("textbox", name="Address")).to_have_count(0)


def test_a_refused_page_keeps_its_bar_and_discard_leads_to_what_is_stored(sits_down):
    mira = sits_down(DATA)
    days = mira.app.get_by_label("Days until a closed conversation is deleted")
    minutes = mira.app.get_by_label("Messages per minute")
    stored = days.input_value()
    days.fill("many")
    minutes.fill("-1")
    mira.page.get_by_role("button", name="Save").click()

    told = mira.app.get_by_text("There are 2 errors. Fix them to save.")
    expect(told).to_be_visible()
    expect(days).to_be_focused()
    expect(days).to_have_accessible_description(re.compile("a whole number from 1"))
    expect(days).to_have_value("many")
    expect(mira.page.get_by_role("button", name="Save")).to_be_visible()

    mira.page.get_by_role("button", name="Discard").click()

    expect(told).to_have_count(0)
    expect(days).to_have_value(stored)
    expect(mira.page.get_by_role("button", name="Save")).to_be_hidden()


def test_hours_are_chosen_and_copied_to_all_days(sits_down):
    mira = sits_down("/admin/settings/availability")
    mira.app.get_by_label("Time zone").select_option("Tokyo")
    mira.button("Add hours on Monday").click()
    mira.app.get_by_label("Monday, until").select_option("17:30")
    mira.button("Copy to all: hours of Monday").click()
    mira.button("Remove these hours on Sunday").click()
    mira.page.get_by_role("button", name="Save").click()

    mira.is_told("Settings saved")
    mira.opens("/admin/settings/availability")
    expect(mira.app.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    expect(mira.app.get_by_label("Saturday, from")).to_have_value("9:00")
    expect(mira.app.get_by_label("Saturday, until")).to_have_value("17:30")
    expect(mira.app.get_by_label("Sunday, from")).to_have_count(0)
    closed = mira.app.get_by_text("Closed", exact=True).filter(visible=True)
    expect(closed).to_have_count(1)


def test_the_assistant_is_tried_with_what_is_typed(sits_down, installed):
    installed.model.will_say("With **pleasure**.", when="lamps")
    mira = sits_down(SETTINGS)
    mira.app.get_by_label("Name", exact=True).fill("Captain")
    mira.app.get_by_label("Try it").fill("Have you lamps?")
    mira.button("Send").click()

    talk = mira.app.get_by_role("log", name="Conversation")
    expect(talk.get_by_role("listitem")).to_have_text(
        ["Have you lamps?", re.compile("With pleasure.")]
    )
    told = installed.model.calls()[-1]["body"]["messages"][0]["content"]
    assert 'You are "Captain"' in told

    mira.button("Start over").click()
    expect(talk.get_by_role("listitem")).to_have_count(0)
    mira.page.get_by_role("button", name="Discard").click()


def test_who_saves_second_sees_both_and_decides(sits_down):
    mira, colleague = sits_down(SETTINGS), sits_down(SETTINGS)
    for who, words in ((mira, "Be kind."), (colleague, "Be quick.")):
        who.app.get_by_label("Instructions").fill(words)
        who.page.get_by_role("button", name="Save").click()

    expect(colleague.app.get_by_text("A colleague has saved settings")).to_be_visible()
    expect(colleague.app.get_by_text("Stored now: Be kind.")).to_be_visible()
    expect(colleague.app.get_by_label("Instructions")).to_have_value("Be quick.")

    colleague.button("Overwrite").click()

    colleague.is_told("Settings saved")
    mira.opens(SETTINGS)
    expect(mira.app.get_by_label("Instructions")).to_have_value("Be quick.")


@pytest.mark.parametrize("path", [SETTINGS, EXPORT])
def test_a_phone_is_wide_enough(sits_down, path):
    mira = sits_down(path, viewport={"width": 320, "height": 800})

    assert mira.frame.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_preview_stands_beside_its_controls(sits_down):
    mira = sits_down(SETTINGS, viewport={"width": 1280, "height": 800})

    field = mira.app.get_by_label("Name", exact=True).bounding_box()
    preview = mira.app.locator("chat-preview").bounding_box()

    assert field
    assert preview
    assert preview["x"] > field["x"] + field["width"]
    assert preview["y"] + preview["height"] < 800


def test_an_export_arrives_as_a_file(sits_down):
    mira = sits_down(EXPORT)
    mira.button("Export").click()
    # It is there again after a reload.
    expect(mira.app.get_by_text("Ready")).to_be_visible()
    mira.opens(EXPORT)
    with mira.page.expect_download() as download:
        mira.app.get_by_role("link", name=re.compile("^Download")).first.click()

    assert download.value.suggested_filename.endswith(".json")
    assert (
        json.loads(download.value.path().read_text())["format"]
        == "flux-chat/conversations"
    )


def test_a_refused_export_says_why(sits_down):
    mira = sits_down(EXPORT)
    mira.app.get_by_label("Start date").fill("2026-11-21")
    mira.app.get_by_label("End date").fill("2026-11-20")
    mira.button("Export").click()

    expect(mira.app.get_by_text("Something went wrong")).to_be_visible()
    expect(mira.app.get_by_text("must be on or after start date")).to_be_visible()
