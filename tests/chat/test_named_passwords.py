"""Passwords are hidden behind their name; what is said about a password is not."""

import pytest

from backend.chat.named_passwords import mask_passwords


@pytest.mark.parametrize("sign", [":", " : ", "=", "：", " -> ", ":\n"])
def test_behind_a_sign_every_word_is_one(sign: str) -> None:
    assert mask_passwords(f"password{sign}swordfish now") == f"password{sign}•••• now"


@pytest.mark.parametrize(
    "text",
    [
        "password: forgotten",
        "password: I lost it",
        "my password is wrong",
        "my password is swordfish that nobody likes",
        "password reset",
        "password for my account",
        "passwords are hard",
        "password-protected",
        "password 8-character rule",
        "password to https://tide.example/a1",
        "clave: producto",
    ],
)
def test_words_about_a_password_stay(text: str) -> None:
    assert mask_passwords(text) == text


def test_behind_a_verb_a_word_is_one_where_it_ends_the_sentence() -> None:
    assert mask_passwords("my password is swordfish") == "my password is ••••"
    assert mask_passwords("it is my password: is it?") == "it is my password: •••• it?"
    assert mask_passwords("My password is swordfish, ok?") == (
        "My password is ••••, ok?"
    )


def test_what_mixes_letters_and_digits_is_one_wherever_it_stands() -> None:
    assert mask_passwords("password hunter2 is refused") == "password •••• is refused"
    assert mask_passwords("password for the shop is hunter2 or so") == (
        "password for the shop is •••• or so"
    )
    assert mask_passwords("hunter2 is my password") == "•••• is my password"


def test_what_stands_in_quotation_marks_is_hidden_whole() -> None:
    assert mask_passwords('password is "correct horse", ok') == (
        'password is "••••", ok'
    )
