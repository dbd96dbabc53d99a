"""Mira and what shoppers want: she finds it, calls, says what became of it, on a phone, by
keyboard, and with nothing for axe to find.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from backend.clock import now_ms
from backend.dev.dev_app import open_app
from tests.browser.accessibility_scan import Scan
from tests.browser.admin_desk import AdminDesk
from tests.contract.database_hand import ask, change
from tests.support.people import Person
from tests.support.pretend_shopify import SHOP
from tests.support.requested_forms import CALL, EMAIL, ORDER, PHONE, send_form
from tests.support.whole_shop import WholeShop

Desk = Callable[..., AdminDesk]
PAGE, SETTINGS = "/admin/requests", "/admin/settings"
PHONE_SIZE, DESKTOP = {"width": 320, "height": 800}, {"width": 1280, "height": 800}
# What axe leaves to people: in a frame it cannot know which heading comes before the first.
LOOKED_AT = {"heading-order"}


@pytest.fixture(scope="module", autouse=True)
def talk(tide: WholeShop) -> str:
    """The id of a guest's conversation, in the installed app."""
    open_app(tide.admin.base)
    tide.model.will_say("Gladly.", gap_ms=0)
    Person(tide.app.base, SHOP).says("I need 11 remote controls", wait=25)
    (row,) = ask(tide.app, "SELECT id FROM conversations")
    return str(row.id)


@pytest.fixture(autouse=True)
def requested(tide: WholeShop, talk: str) -> None:
    """An order, and a call that is due."""
    change(tide.app, "DELETE FROM flow_requests WHERE id <> ''")
    send_form(tide.app, SHOP, talk, "bulk_order", ORDER)
    due = CALL.replace(name="Ana Due", when_from=now_ms() - 60_000)
    send_form(tide.app, SHOP, talk, "callback_request", due)


def is_fine(mira: AdminDesk, width: int) -> None:
    found = Scan(mira.frame)
    assert not found.violations
    assert {finding.partition(":")[0] for finding in found.undecided} <= LOOKED_AT
    assert mira.frame.evaluate("document.documentElement.scrollWidth") <= width


def test_a_call_is_made_and_noted_by_keyboard(desk: Desk) -> None:
    mira = desk(reduced_motion="reduce")
    mira.opens()
    menu = mira.page.get_by_role("navigation", name="Admin")
    menu.get_by_role("link", name="Requests (2)").press("Enter")
    expect(mira.heading("Requests")).to_be_visible()
    line = mira.app.locator(".request").filter(has_text="Callback")
    expect(line).to_contain_text("Due")
    expect(line).not_to_contain_text(PHONE)

    line.locator("summary").press("Enter")
    line.get_by_label("Outcome", exact=True).press_sequentially("Called, all is well.")
    line.get_by_label("Status").press("ArrowDown")
    expect(line.get_by_label("Status")).to_have_value("done")
    line.get_by_role("button", name="Save the outcome").press("Enter")

    mira.is_told("Request saved")
    expect(mira.app.locator(".request")).to_have_count(1)
    expect(menu.get_by_role("link", name="Requests (1)")).to_be_visible()
    mira.app.get_by_role("link", name="Done", exact=True).press("Enter")
    expect(mira.app.get_by_text("Called, all is well.").first).to_be_visible()


def test_the_conversation_has_all_of_it_and_the_way_to_reopen(desk: Desk) -> None:
    mira = desk(reduced_motion="reduce")
    mira.opens(PAGE)
    line = mira.app.locator(".request").filter(has_text="11 × Remote control")
    line.get_by_role("link").first.click()

    card = mira.app.locator(".request-card").filter(has_text=EMAIL)
    expect(card.get_by_role("row", name="Remote control")).to_contain_text("€218.90")
    expect(card).to_contain_text("3 flux capacitors")
    card.get_by_label("Status").select_option("Done")
    card.get_by_role("button", name="Save the outcome").click()

    mira.is_told("Request saved")
    card.get_by_role("button", name="Reopen").click()
    mira.is_told("Request reopened")
    expect(card.get_by_text("New", exact=True)).to_be_visible()


def test_who_saves_second_is_told_and_keeps_what_was_typed(desk: Desk) -> None:
    mira, noah = desk(reduced_motion="reduce"), desk(reduced_motion="reduce")
    lines = []
    for who in (mira, noah):
        who.opens(PAGE)
        line = who.app.locator(".request").filter(has_text="Callback")
        line.locator("summary").click()
        line.get_by_label("Outcome", exact=True).fill("No answer.")
        lines.append(line)
    for who, line in zip((mira, noah), lines, strict=True):
        line.get_by_role("button", name="Save the outcome").click()
        expect(who.app.locator("main")).not_to_have_attribute("aria-busy", "true")

    expect(noah.app.get_by_text("Somebody else has saved changes")).to_be_visible()
    expect(noah.app.locator("details[open] s-text-area")).to_have_js_property(
        "value", "No answer."
    )


def test_all_of_them_arrive_as_a_file(desk: Desk) -> None:
    mira = desk()
    mira.opens(PAGE)

    with mira.page.expect_download() as download:
        mira.button("Export as CSV").click()

    assert re.fullmatch(
        r"requests-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename
    )
    assert EMAIL in download.value.path().read_text()


def test_access_for_draft_orders_is_asked_for_in_shopifys_words(desk: Desk) -> None:
    mira = desk()
    mira.opens(SETTINGS)
    expect(mira.app.get_by_text("bulk orders arrive as requests")).to_be_visible()

    mira.button("Grant access").click()
    expect(mira.page.get_by_text("asks for more access: write_draft")).to_be_visible()
    mira.page.get_by_role("button", name="Stay").click()

    expect(mira.button("Grant access")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE_SIZE, DESKTOP], ids=["phone", "desk"])
@pytest.mark.parametrize("where", ["list", "conversation", "settings", "home"])
def test_axe_finds_nothing_and_a_phone_is_wide_enough(
    desk: Desk, talk: str, where: str, size: dict[str, int]
) -> None:
    mira = desk(viewport=size, reduced_motion="reduce")
    paths = {
        "list": PAGE,
        "conversation": f"/admin/inbox/{talk}",
        "settings": SETTINGS,
        "home": "",
    }
    mira.opens(paths[where])
    if where == "list":
        mira.app.locator(".request summary").first.click()

    is_fine(mira, size["width"])
