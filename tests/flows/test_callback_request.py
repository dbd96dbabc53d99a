"""The table of a callback: name and number, then a time at which somebody is there."""

from datetime import UTC, datetime

import pytest

from backend.flows import callback_request, flow_machine
from backend.flows.answers import Answers, InvalidAnswer
from backend.flows.callback_request import CALLBACK_REQUEST
from tests.support.form_stories import CONTACT, NOW, PHONE, terms_of

OFFICE = (((9 * 60, 17 * 60),),) * 5 + ((), ())
TERMS = terms_of(hours=OFFICE, time_zone="Europe/Berlin")
ASKED = Answers(name="Ana", phone=PHONE)


def local(at: int | None) -> str:
    return datetime.fromtimestamp((at or 0) / 1000, UTC).isoformat(" ", "minutes")


def test_name_and_number_must_be_there_whatever_orders_ask_for() -> None:
    terms = terms_of(ask_phone="off")

    with pytest.raises(InvalidAnswer) as refused:
        flow_machine.answer(
            CALLBACK_REQUEST, Answers(), "contact", {"name": "Ana"}, terms
        )

    assert refused.value.code == "phone_missing"


def test_an_address_of_mail_is_none_of_its_business() -> None:
    told = flow_machine.answer(CALLBACK_REQUEST, Answers(), "contact", CONTACT, TERMS)

    assert (told.name, told.phone, told.email) == (CONTACT["name"], PHONE, "")


def test_a_time_is_read_by_the_shops_clock_and_told_in_the_shoppers_language() -> None:
    values = {"when": "morgen nach 16 Uhr"}
    terms = terms_of("de", hours=OFFICE, time_zone="Europe/Berlin")

    told = flow_machine.answer(CALLBACK_REQUEST, ASKED, "when", values, terms)

    assert local(told.when_from) == "2026-11-26 15:00+00:00"
    assert local(told.when_until) == "2026-11-26 16:00+00:00"
    assert "Donnerstag" in told.when_text
    assert flow_machine.next_step(CALLBACK_REQUEST, told, terms) is None


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "when_unclear"),
        ("blue", "when_unclear"),
        ("today at 8 am", "when_past"),
        ("Sunday at 11 am", "when_closed"),
    ],
)
def test_what_is_no_time_is_refused_with_the_sentence_that_helps(
    text: str, code: str
) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        callback_request.with_time(ASKED, text, TERMS)

    assert refused.value.code == code


def test_the_time_is_changed_without_losing_who_is_to_be_called() -> None:
    told = callback_request.with_time(ASKED, "tomorrow at 10", TERMS)
    changed = flow_machine.change(CALLBACK_REQUEST, told, "when", TERMS)

    again = flow_machine.answer(
        CALLBACK_REQUEST, changed, "when", {"when": "tomorrow at 15:00"}, TERMS
    )

    assert (again.name, again.phone) == (ASKED.name, ASKED.phone)
    assert local(again.when_from) == "2026-11-26 14:00+00:00"
    assert (told.when_from or 0) > NOW
