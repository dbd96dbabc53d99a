"""What something costs is written in its currency; what is no money is not written."""

from decimal import Decimal
from typing import Any

import pytest

from backend.store.money_format import read_amount, write_money


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("1234.5", "USD", "$1,234.50"),
        ("129.00", "EUR", "€129.00"),
        ("0", "GBP", "£0.00"),
        ("1200.0", "JPY", "¥1,200"),
        ("5.25", "KWD", "5.250 KWD"),
        ("19.999", "CHF", "19.999 CHF"),
        ("12", "CAD", "12.00 CAD"),
    ],
)
def test_a_price_has_the_digits_of_its_currency(
    amount: str, currency: str, written: str
) -> None:
    assert write_money({"amount": amount, "currency": currency}) == written


@pytest.mark.parametrize(
    "money",
    [
        None,
        "12.00",
        [],
        {"amount": "12.00"},
        {"amount": 12, "currency": "EUR"},
        {"amount": "-1", "currency": "EUR"},
        {"amount": "=1+1", "currency": "EUR"},
        {"amount": "1" * 16, "currency": "EUR"},
        {"amount": "12.00", "currency": "eur"},
        {"amount": "12.00", "currency": ["EUR"]},
    ],
)
def test_what_is_no_money_is_not_written(money: Any) -> None:
    assert write_money(money) == ""
    assert read_amount(money) is None


def test_an_amount_can_be_compared() -> None:
    assert read_amount({"amount": "12.50", "currency": "EUR"}) == Decimal("12.5")
