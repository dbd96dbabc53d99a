"""Promises and codes are found in a sentence, whatever its language."""

import pytest

from backend.assistant.statements import read_statement


def claims_in(text: str) -> list[str]:
    return sorted({claim.key for claim in read_statement(text).claims})


PROMISED = [
    ("Free shipping today!", ["shipping_free"]),
    ("Shipping within Germany is always free.", ["shipping_free"]),
    ("Free shipping and returns.", ["returns_free", "shipping_free"]),
    ("Shipping costs 4.90 €, returns are free.", ["returns_free"]),
    ("Shipping: free", ["shipping_free"]),
    ("No shipping costs.", ["shipping_free"]),
    ("Get a free lamp.", ["lamp_free"]),
    ("Feel free to ask about shipping.", []),
    ("It is gluten-free.", []),
    ("It is shipping-free.", ["shipping_free"]),
    ("Versandkostenfrei", ["shipping_free"]),
    ("Der Versand ist gratis.", ["shipping_free"]),
    ("Envío gratuito", ["shipping_free"]),
    ("La livraison est offerte.", ["shipping_free"]),
    ("मुफ़्त डिलीवरी", ["shipping_free"]),
    ("സൗജന്യ ഷിപ്പിംഗ്", ["shipping_free"]),
    ("送料無料", ["shipping_free"]),
    ("الشحن مجاني", ["shipping_free"]),
    ("A 30-day money-back guarantee", ["money_back"]),
    ("Lebenslange Garantie", ["lifetime"]),
    ("à moitié prix", ["half_price"]),
    ("2 for 1", ["one_more_free"]),
    ("It arrives on Friday.", ["day_friday"]),
    ("We answer on Friday.", []),
    ("Es kommt morgen.", ["day_tomorrow"]),
    ("Guten Morgen!", []),
]


@pytest.mark.parametrize(("text", "expected"), PROMISED)
def test_a_promise_is_found(text: str, expected: list[str]):
    assert claims_in(text) == expected


CODES = [
    ("Use SAVE50 now", ["SAVE50"]),
    ("the XR500 filter", ["XR500"]),
    ("WELCOME is your code", ["WELCOME"]),
    ("use code lampfan at checkout", ["lampfan"]),
    ("use the code shown above", []),
    ("enter code at checkout", []),
    ("it is 40cm, 30€, 2nd, 100ml, 4K", []),
    ("an A4 page, OK", []),
]


@pytest.mark.parametrize(("text", "expected"), CODES)
def test_a_code_is_found(text: str, expected: list[str]):
    assert list(read_statement(text).codes) == expected


def test_a_clause_keeps_what_it_is_about():
    statement = read_statement("I can't confirm it, but the price is fine")
    assert "denial" in statement.cues[0]
    assert statement.has_cue("price", "stock")
    assert not statement.has_cue("stock")
