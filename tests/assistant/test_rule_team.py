"""Whoever needs a person gets an honest sentence about one."""

import tomllib
from pathlib import Path

import pytest

from backend.assistant.rule_replies import say, say_wait
from tests.support.rules_talk import NOT_NOW, RulesTalk, whole_store

AWAY = {"state": "away", "hours": "Mon–Fri 9:00 AM–5:00 PM"}
PHRASES = tomllib.loads(Path(__file__).with_name("person_phrases.toml").read_text())
ANSWERS_THAT_NEED_ONE = {
    "let me talk to a human": "person",
    "the vase came broken": "complaint",
    "2 lamps, 4 mugs and 1 rug": "bulk_order",
    "please call me back": "callback",
}


@pytest.mark.parametrize(("text", "reason"), ANSWERS_THAT_NEED_ONE.items())
def test_a_person_is_asked_and_told_why(text: str, reason: str) -> None:
    talk = RulesTalk(whole_store())

    answer = talk.ask(text)

    assert talk.calls == [("ask_for_a_person", {"reason": reason})]
    assert answer.endswith(say("person_requested", "en"))


@pytest.mark.parametrize("text", ANSWERS_THAT_NEED_ONE)
def test_when_nobody_is_there_nobody_is_promised(text: str) -> None:
    answer = RulesTalk(whole_store() | {"ask_for_a_person": AWAY}).ask(text)

    assert say("person_away", "en") in answer
    assert answer.endswith("Our team is here: Mon–Fri 9:00 AM–5:00 PM")


def test_hours_that_nobody_keeps_are_not_told() -> None:
    away = {"state": "away", "hours": None}
    answer = RulesTalk(whole_store() | {"ask_for_a_person": away}).ask("a human please")

    assert answer == say("person_away", "en")


@pytest.mark.parametrize("text", ANSWERS_THAT_NEED_ONE)
def test_a_team_that_cannot_be_reached_is_said(text: str) -> None:
    answer = RulesTalk(whole_store() | {"ask_for_a_person": NOT_NOW}).ask(text)

    assert answer.endswith(f"{say('no_team', 'en')} {say('contact', 'en')}")


def test_a_complaint_is_answered_with_regret_first() -> None:
    answer = RulesTalk(whole_store()).ask("the vase came broken")

    assert answer.startswith(say("sorry", "en"))


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("2 lamps, 4 mugs and 1 rug", "bulk_order"),
        ("please call me back", "callback_request"),
    ],
)
def test_a_form_of_its_own_comes_first(text: str, flow: str) -> None:
    begun = {"state": "open", "say": "How can we reach you?"}
    talk = RulesTalk(whole_store() | {"start_flow": begun})

    assert talk.ask(text) == "How can we reach you?"
    assert talk.calls == [("start_flow", {"flow": flow})]


def test_a_form_that_does_not_open_is_not_promised() -> None:
    talk = RulesTalk(whole_store() | {"start_flow": NOT_NOW})

    told = talk.ask("please call me back")

    assert told.startswith(say("no_callback", "en"))
    assert told.endswith(say("person_requested", "en"))


@pytest.mark.parametrize("language", PHRASES["asks"])
def test_whoever_asks_for_a_person_calls_one(language: str) -> None:
    assert len(PHRASES["asks"][language]) >= 5
    assert not [text for text in PHRASES["asks"][language] if not calls(text, language)]


@pytest.mark.parametrize("language", PHRASES["asks_not"])
def test_what_only_sounds_so_calls_nobody(language: str) -> None:
    assert not [text for text in PHRASES["asks_not"][language] if calls(text, language)]


def calls(text: str, language: str) -> bool:
    talk = RulesTalk(whole_store(), locale=language)
    talk.ask(text)
    return ("ask_for_a_person", {"reason": "person"}) in talk.calls


def test_about_how_fast_is_told_where_it_is_known() -> None:
    soon = {"state": "requested", "hours": None, "usual_wait": 5}
    answer = RulesTalk(whole_store() | {"ask_for_a_person": soon}).ask("a human please")

    assert answer == f"{say('person_requested', 'en')} {say_wait(5, 'en')}"
