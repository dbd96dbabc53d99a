"""The words around contact details are whole in every language."""

import tomllib

import pytest

from backend.catalog.lexicon import LANGUAGES
from backend.flows import contact_words

WORDS = tomllib.loads(contact_words.FILE.read_text())


def test_every_language_has_every_kind_of_word() -> None:
    assert list(WORDS) == list(LANGUAGES)
    assert len({tuple(sorted(kinds)) for kinds in WORDS.values()}) == 1


@pytest.mark.parametrize(
    "text, kind, is_sure",
    [
        ("my name is Ana", "name", True),
        ("Name Ana", "name", False),
        ("me llamo Ana", "called", False),
        ("phone number: 030", "phone", True),
        ("E-Mail ana", "email", False),
        ("order number is 7", "other", True),
        ("ورقم هاتفي ٠٣٠", "phone", False),
        ("電話番号は030", "phone", False),
    ],
)
def test_an_announcement_says_of_what(text: str, kind: str, is_sure: bool) -> None:
    found = contact_words.announcements().match(text)

    assert found[kind]
    assert bool(found["sure"]) is is_sure


def test_a_word_inside_another_announces_nothing() -> None:
    assert not contact_words.announcements().search("renamed headphones")


def test_what_ends_a_name_is_found_behind_it_only() -> None:
    assert contact_words.ends().sub("", "田中です") == "田中"
    assert contact_words.ends().sub("", "रवि है") == "रवि"


def test_small_words_are_left_out_at_both_ends() -> None:
    assert contact_words.around().sub("", "and Ana, please").strip() == "Ana"


def test_lists_are_compared_folded() -> None:
    assert "ruckgabe" in contact_words.words_of_no_name()
    assert "mira" in contact_words.names()
    assert contact_words.runs_of_no_name()
