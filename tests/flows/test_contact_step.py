"""Name, number, address: which are asked for, and why one cannot be taken."""

import pytest

from backend.flows import contact_step
from backend.flows.answers import Answers, InvalidAnswer
from tests.support.form_stories import CONTACT, NAME, PHONE, terms_of

TERMS = terms_of()
ALL = {"name": True, "phone": True, "email": True}


@pytest.mark.parametrize(
    "settings, wanted",
    [
        ({}, ALL),
        ({"ask_email": "optional"}, ALL | {"email": False}),
        ({"ask_phone": "off"}, {"name": True, "email": True}),
        ({"ask_phone": "off", "ask_email": "off"}, {"name": True}),
    ],
)
def test_the_merchant_says_what_an_order_asks_for(
    settings: dict[str, str], wanted: dict[str, bool]
) -> None:
    assert contact_step.wanted_of_order(terms_of(**settings)) == wanted


def test_a_callback_needs_a_name_and_a_number() -> None:
    wanted = contact_step.wanted_of_callback(terms_of(ask_phone="off"))

    assert wanted == {"name": True, "phone": True}


def test_what_is_missing_is_what_must_be_there() -> None:
    answers = Answers(name="Ana")

    assert contact_step.list_missing(answers, ALL) == ["phone", "email"]
    assert contact_step.list_missing(answers, ALL | {"email": False}) == ["phone"]


def test_all_fields_are_read_and_brought_into_their_form() -> None:
    values = {
        "name": "  Ana   Costa ",
        "phone": "030 / 90 18 20",
        "email": "Ana@EXAMPLE.com ",
    }

    told = contact_step.read_fields(Answers(), values, ALL, TERMS)

    assert (told.name, told.phone) == (NAME, PHONE)
    assert told.email.casefold() == CONTACT["email"]


def test_each_wrong_field_says_what_is_wrong_with_it() -> None:
    values = {"name": "", "phone": "12", "email": "ana@"}

    with pytest.raises(InvalidAnswer) as refused:
        contact_step.read_fields(Answers(), values, ALL, TERMS)

    wrong = (refused.value, *refused.value.others)
    assert {each.field: each.code for each in wrong} == {
        "name": "name_missing",
        "phone": "phone_short",
        "email": "email_invalid",
    }


def test_what_need_not_be_there_may_be_taken_back_but_not_be_wrong() -> None:
    wanted = ALL | {"email": False}
    given = Answers(**CONTACT)

    told = contact_step.read_fields(given, CONTACT | {"email": " "}, wanted, TERMS)

    assert told.email == ""
    with pytest.raises(InvalidAnswer):
        contact_step.read_fields(given, CONTACT | {"email": "ana"}, wanted, TERMS)


def test_what_is_not_asked_for_is_not_kept() -> None:
    told = contact_step.read_fields(Answers(), CONTACT, {"name": True}, TERMS)

    assert told == Answers(name=NAME)


def test_a_national_number_is_one_of_the_shoppers_country() -> None:
    wanted = {"phone": True}

    told = contact_step.read_fields(Answers(), {"phone": "030 901820"}, wanted, TERMS)

    assert told.phone == PHONE
