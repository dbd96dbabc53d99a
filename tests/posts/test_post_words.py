"""A message is cut into words with their meanings, in the language that it is in."""

import tomllib

import pytest

from backend.posts.post_words import (
    FOLDER,
    FOREIGN,
    LANGUAGES,
    bare_words,
    is_nearly,
    phrases,
    read_words,
)


def kinds_of(text: str, word: str) -> frozenset[str]:
    return next(each.kinds for each in read_words(text).words if each.text == word)


def test_every_language_has_every_kind_of_word() -> None:
    kinds = {
        tuple(sorted(tomllib.loads((FOLDER / f"{each}.toml").read_text())))
        for each in LANGUAGES
    }

    assert len(kinds) == 1
    assert all(len(phrases(language)) > 500 for language in LANGUAGES)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("publish it on Friday", "en"),
        ("veröffentliche ihn am Freitag", "de"),
        ("publie-le vendredi", "fr"),
        ("publícalo el viernes", "es"),
        ("sí", "es"),
        ("no", "en"),
    ],
)
def test_a_language_is_known_by_its_words(text: str, language: str) -> None:
    assert read_words(text).language == language


def test_a_quotation_and_a_name_say_nothing() -> None:
    sentence = read_words('show "publish it" and Diwali')

    assert not sentence.has("publish")
    assert kinds_of("show Diwali", "diwali") == frozenset()


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("publie-le", "publie", "publish"),
        ("l'article publié", "publie", "published"),
        ("celui qu'on a publie", "publie", "published"),
        ("draft a post", "draft", "create"),
        ("the draft", "draft", "draft"),
        ("veroeffentlichen", "veroeffentlichen", "publish"),
        ("ein kurzen Text", "kurzen", "filler"),
        ("bitte kürzen", "kurzen", "rewrite"),
        ("sí, gracias", "si", "yes"),
        ("publish it in December", "december", "time"),
        ("regenrate it", "regenrate", "rewrite"),
    ],
)
def test_a_word_means_what_it_is_here(text: str, word: str, kind: str) -> None:
    assert kind in kinds_of(text, word)


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("publie-le", "publie", "published"),
        ("si publicas", "publicas", "publish"),
        ("the publisher", "publisher", "publish"),
        ("den Beitrag", "den", "it"),
        ("la publicación que publicamos", "que", "which"),
    ],
)
def test_a_word_does_not_mean_what_looks_like_it(
    text: str, word: str, kind: str
) -> None:
    assert kind not in kinds_of(text, word)


def test_a_negation_of_another_language_is_told() -> None:
    assert FOREIGN in kinds_of("não publique", "nao")
    assert FOREIGN in kinds_of("इसे publish", "इसे")


def test_a_slip_is_forgiven_and_an_ending_is_not() -> None:
    assert is_nearly("pubish", "publish")
    assert not is_nearly("publishes", "publish")
    assert not is_nearly("cat", "car")


def test_bare_words_have_no_marks() -> None:
    assert bare_words("L'Été, 50 % «Soldes»!") == ["l", "ete", "50", "soldes"]
