"""Mira at her settings and her exports: what she types shows at once, is saved by the bar, and
nothing is lost.
"""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.admin_desk import AdminDesk
from tests.support.stores import Stores
from tests.support.whole_shop import WholeShop, whole_shop

SETTINGS, EXPORT = "/admin/settings", "/admin/export"


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


def test_the_preview_shows_what_is_typed_until_it_is_discarded(sits_down):
    mira = sits_down(SETTINGS)
    name = mira.app.locator(".chat-preview__name")
    before = name.inner_text()

    mira.app.get_by_label("Name", exact=True).fill("Marina")
    mira.app.get_by_label("Tone").select_option("Brief")
    mira.button("Add a question").click()

    expect(name).to_have_text("Marina")
    expect(mira.app.locator("[data-tone=brief]")).to_be_visible()
    expect(mira.app.get_by_role("textbox", name="Question")).to_be_focused()

    mira.page.get_by_role("button", name="Discard").click()

    expect(name).to_have_text(before)
    expect(mira.app.get_by_role("textbox", name="Question")).to_have_count(0)


def test_a_wrong_field_has_the_focus_and_its_words_and_can_be_mended(sits_down):
    mira = sits_down(SETTINGS)
    zone = mira.app.get_by_label("Time zone")
    zone.fill("Berlin")
    mira.page.get_by_role("button", name="Save").click()

    expect(zone).to_be_focused()
    expect(zone).to_have_accessible_description(
        re.compile("Name a time zone as it is listed")
    )

    zone.fill("Europe/Berlin")
    mira.page.get_by_role("button", name="Save").click()

    mira.is_told("Settings saved")
    expect(mira.app.get_by_label("Time zone")).to_have_value("Europe/Berlin")


def test_who_saves_second_sees_both_and_decides(sits_down):
    mira, colleague = sits_down(SETTINGS), sits_down(SETTINGS)
    for who, greeting in ((mira, "Ahoy!"), (colleague, "Good day.")):
        who.app.get_by_label("Greeting").fill(greeting)
        who.page.get_by_role("button", name="Save").click()

    expect(colleague.app.get_by_text("A colleague has saved settings")).to_be_visible()
    expect(colleague.app.get_by_text("Stored now: Ahoy!")).to_be_visible()
    expect(colleague.app.get_by_label("Greeting")).to_have_value("Good day.")

    colleague.button("Save mine all the same").click()

    colleague.is_told("Settings saved")
    mira.opens(SETTINGS)
    expect(mira.app.get_by_label("Greeting")).to_have_value("Good day.")


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
