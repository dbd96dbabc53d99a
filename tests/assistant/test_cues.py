"""The file of cues is whole, and its lists do what they say."""

import tomllib

import pytest

from backend.assistant.cues import FILE, PLACES, SUFFIXES, Intent, Strength, find_cues
from backend.assistant.message_words import read_message
from backend.catalog.lexicon import LANGUAGES

RAW = tomllib.loads(FILE.read_text())
ALONE = {Intent.NONSENSE, Intent.PICK}


def strengths(text: str, language: str, intent: Intent) -> list[Strength]:
    return [
        match.meaning.strength
        for match in find_cues(read_message(text).words, language)
        if match.meaning.intent is intent
    ]


def test_every_intent_has_cues_in_every_language() -> None:
    assert {*RAW} == {*(set(Intent) - ALONE), *PLACES}
    lacking = {name for name, lists in RAW.items() if not set(LANGUAGES) <= set(lists)}
    assert not lacking


@pytest.mark.parametrize("name", RAW)
def test_lists_are_of_a_language_and_a_strength_that_we_know(name: str) -> None:
    known = {f"{language}{suffix}" for language in LANGUAGES for suffix in SUFFIXES}
    assert set(RAW[name]) <= known


@pytest.mark.parametrize("name", RAW)
def test_a_star_stands_only_at_the_end_and_nothing_is_empty(name: str) -> None:
    texts = [text for listed in RAW[name].values() for text in listed]

    assert not [text for text in texts if "*" in text[:-1]]
    assert not [text for text in texts if not read_message(text).words]


def test_a_cue_has_the_strength_of_its_list() -> None:
    assert strengths("how expensive", "en", Intent.PRICE) == [Strength.STRONG]
    assert strengths("delivery", "en", Intent.SHIPPING) == [Strength.OPEN]
    assert strengths("tomorrow", "en", Intent.SHIPPING) == [Strength.WEAK]


def test_a_word_that_points_is_found_inside_a_phrase_as_well() -> None:
    found = strengths("is it waterproof", "en", Intent.PRODUCT_DETAIL)
    assert {Strength.THIS, Strength.STRONG} <= set(found)


def test_an_order_that_may_be_made_is_told_apart() -> None:
    assert strengths("if i order today", "en", Intent.SHIPPING) == [Strength.IF]
