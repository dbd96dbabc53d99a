"""What counts as true in a conversation."""

import json
from decimal import Decimal

import pytest

from backend.assistant.facts import Facts
from backend.assistant.judging import check_text
from backend.shops.opening_hours import ClosedDays
from backend.shops.settings import Answered, PickupPlace, Settings


def kinds_untrue(facts: Facts, text: str) -> list[str]:
    return sorted({problem.kind.value for problem in check_text(text, facts)})


def facts_of(*texts: str) -> Facts:
    facts = Facts(["tide.example"])
    for text in texts:
        facts.add_text(text)
    return facts


def test_what_a_policy_says_is_true_in_every_form():
    facts = facts_of("Delivery takes 3–5 business days and costs 4,90 €.")
    for text in (
        "It takes 3 to 5 days.",
        "In drei bis fünf Werktagen.",
        "Es kostet ४.९० €.",
        "4.90 euros",
        "EUR 4,90",
    ):
        assert kinds_untrue(facts, text) == []


def test_what_a_message_has_shown_is_true():
    facts = facts_of()
    price = {"amount": "24.90", "currency": "EUR"}
    items = [{"url": "/products/mug", "title": "Mug", "price": price}]
    facts.add_part({"id": "part-1", "type": "products", "at": 0, "items": items})

    assert kinds_untrue(facts, "The [mug](/products/mug) costs 24,90 €.") == []
    assert kinds_untrue(facts, "It costs 25,90 €.") == ["money"]


def test_a_table_of_a_policy_is_read_with_its_titles():
    facts = facts_of("Costs\nTo | Price | Working days\nGermany | €4.90 | 2 to 3")
    assert kinds_untrue(facts, "Das dauert 2 bis 3 Werktage und kostet 4,90 €.") == []
    assert kinds_untrue(facts, "It takes 3 to 4 days.") == ["days"]


def test_a_number_of_days_is_no_money_and_no_share():
    facts = facts_of("Returns within 30 days.")
    assert kinds_untrue(facts, "30 days") == []
    assert kinds_untrue(facts, "30 €") == ["money"]
    assert kinds_untrue(facts, "30 %") == ["percent"]
    assert kinds_untrue(facts, "30% off") == ["discount"]


def test_the_same_time_may_be_said_in_other_units():
    facts = facts_of("Returns within 14 days. Two years of warranty.")
    assert kinds_untrue(facts, "You have two weeks, and 24 months.") == []
    assert kinds_untrue(facts, "You have 2 months.") == ["months"]


def test_currencies_must_agree_where_both_are_named():
    facts = facts_of("It costs 24 €.")
    assert kinds_untrue(facts, "It costs 24.") == []
    assert kinds_untrue(facts, "It costs $24.") == ["money"]


def test_a_range_is_true_as_a_range_and_by_its_ends():
    facts = facts_of("It takes 3–5 days.", "Else 7–10 days.")
    assert kinds_untrue(facts, "5 days") == []
    assert kinds_untrue(facts, "3–10 days") == ["days"]


def test_what_is_denied_is_not_promised():
    facts = facts_of("We do not offer free shipping.")
    assert kinds_untrue(facts, "Shipping is free.") == ["claim"]


def test_what_is_free_from_an_amount_on_is_not_free():
    facts = facts_of("Orders over 50 € ship free.")
    assert kinds_untrue(facts, "Shipping is free.") == ["claim"]
    assert kinds_untrue(facts, "Shipping is free over 50 €.") == []
    assert kinds_untrue(facts, "Shipping is then free.") == []


def test_a_date_is_a_day_of_the_week():
    facts = facts_of("2026-12-04T10:00:00Z")
    assert kinds_untrue(facts, "It arrives on Friday, 4 December 2026.") == []
    assert kinds_untrue(facts, "It arrives on Thursday.") == ["claim"]


def test_a_tool_makes_true_what_it_has_found():
    facts = Facts(["tide.example"])
    product = {
        "title": "Sea Lamp",
        "handle": "sea-lamp",
        "price": {"amount": "24.90", "currency": "EUR"},
        "compareAtPrice": {"amount": "49.80", "currency": "EUR"},
    }
    facts.add_tool_result(json.dumps({"products": [product]}))

    for text in (
        "The **Sea Lamp** is available for 24,90 €.",
        "It is 50% off, you save 24.90 €.",
        "It is on sale.",
        "[Sea Lamp](/products/sea-lamp)",
        "https://tide.example/products/sea-lamp",
        "[Lampe](/de/products/sea-lamp?variant=123)",
    ):
        assert kinds_untrue(facts, text) == [], text


LINKS = [
    ("[Cart](/cart)", []),
    ("[A](/products/other)", ["link"]),
    ("[A](/products/sea-lamp?discount=FREE)", ["link"]),
    ("[A](https://evil.example/products/sea-lamp)", ["link"]),
    ("[A](//evil.example/cart)", ["link"]),
    ("[A](javascript:alert(1))", ["link"]),
    ("hello@tide.example", []),
    ("mailto:hello@tide.example", []),
    ("sales@tide.example", ["link"]),
]


@pytest.mark.parametrize(("text", "expected"), LINKS)
def test_only_known_pages_are_linked(text: str, expected: list[str]):
    facts = facts_of("See /x and [lamp](/products/sea-lamp), hello@tide.example")
    assert kinds_untrue(facts, text) == expected


def test_of_the_page_that_a_shopper_looks_at_the_path_is_known():
    facts = Facts(["tide.example"])
    facts.add_page("https://www.any.example/products/sea-lamp")

    assert kinds_untrue(facts, "[A](/products/sea-lamp)") == []
    assert kinds_untrue(facts, "https://evil.example/products/sea-lamp") == ["link"]


def test_a_shopper_makes_nothing_true():
    facts = facts_of("Hello.")
    facts.add_shopper_text(
        "I want 25% off with SAVE25, in 2 days, free shipping, 40 €!"
    )

    assert kinds_untrue(facts, "You get 25% off.") == ["discount"]
    assert kinds_untrue(facts, "It arrives in 2 days.") == ["days"]
    assert kinds_untrue(facts, "Shipping is free.") == ["claim"]
    assert kinds_untrue(facts, "It costs 40 €.") == ["money"]
    assert "code" in kinds_untrue(facts, "Use SAVE25.")


def test_what_a_shopper_has_said_may_be_denied():
    facts = facts_of("Hello.")
    facts.add_shopper_text("I want 25% off with SAVE25, in 2 days, free shipping!")

    for text in (
        "I can't confirm 25% off.",
        "The code SAVE25 is not valid.",
        "I can't promise it in 2 days.",
        "We don't offer free shipping.",
        "Ich kann 25 % Rabatt nicht bestätigen.",
        "मैं 25% की छूट की पुष्टि नहीं कर सकता।",
    ):
        assert kinds_untrue(facts, text) == [], text


def test_a_denial_that_affirms_is_none():
    facts = facts_of("Hello.")
    facts.add_shopper_text("25% off?")
    for text in ("No problem, you get 25% off.", "I can't offer more than 25% off."):
        assert kinds_untrue(facts, text) == ["discount"], text


def test_a_shopper_names_a_bound_and_things():
    facts = facts_of("Hello.")
    facts.add_shopper_text("A filter for my XR500 under 40 €, size 46?")

    assert kinds_untrue(facts, "Filters for the XR500 under 40 €, size 46:") == []
    assert kinds_untrue(facts, "Filters from 40 €.") == ["money"]


def test_what_a_merchant_has_set_is_true():
    facts = Facts()
    opening = ((9 * 60, 17 * 60),)
    facts.add_settings(
        Settings(
            instructions="Mention our 10% student discount.",
            knowledge="Gift wrapping costs 3 €.",
            questions=(Answered("Do you repair?", "Yes, within 6 weeks."),),
            pickup_places=(PickupPlace("Harbour", "Quay 17"),),
            hours=(opening, (), (), (), (), (), ()),
            closed_days=(ClosedDays("2026-12-24", "2026-12-26", "Christmas"),),
        )
    )

    assert kinds_untrue(facts, "We are away on 2026-12-24.") == []
    for text in ("10% off", "3 €", "In 6 weeks.", "At Quay 17.", "From 9 am to 5 pm."):
        assert kinds_untrue(facts, text) == [], text
    assert kinds_untrue(facts, "From 8 am.") == ["time"]


def test_facts_grow():
    facts = Facts()
    assert kinds_untrue(facts, "24 €") == ["money"]

    facts.add_text("24 €")

    assert kinds_untrue(facts, "24 €") == []
    assert Decimal(24) in facts.known.amounts


@pytest.mark.parametrize(
    "text",
    [
        "Call us at +49 (30) 123-456.",
        "Call +49 30 123456.",
        "Call +4930123456.",
        "Call [us](tel:+4930123456).",
    ],
)
def test_a_known_number_may_be_written_in_any_way(text: str):
    assert kinds_untrue(facts_of("Call us: +49 (30) 123-456."), text) == []
    assert kinds_untrue(facts_of("Call us: +49 (30) 765-432."), text)
