"""One form for what people write in several."""

import pytest

from backend.catalog.folding import bare, fold, is_unspaced, words

SAME = [
    ("GRÜNES", "grunes"),
    ("Canapé", "canape"),
    ("Œillets à l’œil", "oeillets a l’oeil"),
    ("Straße", "strasse"),
    ("أَحْمَر", "احمر"),
    ("كنبة", "كنبه"),
    ("شــاي", "شاي"),
    ("सोफ़ा", "सोफा"),
    ("चूड़ियाँ", "चुडियां"),
    ("हिन्दी", "हिंदि"),
    ("സോഫകള്‍", "സൊഫകള്"),
    ("സോഫകൾ", "സൊഫകള്"),
    ("すにーかー", "スニカ"),
    ("ｲﾔﾎﾝ", "イヤホン"),
    ("コーヒー", "コヒ"),
    ("٢٥٠", "250"),
    ("२५०", "250"),
    ("so\u200bfa", "sofa"),
]


@pytest.mark.parametrize(("written", "folded"), SAME)
def test_what_is_written_in_several_ways_has_one_form(written: str, folded: str):
    assert fold(written) == folded


@pytest.mark.parametrize("written", [written for written, _ in SAME])
def test_a_folded_text_stays_as_it_is(written: str):
    assert fold(fold(written)) == fold(written)


def test_words_end_where_letters_end():
    assert list(words(fold("Men's T-Shirt, 35mm (blue)"))) == [
        "men",
        "t",
        "shirt",
        "35mm",
        "blue",
    ]
    assert list(words(fold("boucles d'oreilles"))) == ["boucles", "d", "oreilles"]


def test_vowel_signs_do_not_end_a_word():
    assert list(words(fold("लाल चप्पल"))) == ["लाल", "चप्पल"]
    assert list(words(fold("പച്ച സോഫ"))) == ["പച്ച", "സൊഫ"]


def test_a_run_without_spaces_is_one_piece_beside_others():
    listed = list(words(fold("登山靴27cm")))
    assert listed == ["登山靴", "27cm"]
    assert [is_unspaced(word) for word in listed] == [True, False]


def test_an_article_number_is_its_letters_and_figures():
    assert bare("4066.SPK-BLU") == bare("4066 spk blu") == "4066spkblu"
