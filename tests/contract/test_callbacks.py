"""Somebody wants to be called: asked for in words or by a button, offered when nobody is there, and
one request for the people of the shop.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.shops.settings import Settings
from tests.contract.checked_people import CheckedPerson
from tests.support.form_talks import (
    CONTACT,
    CONTACT_WORDS,
    ORDER,
    QUESTION,
    FormTalk,
    names_of_fields,
)
from tests.support.model_calls import will_call
from tests.support.order_shops import GENEROUS, WITHOUT_MODEL, choose, requests_of
from tests.support.running_app import RunningApp, SharedApps

BERLIN = ZoneInfo("Europe/Berlin")
CALL = {"name": CONTACT["name"], "phone": CONTACT["phone"]}
# Nobody is ever there but for a minute of the week.
ASLEEP = Settings(hours=((),) * 6 + (((0, 1),),))

on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True, scope="module")

CheckedPerson.secrets |= CONTACT_WORDS


@pytest.fixture(scope="module", params=["sqlite"])
def app(request: pytest.FixtureRequest, apps: SharedApps) -> RunningApp:
    return apps.on(request.param, **WITHOUT_MODEL, **GENEROUS)


@pytest.fixture
def talk(app: RunningApp, shop: str) -> FormTalk:
    """A guest's, in a shop of their own."""
    talk = FormTalk(CheckedPerson(app.base, shop))
    talk.says("Hello")
    return talk


@pytest.fixture
def chooses(app: RunningApp, talk: FormTalk) -> Callable[..., None]:
    return partial(choose, app, talk.who.shop)


def due_in_berlin(app: RunningApp, shop: str) -> datetime:
    [request] = requests_of(app, shop)
    return datetime.fromtimestamp(request.due_at / 1000, BERLIN)


def test_a_callback_is_asked_for_in_words(app: RunningApp, talk: FormTalk, chooses):
    chooses(Settings(time_zone=BERLIN.key))

    assert "the team can call you back" in talk.says("please call me back")
    assert names_of_fields(talk.form) == ["name", "phone"]
    assert talk.says("Ana Ruiz, +1 202-555-0147").startswith("When would be")
    assert talk.step == "when"
    done = talk.says("tomorrow after 4")

    assert "16:00" in done
    assert "••• 147" in done
    assert talk.form == {}
    [request] = requests_of(app, talk.who.shop)
    assert (request.kind, request.state, request.order_state) == (
        "callback_request",
        "new",
        "none",
    )
    due = due_in_berlin(app, talk.who.shop)
    assert due.hour == 16
    assert (due.date() - datetime.now(BERLIN).date()).days == 1


@on_sqlite
def test_it_is_begun_by_a_button_and_ends_as_a_receipt(talk: FormTalk):
    talk.reply_to(talk.begins("callback_request"))
    talk.answers(**CALL)
    [when] = talk.form["fields"]

    talk.answers(when=when["options"][1]["value"])

    [receipt] = [
        part
        for part in talk.messages[-1]["parts"]
        if part["type"] == "form" and part["state"] == "finished"
    ]
    told = {each["label"]: each["value"] for each in receipt["summary"]}
    assert told["Phone number"] == "••• 147"
    assert told["Best time"] in talk.messages[-1]["text"]


@on_sqlite
def test_a_time_that_is_none_gets_the_sentence_that_helps(talk: FormTalk):
    talk.reply_to(talk.begins("callback_request"))
    assert talk.refusals(name="", phone="12")["name"] == "Please tell us your name."
    talk.answers(**CALL)

    assert "already passed" in talk.refusals(when="yesterday")["when"]
    assert "give a day and a time" in talk.refusals(when="blurb")["when"]
    assert talk.step == "when"


@on_sqlite
def test_a_time_when_nobody_is_there_is_told_with_the_hours(talk: FormTalk, chooses):
    weekday = ((540, 1020),)
    chooses(Settings(hours=(weekday,) * 5 + ((), ())))
    talk.reply_to(talk.begins("callback_request"))
    talk.answers(**CALL)

    refused = talk.refusals(when="Sunday at 3 am")["when"]

    assert refused.startswith("Nobody is there at that time.")
    assert "9:00" in refused


@on_sqlite
def test_it_is_offered_when_the_team_is_away_and_no_callbacks_are_off(
    talk: FormTalk, chooses
):
    chooses(ASLEEP)
    assert "we can call you back" in talk.says("can I talk to a human")
    [person] = _persons(talk)
    assert (person["state"], person["callback"]) == ("away", True)

    chooses(Settings(hours=ASLEEP.hours, callbacks=False))
    assert "call you back" not in talk.says("can I talk to a human")
    assert _persons(talk)[-1]["callback"] is False
    assert talk.begins("callback_request").status == 422
    talk.says("please call me back")
    assert talk.form == {}


def _persons(talk: FormTalk) -> list[dict[str, Any]]:
    parts = [part for message in talk.messages for part in message["parts"]]
    return [part for part in parts if part["type"] == "person"]


def test_whoever_asks_twice_waits_once(app: RunningApp, talk: FormTalk):
    """Also from another browser; the later time counts."""
    other = FormTalk(talk.who.elsewhere())
    for each, when in ((talk, "tomorrow at 10"), (other, "tomorrow at 15:00")):
        each.reply_to(each.begins("callback_request"))
        each.answers(**CALL)
        told = each.answers(when=when)

    assert "I've updated it" in told
    [request] = requests_of(app, talk.who.shop)
    assert request.asked == 2
    assert due_in_berlin(app, talk.who.shop).minute == 0
    assert request.run_id not in json.dumps(talk.messages)
    assert request.run_id in json.dumps(other.messages)


def test_nothing_crosses_to_another_shop(app: RunningApp, talk: FormTalk, otto):
    others = FormTalk(CheckedPerson(app.base, otto.shop))
    for each in (talk, others):
        each.reply_to(each.begins("callback_request"))
        each.answers(**CALL)
    assert others.sends(talk.form, values={"when": "tomorrow at 10"}).status == 409

    talk.answers(when="tomorrow at 10")

    assert len(requests_of(app, talk.who.shop)) == 1
    assert requests_of(app, otto.shop) == []
    assert others.step == "when"


@on_sqlite
def test_questions_back_and_cancel_at_each_step(app: RunningApp, talk: FormTalk):
    talk.reply_to(talk.begins("callback_request"))
    assert "your form is still here" in talk.says(QUESTION)
    talk.answers(**CALL)
    assert "your form is still here" in talk.says(QUESTION)

    talk.says("back")
    assert talk.form["values"]["phone"] == "+12025550147"
    assert "already the first step" in talk.says("back")
    assert "Nothing was sent" in talk.says("cancel")
    talk.reply_to(talk.begins("callback_request"))
    talk.answers(**CALL)

    assert talk.step == "when"
    assert requests_of(app, talk.who.shop) == []


@on_sqlite
def test_an_order_that_is_off_is_not_begun(talk: FormTalk, chooses):
    chooses(Settings(bulk_orders=False))

    assert talk.begins("bulk_order").status == 422
    talk.says(ORDER)

    assert talk.form == {}


def test_a_model_fills_in_what_it_has_understood(apps: SharedApps, ai, shop: str):
    talk = FormTalk(CheckedPerson(apps.on("sqlite").base, shop))
    asked = "Could somebody ring me tomorrow at 10?"
    will_call(ai, "start_flow", asked, flow="callback_request", when="tomorrow at 10")

    talk.says(asked)
    assert talk.step == "contact"
    done = talk.answers(**CALL)

    assert done.startswith("Done!")
    assert talk.form == {}
