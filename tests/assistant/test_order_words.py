"""Order numbers and e-mail addresses in messages."""

import pytest

from backend.assistant.order_words import find_email, find_number


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("where is #1042?", "en", "1042"),
        ("#EU-1042-b.", "en", "eu-1042-b"),
        ("#7", "en", "7"),
        ("order 10482 still says processing", "en", "10482"),
        ("Bestellung 1042", "de", "1042"),
        ("1042", "en", "1042"),
        ("رقم الطلب ٤٤٠١٢", "ar", "44012"),
        ("注文番号38201", "ja", "38201"),
        ("It's 1042, ben@example.com", "en", "1042"),
        ("ben1042@example.com", "en", None),
        ("I want 500 mugs by Monday, ben@example.com", "en", None),
        ("call me on 07700 900123", "en", None),
        ("50 mugs", "en", None),
        ("#nofilter", "en", None),
    ],
)
def test_a_number_stands_behind_a_hash_near_its_word_or_alone(
    text: str, language: str, number: str | None
) -> None:
    assert find_number(text, language) == number


def test_an_address_is_in_small_letters() -> None:
    assert find_email("It was Ben.K+shop@Example.co.uk, I think") == (
        "ben.k+shop@example.co.uk"
    )


@pytest.mark.parametrize("text", ["", "a@b", "@home", "x" * 5_000 + "@y.com"])
def test_no_address_is_none(text: str) -> None:
    assert find_email(text) is None
