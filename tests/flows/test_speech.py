"""What is said: each step asks, each end tells, and what could not be found is named."""

import pytest

from backend.flows import speech
from backend.flows.answers import Answers, InvalidAnswer, Quote
from backend.flows.flow_terms import Terms
from backend.flows.orders import Line
from backend.flows.runs import Run, RunState
from tests.support.form_stories import (
    CONTACT,
    HARBOUR,
    HILL,
    HOW_MANY,
    LAMPS,
    NOW,
    PHONE,
    TO_CONFIRM,
    UNKNOWN,
    WHICH_LAMP,
    run_of,
    terms_of,
)

TERMS = terms_of()
LANGUAGES = ["en", "de", "es", "fr", "ar", "hi", "ja", "ml"]


def order(*lines: Line, **answers: object) -> Run:
    return run_of("bulk_order", Answers(lines=lines).replace(**answers))


def asked(run: Run, terms: Terms = TERMS) -> str:
    text = speech.ask_next(run, terms)
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    "run, question",
    [
        (order(), "Tell me what you need and how many of each."),
        (order(WHICH_LAMP), "Which product do you mean by “lamps”?"),
        (order(HOW_MANY), "How many Desk Lamp would you like?"),
        (order(HOW_MANY, WHICH_LAMP), "Please choose which ones you mean."),
        (order(LAMPS), "How can we reach you? You can write it all in one message."),
        (order(LAMPS, name="Ana"), "your phone number and your email"),
        (order(LAMPS, **CONTACT), "Shall I place it?"),
    ],
)
def test_each_step_asks_for_what_is_missing(run: Run, question: str) -> None:
    assert question in asked(run)


def test_a_callback_asks_who_and_when() -> None:
    assert "reach you" in asked(run_of("callback_request"))
    assert "good time" in asked(run_of("callback_request", Answers(**CONTACT)))


def test_nothing_is_asked_once_all_is_said() -> None:
    done = TO_CONFIRM.replace(is_confirmed=True)

    assert asked(run_of("bulk_order", done)) == ""


def test_somebody_who_has_to_take_more_is_told_how_many() -> None:
    terms = terms_of(least_pieces=50)

    assert "50" in asked(order(LAMPS), terms)
    assert "50" not in asked(order(), terms)


def test_who_changes_a_contact_that_is_whole_is_asked_for_all_of_it() -> None:
    run = run_of("bulk_order", TO_CONFIRM.replace(reopened=("contact",)))

    assert "How can we reach you?" in asked(run)


def test_the_only_place_is_told_and_a_choice_is_asked() -> None:
    one, two = (
        terms_of(pickup_places=(HARBOUR,)),
        terms_of(pickup_places=(HARBOUR, HILL)),
    )

    assert asked(order(LAMPS, **CONTACT), one).startswith("Pickup is at Harbour.")
    assert "deliver" in asked(order(LAMPS, **CONTACT), two)
    assert "Pickup" not in asked(order(LAMPS, **CONTACT), terms_of(delivery=True))


def test_prices_that_shopify_did_not_tell_are_the_stores_to_confirm() -> None:
    unknown = order(LAMPS, **CONTACT, quote=Quote(NOW))

    assert "The store will confirm the prices." in asked(unknown)
    assert "will confirm" not in asked(run_of("bulk_order", TO_CONFIRM))


def test_what_could_not_be_found_is_named_in_the_shoppers_words() -> None:
    lines = (LAMPS, UNKNOWN, *[Line(f"thing {number}") for number in range(9)])

    [told] = speech.tell_missing(lines, TERMS)

    assert "unobtainium, thing 0, thing 1, thing 2, thing 3" in told
    assert "thing 4" not in told
    assert list(speech.tell_missing((LAMPS, WHICH_LAMP), TERMS)) == []


def test_a_beginning_says_what_can_be_done_and_what_was_not_found() -> None:
    told = speech.begin_briefly(order(LAMPS, UNKNOWN), (LAMPS, UNKNOWN), TERMS)

    assert told.startswith("I can take that as an order.")
    assert "unobtainium" in told
    assert "call you back" in speech.begin_briefly(
        run_of("callback_request"), (), TERMS
    )


def test_an_order_is_in_and_its_number_follows() -> None:
    assert "number follows" in speech.finish(order(LAMPS), TERMS, is_merged=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_callback_is_told_with_its_time_and_a_masked_number(language: str) -> None:
    answers = Answers(name="Ana", phone=PHONE, when_text="26. 11., 16:00")
    run = run_of("callback_request", answers)

    told = speech.finish(run, terms_of(language), is_merged=False)

    assert "26. 11., 16:00" in told
    assert "20" in told
    assert "901820" not in told
    merged = speech.finish(run, terms_of(language), is_merged=True)
    assert merged != told


REFUSALS = {
    "when_closed": {"hours": "9–17", "next": "Monday"},
    "too_few": {"minimum": "3"},
    "too_many": {"maximum": "9"},
    "too_many_lines": {"most": "200"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code",
    [
        "name_missing",
        "phone_missing",
        "phone_short",
        "phone_long",
        "phone_country",
        "phone_invalid",
        "email_missing",
        "email_invalid",
        "when_past",
        "when_closed",
        "when_unclear",
        "when_far",
        "choice_unknown",
        "quantity_invalid",
        "too_few",
        "too_many",
        "items_unclear",
        "too_many_lines",
        "not_confirmed",
        "nothing_back",
        "changed_elsewhere",
    ],
)
def test_each_refusal_has_the_sentence_that_helps(code: str, language: str) -> None:
    error = InvalidAnswer("field", code, REFUSALS.get(code))

    told = speech.refuse(error, terms_of(language))

    assert told
    assert "{" not in told


def test_what_was_put_away_is_said_so() -> None:
    assert "cancelled" in speech.say_state(RunState.CANCELLED, TERMS)
    assert speech.say_state(RunState.FINISHED, TERMS) == ""


def test_a_form_that_is_still_there_is_named_while_it_is_open() -> None:
    run = order(LAMPS)
    ended = run_of("bulk_order", state=RunState.CANCELLED)

    assert "How can we reach you?" in speech.still_open(
        run, "How can we reach you?", TERMS
    )
    assert speech.still_open(ended, "x", TERMS) == ""


def test_one_form_at_a_time_and_new_prices_have_their_sentence() -> None:
    assert "already have a form" in speech.say_other_open(TERMS)
    assert "price has changed" in speech.say_price_changed(TERMS)
