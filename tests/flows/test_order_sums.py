"""An order costs what Shopify has said of each line, or nobody knows."""

from decimal import Decimal

from backend.flows.answers import Price, Quote
from backend.flows.order_sums import Amount, price_of, total_of
from tests.support.form_stories import LAMPS, NOW, QUOTE, WHICH_LAMP, sized

LAMP = Amount(Decimal("39.00"), "EUR")


def test_a_line_has_the_price_of_its_variant() -> None:
    assert price_of(LAMPS, QUOTE) == LAMP
    assert price_of(LAMPS, None) is None
    assert price_of(WHICH_LAMP, QUOTE) is None


def test_all_of_it_costs_the_sum_of_its_lines() -> None:
    assert total_of([LAMPS], QUOTE) == Amount(Decimal("429.00"), "EUR")
    assert total_of([LAMPS, LAMPS], QUOTE) == Amount(Decimal("858.00"), "EUR")


def test_without_one_price_nobody_knows_the_sum() -> None:
    assert total_of([LAMPS, sized(99, "Chair", "Red", 1)], QUOTE) is None
    assert total_of([], QUOTE) is None


def test_two_currencies_have_no_sum() -> None:
    other = sized(99, "Chair", "Red", 1)
    assert other.variant is not None
    prices = (*QUOTE.prices, Price(other.variant.id, "5.00", "USD"))

    assert total_of([LAMPS, other], Quote(NOW, prices)) is None


def test_what_is_no_amount_is_no_price() -> None:
    wrong = Quote(NOW, (Price(600, "a lot", "EUR"),))

    assert price_of(LAMPS, wrong) is None
