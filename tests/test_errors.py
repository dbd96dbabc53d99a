"""The errors that callers meet: a closed list of codes, and sentences that may be said aloud."""

import inspect

import pytest

from backend import errors
from backend.errors import CODES, AnswerRefused, ChatError, FormChanged, Invalid

TREE = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ChatError)
]


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_each_has_a_code_of_the_list_a_status_and_a_sentence(
    kind: type[ChatError],
) -> None:
    assert kind.code in CODES
    assert 400 <= kind.status < 600
    assert kind.say.endswith(".")


def test_what_is_not_valid_says_which_field_and_may_not_be_tried_again() -> None:
    error = Invalid("`message` is blank.")

    assert (error.say, error.retry, error.status) == ("`message` is blank.", False, 422)


def test_a_form_is_refused_field_by_field_and_may_be_filled_in_anew() -> None:
    error = AnswerRefused({"phone": "That phone number looks too short."})

    assert (error.status, error.code, error.retry) == (422, "invalid", False)
    assert error.fields == {"phone": "That phone number looks too short."}
    assert "phone" not in error.say


def test_a_form_that_was_answered_elsewhere_is_another_error() -> None:
    assert (FormChanged.status, FormChanged.retry) == (409, False)
    assert not issubclass(FormChanged, AnswerRefused)
