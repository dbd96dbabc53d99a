"""Sentences one after the other, and lists, as each language writes them."""

import pytest

from backend.flows.joining import join, join_list


def test_sentences_stand_apart_where_words_do() -> None:
    assert join(["One.", "", "Two."], "en") == "One. Two."
    assert join(["一つ。", "二つ。"], "ja") == "一つ。二つ。"
    assert join([], "de") == ""


@pytest.mark.parametrize(
    "language, listed",
    [("en", "lamp, chair, rug"), ("ar", "lamp، chair، rug")],
)
def test_things_are_listed_without_an_and(language: str, listed: str) -> None:
    told = join_list(["lamp", "chair", "rug"], language)

    assert told.replace("\u2068", "").replace("\u2069", "") == listed


def test_one_thing_is_no_list_and_none_is_nothing() -> None:
    assert join_list(["lamp"], "en") == "lamp"
    assert join_list([], "en") == ""
