"""What a product is found by."""

import pytest

from backend.catalog.terms import (
    TEXT,
    TITLE,
    Field,
    language_of,
    parts,
    weigh,
    weigh_exact,
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("This backpack is made for the outdoors.", "en"),
        ("Die Jacke ist für den Herbst gemacht.", "de"),
        ("La chaqueta está hecha para el otoño.", "es"),
        ("La veste est faite pour les jours de pluie.", "fr"),
        ("लाल चप्पल", "hi"),
        ("പച്ച സോഫ", "ml"),
        ("赤いサンダル", "ja"),
        ("كنبة خضراء", "ar"),
    ],
)
def test_a_text_tells_its_language(text: str, language: str):
    assert language_of(text) == language


def test_a_text_that_does_not_tell_is_in_the_shop_s_language():
    assert language_of("Nordika 3000", "de") == "de"


def test_a_word_counts_where_it_weighs_most():
    terms = weigh([Field("Velvet sofa", TITLE), Field("A sofa of velvet", TEXT)], "en")
    assert terms["sofa"] == TITLE


def test_a_concept_is_found_and_what_it_is_a_kind_of():
    terms = weigh([Field("Leather loveseat", TITLE)], "en")
    assert terms["#leather"] == TITLE
    assert terms["#furniture"] < TITLE


def test_what_stands_in_another_language_means_the_same():
    concepts = [
        {term for term in weigh([Field(title, TITLE)], language) if term[0] == "#"}
        for title, language in (
            ("Red sandals", "en"),
            ("赤いサンダル", "ja"),
            ("صندل أحمر", "ar"),
        )
    ]
    assert set.intersection(*concepts) >= {"#red", "#sandal"}


@pytest.mark.parametrize(
    ("compound", "expected"),
    [
        ("damenregenjacke", ("damen", "regenjacke")),
        ("eisenteekanne", ("eisen", "teekanne")),
        ("lampe", ()),
        ("zzzzzzzzz", ()),
    ],
)
def test_a_compound_is_taken_apart(compound: str, expected: tuple[str, ...]):
    assert parts(compound) == expected


def test_a_part_of_a_compound_weighs_less_than_the_word_itself():
    terms = weigh([Field("Eisenteekanne", TITLE)], "de")
    assert 0 < terms["#teapot"] < TITLE


def test_a_word_in_an_indian_script_is_found_by_its_sound():
    terms = weigh([Field("लाल चप्पल", TITLE)], "hi")
    assert {"~lal", "~capal"} <= terms.keys()


def test_article_numbers_and_options_are_found_exactly():
    terms = weigh_exact(["BPK-6754-BEI", ""], ["UK 9"])
    assert terms.keys() == {"=bpk6754bei", "@uk9", "@9"}


def test_text_from_outside_cannot_pass_for_a_mark():
    terms = weigh([Field("#sofa =abc123 @46 ~lal", TITLE)], "en")
    assert not {"=abc123", "@46", "~lal"} & terms.keys()
