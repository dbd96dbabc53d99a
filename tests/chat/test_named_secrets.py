"""Codes are hidden beside their names, by their length, and where nothing says that they are of
another kind.
"""

import pytest

from backend.chat.named_secrets import mask_codes


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("cvv 12", "cvv 12"),
        ("cvv 123", "cvv ••••"),
        ("cvv 1234", "cvv ••••"),
        ("cvv 12345", "cvv 12345"),
        ("otp 123", "otp 123"),
        ("otp 1234", "otp ••••"),
        ("otp 12345678", "otp ••••"),
        ("otp 123456789", "otp 123456789"),
        ("otp 4 8 2 9 1 3", "otp ••••"),
        ("otp 4829-1376", "otp ••••"),
        ("my pin is 1234", "my pin is ••••"),
        ("my pin is 682001", "my pin is 682001"),
    ],
)
def test_each_kind_of_code_has_its_length(text: str, masked: str) -> None:
    assert mask_codes(text) == masked


@pytest.mark.parametrize("kind", ["discount", "postal", "product", "door", "order"])
def test_a_code_of_another_kind_stays(kind: str) -> None:
    for said in ("The {0} code is 48291", "my code is 48291 for the {0}"):
        text = said.format(kind)
        assert mask_codes(text) == text


def test_another_sentence_may_speak_of_a_code_of_another_kind() -> None:
    said = "Is there a discount? My code is 482913. It is for the order."

    assert mask_codes(said) == (
        "Is there a discount? My code is ••••. It is for the order."
    )


@pytest.mark.parametrize("money", ["4829 €", "€4829", "4829.50", "4829 EUR", "₹4829"])
def test_money_is_no_code(money: str) -> None:
    assert mask_codes(f"the code is {money}") == f"the code is {money}"


def test_a_number_before_the_name_needs_a_word_between() -> None:
    assert mask_codes("482913 is my OTP") == "•••• is my OTP"
    assert mask_codes("482913 (OTP)") == "•••• (OTP)"
    assert mask_codes("Order 482913: my OTP is late") == "Order 482913: my OTP is late"


def test_tan_is_a_code_in_capitals_and_a_color_otherwise() -> None:
    assert mask_codes("TAN 482913") == "TAN ••••"
    assert mask_codes("shoes in tan 482913") == "shoes in tan 482913"
