"""Words by which a text is understood, in eight languages."""

import pytest

from backend.assistant import cue_words
from backend.assistant.cue_words import LANGUAGES, currencies_of, guard_words, names_at
from backend.assistant.text_tokens import tokens_of
from backend.catalog.folding import fold


def names_of(text: str) -> set[str]:
    """Of all phrases in a text."""
    tokens = tokens_of(fold(text), cue_words.cut)
    found: set[str] = set()
    for place in range(len(tokens)):
        found |= names_at(tokens, place)[1]
    return found


MEANT = [
    ("business days", "unit:day"),
    ("Werktagen", "unit:day"),
    ("días hábiles", "unit:day"),
    ("jours ouvrés", "unit:day"),
    ("दिनों", "unit:day"),
    ("ദിവസത്തിനുള്ളിൽ", "unit:day"),
    ("営業日", "unit:day"),
    ("أيام", "unit:day"),
    ("euros", "money:EUR"),
    ("रुपये", "money:INR"),
    ("രൂപയ്ക്ക്", "money:INR"),
    ("بالدرهم", "money:AED"),
    ("lifetime warranty", "claim_lifetime"),
    ("halben Preis", "claim_half_price"),
    ("contra reembolso", "claim_cash_on_delivery"),
    ("送料無料です", "claim_shipping_free"),
    ("can't confirm", "denial"),
    ("स्टॉक में", "stock"),
]


@pytest.mark.parametrize(("text", "name"), MEANT)
def test_a_phrase_means_something(text: str, name: str):
    assert name in names_of(text)


def test_the_longest_phrase_counts():
    tokens = tokens_of("feel free to ask", cue_words.cut)
    assert names_at(tokens, 0) == (2, frozenset({"not_free"}))


def test_every_table_has_every_language():
    for name, table in guard_words().items():
        assert set(table) == set(LANGUAGES), name


def test_a_sign_may_be_of_several_countries_and_a_code_of_one():
    assert {"USD", "CAD", "MXN"} <= currencies_of("$", frozenset({"USD"}))
    assert currencies_of("usd", frozenset({"USD"})) == {"USD"}
    assert currencies_of("canadian dollar", frozenset({"CAD"})) == {"CAD"}
