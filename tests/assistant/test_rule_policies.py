"""What the store itself says, quoted; and honest sentences where it says nothing."""

from typing import Any

import pytest

from backend.assistant.rule_replies import say
from backend.shops.settings import Answered, PickupPlace, Settings
from tests.support.rules_talk import NOT_NOW, RulesTalk, whole_store

NOTHING: dict[str, Any] = {"passages": []}


@pytest.mark.parametrize(
    ("text", "kind", "quote"),
    [
        ("do you ship to norway", "shipping", "Shipping to Norway costs €9."),
        ("how many days do i have to return", "returns", "free for 30 days"),
        ("do you take paypal", "payment", "We accept PayPal and cards."),
        ("what are your opening hours", "contact", "from 9 to 17"),
        ("how long is the warranty", "any", "The warranty is 2 years."),
        ("is there a student discount", "any", "a discount of 10 %"),
    ],
)
def test_the_sentence_that_answers_is_quoted(text: str, kind: str, quote: str) -> None:
    talk = RulesTalk(whole_store())

    answer = talk.ask(text)

    assert talk.calls == [("read_policies", {"question": text, "kind": kind})]
    assert quote in answer
    assert answer.startswith("This is what our store says:")


def test_a_policy_in_another_language_is_introduced_in_the_shopper_s() -> None:
    answer = RulesTalk(whole_store()).ask("liefert ihr nach norwegen")

    assert answer == say("policy", "de", quote="Shipping to Norway costs €9.")


def test_a_policy_of_the_kind_that_names_none_of_it_is_quoted_from_the_beginning() -> (
    None
):
    passage = {"title": "Shipping", "url": "/s", "text": "Our parcels are green. So."}
    talk = RulesTalk(whole_store() | {"read_policies": {"passages": [passage]}})

    assert "Our parcels are green." in talk.ask("do you ship to norway")


def test_pages_without_an_answer_are_pointed_at() -> None:
    passage = {"title": "About", "url": "/a", "text": "We love the sea."}
    talk = RulesTalk(whole_store() | {"read_policies": {"passages": [passage]}})

    answer = talk.ask("how long is the warranty")

    assert answer.startswith(say("policy_pages", "en"))
    assert say("offer", "en") in answer


def test_no_policy_is_said_and_a_person_offered() -> None:
    talk = RulesTalk(whole_store() | {"read_policies": NOTHING})

    answer = talk.ask("do you ship to norway")

    assert answer == f"{say('no_policy', 'en')} {say('offer', 'en')}"


@pytest.mark.parametrize("found", [NOTHING, NOT_NOW, {"passages": "?"}])
def test_what_the_merchant_has_written_down_answers_as_well(found: Any) -> None:
    rows = (Answered("Do you ship to Norway?", "Yes, to Norway for 9 euros."),)
    settings = Settings(questions=rows, knowledge="We love the sea.")
    talk = RulesTalk(whole_store() | {"read_policies": found}, settings=settings)

    assert "Yes, to Norway for 9 euros." in talk.ask("do you ship to norway")


def test_the_merchant_s_words_need_no_tool() -> None:
    settings = Settings(knowledge="Returns are free.\n\nWe are closed on Sundays.")

    assert "Returns are free." in RulesTalk({}, settings=settings).ask(
        "are returns free"
    )


def test_pickup_places_tell_where_the_store_is() -> None:
    settings = Settings(pickup_places=(PickupPlace("Harbour", "Quay 4, Hamburg"),))
    talk = RulesTalk({}, settings=settings)

    assert "Harbour, Quay 4, Hamburg" in talk.ask("where is your shop")
