"""Sizes, as people write them and as options have them."""

import pytest

from backend.catalog.folding import fold
from backend.catalog.sizes import option_terms, take_sizes

ASKED = [
    ("en", "sneakers men size 46", "@46"),
    ("en", "flip flops for women in 36", "@36"),
    ("en", "A2 travel poster", "@a2"),
    ("en", "shirt in size L", "@l"),
    ("en", "shirt xl", "@xl"),
    ("de", "wanderschuhe herren gr. 44", "@44"),
    ("fr", "chaussure randonnee homme 43", "@43"),
    ("hi", "पुरुषों के ट्रेकिंग जूते uk 9", "@uk9"),
    ("ja", "登山靴27cm", "@27"),
    ("ar", "حذاء جبلي رجالي مقاس 44", "@44"),
]


@pytest.mark.parametrize(("language", "asked", "term"), ASKED)
def test_a_size_is_found_and_taken_out(language: str, asked: str, term: str):
    rest, ((_, terms),) = take_sizes(fold(asked), [language, "en"])
    assert term in terms
    assert not any(map(str.isdigit, rest))


@pytest.mark.parametrize(
    "asked", ["l'huile", "s bahn", "35mm2 film", "bpk-6754-blu", ""]
)
def test_a_letter_or_a_number_in_something_else_is_no_size(asked: str):
    assert take_sizes(fold(asked), ["en"]) == (fold(asked), [])


def test_an_option_is_found_as_a_whole_and_by_its_figure():
    assert option_terms("UK 9") == {"@uk9", "@9"}
    assert option_terms("Navy") == {"@navy"}
    assert option_terms("—") == set()
