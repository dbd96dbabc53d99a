"""What the flows say is whole in every language."""

import re
import tomllib

import pytest

from backend.catalog.lexicon import LANGUAGES
from backend.flows.replies import REPLIES, list_fields, say, warm_up

SENTENCES = tomllib.loads(REPLIES.read_text())
PLACE = re.compile(r"\{(\w*)\}")


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_has_all_languages_and_the_same_places(key: str) -> None:
    sentences = SENTENCES[key]

    assert list(sentences) == list(LANGUAGES)
    assert all(text and text.strip() == text for text in sentences.values())
    assert len({frozenset(PLACE.findall(text)) for text in sentences.values()}) == 1


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_has_no_figure_of_its_own(key: str) -> None:
    assert not re.search(r"\d", "".join(SENTENCES[key].values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_says_the_same_twice(language: str) -> None:
    said = [sentences[language] for sentences in SENTENCES.values()]
    labels = {
        sentences[language] for key, sentences in SENTENCES.items() if is_label(key)
    }

    assert not [text for text in set(said) - labels if said.count(text) > 1]


def test_what_is_given_is_put_in_as_it_is() -> None:
    warm_up()

    assert "“{words} %s”" in say("ask_product", "en", words="{words} %s")


def test_a_language_that_we_do_not_speak_is_answered_in_english() -> None:
    assert say("ask_items", "xx") == say("ask_items", "en")


def test_a_name_of_another_direction_does_not_turn_the_sentence() -> None:
    assert "\u2068#D17\u2069" in say("order_placed", "ar", name="#D17")
    assert "\u2068أحمد\u2069" in say("place_only", "en", place="أحمد")
    assert "\u2068" not in say("order_placed", "de", name="#D17")


@pytest.mark.parametrize(
    "fields, said",
    [
        (["name"], "your name"),
        (["phone", "email"], "your phone number and your email"),
        (
            ["name", "phone", "email"],
            "your name, your phone number and your email",
        ),
    ],
)
def test_what_is_missing_is_listed_as_people_do(fields, said) -> None:
    assert list_fields(fields, "en") == said


def test_every_language_lists_all_that_is_missing() -> None:
    for language in LANGUAGES:
        listed = list_fields(["name", "phone", "email"], language)
        for field in ("name", "phone", "email"):
            assert say(f"field_{field}", language) in listed


def is_label(key: str) -> bool:
    return key.startswith(("label_", "title_", "said_", "delivery", "list_"))
