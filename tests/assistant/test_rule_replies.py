"""The templates are whole in every language."""

import re
import tomllib

import pytest

from backend.assistant.rule_replies import (
    FOLDER,
    ORDER_STATUSES,
    REPLIES,
    has_offer,
    join,
    say,
    say_status,
    warm_up,
)
from backend.catalog.lexicon import LANGUAGES

TEMPLATES = {
    (file, name): sentences
    for file in (REPLIES, ORDER_STATUSES)
    for name, sentences in tomllib.loads((FOLDER / file).read_text()).items()
}
PLACE = re.compile(r"\{(\w*)\}")


@pytest.mark.parametrize("key", TEMPLATES, ids="-".join)
def test_a_sentence_has_all_languages_and_the_same_places(key: tuple[str, str]) -> None:
    sentences = TEMPLATES[key]

    assert list(sentences) == list(LANGUAGES)
    assert all(text.strip() == text and text for text in sentences.values())
    assert len({tuple(PLACE.findall(text)) for text in sentences.values()}) == 1


def test_no_language_says_the_same_twice() -> None:
    for language in LANGUAGES:
        said = [
            text[language] for (file, _), text in TEMPLATES.items() if file == REPLIES
        ]
        assert len(said) == len(set(said))


def test_what_is_given_is_put_in_as_it_is() -> None:
    warm_up()
    assert "“{words} %s”" in say("nothing_found", "en", words="{words} %s")


def test_a_language_that_we_do_not_speak_is_answered_in_english() -> None:
    assert say("greeting", "xx") == say("greeting", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_is_known_again_in_every_language(language: str) -> None:
    assert has_offer(f"Hm. {say('offer', language)}")
    assert not has_offer(say("greeting", language))


def test_a_status_that_we_do_not_know_is_shopify_s_own_word() -> None:
    assert say_status("in_transit", "de") == "unterwegs"
    assert say_status("picked_up_by_owl", "de") == "picked up by owl"


def test_sentences_are_joined_as_they_are_written() -> None:
    assert join(["One.", "Two."], "en") == "One. Two."
    assert join(["一。", "二。"], "ja") == "一。二。"
