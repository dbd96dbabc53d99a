"""A form in the chat: by keyboard and on a phone, refused, cut off, answered elsewhere."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility_scan import Scan
from tests.browser.pretend_forms import (
    CONFIRM,
    CONTACT,
    PLACE,
    RECEIPT,
    PretendForms,
    asked,
    form,
    options,
)
from tests.browser.screen_reader import heard, listens
from tests.browser.shopper import PHONE, SPREAD, Shopper
from tests.support.scripted_model import ScriptedModel

PAGE = "/pages/shipping"
# What fades in has no contrast yet.
STILL = {"reduced_motion": "reduce"}
FOCUSED = "element => element.matches(':focus')"
MORNING = {"value": "30 November, 9:00 to 12:00", "label": "Tomorrow morning"}
LANGUAGES = {"en": "", "ar": "/ar", "ml": "/ml"}


@pytest.fixture
def begins(ai: ScriptedModel) -> Callable[..., PretendForms]:
    """Somebody with a conversation comes to a page, and a form is open in it."""
    ai.will_say("Gladly.", gap_ms=0)

    def begin(ben: Shopper, now: Any, language: str = "en") -> PretendForms:
        path = f"{LANGUAGES[language]}{PAGE}"
        ben.opens_chat(path)
        ben.says("We need 12 mugs")
        ben.sees("Gladly.")
        forms = PretendForms(ben.browser, now)
        ben.visits(path)
        expect(ben.chat).to_be_visible()
        return forms

    return begin


def the_form(ben: Shopper, title: str = "How can we reach you?") -> Locator:
    return ben.chat.get_by_role("form", name=title)


def labelled(ben: Shopper, label: str) -> Locator:
    return ben.chat.get_by_role("textbox", name=re.compile(f"^{label}"))


def send_button(ben: Shopper) -> Locator:
    """The form's own; the text box has another."""
    return ben.chat.get_by_role("form").get_by_role("button", name="Send", exact=True)


def sends(ben: Shopper) -> None:
    send_button(ben).click()


def fill_in_contact(ben: Shopper) -> None:
    labelled(ben, "Your name").fill("Ben Petersen")
    labelled(ben, "Phone").fill("0151 0000000")


def tab_to(ben: Shopper, target: Locator) -> None:
    for _ in range(40):
        ben.page.keyboard.press("Tab")
        if target.evaluate(FOCUSED):
            return
    raise AssertionError("the Tab key does not lead there")


def test_an_order_is_given_by_keyboard_alone(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, CONTACT)
    forms.leads_to = [PLACE, CONFIRM, RECEIPT]
    press, types = ben.page.keyboard.press, ben.page.keyboard.type
    expect(the_form(ben)).to_be_visible()

    ben.chat.get_by_role("log").focus()
    tab_to(ben, labelled(ben, "Your name"))
    types("Ben Petersen")
    press("Tab")
    types("0151 0000000")
    press("Enter")
    title = the_form(ben, "Where should it go?").get_by_role("heading")
    expect(title).to_be_focused()
    press("Tab")
    press("ArrowDown")
    press("Enter")
    expect(the_form(ben, "Is everything right?").get_by_role("heading")).to_be_focused()
    expect(the_form(ben, "Is everything right?")).to_contain_text("+49 151 0000000")
    tab_to(ben, ben.button("Confirm order"))
    press("Enter")

    receipt = ben.messages.last
    expect(receipt).to_contain_text("Order received")
    expect(receipt).to_contain_text("Order number #D7")
    expect(receipt).to_contain_text(re.compile(r"Total\s+€26,444.00"))
    pay = receipt.get_by_role("link")
    expect(pay).to_have_accessible_name("Pay or view the invoice (opens in a new tab)")
    expect(pay).to_have_attribute("href", "https://pay.example/invoices/7")
    expect(ben.chat.get_by_role("form")).to_have_count(0)
    expect(ben.input).to_be_focused()
    contact, place, confirm = forms.calls
    assert contact["values"] == {
        "name": "Ben Petersen",
        "phone": "0151 0000000",
        "email": "",
    }
    assert (contact["action"], contact["step"]) == ("answer", "contact")
    assert (contact["run"], contact["revision"]) == ("run-1", 1)
    assert contact["locale"] == "en"
    assert contact["page"]["url"] == ben.address(PAGE)
    assert place["values"] == {"place": "delivery"}
    assert confirm["values"] == {"confirm": "yes"}


def test_browsers_and_phones_are_told_what_a_field_is_for(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    begins(ben, CONTACT)

    name, phone, email = (
        labelled(ben, each) for each in ("Your name", "Phone", "Email")
    )
    expect(name).to_have_attribute("autocomplete", "name")
    expect(name).to_have_accessible_name("Your name (required)")
    expect(phone).to_have_attribute("autocomplete", "tel")
    expect(phone).to_have_attribute("type", "tel")
    expect(phone).to_have_attribute("inputmode", "tel")
    expect(phone).to_have_accessible_description("With the country, such as +49")
    expect(email).to_have_attribute("type", "email")
    expect(email).to_have_attribute("autocomplete", "email")
    expect(email).to_have_accessible_name("Email")


def test_nobody_answers_a_form_that_is_being_worked_on(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    """In another tab the prices of an order are still to come."""
    forms = begins(ben, CONFIRM | {"busy": True, "total": None})
    expect(ben.button("Confirm order")).to_be_disabled()
    forms.now = CONFIRM | {"revision": 4, "busy": False}
    forms.leads_to = [RECEIPT]

    ben.button("Confirm order").click()

    expect(ben.messages.last).to_contain_text("Order received")
    assert [call["revision"] for call in forms.calls] == [4]


def test_what_is_wrong_is_said_at_its_field(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, CONTACT)
    problem = "This number is too short."
    forms.leads_to = [(422, {"fields": {"phone": problem}}), PLACE]
    phone = labelled(ben, "Phone")

    sends(ben)
    expect(labelled(ben, "Your name")).to_be_focused()
    expect(labelled(ben, "Your name")).to_have_accessible_description(
        "Please fill this in."
    )
    assert not forms.calls
    fill_in_contact(ben)
    listens(ben)
    sends(ben)

    expect(phone).to_be_focused()
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description(re.compile(f"{problem}$"))
    expect(labelled(ben, "Your name")).not_to_have_attribute("aria-invalid", "true")
    expect(labelled(ben, "Your name")).to_have_value("Ben Petersen")
    assert problem in heard(ben)
    assert not Scan(ben.page).violations
    phone.fill("0151 0000000")
    phone.press("Enter")
    expect(the_form(ben, "Where should it go?")).to_be_visible()


def test_nothing_takes_the_focus_before_somebody_has_done_something(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    begins(ben, CONTACT)
    expect(the_form(ben)).to_be_visible()

    assert ben.page.evaluate("document.activeElement === document.body")


def test_a_double_click_sends_once(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, CONTACT)
    forms.leads_to = [PLACE]
    fill_in_contact(ben)

    send_button(ben).dblclick()

    expect(the_form(ben, "Where should it go?")).to_be_visible()
    assert len(forms.calls) == 1


def test_a_cut_in_the_network_costs_nothing(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, CONTACT)
    forms.leads_to = [PLACE]
    fill_in_contact(ben)
    heard_once: list[str] = []

    def loses(route: Any) -> None:
        heard_once.append(route.request.post_data_json["messageId"])
        route.abort()

    ben.page.route("**/apps/flux-chat/form", loses)
    sends(ben)

    ben.sees("Not sent. Try again.")
    expect(labelled(ben, "Phone")).to_have_value("0151 0000000")
    ben.page.unroute("**/apps/flux-chat/form")
    sends(ben)
    expect(the_form(ben, "Where should it go?")).to_be_visible()
    expect(ben.chat).not_to_contain_text("Not sent. Try again.", use_inner_text=True)
    assert [call["messageId"] for call in forms.calls] == heard_once


def test_another_tab_may_be_first(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, CONTACT)
    other = ben.another_tab()
    other.opens_chat(PAGE)
    fill_in_contact(other)
    fill_in_contact(ben)
    forms.leads_to = [(409, {}), CONFIRM]

    # The first has answered, and the other has not heard of it yet.
    sends(other)
    expect(other.chat).to_contain_text(
        "This was answered in another tab.", use_inner_text=True
    )
    forms.now = PLACE

    expect(the_form(other, "Where should it go?")).to_be_visible()
    ben.sees("Where should it go?")
    other.sees("This was answered in another tab.")
    other.chat.get_by_label("To my address").check()
    sends(other)
    expect(the_form(other, "Is everything right?")).to_be_visible()
    expect(other.chat).not_to_contain_text("another tab", use_inner_text=True)
    ben.sees("Is everything right?")


def test_what_is_typed_stays_while_the_chat_goes_on(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, CONTACT)
    name = labelled(ben, "Your name")
    name.fill("Ben")
    name.focus()

    forms.now = CONTACT | {"values": {"name": "B.", "phone": "0151 1"}}
    forms.tells("Somebody of the shop says hello.")
    ben.sees("says hello")

    expect(labelled(ben, "Phone")).to_have_value("0151 1")
    expect(name).to_have_value("Ben")
    expect(name).to_be_focused()


def test_cancelling_is_asked_about_and_going_back_is_not(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, PLACE)
    forms.leads_to = [CONTACT | {"revision": 3}, form(None, state="cancelled")]
    ben.button("Back").click()
    expect(labelled(ben, "Your name")).to_be_visible()

    ben.button("Cancel").click()
    expect(ben.button("No, go on")).to_be_focused()
    ben.page.keyboard.press("Escape")
    expect(ben.button("Cancel")).to_be_focused()
    expect(ben.button("Yes, cancel")).to_be_hidden()
    assert [call["action"] for call in forms.calls] == ["back"]
    ben.button("Cancel").click()
    ben.button("Yes, cancel").click()

    expect(ben.chat.get_by_role("form")).to_have_count(0)
    assert forms.calls[-1]["action"] == "cancel"
    assert forms.calls[-1]["revision"] == 3


def test_each_step_can_be_changed_from_the_overview(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, CONFIRM)
    forms.leads_to = [CONTACT | {"revision": 4}]
    asked_about = the_form(ben, "Is everything right?")

    expect(asked_about).to_contain_text(re.compile(r"1,200 × Harbour Mug\s*€26,400.00"))
    expect(asked_about).to_contain_text("€22.00 each")
    expect(asked_about).to_contain_text(re.compile(r"Total\s+€26,444.00"))
    expect(asked_about.get_by_role("button", name="Change")).to_have_count(3)
    ben.button("Change Name").click()

    expect(the_form(ben)).to_be_visible()
    assert forms.calls[0]["action"] == "change"
    assert forms.calls[0]["step"] == "contact"


def test_a_list_is_sent_as_a_message(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    fields = [asked("long", "items", "Your list")]
    forms = begins(ben, form("items", title="What do you need?", fields=fields))

    labelled(ben, "Your list").fill("12 blue mugs\n3 boards")
    with ben.page.expect_response("**/apps/flux-chat/chat"):
        sends(ben)

    ben.sees("12 blue mugs")
    assert forms.said == ["12 blue mugs\n3 boards"]
    assert not forms.calls


def test_choices_numbers_and_suggestions(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    many = options(*(f"Harbour Mug {at}" for at in range(8)))
    forms = begins(
        ben,
        form(
            "choose",
            fields=[
                asked("choice", "line-0", "blue mug", options=many),
                asked("number", "line-1", "How many boards?"),
                asked("text", "when", "When?", options=[MORNING]),
            ],
        ),
    )
    forms.leads_to = [CONFIRM]

    ben.chat.get_by_role("combobox").select_option("Harbour Mug 3")
    expect(labelled(ben, "How many")).to_have_attribute("inputmode", "numeric")
    labelled(ben, "How many").fill("12")
    ben.button("Tomorrow morning").click()
    expect(labelled(ben, "When")).to_have_value(MORNING["value"])
    expect(labelled(ben, "When")).to_be_focused()
    labelled(ben, "When").press("Enter")

    expect(the_form(ben, "Is everything right?")).to_be_visible()
    assert forms.calls[0]["values"] == {
        "line-0": "3",
        "line-1": "12",
        "when": MORNING["value"],
    }


def test_a_call_back_is_asked_for_where_it_is_offered(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, None)
    away = {"type": "person", "at": 0, "state": "away", "hours": "Mon-Fri, 9-17"}
    forms.leads_to = [CONTACT | {"flow": "callback_request"}]
    forms.tells("Nobody is there now.", away)
    ben.sees("Team is away")
    expect(ben.button("Call me back")).to_be_hidden()
    forms.tells("We can call you.", away | {"callback": True})

    ben.button("Call me back").dblclick()

    expect(the_form(ben)).to_be_visible()
    [call] = forms.calls
    assert call["flow"] == "callback_request"
    assert "run" not in call


def test_the_next_question_is_read_out_to_whoever_writes_meanwhile(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    forms = begins(ben, CONTACT)
    expect(the_form(ben)).to_be_visible()
    listens(ben)
    ben.input.last.focus()

    forms.now = PLACE

    expect(the_form(ben, "Where should it go?")).to_be_visible()
    expect(ben.input.last).to_be_focused()
    assert "Where should it go?" in heard(ben)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out_of_a_small_phone(
    shopper: Callable[..., Shopper],
    begins: Callable[..., PretendForms],
    language: str,
) -> None:
    ben = shopper(**{**PHONE, "viewport": {"width": 320, "height": 640}}, **STILL)
    forms = begins(ben, CONFIRM, language)
    expect(ben.chat.get_by_role("form")).to_be_visible()

    assert not sticks_out(ben)
    forms.now = CONTACT | {"revision": 9}
    expect(labelled(ben, "Your name")).to_be_visible()
    assert not sticks_out(ben)
    assert not Scan(ben.page).violations
    ben.page.locator("flux-chat-widget").evaluate(SPREAD)
    assert not sticks_out(ben)


def sticks_out(ben: Shopper) -> bool:
    """Whether anything has to be scrolled sideways."""
    wide = """chat => [chat, chat.querySelector('[data-part="scroller"]'),
      ...chat.querySelectorAll('.chat-form, .chat-form *')]
      .filter(each => each.scrollWidth > each.clientWidth + 1
        && getComputedStyle(each).display !== 'inline'
        && !each.matches('.chat-unseen, input, textarea')).length"""
    page = "document.documentElement.scrollWidth > innerWidth"
    return bool(ben.chat.evaluate(wide)) or bool(ben.page.evaluate(page))


@pytest.mark.parametrize("now", [CONTACT, PLACE, CONFIRM], ids=lambda one: one["step"])
def test_axe_finds_nothing_in_any_light(
    shopper: Callable[..., Shopper], begins: Callable[..., PretendForms], now: Any
) -> None:
    ben = shopper(**STILL)
    forms = begins(ben, now)
    forms.tells("With pleasure.", RECEIPT)
    ben.sees("Order received")
    media: Any = ben.page.emulate_media
    ben.button("Cancel").click()

    assert not Scan(ben.page).violations
    media(color_scheme="dark", **STILL)
    assert not Scan(ben.page).violations
    media(color_scheme="light", forced_colors="active", **STILL)
    # Words have the system's colors then, but the browser still tells axe those of the page.
    assert not Scan(ben.page, without=["color-contrast"]).violations


def test_without_its_script_the_words_ask_the_same(
    ben: Shopper, begins: Callable[..., PretendForms]
) -> None:
    ben.browser.route("**/chat-form.js", lambda route: route.abort())
    forms = begins(ben, CONTACT)
    forms.tells("How can we reach you?")

    ben.sees("How can we reach you?")
    with ben.page.expect_response("**/apps/flux-chat/chat"):
        ben.says("ben@example.com")

    ben.sees("ben@example.com")
    assert forms.said == ["ben@example.com"]
