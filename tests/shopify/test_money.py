"""An amount as Shopify tells it is the same amount here."""

from decimal import Decimal

import msgspec
import pytest

from backend.shopify.money import Money, MoneyAnswer


@pytest.mark.parametrize(
    "amount, currency", [("18.99", "EUR"), ("1899", "JPY"), ("0.125", "KWD")]
)
def test_an_amount_keeps_each_of_its_figures(amount: str, currency: str) -> None:
    told = {"amount": amount, "currencyCode": currency}

    money = msgspec.convert(told, MoneyAnswer).as_money()

    assert money == Money(Decimal(amount), currency)


def test_a_word_is_no_amount() -> None:
    told = {"amount": "much", "currencyCode": "EUR"}

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(told, MoneyAnswer)
