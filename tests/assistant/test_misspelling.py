"""A misspelt word is near the known one that was meant."""

import pytest

from backend.assistant.misspelling import spellings_of

KNOWN = spellings_of(["delivery", "return", "refund", "cost"])


@pytest.mark.parametrize("word", ["delivry", "deliverry", "delivary", "delievry"])
def test_one_letter_or_two_that_changed_places_are_mended(word: str) -> None:
    assert KNOWN.nearest(word) == "delivery"


@pytest.mark.parametrize("word", ["lamp", "coat", "elivery", "zzzzzzz", "refu2d", ""])
def test_other_words_are_left_alone(word: str) -> None:
    assert KNOWN.nearest(word) is None
