"""The inbox by single keys: from one conversation to the next, and what is done with the one that
is open; never while somebody writes.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.admin_desk import AdminDesk
from tests.support.people import Person
from tests.support.pretend_shopify import SHOP
from tests.support.scripted_model import ScriptedModel
from tests.support.whole_shop import WholeShop

Desk = Callable[..., AdminDesk]
LETTERS = "jknaes?"


@pytest.fixture
def guest(tide: WholeShop, ai: ScriptedModel) -> Person:
    ai.will_say("Gladly.")
    return Person(tide.app.base, SHOP)


@pytest.fixture
def mira(desk: Desk) -> AdminDesk:
    return desk()


def opens_talk(desk: AdminDesk, guest: Person, words: str) -> None:
    """Which the guest has just begun with these words."""
    guest.says(words, wait=25)
    desk.opens("/admin/inbox")
    desk.conversations.filter(has_text=words).click()
    expect(desk.app.get_by_role("log").get_by_text(words)).to_be_visible()


def presses(desk: AdminDesk, key: str) -> None:
    """Where nobody writes."""
    desk.app.get_by_role("log").press(key)


def test_j_and_k_walk_through_the_list_and_stop_at_its_ends(
    mira: AdminDesk, guest: Person
) -> None:
    for words in ("An oak bowl?", "A beech bowl?"):
        guest.elsewhere().says(words, wait=25)
    opens_talk(mira, guest, "An ash bowl?")
    rows = mira.conversations

    presses(mira, "j")
    expect(rows.nth(1)).to_be_focused()
    mira.page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    mira.page.keyboard.press("k")
    mira.page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    mira.page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    mira.page.keyboard.press("j")
    mira.page.keyboard.press("Enter")

    expect(mira.app.get_by_role("log").get_by_text("A beech bowl?")).to_be_visible()


def test_the_first_j_of_a_list_goes_to_its_first(
    mira: AdminDesk, guest: Person
) -> None:
    guest.says("A cherry bowl?", wait=25)
    mira.opens("/admin/inbox")

    mira.heading("Inbox").click()
    mira.page.keyboard.press("j")

    expect(mira.conversations.first).to_be_focused()


def test_n_is_for_a_note_and_r_for_the_reply(mira: AdminDesk, guest: Person) -> None:
    opens_talk(mira, guest, "A walnut bowl?")

    presses(mira, "n")
    note = mira.app.get_by_label("Note", exact=True)
    expect(note).to_be_focused()
    expect(note).to_have_value("")
    mira.page.keyboard.press("Escape")
    expect(note).not_to_be_focused()
    presses(mira, "r")

    expect(mira.message).to_be_focused()
    expect(mira.message).to_have_value("")


def test_a_assigns_and_e_closes(mira: AdminDesk, guest: Person) -> None:
    opens_talk(mira, guest, "A maple bowl?")

    presses(mira, "a")
    expect(mira.standing.get_by_text("Assigned to you", exact=True)).to_be_visible()
    presses(mira, "e")

    expect(mira.standing.get_by_text("Closed by your team")).to_be_visible()
    assert guest.history().body["mode"] != "staff"


def test_e_asks_first_where_somebody_waits(mira: AdminDesk, guest: Person) -> None:
    guest.says("A plum bowl?", wait=25)
    guest.sends("person", {"sessionId": guest.device.session_id})
    opens_talk(mira, guest, "Or a pear bowl?")

    presses(mira, "e")
    expect(mira.app.get_by_text("The shopper is still waiting")).to_be_visible()
    # Over a question no key does anything else.
    mira.page.keyboard.press("a")
    mira.page.keyboard.press("Escape")

    expect(mira.app.get_by_text("The shopper is still waiting")).to_be_hidden()
    expect(mira.button("Assign to me")).to_be_visible()


def test_the_list_of_keys_is_shown_and_switches_them_off(
    mira: AdminDesk, guest: Person
) -> None:
    opens_talk(mira, guest, "A birch bowl?")
    switch = mira.app.get_by_label("Use single-key shortcuts")

    presses(mira, "?")
    for does in ("Next conversation", "Previous conversation", "Assign to me"):
        expect(mira.app.locator("dl.desk-keys").get_by_text(does)).to_be_visible()
    switch.uncheck()
    mira.page.keyboard.press("Escape")
    expect(switch).to_be_hidden()

    mira.page.reload()
    expect(mira.app.get_by_role("log")).to_be_visible()
    for key in LETTERS:
        presses(mira, key)
    expect(mira.app.get_by_role("log")).to_be_focused()
    expect(mira.button("Assign to me")).to_be_visible()
    expect(switch).to_be_hidden()


def test_nothing_happens_while_somebody_writes(mira: AdminDesk, guest: Person) -> None:
    opens_talk(mira, guest, "An elm bowl?")
    mira.page.keyboard.press("r")
    fields = [mira.message, mira.app.get_by_label("Search messages")]
    fields.append(mira.app.get_by_label("New label"))

    for field in fields:
        field.press_sequentially(LETTERS)
        expect(field).to_be_focused()
        expect(field).to_have_value(LETTERS)

    mira.app.get_by_role("tab", name="Internal note").click()
    note = mira.app.get_by_label("Note", exact=True)
    note.press_sequentially(LETTERS)
    expect(note).to_have_value(LETTERS)
    expect(mira.button("Assign to me")).to_be_visible()
    expect(mira.app.get_by_text("Next conversation")).to_be_hidden()


def test_a_key_with_another_one_is_the_browsers(mira: AdminDesk, guest: Person) -> None:
    opens_talk(mira, guest, "A teak bowl?")

    for held in ("Control", "Alt", "Meta"):
        presses(mira, f"{held}+k")
        presses(mira, f"{held}+j")

    expect(mira.app.get_by_role("log")).to_be_focused()
