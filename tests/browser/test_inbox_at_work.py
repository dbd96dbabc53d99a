"""A day at the inbox: it moves by itself, drafts are not lost, two of the team do not get into each
other's way.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Route, expect

from tests.browser.admin_desk import AdminDesk
from tests.support.pace import soon
from tests.support.people import Person
from tests.support.pretend_shopify import SHOP
from tests.support.scripted_model import ScriptedModel
from tests.support.whole_shop import WholeShop

Desk = Callable[..., AdminDesk]
# What the merchant may wait for news.
NEWS_SECONDS = 2


def news_ms() -> float:
    return 1_000 * soon(NEWS_SECONDS)


@pytest.fixture
def guest(tide: WholeShop) -> Person:
    return Person(tide.app.base, SHOP)


@pytest.fixture
def mira(desk: Desk) -> AdminDesk:
    return desk()


@pytest.fixture
def noah(desk: Desk) -> AdminDesk:
    """A colleague at another desk."""
    noah = desk()
    noah.visits()
    noah.page.locator("select[name=user]").select_option(label="Noah Berg")
    noah.page.get_by_role("button", name="Switch").click()
    return noah


def opens_talk(desk: AdminDesk, words: str) -> None:
    """The latest one, in which these words were said."""
    desk.opens("/admin/inbox")
    desk.app.locator(".inbox-row").first.click()
    expect(desk.app.get_by_role("log").get_by_text(words).first).to_be_visible()


def test_the_list_moves_by_itself_and_keeps_what_is_being_typed(
    mira: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.")
    mira.opens("/admin/inbox")
    mira.app.get_by_label("Search messages").fill("half a wo")

    guest.says("Do you have a green lantern?", wait=25)

    first = mira.app.locator(".inbox-item").first
    expect(first).to_contain_text("a green lantern?", timeout=news_ms())
    expect(first).to_contain_text("Unread")
    expect(mira.app.get_by_label("Search messages")).to_have_value("half a wo")


def test_words_appear_while_they_are_written_and_stop_when_mira_takes_over(
    mira: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    ai.script(when="blue lantern", chunks=600, gap_ms=50)
    guest.says("Do you have a blue lantern?")
    mira.opens("/admin/inbox")
    mira.app.locator(".inbox-row").first.click()
    growing = mira.app.locator("live-reply [data-part=words]")
    expect(growing).to_contain_text("wh")
    expect(growing).to_contain_text("wdh")

    mira.button("Assign to me").click()

    expect(growing).to_have_count(0)
    expect(mira.app.get_by_text("Assistant paused", exact=True)).to_be_visible()
    expect(mira.app.get_by_text("Stopped", exact=True)).to_be_visible()
    assert guest.history().body["mode"] == "staff"


def test_a_draft_survives_news_notes_and_a_colleague(
    mira: AdminDesk, noah: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.")
    guest.says("Do you have a red lantern?", wait=25)
    opens_talk(mira, "red lantern")
    draft = mira.message
    draft.fill("Dear guest, we")

    guest.says("Or a pink one?", wait=25)
    expect(mira.app.get_by_role("log").get_by_text("Or a pink one?")).to_be_visible(
        timeout=news_ms()
    )
    mira.notes("Likes colors")
    expect(draft).to_have_value("Dear guest, we")

    opens_talk(noah, "red lantern")
    note = noah.app.locator(".note__text").get_by_text("Likes colors")
    expect(note).to_be_visible()
    noah.button("Assign to me").click()
    held = mira.app.get_by_text("Colleague 43 has this conversation", exact=True)
    expect(held).to_be_visible(timeout=news_ms())
    expect(draft).to_be_hidden()

    mira.button("Assign to me").click()
    mira.button("Take over").click()
    expect(mira.standing.get_by_text("Assigned to you", exact=True)).to_be_visible()
    expect(
        noah.app.get_by_text("Colleague 42 has this conversation", exact=True)
    ).to_be_visible(timeout=news_ms())
    expect(draft).to_have_value("Dear guest, we")
    draft.press("Control+Enter")
    expect(mira.app.get_by_role("log").get_by_text("Dear guest, we")).to_be_visible()
    expect(draft).to_have_value("")
    assert [
        said["text"]
        for said in guest.history().body["messages"]
        if said["role"] == "staff"
    ] == ["Dear guest, we"]


def test_a_note_that_a_colleague_deletes_leaves_every_open_page(
    mira: AdminDesk, noah: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.")
    guest.says("Do you have a brown lantern?", wait=25)
    opens_talk(mira, "brown lantern")
    mira.notes("Likes brown")
    opens_talk(noah, "brown lantern")

    noah.button("Delete note").click()
    expect(noah.app.get_by_text("Delete this internal note?")).to_be_visible()
    noah.page.keyboard.press("Escape")
    expect(noah.app.get_by_text("Delete this internal note?")).to_be_hidden()
    expect(noah.app.locator(".note__text")).to_have_text("Likes brown")
    noah.button("Delete note").click()
    noah.button("Delete note for good").click()

    noah.is_told("Note deleted")
    expect(noah.app.locator(".note__text")).to_have_count(0)
    expect(mira.app.locator(".note__text")).to_have_count(0, timeout=news_ms())
    expect(mira.app.get_by_text("Note deleted by colleague 43")).to_be_visible()


@pytest.fixture
def on_its_way(mira: AdminDesk, guest: Person, ai: ScriptedModel) -> Route:
    """Mira's answer, held on the road while she walks on to the inbox."""
    ai.will_say("Gladly.")
    guest.says("Do you have a grey lantern?", wait=25)
    opens_talk(mira, "grey lantern")
    held: list[Route] = []
    mira.page.route("**/say", lambda route: held.append(route), times=1)
    mira.message.fill("We have two.")
    with mira.page.expect_request("**/say"):
        mira.button("Send").click()
    mira.app.get_by_role("link", name="Inbox", exact=True).click()
    expect(mira.heading("Inbox")).to_have_count(0)
    [answer] = held
    return answer


def test_whoever_walks_on_while_an_answer_is_on_its_way_has_said_it(
    mira: AdminDesk, guest: Person, on_its_way: Route
) -> None:
    on_its_way.continue_()

    expect(mira.heading("Inbox")).to_be_visible()
    assert [
        said["text"]
        for said in guest.history().body["messages"]
        if said["role"] == "staff"
    ] == ["We have two."]


def test_whoever_walks_on_stays_with_an_answer_that_did_not_arrive(
    mira: AdminDesk, on_its_way: Route
) -> None:
    on_its_way.abort()

    expect(mira.app.locator("[data-part=page-problem]")).to_be_visible()
    expect(mira.message).to_have_value("We have two.")


def test_a_saved_reply_is_put_into_the_answer(
    mira: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    guest.says("When does the lantern come?", wait=25)
    mira.opens("/admin/inbox/replies")
    mira.button("Save").click()
    expect(mira.app.get_by_text("Enter a title")).to_be_visible()
    mira.app.get_by_role("textbox", name="Title").first.fill("Delivery")
    mira.app.get_by_role("textbox", name="Reply").first.fill("Three days.")
    mira.button("Save").click()
    mira.is_told("Reply saved")
    opens_talk(mira, "When does the lantern come?")
    mira.message.fill("Hello.")

    mira.button("Saved replies").click()
    mira.button("Delivery").click()

    expect(mira.message).to_have_value("Hello.\n\nThree days.")


def test_a_saved_reply_that_no_data_confirms_is_told_before_it_is_sent(
    mira: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    guest.says("Is there a discount on lanterns?", wait=25)
    mira.opens("/admin/inbox/replies")
    mira.app.get_by_role("textbox", name="Title").first.fill("Sale")
    mira.app.get_by_role("textbox", name="Reply").first.fill(
        "Hello.\nUse the code TIDE77."
    )
    mira.button("Save").click()
    expect(mira.app.get_by_text("Your settings, policies and pages")).to_be_visible()
    opens_talk(mira, "Is there a discount on lanterns?")
    status = mira.app.get_by_role("status", name="To check")
    warnings = status.locator(".unconfirmed")
    draft = mira.message
    expect(warnings).to_have_count(0)

    # By keyboard alone, as all of the page.
    mira.button("Saved replies").press("Enter")
    mira.button("Sale").press("Enter")

    warning = (
        "This saved reply mentions something that no store data confirms:"
        " “Use the code TIDE77”. Check it before you send."
    )
    expect(status).to_have_text(warning)
    expect(draft).to_be_focused()

    draft.fill("Hello.")
    expect(warnings).to_have_count(0)
    draft.fill("Hello.\nUse the code TIDE77.")
    expect(status).to_have_text(warning)
    mira.notes("Asked for a code")
    expect(status).to_have_text(warning)

    draft.press("Control+Enter")
    expect(mira.app.get_by_role("log").get_by_text("TIDE77")).to_be_visible()
    expect(warnings).to_have_count(0)


def test_a_search_leads_to_the_message(
    mira: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    ai.will_say("Yes.")
    guest.says("Is the weathervane made of copper?", wait=25)
    for number in range(12):
        guest.says(f"And what of number {number}?", wait=25)
    mira.opens("/admin/inbox")

    mira.app.get_by_label("Search messages").fill("WEATHERVANE")
    mira.app.get_by_label("Search messages").press("Enter")
    expect(mira.app.locator("mark")).to_have_text("weathervane")
    mira.app.locator(".inbox-row").first.click()

    found = mira.app.get_by_role("log").get_by_text(
        "Is the weathervane made of copper?"
    )
    expect(found).to_be_in_viewport()


def test_back_and_forward_are_the_pages_that_were_seen(
    mira: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    guest.says("Is the anchor made of iron?", wait=25)
    opens_talk(mira, "anchor")
    mira.app.get_by_role("link", name="Inbox", exact=True).click()
    expect(mira.heading("Inbox")).to_be_visible()

    mira.page.go_back()
    expect(mira.message).to_be_visible()
    mira.page.go_forward()
    expect(mira.heading("Inbox")).to_be_visible()


def test_a_server_that_is_away_is_told_and_the_page_stays(
    mira: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    guest.says("Is the rudder made of oak?", wait=25)
    opens_talk(mira, "rudder")
    mira.message.fill("It is.")
    mira.page.route("**/say", lambda route: route.abort())

    mira.button("Send").click()

    expect(
        mira.app.get_by_text("Flux Chat can’t be reached right now.")
    ).to_be_visible()
    expect(mira.message).to_have_value("It is.")
    mira.page.unroute("**/say")
    mira.button("Send").click()
    expect(
        mira.app.get_by_role("log").get_by_text("It is.", exact=True)
    ).to_be_visible()


def test_markup_in_a_conversation_runs_nowhere(
    mira: AdminDesk, guest: Person, ai: ScriptedModel
) -> None:
    shown: list[Dialog] = []
    mira.page.on("dialog", lambda dialog: shown.append(dialog))
    harmful = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    ai.script(when="img", chunks=600, gap_ms=50, text="")
    guest.says(harmful, page={"url": "javascript:alert(3)", "title": harmful})

    mira.opens("/admin/inbox")
    expect(mira.app.locator(".inbox-row").first).to_contain_text("onerror")
    mira.app.locator(".inbox-row").first.click()

    expect(mira.app.get_by_role("log").get_by_text(harmful)).to_be_visible()
    assert not shown


def test_a_day_at_the_desk(mira: AdminDesk, guest: Person, ai: ScriptedModel) -> None:
    """By keyboard from the list to the conversation, a saved reply by its slash, a note, a label, a
    snooze, and what is settled is closed.
    """
    guest.says("Is the ladle made of beech?", wait=25)
    guest.elsewhere().says("Is the spoon made of beech?", wait=25)
    mira.opens("/admin/inbox/replies")
    mira.app.get_by_role("textbox", name="Title").first.fill("Wood")
    text = "Hello {{customer.first_name}}, it is oak."
    mira.app.get_by_role("textbox", name="Reply").first.fill(text)
    mira.button("Save").click()
    mira.is_told("Reply saved")

    mira.opens("/admin/inbox")
    mira.conversations.filter(has_text="ladle").press("Enter")
    expect(mira.app.get_by_role("log").get_by_text("Is the ladle")).to_be_visible()
    mira.app.get_by_role("log").press("r")
    expect(mira.message).to_be_focused()
    mira.page.keyboard.type("/woo")
    expect(mira.app.get_by_role("option", name="Wood")).to_be_visible()
    mira.page.keyboard.press("Enter")
    expect(mira.message).to_have_value("Hello, it is oak.")

    # It is kept while she looks at another.
    mira.conversations.filter(has_text="spoon").click()
    expect(mira.app.get_by_role("log").get_by_text("Is the spoon")).to_be_visible()
    expect(mira.message).to_have_value("")
    mira.conversations.filter(has_text="ladle").click()
    expect(mira.message).to_have_value("Hello, it is oak.")
    mira.message.press("Control+Enter")
    expect(mira.app.get_by_role("log").get_by_text("it is oak.")).to_be_visible()
    expect(mira.standing.get_by_text("Assigned to you", exact=True)).to_be_visible()

    mira.notes("Asks about wood")
    mira.app.get_by_label("New label").fill("Kitchen")
    mira.button("Add").click()
    expect(mira.button("Remove label Kitchen")).to_be_visible()
    mira.app.get_by_role("log").press("s")
    mira.button("1 hour").click()
    expect(mira.app.get_by_text("Snoozed until").first).to_be_visible()
    mira.app.get_by_role("log").press("?")
    expect(mira.app.get_by_text("Next conversation")).to_be_visible()
    mira.page.keyboard.press("Escape")

    spoon = mira.app.locator(".inbox-item").filter(has_text="spoon")
    spoon.get_by_role("checkbox").check()
    mira.app.locator(".inbox-bulk").get_by_role("button", name="Close").click()
    expect(mira.app.get_by_text("Close 1 conversation?")).to_be_visible()
    mira.button("Close conversations").click()
    expect(mira.app.get_by_text("1 conversation closed.")).to_be_visible()
    expect(spoon).to_contain_text("Closed")
