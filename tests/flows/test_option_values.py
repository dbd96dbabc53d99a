"""Values of options as they are compared."""

import pytest

from backend.flows.option_values import Value, measure_of, sizes_in, value_of, values_of
from tests.support.order_goods import product_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Set of 4", Value("pack", "4")),
        ("10 pieces", Value("pack", "10")),
        ("3 pairs", Value("pairs", "3")),
        ("Single", Value("single", "1")),
        ("1 piece", Value("single", "1")),
        ("XL", Value("size", "xl")),
        ("Medium", Value("size", "m")),
        ("1 kg", Value("measure", "1000g")),
        ("50 x 50 cm", Value("measure", "50x50")),
        ("39-42", Value("number", "39-42")),
        ("38", Value("number", "38")),
        ("Navy", Value("text", "navy")),
    ],
)
def test_a_value_has_a_kind(text: str, value: Value) -> None:
    assert value_of(text) == value


def test_measures_of_one_length_are_the_same() -> None:
    assert measure_of("2m") == measure_of("200 cm") == "2000mm"
    assert measure_of("0.5 kg") == measure_of("500g")
    assert measure_of("5 mugs") == ""


def test_sizes_are_found_among_words() -> None:
    assert sizes_in(("in", "extra", "large")) == {"xl"}
    assert sizes_in(("red", "mug")) == set()


def test_a_products_values_are_those_of_all_its_options() -> None:
    assert values_of(product_of(7)) == ("White", "Green", "Grey")
