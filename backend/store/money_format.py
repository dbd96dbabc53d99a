"""What something costs, as people of the shop read it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,3})?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
# Dollars of other countries, and all currencies without a sign here, are named by their code.
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
USUAL_DIGITS = 2
DIGITS = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def read_amount(money: Any) -> Decimal | None:
    """Of a part's money: a decimal as written, and its currency. None for what is neither."""
    if not isinstance(money, Mapping):
        return None

    amount, currency = money.get("amount"), money.get("currency")
    if not isinstance(amount, str) or not isinstance(currency, str):
        return None
    if not AMOUNT.fullmatch(amount) or not CURRENCY.fullmatch(currency):
        return None
    return Decimal(amount)


def write_money(money: Any) -> str:
    """Such as "$1,234.50" or "129.00 CHF"; empty for what is no money."""
    amount = read_amount(money)
    if amount is None:
        return ""

    currency = money["currency"]
    usual = DIGITS.get(currency, USUAL_DIGITS)
    number = f"{amount:,.{max(usual, _digits_of(amount))}f}"

    sign = SIGNS.get(currency)
    return f"{sign}{number}" if sign else f"{number} {currency}"


def _digits_of(amount: Decimal) -> int:
    """Behind the point, without the zeros at the end."""
    _, _, fraction = f"{amount:f}".partition(".")
    return len(fraction.rstrip("0"))
