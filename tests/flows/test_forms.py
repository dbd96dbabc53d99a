"""A run as a form: what is asked, what was answered, what it costs; masked for all but its
shopper.
"""

import json
from typing import Any

import pytest

from backend.flows.answers import Answers, Price, Quote
from backend.flows.flow_terms import Terms
from backend.flows.forms import draw_form, place_words
from backend.flows.orders import title_of_goods
from backend.flows.request_records import PlacedOrder
from backend.flows.runs import Run, RunState
from tests.support.form_stories import (
    CONTACT,
    HARBOUR,
    HILL,
    HOW_MANY,
    LAMPS,
    NOW,
    PHONE,
    QUOTE,
    SCARVES,
    SECRETS,
    TO_CONFIRM,
    UNKNOWN,
    WHICH_LAMP,
    candidate,
    run_of,
    sized,
    terms_of,
)

TERMS = terms_of()
TWO_PLACES = terms_of(pickup_places=(HARBOUR, HILL), delivery=True)
OFFICE = (((9 * 60, 17 * 60),),) * 5 + ((), ())


def order(*lines: Any, **answers: Any) -> Run:
    return run_of("bulk_order", Answers(lines=lines, **answers))


def drawn(run: Run, terms: Terms = TERMS, **how: Any) -> dict[str, Any]:
    return draw_form(run, terms, **how)


def names(form: dict[str, Any]) -> list[str]:
    return [field["name"] for field in form["fields"]]


def test_a_form_says_which_run_it_is_and_as_of_when() -> None:
    run = run_of("bulk_order", TO_CONFIRM, revision=7)

    form = drawn(run)

    assert (form["type"], form["run"], form["revision"]) == ("form", run.id, 7)
    assert (form["flow"], form["step"], form["state"]) == (
        "bulk_order",
        "confirm",
        "open",
    )
    assert form["title"] == "Your order"
    json.dumps(form)


def test_a_list_is_written_and_then_looked_through() -> None:
    empty = drawn(order())
    again = drawn(
        order(LAMPS, WHICH_LAMP, SCARVES, reopened=("items",)), is_private=True
    )

    assert [field["kind"] for field in empty["fields"]] == ["long"]
    assert names(again) == ["quantity-0", "quantity-2"]
    assert again["values"] == {"quantity-0": "11", "quantity-2": "4"}
    assert [field["label"] for field in again["fields"]] == ["Desk Lamp", "Wool Scarf"]


def test_where_nothing_could_be_found_a_list_is_written_anew() -> None:
    form = drawn(order(UNKNOWN))

    assert form["step"] == "items"
    assert names(form) == ["items"]


def test_a_choice_has_what_may_have_been_meant_and_a_way_out() -> None:
    form = drawn(order(LAMPS, WHICH_LAMP))

    [field] = form["fields"]
    assert (field["name"], field["kind"], field["label"]) == (
        "line-1",
        "choice",
        "lamps",
    )
    assert [option["value"] for option in field["options"]] == ["0", "1", "drop"]
    assert [option["label"] for option in field["options"]] == [
        "Desk Lamp",
        "Floor Lamp",
        "Leave it out",
    ]


def test_how_many_is_a_number_of_what_is_meant() -> None:
    [field] = drawn(order(HOW_MANY))["fields"]

    assert (field["name"], field["kind"]) == ("quantity-0", "number")
    assert field["label"] == "Quantity: Desk Lamp"


def test_a_version_is_told_with_its_product() -> None:
    shirt, lamp = candidate(14, "T-Shirt", "L"), candidate(6, "Desk Lamp")

    assert title_of_goods(shirt.product, shirt.variant) == "T-Shirt, L"
    assert title_of_goods(lamp.product, lamp.variant) == "Desk Lamp"


@pytest.mark.parametrize(
    "settings, required",
    [
        ({}, {"name": True, "phone": True, "email": True}),
        (
            {"ask_phone": "off", "ask_email": "optional"},
            {"name": True, "email": False},
        ),
    ],
)
def test_contact_fields_are_those_that_the_merchant_asks_for(
    settings: dict[str, str], required: dict[str, bool]
) -> None:
    form = drawn(order(LAMPS), terms_of(**settings))

    assert {each["name"]: each["required"] for each in form["fields"]} == required


def test_a_callback_asks_for_a_name_and_a_number() -> None:
    form = drawn(run_of("callback_request"))

    assert [field["kind"] for field in form["fields"]] == ["text", "phone"]


def test_places_are_told_with_address_and_hours() -> None:
    [field] = drawn(order(LAMPS, **CONTACT), TWO_PLACES)["fields"]

    assert field["name"] == "place"
    assert [option["label"] for option in field["options"]] == [
        "Harbour, Quay 4, Hamburg, Mon–Fri 9–17",
        "Hill, Upper Lane 2, Hamburg",
        "Delivery",
    ]
    assert place_words("pickup:Moon", TWO_PLACES) == ""


def test_times_are_proposed_within_the_shops_hours() -> None:
    terms = terms_of(hours=OFFICE, time_zone="Europe/Berlin")
    run = run_of("callback_request", Answers(**CONTACT))

    [field] = drawn(run, terms)["fields"]

    assert field["kind"] == "text"
    assert len(field["options"]) > 1
    assert "–" in field["options"][1]["label"]


def test_a_stored_form_shows_nobody_how_to_reach_somebody() -> None:
    steps = ((), ("items",), ("contact",), ("place",))

    for reopened in steps:
        run = run_of("bulk_order", TO_CONFIRM.replace(reopened=reopened))
        told = json.dumps(drawn(run, TWO_PLACES), ensure_ascii=False)
        assert not [secret for secret in SECRETS if secret in told], reopened
    summary = drawn(run_of("bulk_order", TO_CONFIRM))["summary"]
    assert [each["value"] for each in summary][:3] == ["A…", "••• 820", "a…@….com"]


def test_its_own_shopper_sees_it_whole() -> None:
    run = run_of("bulk_order", TO_CONFIRM.replace(reopened=("contact",)))
    summary = drawn(run_of("bulk_order", TO_CONFIRM), is_private=True)["summary"]

    assert drawn(run, is_private=True)["values"] == CONTACT
    assert drawn(run)["values"] == {}
    assert {each["value"] for each in summary} >= set(CONTACT.values())


def test_the_summary_leaves_out_what_is_asked_now() -> None:
    run = run_of("bulk_order", TO_CONFIRM.replace(reopened=("contact",)))
    steps = [each["step"] for each in drawn(run)["summary"]]
    confirm = [
        each["step"] for each in drawn(run_of("bulk_order", TO_CONFIRM))["summary"]
    ]

    assert steps == []
    assert confirm == ["contact"] * 3


def test_the_summary_says_where_it_goes() -> None:
    form = drawn(run_of("bulk_order", TO_CONFIRM), TWO_PLACES)

    assert form["summary"][-1] == {
        "step": "place",
        "label": "Pickup or delivery",
        "value": "Harbour, Quay 4, Hamburg, Mon–Fri 9–17",
    }


def test_the_summary_of_a_callback_says_when() -> None:
    answers = Answers(name="Ana", phone=PHONE, when_from=NOW, when_text="today")
    run = run_of("callback_request", answers, state=RunState.FINISHED)

    assert drawn(run)["summary"][-1]["value"] == "today"


def test_prices_are_told_for_each_line_and_together() -> None:
    form = drawn(order(LAMPS, SCARVES, **CONTACT, quote=QUOTE))

    lamps, scarves = form["items"]
    assert lamps["price"] == {"amount": "39.00", "currency": "EUR"}
    assert lamps["total"] == {"amount": "429.00", "currency": "EUR"}
    assert (scarves["title"], scarves["quantity"]) == ("Wool Scarf", 4)
    assert form["total"] == {"amount": "569.00", "currency": "EUR"}


def test_amounts_keep_the_places_that_shopify_gave_them() -> None:
    for amount, together in (("0.1", "1.1"), ("1250", "13750"), ("0.333", "3.663")):
        quote = Quote(NOW, (Price(600, amount, "JPY"),))
        form = drawn(order(LAMPS, **CONTACT, quote=quote))

        assert form["total"] == {"amount": together, "currency": "JPY"}


def test_one_unknown_price_leaves_no_total() -> None:
    for lines in ((LAMPS, SCARVES), (LAMPS, sized(14, "T-Shirt", "L", 2))):
        quote = Quote(NOW, QUOTE.prices[:1])
        form = drawn(order(*lines, **CONTACT, quote=quote))

        assert form["items"][0]["total"]
        assert form["items"][1]["price"] is None
        assert form["total"] is None
    assert drawn(order(LAMPS, **CONTACT, quote=Quote(NOW)))["total"] is None
    assert drawn(order(LAMPS, **CONTACT))["total"] is None


def test_two_currencies_have_no_sum() -> None:
    quote = Quote(NOW, (Price(600, "39.00", "EUR"), Price(1300, "35.00", "USD")))

    form = drawn(order(LAMPS, SCARVES, **CONTACT, quote=quote))

    assert form["total"] is None
    assert form["items"][1]["total"] == {"amount": "140.00", "currency": "USD"}


def test_what_was_not_found_costs_nothing() -> None:
    form = drawn(order(LAMPS, UNKNOWN, **CONTACT, quote=QUOTE))

    assert form["total"] == {"amount": "429.00", "currency": "EUR"}
    assert len(form["items"]) == 1


def test_what_it_costs_is_shown_where_it_is_agreed_to() -> None:
    for reopened in ("items", "contact"):
        answers = TO_CONFIRM.replace(reopened=(reopened,))
        form = drawn(run_of("bulk_order", answers))

        assert (form["items"], form["total"]) == ([], None)


def test_back_and_changes_lead_to_what_was_answered() -> None:
    form = drawn(run_of("bulk_order", TO_CONFIRM), TWO_PLACES)

    assert form["actions"] == [
        "back",
        "change:items",
        "change:contact",
        "change:place",
        "cancel",
    ]
    assert drawn(order())["actions"] == ["cancel"]
    assert drawn(order(LAMPS))["actions"] == ["back", "change:items", "cancel"]


@pytest.mark.parametrize("state", ["finished", "cancelled", "abandoned"])
def test_what_has_ended_asks_nothing(state: str) -> None:
    run = run_of("bulk_order", TO_CONFIRM, state=RunState(state))

    form = drawn(run, is_private=True)

    assert (form["step"], form["state"]) == (None, state)
    assert (form["fields"], form["values"], form["actions"]) == ([], {}, [])
    assert form["title"] == "Your order"


def test_a_receipt_has_number_and_link() -> None:
    placed = PlacedOrder("7", "#D7", "https://pay.example/7")
    run = run_of("bulk_order", TO_CONFIRM, state=RunState.FINISHED)

    form = drawn(run, order=placed)

    assert form["order"] == {"name": "#D7", "url": "https://pay.example/7"}
    assert drawn(run)["order"] is None


@pytest.mark.parametrize(
    "language, title, label",
    [
        ("de", "Wie erreichen wir Sie?", "Name"),
        ("ar", "كيف نتواصل معك؟", "الاسم"),
        ("ja", None, None),
        ("ml", None, None),
    ],
)
def test_all_words_are_the_shoppers(
    language: str, title: str | None, label: str | None
) -> None:
    english, form = drawn(order(LAMPS)), drawn(order(LAMPS), terms_of(language))

    assert form["title"] != english["title"]
    assert form["fields"][1]["label"] != english["fields"][1]["label"]
    if title:
        assert form["title"] == title
        assert form["fields"][0]["label"] == label
