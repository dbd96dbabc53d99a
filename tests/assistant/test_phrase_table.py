"""Phrases are found by stems, sounds, beginnings and near spellings; the longest counts."""

import pytest

from backend.assistant.message_words import read_message
from backend.assistant.phrase_table import PhraseTable, outermost, small_words


def meanings(language: str, text: str, **phrases: str) -> list[str]:
    table = PhraseTable[str](language)
    for meaning, phrase in phrases.items():
        table.add(phrase, meaning)
    return [found.meaning for found in outermost(table.find(read_message(text).words))]


@pytest.mark.parametrize(
    ("language", "phrase", "text"),
    [
        ("en", "return policy", "your return policies?"),
        ("de", "versandkosten", "Versandkosten?"),
        ("es", "envío gratis", "envio gratis"),
        ("fr", "frais de port", "les frais de port svp"),
        ("hi", "kharidna hai", "khareedna hai"),
        ("ml", "വില എത്ര", "സോഫയുടെ വില എത്ര"),
        ("ja", "送料", "送料いくら"),
        ("ar", "الشحن مجاني", "هل الشحن مجاني؟"),
        ("ar", "خدمة العملاء", "رقم لخدمة العملاء"),
        ("en", "refund*", "refunding"),
        ("en", "delivery", "delivry"),
    ],
)
def test_a_phrase_is_found_as_people_write_it(
    language: str, phrase: str, text: str
) -> None:
    assert meanings(language, text, it=phrase) == ["it"]


@pytest.mark.parametrize(
    ("language", "phrase", "text"),
    [
        ("en", "hi", "this is his"),
        ("ja", "hi", "shibuya"),
        ("hi", "potti", "photo"),
        ("en", "delivery", "delicacy"),
    ],
)
def test_borders_and_short_sounds_count(language: str, phrase: str, text: str) -> None:
    assert meanings(language, text, it=phrase) == []


def test_the_longest_phrase_hides_those_within() -> None:
    found = meanings(
        "en", "how much is shipping", price="how much is", cost="how much is shipping"
    )
    assert found == ["cost"]


def test_particles_are_the_small_words_where_there_are_no_spaces() -> None:
    assert "は" in {chr(ord(letter) - 0x60) for letter in small_words("ja")}
    assert all(len(word) == 1 for word in small_words("ja"))
