"""What says nothing, and what only looks like it."""

import pytest

from backend.assistant.babble import is_babble
from backend.assistant.message_words import read_message


def babbles(text: str, language: str = "en", stray: bool = False) -> bool:
    words = read_message(text).words
    unknown = [word.folded for word in words if not word.is_number]
    return is_babble(words, unknown, language, stray)


@pytest.mark.parametrize(
    "text", ["asdf", "hahaha", "fjdksl", "blub blub", "aaaaaa", "blabla", "zzz"]
)
def test_keys_laughter_and_syllables_say_nothing(text: str) -> None:
    assert babbles(text)


@pytest.mark.parametrize("text", ["harbour", "tutor", "rhythm section", "no no"])
def test_words_do(text: str) -> None:
    assert not babbles(text)


def test_a_number_among_unknown_words_says_nothing() -> None:
    assert babbles("prout 888 gloub", "fr", stray=True)
    assert not babbles("nordika 888", "fr", stray=True)


def test_japanese_is_looked_at_in_one_row() -> None:
    assert babbles("あああああ", "ja")
    assert babbles("ぽよぽよ", "ja")
    assert not babbles("のれん", "ja")
