"""Every language that the chat itself speaks can have a greeting."""

from backend.catalog.lexicon import LANGUAGES as SPOKEN
from backend.shops.languages import LANGUAGES


def test_the_chats_own_languages_are_among_those_of_stores() -> None:
    assert set(SPOKEN) <= LANGUAGES.keys()


def test_no_two_languages_look_the_same() -> None:
    assert len(set(LANGUAGES.values())) == len(LANGUAGES)
