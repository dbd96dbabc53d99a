"""What texts speak of; and that the file of aspects is whole."""

import tomllib

import pytest

from backend.assistant.aspects import (
    FILE,
    also_answered_by,
    answered_by_figures,
    aspects_in,
    aspects_of_kind,
    topics,
    warm_up,
)
from backend.assistant.message_words import read_message
from backend.catalog.lexicon import LANGUAGES

RAW = tomllib.loads(FILE.read_text())


@pytest.mark.parametrize("name", RAW)
def test_an_aspect_has_words_in_every_language(name: str) -> None:
    table = RAW[name]
    assert set(table) - {"of", "figure", "topic", "see"} == set(LANGUAGES)
    for language in LANGUAGES:
        assert table[language]
        assert all(read_message(text).words for text in table[language])
        assert not [text for text in table[language] if "*" in text[:-1]]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Can I send it back?"),
        ("de", "Rückgabe innerhalb von 30 Tagen"),
        ("es", "¿puedo devolverlo?"),
        ("fr", "les retours sont gratuits"),
        ("hi", "रिटर्न कैसे करें"),
        ("ml", "തിരിച്ചയക്കാമോ"),
        ("ja", "返品できますか"),
        ("ar", "سياسة الإرجاع"),
    ],
)
def test_returns_are_known_in_every_language(language: str, text: str) -> None:
    assert "return" in aspects_in(text, language)


def test_the_longest_phrase_counts() -> None:
    assert aspects_in("cash on delivery", "en") == {"cash"}
    assert aspects_in("free of charge", "en") == {"free"}


def test_kinds_have_aspects_of_their_own() -> None:
    assert "pickup" in aspects_of_kind("shipping")
    assert "card" in aspects_of_kind("payment")
    assert aspects_of_kind("any") == frozenset()


def test_what_answers_an_aspect_too_is_one() -> None:
    for name in RAW:
        assert set(also_answered_by(name)) <= set(RAW)

    assert "free" in also_answered_by("cost")
    assert "eu" in also_answered_by("austria")


def test_a_topic_is_at_home_in_its_kind() -> None:
    assert topics() == {"delivery", "return", "pay"}
    assert "delivery" in aspects_of_kind("shipping")


def test_some_are_answered_by_figures() -> None:
    warm_up()
    assert "duration" in answered_by_figures()
    assert "norway" not in answered_by_figures()
