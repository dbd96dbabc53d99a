"""Where a run is follows from its answers: the first step that is asked and has none."""

import pytest

from backend.flows import flow_machine
from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.bulk_order import BULK_ORDER
from backend.flows.callback_request import CALLBACK_REQUEST
from backend.flows.flow_machine import Flow
from tests.support.form_stories import (
    CONTACT,
    HARBOUR,
    HILL,
    LAMPS,
    NOW,
    TO_CONFIRM,
    WHICH_LAMP,
    terms_of,
)

TWO_PLACES = terms_of(pickup_places=(HARBOUR, HILL))
ITEMS = Answers(lines=(LAMPS,))
WITH_CONTACT = ITEMS.replace(**CONTACT)
WITH_PLACE = WITH_CONTACT.replace(place="pickup:Hill")


def step_of(answers: Answers, flow: Flow = BULK_ORDER) -> str | None:
    step = flow_machine.next_step(flow, answers, TWO_PLACES)
    return step.name if step else None


@pytest.mark.parametrize(
    "answers, step",
    [
        (Answers(), "items"),
        (Answers(lines=(WHICH_LAMP,)), "choose"),
        (ITEMS, "contact"),
        (WITH_CONTACT, "place"),
        (WITH_PLACE, "confirm"),
        (WITH_PLACE.replace(is_confirmed=True), None),
        # Said before it was asked.
        (Answers(**CONTACT), "items"),
        (ITEMS.replace(name="Ana"), "contact"),
    ],
)
def test_an_order_is_at_the_first_step_without_an_answer(
    answers: Answers, step: str | None
) -> None:
    assert step_of(answers) == step


@pytest.mark.parametrize(
    "answers, step",
    [
        (Answers(), "contact"),
        (Answers(when_from=NOW), "contact"),
        (Answers(**CONTACT), "when"),
        (Answers(**CONTACT, when_from=NOW), None),
    ],
)
def test_a_callback_is_at_the_first_step_without_an_answer(
    answers: Answers, step: str | None
) -> None:
    assert step_of(answers, CALLBACK_REQUEST) == step


def test_what_one_place_leaves_no_choice_of_is_not_asked() -> None:
    for terms in (terms_of(), terms_of(pickup_places=(HARBOUR,))):
        step = flow_machine.next_step(BULK_ORDER, WITH_CONTACT, terms)

        assert step is not None
        assert step.name == "confirm"


def test_an_answer_moves_on_and_closes_its_step() -> None:
    answers = WITH_CONTACT.replace(reopened=("contact", "items"))
    values = {"quantity-0": "12"}

    with pytest.raises(InvalidAnswer):
        flow_machine.answer(BULK_ORDER, answers, "contact", CONTACT, TWO_PLACES)
    told = flow_machine.answer(BULK_ORDER, answers, "items", values, TWO_PLACES)

    assert told.lines[0].quantity == 12
    assert told.reopened == ("contact",)


@pytest.mark.parametrize("step", ["items", "contact", "confirm", "when", "nonsense"])
def test_an_answer_to_a_step_that_is_not_asked_now_is_refused(step: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        flow_machine.answer(BULK_ORDER, WITH_CONTACT, step, CONTACT, TWO_PLACES)

    assert refused.value.code == "changed_elsewhere"


def test_nothing_is_taken_once_all_is_said() -> None:
    done = WITH_PLACE.replace(is_confirmed=True)

    with pytest.raises(InvalidAnswer):
        flow_machine.answer(BULK_ORDER, done, "confirm", {"confirm": "yes"}, TWO_PLACES)


def test_back_asks_the_step_before_anew_and_keeps_its_answer() -> None:
    back = flow_machine.go_back(BULK_ORDER, WITH_PLACE, TWO_PLACES)
    further = flow_machine.go_back(BULK_ORDER, back, TWO_PLACES)

    assert (step_of(back), back.place) == ("place", "pickup:Hill")
    assert (step_of(further), further.phone) == ("contact", CONTACT["phone"])


def test_back_leads_to_what_was_gone_back_from_once_it_is_answered() -> None:
    back = flow_machine.go_back(BULK_ORDER, WITH_PLACE, TWO_PLACES)
    back = flow_machine.go_back(BULK_ORDER, back, TWO_PLACES)

    told = flow_machine.answer(BULK_ORDER, back, "contact", CONTACT, TWO_PLACES)

    assert step_of(told) == "place"


@pytest.mark.parametrize("answers", [Answers(), ITEMS.replace(reopened=("items",))])
def test_before_the_first_step_there_is_none(answers: Answers) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        flow_machine.go_back(BULK_ORDER, answers, TWO_PLACES)

    assert refused.value.code == "nothing_back"


def test_an_earlier_answer_is_changed_and_the_later_ones_stay() -> None:
    changed = flow_machine.change(BULK_ORDER, WITH_PLACE, "contact", TWO_PLACES)
    other = CONTACT | {"name": "Ben"}

    told = flow_machine.answer(BULK_ORDER, changed, "contact", other, TWO_PLACES)

    assert step_of(changed) == "contact"
    assert (step_of(told), told.name, told.place) == ("confirm", "Ben", "pickup:Hill")


def test_a_change_takes_back_a_yes() -> None:
    answers = WITH_PLACE.replace(is_confirmed=True)

    changed = flow_machine.change(BULK_ORDER, answers, "place", TWO_PLACES)

    assert not changed.is_confirmed


@pytest.mark.parametrize("step", ["confirm", "choose", "when", "nonsense"])
def test_only_what_has_an_answer_is_changed(step: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        flow_machine.change(BULK_ORDER, WITH_PLACE, step, TWO_PLACES)

    assert refused.value.code == "nothing_back"


def test_a_step_that_is_reopened_twice_is_answered_once() -> None:
    changed = flow_machine.change(BULK_ORDER, WITH_PLACE, "contact", TWO_PLACES)
    changed = flow_machine.change(BULK_ORDER, changed, "contact", TWO_PLACES)

    told = flow_machine.answer(BULK_ORDER, changed, "contact", CONTACT, TWO_PLACES)

    assert told.reopened == ()


def test_a_step_that_is_not_there_any_more_strands_nobody() -> None:
    """Reopened by a version that had it, or before the merchant has changed the settings."""
    answers = TO_CONFIRM.replace(reopened=("invoice", "place"))
    one_place = terms_of(pickup_places=(HARBOUR,))

    step = flow_machine.next_step(BULK_ORDER, answers, one_place)

    assert step is not None
    assert step.name == "confirm"


def test_a_place_that_is_closed_meanwhile_is_asked_for_anew() -> None:
    answers = WITH_PLACE.replace(place="pickup:Old Mill")

    assert step_of(answers) == "place"
