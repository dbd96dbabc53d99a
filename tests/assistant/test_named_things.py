"""Things of the lexicon in a message."""

import pytest

from backend.assistant.message_words import read_message
from backend.assistant.named_things import named_things
from backend.catalog.lexicon import Kind


def kinds(text: str, language: str) -> list[Kind]:
    found = named_things(read_message(text).words, language)
    return [named.kind for named in found]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the big sofa"),
        ("de", "Lederjacke"),
        ("es", "el sofá"),
        ("fr", "le canapé"),
        ("hi", "सोफ़ा"),
        ("hi", "laal chappal"),
        ("ml", "സോഫയുടെ"),
        ("ja", "緑のソファ"),
        ("ar", "الكنبة"),
        ("ar", "عندكم sofa"),
    ],
)
def test_a_thing_is_known_in_every_language(language: str, text: str) -> None:
    assert Kind.THING in kinds(text, language)


def test_a_colour_is_no_thing() -> None:
    assert kinds("green", "en") == [Kind.COLOUR]


def test_unknown_words_name_nothing() -> None:
    assert kinds("prout gloub", "fr") == []
