"""Numbers in words."""

import pytest

from backend.flows.ordering_words import phrase_of
from backend.flows.spoken_numbers import read_number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("twenty-five", 25),
        ("one hundred and twenty", 120),
        ("half a dozen", 6),
        ("fünfundzwanzig", 25),
        ("zweihundertfünfzig", 250),
        ("soixante-quinze", 75),
        ("quatre-vingt-douze", 92),
        ("vingt et un", 21),
        ("treinta y cinco", 35),
        ("dos mil quinientos", 2500),
        ("三十五", 35),
        ("خمسة و عشرين", 25),
    ],
)
def test_a_number_is_read_to_its_end(said: str, number: int) -> None:
    words = phrase_of(said)
    languages = ("en", "de", "es", "fr", "ja", "ar")

    assert read_number(words, 0, languages) == (number, len(words))


@pytest.mark.parametrize("said", ["mugs", "hundertwasser", "und", "Mundschutz"])
def test_other_words_are_no_number(said: str) -> None:
    assert read_number(phrase_of(said), 0, ("en", "de")) == (0, 0)


def test_two_numbers_in_a_row_are_two() -> None:
    assert read_number(["two", "three"], 0, ("en",)) == (2, 1)
