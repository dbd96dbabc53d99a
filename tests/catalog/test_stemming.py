"""Forms of a word meet in its stem."""

import pytest

from backend.catalog.folding import fold
from backend.catalog.stemming import stem

FORMS = {
    "en": ["chainsaw chainsaws", "jacket jackets"],
    "de": ["grün grünes grünen gruenes", "Lampe Lampen", "Tücher tuecher"],
    "es": ["zapatilla zapatillas", "rojo rojos"],
    "fr": ["chaussure chaussures", "vert verts"],
    "hi": ["जूता जूते जूतों"],
    "ml": ["കുട്ടി കുട്ടികൾ കുട്ടികളുടെ", "ബാഗ് ബാഗിൽ ബാഗിന്", "ശിശു ശിശുവിന് ശിശുവിന്റെ"],
    "ar": ["كنبة الكنبة والكنبة", "سماعة سماعات السماعات"],
}
PAIRS = [
    (language, forms.split()) for language, listed in FORMS.items() for forms in listed
]


@pytest.mark.parametrize(("language", "forms"), PAIRS)
def test_forms_of_a_word_have_one_stem(language: str, forms: list[str]):
    assert len({stem(fold(form), language) for form in forms}) == 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("en", "sofa", "soap"), ("de", "tasche", "tasse"), ("ar", "كتاب", "كلب")],
)
def test_other_words_have_other_stems(language: str, one: str, other: str):
    assert stem(fold(one), language) != stem(fold(other), language)


def test_a_language_without_endings_keeps_its_words():
    assert stem("コヒ", "ja") == "コヒ"
