"""What was answered outlives the program that has stored it."""

import json

from backend.flows.answers import Answers, InvalidAnswer, Price, Quote
from tests.support.form_stories import LAMPS, TO_CONFIRM, WHICH_LAMP


def test_what_is_stored_is_read_as_it_was() -> None:
    answers = TO_CONFIRM.replace(
        lines=(LAMPS, WHICH_LAMP),
        when_from=1,
        when_until=2,
        when_text="tomorrow",
        reopened=("items",),
        reply="Good.",
    )

    assert Answers.from_json(answers.as_json()) == answers


def test_nothing_is_stored_of_what_nobody_has_answered() -> None:
    assert Answers().as_json() == "{}"
    assert json.loads(Answers(name="Ana").as_json()) == {"name": "Ana"}


def test_what_another_version_has_stored_is_left_out_and_nobody_is_stranded() -> None:
    stored = json.loads(TO_CONFIRM.as_json())
    stored["colour"] = "blue"
    stored["lines"][0]["gift"] = {"wrapped": True}
    stored["quote"]["prices"][0]["tax"] = "7.41"

    assert Answers.from_json(json.dumps(stored)) == TO_CONFIRM


def test_what_an_older_version_has_not_stored_was_not_answered() -> None:
    old = json.dumps({"lines": [{"words": "lamps"}], "name": "Ana"})

    answers = Answers.from_json(old)

    assert (answers.name, answers.phone, answers.quote) == ("Ana", "", None)
    assert answers.lines[0].quantity is None
    assert not answers.reopened


def test_a_price_is_found_by_its_variant() -> None:
    lamp, scarf = Price(600, "39.00", "EUR"), Price(1300, "35.00", "EUR")
    quote = Quote(1, (lamp, scarf))

    assert quote.price_of(1300) == scarf
    assert quote.price_of(1) is None
    assert Quote(1).price_of(600) is None


def test_a_change_leaves_the_rest_as_it_was() -> None:
    changed = TO_CONFIRM.replace(name="Ben")

    assert (changed.name, changed.phone) == ("Ben", TO_CONFIRM.phone)
    assert TO_CONFIRM.name != "Ben"


def test_a_refusal_names_a_field_and_a_sentence_and_quotes_nobody() -> None:
    error = InvalidAnswer("phone", "too_few", {"minimum": "10"})

    assert str(error) == "phone: too_few"
    assert error.given == {"minimum": "10"}
    assert error.others == ()
    assert InvalidAnswer("phone", "phone_short").given == {}
