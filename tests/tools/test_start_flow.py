"""The model begins a form and says what code tells it to say; it decides nothing of it."""

from typing import Any

import pytest

from backend.flows.answers import Answers
from backend.flows.forms import draw_form
from backend.services import Services
from backend.store.parts import Part
from backend.tools.start_flow import MOST_CHARACTERS, MOST_ITEMS, NOT_HERE, TOOL
from backend.tools.toolbox import TOO_OFTEN, FormWish, StartedForm, ToolContext
from tests.support.called_tools import call, context_of
from tests.support.form_stories import LAMPS, run_of, terms_of
from tests.support.small_catalogs import MIRA


class Forms:
    """Begins whatever is wished for, and keeps what that was."""

    def __init__(self, started: StartedForm) -> None:
        self.started = started
        self.wishes: list[FormWish] = []

    def __call__(self, wish: FormWish) -> StartedForm:
        self.wishes.append(wish)
        return self.started


def part() -> Part:
    return draw_form(run_of("bulk_order", Answers(lines=(LAMPS,))), terms_of())


OPEN = StartedForm("open", "How can we reach you?", part())


def context(services: Services, forms: Any) -> ToolContext:
    return context_of(services, MIRA, start_form=forms)


def test_the_form_is_shown_and_the_model_says_its_question(services: Services) -> None:
    forms = Forms(OPEN)

    told = call(TOOL, context(services, forms), flow="bulk_order")

    assert told.facts == {"state": "open", "say": "How can we reach you?"}
    assert [part["type"] for part in told.parts] == ["form"]
    assert forms.wishes == [FormWish("bulk_order")]


@pytest.mark.parametrize("state", ["off", "other_open"])
def test_where_none_is_begun_the_model_is_told_why(
    services: Services, state: Any
) -> None:
    told = call(
        TOOL,
        context(services, Forms(StartedForm(state, "One at a time."))),
        flow="callback_request",
    )

    assert (told.facts["state"], told.parts) == (state, ())


def test_what_the_model_has_understood_is_handed_on(services: Services) -> None:
    forms = Forms(OPEN)

    call(
        TOOL,
        context(services, forms),
        flow="callback_request",
        name="Ana",
        phone="030 901820",
        email="ana@example.com",
        when="tomorrow",
    )

    [wish] = forms.wishes
    assert (wish.name, wish.phone, wish.email, wish.when) == (
        "Ana",
        "030 901820",
        "ana@example.com",
        "tomorrow",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"flow": "raffle"},
        {"flow": "bulk_order", "name": "x" * (MOST_CHARACTERS + 1)},
        {"flow": "bulk_order", "items": [{}] * (MOST_ITEMS + 1)},
        {"flow": "bulk_order", "items": "lamps"},
    ],
)
def test_what_is_no_wish_begins_nothing(
    services: Services, arguments: dict[str, Any]
) -> None:
    forms = Forms(OPEN)

    told = call(TOOL, context(services, forms), **arguments)

    assert told.text.startswith("The arguments are wrong")
    assert forms.wishes == []


def test_where_no_form_can_be_begun_the_model_is_told(services: Services) -> None:
    told = call(TOOL, context_of(services, MIRA), flow="bulk_order")

    assert told.text == NOT_HERE
    assert told.parts == ()


def test_one_form_is_begun_in_a_turn_and_alone(services: Services) -> None:
    forms = Forms(OPEN)
    here = context(services, forms)
    call(TOOL, here, flow="bulk_order")

    assert call(TOOL, here, flow="callback_request").text == TOO_OFTEN
    assert len(forms.wishes) == 1
    assert not TOOL.read_only
