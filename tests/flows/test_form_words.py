"""What stands in the conversation for a form that was sent: no word that reaches anybody."""

import pytest

from backend.flows import form_words
from backend.flows.answers import Answers
from backend.flows.runs import Run
from tests.support.form_stories import (
    CONTACT,
    HARBOUR,
    HILL,
    HOW_MANY,
    LAMPS,
    SCARVES,
    SECRETS,
    WHICH_LAMP,
    run_of,
    terms_of,
)

TERMS = terms_of(pickup_places=(HARBOUR, HILL), delivery=True)
RUN = run_of("bulk_order", Answers(lines=(LAMPS, WHICH_LAMP, HOW_MANY)))


def said(
    step: str, values: dict[str, str], run: Run = RUN, language: str = "en"
) -> str:
    terms = terms_of(language, pickup_places=(HARBOUR, HILL), delivery=True)
    return form_words.say_answer(run, "answer", step, values, terms)


def test_a_wish_for_a_form_is_said_in_the_shoppers_language() -> None:
    assert form_words.say_begin("callback_request", "en") == "Please call me back."
    assert "larger quantity" in form_words.say_begin("bulk_order", "en")
    assert form_words.say_begin("callback_request", "ja") != "Please call me back."


def test_contact_details_are_masked() -> None:
    words = said("contact", CONTACT)

    assert words == "A…, ••• 820, a…@….com"
    assert not [secret for secret in SECRETS if secret in words]


def test_wrong_ones_are_masked_as_well() -> None:
    words = said("contact", {"name": "Ana Costa", "phone": "Anas number", "email": ""})

    assert "Costa" not in words
    assert "Anas" not in words


def test_what_was_chosen_is_named() -> None:
    values = {"line-1": "1", "quantity-2": "7"}

    assert said("choose", values) == "Floor Lamp, 7 × Desk Lamp"
    assert said("choose", {"line-1": "drop"}) == "lamps: Leave it out"


@pytest.mark.parametrize("choice", ["9", "²", "-1", "x", "9" * 500])
def test_what_makes_no_sense_is_left_out(choice: str) -> None:
    assert said("choose", {"line-1": choice}) == "Yes, confirm"
    assert said("items", {"quantity-x": choice}) == "Yes, confirm"


def test_of_a_list_what_is_different_is_named() -> None:
    run = run_of("bulk_order", Answers(lines=(LAMPS, SCARVES)))

    assert said("items", {"quantity-0": "12", "quantity-1": "4"}, run) == (
        "12 × Desk Lamp"
    )
    assert said("items", {"quantity-0": "11"}, run) == "Yes, confirm"


def test_a_place_is_told_with_its_address() -> None:
    assert said("place", {"place": "pickup:Hill"}) == "Hill, Upper Lane 2, Hamburg"
    assert said("place", {"place": "delivery"}, language="de") == "Lieferung"


def test_a_time_stands_as_it_was_written() -> None:
    run = run_of("callback_request")

    assert said("when", {"when": "tomorrow after 4"}, run) == "tomorrow after 4"


def test_a_yes_is_a_yes() -> None:
    assert said("confirm", {"confirm": "yes"}) == "Yes, confirm"
    assert said("confirm", {"confirm": "yes"}, language="de") == "Ja, bestätigen"


@pytest.mark.parametrize(
    "action, step, words",
    [
        ("back", "", "Back"),
        ("cancel", "", "Cancel"),
        ("change", "contact", "Change: How can we reach you?"),
    ],
)
def test_other_buttons_say_what_they_do(action: str, step: str, words: str) -> None:
    assert form_words.say_answer(RUN, action, step, {}, TERMS) == words
