"""Folded text falls into figures, words and signs."""

import pytest

from backend.assistant.cue_words import cut
from backend.assistant.text_tokens import TokenKind, tokens_of
from backend.catalog.folding import fold

TOKENS = [
    ("it costs 1.299,00 €", ["it", "costs", "1.299,00", "€"]),
    ("1 299 €", ["1 299", "€"]),
    ("1’299", ["1'299"]),
    ("12 3456", ["12", "3456"]),
    ("size 42, 43", ["size", "42", ",", "43"]),
    ("twenty-nine", ["twenty", "nine"]),
    ("30-day", ["30", "day"]),
    ("3-5 days", ["3", "-", "5", "days"]),
    ("us$29", ["us$", "29"]),
    ("9:30 pm", ["9:30", "pm"]),
    ("9 p.m.", ["9", "pm"]),
    ("ر.س 20", ["ر.س", "20"]),
    ("500/-", ["500", "/-"]),
    ("gluten-free", ["gluten"]),
    ("3000円で送料無料", ["3000", "円", "デ", "送料無料"]),
]


@pytest.mark.parametrize(("text", "expected"), TOKENS)
def test_a_text_is_cut_into_tokens(text: str, expected: list[str]):
    assert [token.text for token in tokens_of(fold(text), cut)] == expected


def test_a_token_knows_what_it_is_and_what_it_touches():
    tokens = tokens_of("29€ at 9:30", cut)

    assert [token.kind for token in tokens] == [
        TokenKind.FIGURE,
        TokenKind.SIGN,
        TokenKind.WORD,
        TokenKind.TIME,
    ]
    assert [token.is_glued for token in tokens] == [True, True, False, False]
