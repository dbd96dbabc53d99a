"""Numbers are read in figures and in words, in eight languages."""

from decimal import Decimal

import pytest

from backend.assistant.cue_words import cut
from backend.assistant.number_words import Number, figure_values, read_number
from backend.assistant.text_tokens import tokens_of
from backend.catalog.folding import fold


def number_in(text: str) -> Number | None:
    return read_number(tokens_of(fold(text), cut), 0)


WRITTEN = [
    ("en", "twenty-nine", 29),
    ("en", "nineteen hundred and five", 1905),
    ("en", "three thousand five hundred and one", 3501),
    ("en", "two nine", 29),
    ("en", "2 thousand", 2000),
    ("de", "neunundzwanzig", 29),
    ("de", "zweihundertfünfzig", 250),
    ("de", "dreitausendvierhundertzwölf", 3412),
    ("es", "veintinueve", 29),
    ("es", "treinta y cinco", 35),
    ("es", "nueve mil novecientos noventa y nueve", 9999),
    ("fr", "quatre-vingt-dix-neuf", 99),
    ("fr", "soixante et onze", 71),
    ("fr", "deux cents euros", 200),
    ("fr", "mille deux cent trente", 1230),
    ("hi", "उनतीस", 29),
    ("hi", "पाँच सौ", 500),
    ("hi", "नौ हज़ार नौ सौ निन्यानवे", 9999),
    ("hi", "डेढ़ सौ", 150),
    ("hi", "2 लाख", 200_000),
    ("ml", "ഇരുപത്തിയൊമ്പത്", 29),
    ("ml", "ഇരുപത്തൊമ്പത്", 29),
    ("ml", "ഇരുപത്തി ഒമ്പത്", 29),
    ("ml", "നൂറ്റിഇരുപത്തഞ്ച്", 125),
    ("ml", "രണ്ടായിരത്തി അഞ്ഞൂറ്", 2500),
    ("ml", "രണ്ടെണ്ണം", 2),
    ("ja", "二十九", 29),
    ("ja", "三千五百", 3500),
    ("ja", "二万五千", 25_000),
    ("ja", "2万5千", 25_000),
    ("ja", "一九八〇", 1980),
    ("ar", "تسعة وعشرون", 29),
    ("ar", "خمسة عشر", 15),
    ("ar", "أحد عشر", 11),
    ("ar", "ثلاثمئة وخمسة وعشرون", 325),
    ("ar", "ألفان وخمسمائة", 2500),
    ("ar", "بخمسين", 50),
]


@pytest.mark.parametrize(("language", "text", "value"), WRITTEN)
def test_a_number_in_words_is_read(language: str, text: str, value: int):
    number = number_in(text)
    assert number is not None
    assert number.values == (Decimal(value),)


FIGURES = [
    ("29", ["29"]),
    ("24,90", ["24.90"]),
    ("24.90", ["24.90"]),
    ("1.299,00", ["1299.00"]),
    ("1,299.00", ["1299.00"]),
    ("1 299", ["1299"]),
    ("1'299.50", ["1299.50"]),
    ("1,00,000", ["100000"]),
    ("1.299", ["1299", "1.299"]),
    ("0.125", ["0.125"]),
    ("19٫99", ["19.99"]),
    ("4.12.2026", []),
    ("1.2.3", []),
    ("9" * 16, ["9" * 16]),
    ("9" * 50, ["9" * 28]),
]


@pytest.mark.parametrize(("text", "values"), FIGURES)
def test_figures_are_read_as_every_country_writes_them(text: str, values: list[str]):
    assert list(figure_values(text)) == [Decimal(value) for value in values]


@pytest.mark.parametrize("text", ["a", "ein", "une", "one"])
def test_an_article_may_be_no_number(text: str):
    number = number_in(text)
    assert number is not None
    assert number.is_article


@pytest.mark.parametrize("text", ["a thousand thanks", "hundert Mal", "mil gracias"])
def test_a_round_number_alone_is_vague(text: str):
    number = number_in(text)
    assert number is not None
    assert number.is_vague


def test_an_article_is_no_digit_of_the_number_behind_it():
    tokens = tokens_of("a two year warranty", cut)
    first, second = read_number(tokens, 0), read_number(tokens, 1)
    assert first is not None
    assert second is not None
    assert [*first.values, *second.values] == [Decimal(1), Decimal(2)]


@pytest.mark.parametrize("text", ["lamp", "cent", "tentwenty", "und", "?"])
def test_what_is_no_number_is_none(text: str):
    assert number_in(text) is None


def test_two_numbers_side_by_side_are_two():
    number = number_in("thirty sixty")
    assert number is not None
    assert (number.values, number.end) == ((Decimal(30),), 1)
