"""The language of a message: by script, by words, by what is usual."""

import pytest

from backend.assistant.message_language import known_language, language_of_message


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("do you ship to norway", "en"),
        ("wo bleibt meine bestellung", "de"),
        ("cuánto tarda en llegar", "es"),
        ("je peux renvoyer si ca va pas", "fr"),
        ("मेरा ऑर्डर कहाँ है", "hi"),
        ("kitne din me aayega", "hi"),
        ("എന്റെ ഓർഡർ എവിടെ", "ml"),
        ("ente parcel evide", "ml"),
        ("送料いくら", "ja"),
        ("وين طلبي", "ar"),
        ("iPhone का cover", "hi"),
    ],
)
@pytest.mark.parametrize("locale", [None, "en", "de-CH"])
def test_a_message_tells_its_language(
    text: str, language: str, locale: str | None
) -> None:
    assert language_of_message(text, locale, ["en"]) == language


@pytest.mark.parametrize(
    ("locale", "languages", "language"),
    [
        ("ja", ["en"], "ja"),
        (None, ["Deutsch", "English"], "de"),
        (None, [], "en"),
        ("xx", [], "en"),
    ],
)
def test_a_message_that_does_not_tell_is_in_the_usual_one(
    locale: str | None, languages: list[str], language: str
) -> None:
    assert language_of_message("1042", locale, languages) == language


@pytest.mark.parametrize(
    ("name", "language"),
    [("de-CH", "de"), ("pt_BR", None), ("Français", "fr"), ("മലയാളം", "ml"), ("", None)],
)
def test_tags_and_names_of_languages_are_known(name: str, language: str | None) -> None:
    assert known_language(name) == language


def test_names_of_goods_in_latin_letters_do_not_outweigh_the_shoppers_own_script() -> (
    None
):
    text = "أحتاج إلى 11 Lantern Remote Control"

    assert language_of_message(text, "ar", ["en"]) == "ar"
    assert language_of_message(text, "en", ["en"]) == "en"
