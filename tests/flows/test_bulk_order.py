"""The table of a bulk order: what each step asks, takes and refuses."""

from typing import Any

import pytest

from backend.flows import bulk_order, flow_machine
from backend.flows.answers import Answers, InvalidAnswer, Quote
from backend.flows.bulk_order import BULK_ORDER, QUOTE_HOLDS_MS
from backend.flows.flow_terms import Terms
from tests.support.form_stories import (
    CONTACT,
    HARBOUR,
    HILL,
    LAMPS,
    NOW,
    PHONE,
    SCARVES,
    TO_CONFIRM,
    UNKNOWN,
    WHICH_LAMP,
    terms_of,
)

TERMS = terms_of()
PLACES = terms_of(pickup_places=(HARBOUR, HILL), delivery=True)


def step_of(answers: Answers, terms: Terms = TERMS) -> str | None:
    step = flow_machine.next_step(BULK_ORDER, answers, terms)
    return step.name if step else None


def test_its_steps_are_those_of_the_contract() -> None:
    steps = [step.name for step in BULK_ORDER.steps]

    assert steps == ["items", "choose", "contact", "place", "confirm"]
    assert BULK_ORDER.find_step("place") is BULK_ORDER.steps[3]
    assert BULK_ORDER.find_step("when") is None


def test_what_could_not_be_found_alone_is_no_order() -> None:
    assert step_of(Answers(lines=(UNKNOWN,))) == "items"
    assert step_of(Answers(lines=(UNKNOWN, LAMPS))) == "contact"


def test_too_few_pieces_ask_for_more() -> None:
    terms = terms_of(least_pieces=12)
    few, enough = Answers(lines=(LAMPS,)), Answers(lines=(LAMPS, SCARVES))

    assert bulk_order.is_too_small(few, terms)
    assert step_of(few, terms) == "items"
    assert step_of(enough, terms) == "contact"


def test_how_many_there_are_is_judged_once_that_is_clear() -> None:
    terms = terms_of(least_pieces=12)

    assert step_of(Answers(lines=(WHICH_LAMP,)), terms) == "choose"


@pytest.mark.parametrize(
    "settings, given, step",
    [
        ({}, {"name": "Ana", "phone": PHONE}, "contact"),
        ({"ask_email": "optional"}, {"name": "Ana", "phone": PHONE}, "confirm"),
        ({"ask_email": "off", "ask_phone": "off"}, {"name": "Ana"}, "confirm"),
        ({"ask_email": "off", "ask_phone": "off"}, {"phone": PHONE}, "contact"),
    ],
)
def test_the_merchant_says_how_somebody_must_be_reached(
    settings: dict[str, Any], given: dict[str, Any], step: str
) -> None:
    answers = Answers(lines=(LAMPS,), **given)

    assert step_of(answers, terms_of(**settings)) == step


def test_a_place_is_one_of_those_that_are_offered() -> None:
    answers = Answers(lines=(LAMPS,), **CONTACT)

    for place in ("pickup:Harbour", "delivery"):
        values = {"place": place}
        told = flow_machine.answer(BULK_ORDER, answers, "place", values, PLACES)
        assert told.place == place

    for values in ({"place": "pickup:Moon"}, {"place": ""}, {}):
        with pytest.raises(InvalidAnswer) as refused:
            flow_machine.answer(BULK_ORDER, answers, "place", values, PLACES)
        assert (refused.value.field, refused.value.code) == ("place", "choice_unknown")


def test_where_it_goes_follows_from_the_only_place_or_the_choice() -> None:
    one = terms_of(pickup_places=(HARBOUR,))
    only_delivery = terms_of(delivery=True)
    hill = Answers(place="pickup:Hill")

    assert bulk_order.place_of(Answers(), one) == "pickup:Harbour"
    assert bulk_order.place_of(hill, one) == "pickup:Harbour"
    assert bulk_order.place_of(Answers(), only_delivery) == "delivery"
    assert bulk_order.place_of(hill, PLACES) == "pickup:Hill"
    assert bulk_order.place_of(Answers(place="pickup:Moon"), PLACES) == ""
    assert bulk_order.place_of(hill, TERMS) == ""


def test_the_only_place_is_agreed_to_with_the_yes() -> None:
    one, moved = terms_of(pickup_places=(HARBOUR,)), terms_of(pickup_places=(HILL,))
    shown = TO_CONFIRM.replace(place="")

    told = flow_machine.answer(BULK_ORDER, shown, "confirm", {"confirm": "yes"}, one)

    assert told.place == "pickup:Harbour"
    assert bulk_order.place_of(told, moved) == "pickup:Harbour"


def test_an_explicit_yes_to_what_was_shown_ends_it() -> None:
    yes = {"confirm": "yes"}

    told = flow_machine.answer(BULK_ORDER, TO_CONFIRM, "confirm", yes, TERMS)

    assert told.is_confirmed
    assert step_of(told) is None


@pytest.mark.parametrize("values", [{}, {"confirm": "no"}, {"confirm": ""}])
def test_nothing_else_is_a_yes(values: dict[str, str]) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        flow_machine.answer(BULK_ORDER, TO_CONFIRM, "confirm", values, TERMS)

    assert refused.value.code == "not_confirmed"


def test_there_is_no_yes_to_what_nobody_was_shown() -> None:
    unseen = TO_CONFIRM.replace(quote=None)

    with pytest.raises(InvalidAnswer):
        flow_machine.answer(BULK_ORDER, unseen, "confirm", {"confirm": "yes"}, TERMS)


def test_a_yes_to_old_prices_shows_them_anew() -> None:
    old = Quote(
        NOW - QUOTE_HOLDS_MS, TO_CONFIRM.quote.prices if TO_CONFIRM.quote else ()
    )
    answers = TO_CONFIRM.replace(quote=old)

    told = flow_machine.answer(
        BULK_ORDER, answers, "confirm", {"confirm": "yes"}, TERMS
    )

    assert (told.is_confirmed, told.quote) == (False, None)
    assert not bulk_order.has_fresh_quote(answers, TERMS)
    assert bulk_order.has_fresh_quote(TO_CONFIRM, TERMS)
