"""The words of the eight languages: all there, and found as people write them."""

import unicodedata

import pytest

from backend.chat import secret_words
from backend.chat.secret_words import compile_pattern, plain, words_in

LANGUAGES = {"en", "de", "es", "fr", "hi", "ml", "ja", "ar"}
SECTIONS = (
    "security_code",
    "one_time_code",
    "any_code",
    "other_code",
    "pin",
    "password",
    "verb",
    "beside",
    "no_password",
    "card",
    "other_number",
)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_language_has_words_of_each_kind(section: str) -> None:
    assert {language for language, _ in words_in(section)} == LANGUAGES


@pytest.mark.parametrize("section", SECTIONS)
def test_every_word_is_found_as_it_is_listed_and_in_capitals(section: str) -> None:
    found = compile_pattern("%(name)s", section)

    for _, word in words_in(section):
        written = word.removesuffix("*")
        assert found.fullmatch(written), word
        assert found.search(f"({written.upper()})"), word


@pytest.mark.parametrize(
    "written",
    [
        "código de verificación",
        "codigo de verificacion",
        unicodedata.normalize("NFD", "código de verificación"),
        "CÓDIGO DE VERIFICACIÓN",
        "code d’accès",
        "code d'acces",
        "Bestätigungscodes",
        "വെരിഫിക്കേഷൻ കോഡാണ്",
        "ورمز التحقق",
        "私の認証コードです",
    ],
)
def test_keyboards_write_one_word_in_several_ways(written: str) -> None:
    assert compile_pattern("%(one_time_code)s").search(written)


@pytest.mark.parametrize("written", ["laptop", "otpx", "xotp", "otp-less", "photo"])
def test_a_part_of_another_word_is_none(written: str) -> None:
    assert not compile_pattern("%(one_time_code)s").search(written)


def test_plain_words_have_no_accents_and_no_letters_that_nobody_sees() -> None:
    assert plain("Prüf\u00adziffer") == "prufziffer"
    assert plain("പാസ്‌വേഡ്") == plain("പാസ്വേഡ്")


def test_a_number_is_named_by_what_stands_right_before_it() -> None:
    assert secret_words.is_otherwise_named("my order number is: 42", 20)
    assert not secret_words.is_otherwise_named("my order came. Card 42", 20)
    assert secret_words.names_a_card("pay 4242 by card", 4, 8)
