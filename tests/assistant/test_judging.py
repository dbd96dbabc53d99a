"""A sentence is true when all that it states is."""

import json

import pytest

from backend.assistant.facts import Facts
from backend.assistant.judging import Problem, check_text
from backend.assistant.measured_figures import Kind


@pytest.fixture(scope="module")
def facts() -> Facts:
    facts = Facts()
    products = [
        {
            "title": "Sea Lamp",
            "price": {"amount": "24.90", "currency": "EUR"},
            "compareAtPrice": {"amount": "29.90", "currency": "EUR"},
            "stock": 7,
        },
        {
            "title": "Pebble Mug",
            "price": {"amount": "12.00", "currency": "EUR"},
            "sku": "PM-204",
        },
    ]
    facts.add_tool_result(json.dumps({"products": products}))
    facts.add_text("Newsletter readers get 10% off with the code HELLO10.")
    facts.add_text("The mug holds 350 ml. 95% cotton.")
    return facts


def kinds_untrue(facts: Facts, text: str) -> list[str]:
    return sorted({problem.kind.value for problem in check_text(text, facts)})


TRUE = [
    "Three mugs are 36.00 €.",
    "2 × 24.90 € = 49.80 €",
    "A lamp for 24.90 € and a mug for 12.00 € make 36.90 €.",
    "Together that is 36.90 €.",
    "You save 5.00 €.",
    "It is 17% cheaper.",
    "It is 16.7 % off.",
    "We have 7 in stock.",
    "Both are in stock: 2 of them.",
    "The mug PM-204 holds 350 ml.",
    "Use the code HELLO10 for 10% off.",
    "It is made of 95% cotton.",
    "Here are 3 ideas: step 2 is the best.",
    "**Care instructions**: wash by hand.",
    "The **Sea Lamp** is available.",
]
UNTRUE = [
    ("Four mugs are 36.00 €.", ["money"]),
    ("It is 36.90 €.", ["money"]),
    ("It costs 5.00 €.", ["money"]),
    ("It is 18% cheaper.", ["discount"]),
    ("It is 95% off.", ["discount"]),
    ("Only 2 left.", ["count"]),
    ("We have 9 in stock.", ["count"]),
    ("It has 480 parts.", ["number"]),
    ("It is rated 4.8.", ["number"]),
    ("Use the code HELLO20.", ["code"]),
    ("Use the code MUG.", ["code"]),
    ("Use the code “hello”.", ["code"]),
    ("We have the **Aurora Lantern** for you.", ["name"]),
    ("It comes with a lifetime warranty and 20% off.", ["claim", "discount"]),
]


@pytest.mark.parametrize("text", TRUE)
def test_what_follows_from_the_facts_is_true(facts: Facts, text: str):
    assert kinds_untrue(facts, text) == []


@pytest.mark.parametrize(("text", "expected"), UNTRUE)
def test_what_does_not_is_untrue(facts: Facts, text: str, expected: list[str]):
    assert kinds_untrue(facts, text) == expected


def test_a_problem_has_its_place_in_the_text(facts: Facts):
    text = "Hello.\n- It costs 19 € today.\n- It costs 24.90 €."
    assert check_text(text, facts) == [Problem(Kind.MONEY, 9, 29)]
    assert text[9:29] == "It costs 19 € today."


def test_each_kind_is_told_once_for_a_sentence(facts: Facts):
    text = "It costs 19 € or 18 € with a lifetime warranty."
    kinds = [problem.kind for problem in check_text(text, facts)]
    assert kinds == [Kind.MONEY, Kind.CLAIM]


def test_of_many_prices_no_sums_are_made():
    facts = Facts()
    for price in range(100, 150):
        facts.add_text(f"{price} €")

    assert kinds_untrue(facts, "Together 201 €.") == ["money"]
    assert kinds_untrue(facts, "100 € and 101 € make 201 €.") == []


OWN_WORDS = [
    "Unbenutzte Artikel nehmen wir 30 Tage lang zurück; ab 75 € ist der Versand kostenlos.",
    "| Ware | Preis |\n|---|---|\n| Lampe | 24,90 € |\n| Tasse | 12 |",
    "On répond sous 24 heures, du lundi au vendredi de 9h à 17h30.",
    "5営業日以内にお届けします。送料は500円、5,000円以上で無料です。",
    "خصم ١٠٪ مع الرمز SALAM10 حتى نهاية الشهر.",
    "## Sale\n- 20% off with `SEA20`\n- Lifetime warranty",
]


@pytest.mark.parametrize("text", OWN_WORDS)
def test_every_text_is_true_by_itself(text: str):
    facts = Facts()
    facts.add_text(text)
    assert check_text(text, facts) == []


def test_a_text_that_was_read_before_is_compared_with_other_facts(
    facts: Facts,
) -> None:
    text = "The mug costs 12.00 €."
    expected = [Problem(Kind.MONEY, 0, len(text))]

    assert check_text(text, facts) == []
    assert check_text(text, Facts()) == expected
    assert check_text(text, facts) == []


@pytest.mark.parametrize("figures", [15, 16, 28, 29, 40, 41, 5_000])
@pytest.mark.parametrize(
    "written",
    [
        "It costs {n} €.",
        "It costs {n},00 €.",
        "You save {n} %, which is {n} € off.",
        "Between {n} and {n} days.",
        "{n} × 2 lamps cost {n} € in total.",
        "Open until {n}:30, {n} left.",
        "Parcel {n}",
    ],
)
def test_a_row_of_figures_of_any_length_is_judged(
    facts: Facts, written: str, figures: int
) -> None:
    assert check_text(written.format(n="7" * figures), facts)
