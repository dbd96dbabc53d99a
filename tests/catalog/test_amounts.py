"""Bounds of price, as people write them."""

from decimal import Decimal

import pytest

from backend.catalog.amounts import Bounds, read_bounds
from backend.catalog.folding import fold


def bounds(least: str | None, most: str | None) -> Bounds:
    return Bounds(
        None if least is None else Decimal(least),
        None if most is None else Decimal(most),
    )


ASKED = [
    ("en", "headphones under 60 euros", bounds(None, "60")),
    ("en", "sunglasses below 85", bounds(None, "85")),
    ("en", "tent cheaper than 1,200.50 €", bounds(None, "1200.50")),
    ("en", "backpack between 50 and 70 euro", bounds("50", "70")),
    ("en", "office chair from 200 to 260 euros", bounds("200", "260")),
    ("en", "a sofa for at least $1k", bounds("1000", None)),
    ("en", "a lamp for around 50 euros", bounds("40.0", "60.0")),
    ("de", "kopfhörer unter 60 euro", bounds(None, "60")),
    ("de", "sofa bis 1.299,00 €", bounds(None, "1299.00")),
    ("es", "auriculares por menos de 60 €", bounds(None, "60")),
    ("fr", "ecouteurs sport moins de 60 €", bounds(None, "60")),
    ("hi", "₹5000 से कम के हेडफोन", bounds(None, "5000")),
    ("ml", "5000 രൂപയിൽ താഴെ സ്പീക്കർ", bounds(None, "5000")),
    ("ja", "10000円以下のティーポット", bounds(None, "10000")),
    ("ar", "سماعات اقل من ٢٥٠ درهم", bounds(None, "250")),
    ("ar", "هدية ما تزيد عن 35 يورو", bounds(None, "35")),
]


@pytest.mark.parametrize(("language", "asked", "expected"), ASKED)
def test_a_bound_is_read_and_taken_out(language: str, asked: str, expected: Bounds):
    found, rest = read_bounds(fold(asked), [language, "en"])
    assert found == expected
    assert not any(map(str.isdigit, rest))


@pytest.mark.parametrize(
    "asked",
    [
        "sneakers size 46",
        "iphone 15 pro max 256gb",
        "a set of 3 towels",
        "",
        "under the bed",
    ],
)
def test_a_figure_that_bounds_nothing_stays(asked: str):
    assert read_bounds(fold(asked), ["en"]) == (Bounds(), fold(asked))


def test_a_row_of_figures_without_end_is_no_amount():
    asked = f"under {'1' * 300} euros"
    assert read_bounds(asked, ["en"]) == (Bounds(), asked)


@pytest.mark.parametrize(
    ("lowest", "highest", "is_admitted"),
    [("10", "20", False), ("40", "60", True), ("10", "55", True), ("71", "90", False)],
)
def test_one_price_within_the_bounds_is_enough(lowest, highest, is_admitted: bool):
    found = bounds("50", "70")
    assert found.admit(Decimal(lowest), Decimal(highest)) is is_admitted


def test_no_bounds_admit_every_price():
    assert Bounds().admit(Decimal(1), Decimal(1))
    assert not Bounds()
