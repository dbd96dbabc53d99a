"""What looks like a product's name, and what does not."""

import pytest

from backend.assistant.product_names import words_of_name

NAMES = [
    ("Aurora Lantern", ["Aurora", "Lantern"]),
    ("Lamp of the Sea", []),
    ("Light of the Harbour", ["Light", "Harbour"]),
    ("Tern Backpack XR500", ["Tern", "Backpack"]),
    ("Étoile Polaire", ["Étoile", "Polaire"]),
    ("Lamp", []),
    ("Care instructions", []),
    ("Care Instructions:", []),
    ("Really Nice Lamp!", []),
    ("海のランプ", []),
    ("One Two Three Four Five Seven Eight Nine Ten", []),
]


@pytest.mark.parametrize(("label", "words"), NAMES)
def test_a_name_has_several_words_with_capitals(label: str, words: list[str]):
    assert words_of_name(label) == words
