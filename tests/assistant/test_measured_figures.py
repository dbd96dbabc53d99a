"""What a number states, by its unit or by what its clause is about."""

from decimal import Decimal

import pytest

from backend.assistant.measured_figures import Kind
from backend.assistant.statements import read_statement


def figures_in(text: str) -> list[tuple[str, str]]:
    figures = read_statement(text).figures
    return [(figure.kind.value, f"{figure.values[0]:f}") for figure in figures]


FIGURES = [
    ("It costs 24,90 €.", [("money", "24.90")]),
    ("It costs 24 euros and 95 cents.", [("money", "24.95")]),
    ("24€95", [("money", "24.95")]),
    ("99 cents", [("money", "0.99")]),
    ("5k euros", [("money", "5000")]),
    ("one euro", [("money", "1")]),
    ("It costs 30.", [("money", "30")]),
    ("The price of 3 lamps", [("number", "3")]),
    ("The price for size 42", [("number", "42")]),
    ("50% off", [("discount", "50")]),
    ("50 off", [("discount", "50")]),
    ("100% cotton", [("percent", "100")]),
    ("3割引", [("discount", "30")]),
    ("within 2 weeks", [("days", "20160")]),
    ("in 24 hours", [("days", "1440")]),
    ("a two-year warranty", [("months", "24")]),
    ("delivered within a week", [("days", "10080")]),
    ("twice a week", []),
    ("since the year 2019", [("number", "2019")]),
    ("in 2019 years", [("number", "2019")]),
    ("at 9:30", [("time", "570")]),
    ("at 5 pm", [("time", "1020")]),
    ("18h30", [("time", "1110")]),
    ("only 3 left", [("count", "3")]),
    ("just one left", [("count", "1")]),
    ("12 in stock", [("count", "12")]),
    ("nur zwei Stück", [("count", "2")]),
    ("size 42 is in stock", [("number", "42")]),
    ("It is 42 cm high.", [("number", "42")]),
    ("12月3日", [("number", "12"), ("number", "3")]),
    ("十分な大きさ", []),
    ("Have a great day!", []),
    ("one of the best", []),
]


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_a_figure_has_a_kind(text, expected):
    assert figures_in(text) == expected


def test_a_range_keeps_both_ends():
    (figure,) = read_statement("3–5 business days").figures
    assert (figure.values, figure.upto) == ((Decimal(4320),), (Decimal(7200),))


def test_money_knows_its_currencies():
    euros, dollars, bare = (
        read_statement(text).figures[0].currencies
        for text in ("24 €", "$24", "price: 24")
    )
    assert euros == {"EUR"}
    assert {"USD", "CAD"} <= dollars
    assert not bare


def test_hours_may_be_a_time_in_french_only():
    assert read_statement("à 9 heures").figures[0].clock
    assert not read_statement("in 9 hours").figures[0].clock


def test_a_figure_that_counts_nothing_is_alone():
    assert read_statement("Only 9!").figures[0].is_alone
    assert not read_statement("Only 9 lamps are round.").figures[0].is_alone
    assert read_statement("Only 9!").figures[0].kind == Kind.NUMBER
