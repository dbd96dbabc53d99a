"""Words of eight languages and what they mean; and that the files of words are whole."""

import tomllib

import pytest

from backend.catalog import lexicon
from backend.catalog.folding import fold, words
from backend.catalog.lexicon import FILLER, FOLDER, LANGUAGES, Kind
from backend.catalog.stemming import stem

FILES = sorted(path for path in FOLDER.glob("*.toml") if path.name != FILLER)
SOFAS = {
    "en": "couch",
    "de": "Sofa",
    "es": "sofá",
    "fr": "canapé",
    "hi": "सोफ़ा",
    "ml": "സോഫ",
    "ja": "ソファー",
    "ar": "كنبة",
}


def meaning(text: str, language: str) -> set[str]:
    stems = [stem(word, language) for word in words(fold(text))]
    return set(lexicon.read(stems, lexicon.phrases(language)))


@pytest.mark.parametrize(("language", "word"), SOFAS.items())
def test_a_thing_has_one_name_in_every_language(language: str, word: str):
    assert "sofa" in meaning(word, language)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_concept_has_all_languages_and_one_kind_a_file(path):
    tables = tomllib.loads(path.read_text())
    Kind(tables.pop("kind"))
    lacking = {
        name for name, table in tables.items() if not set(LANGUAGES) <= table.keys()
    }
    assert not lacking


def test_no_concept_stands_in_two_files():
    names = [
        name
        for path in FILES
        for name in tomllib.loads(path.read_text())
        if name != "kind"
    ]
    assert len(names) == len(set(names)) == len(lexicon.concepts())


def test_whatever_a_concept_refers_to_is_there():
    known = lexicon.concepts()
    for concept in known.values():
        assert {*concept.broader, *concept.close} <= known.keys(), concept.name


def test_nothing_is_a_kind_of_itself():
    for concept in lexicon.concepts().values():
        assert concept.name not in concept.broader


def test_a_broader_concept_is_found_through_those_between():
    broader = lexicon.concepts()["chelsea-boot"].broader
    assert broader.index("boot") < broader.index("shoe")


def test_the_longest_phrase_counts():
    assert "rain-jacket" in meaning("a rain jacket", "en")
    assert "jacket" not in meaning("a rain jacket", "en")


def test_romanised_words_are_known_by_their_sound():
    known = lexicon.romanised("hi")
    assert known.longest_at(["lal"], 0)[0] == 1


def test_a_run_without_spaces_is_cut_at_known_words():
    assert list(lexicon.cut(fold("赤いサンダル"))) == [fold("赤い"), fold("サンダル")]
    assert "".join(lexicon.cut(fold("謎の赤いサンダルX"))) == fold("謎の赤いサンダルX")


def test_what_nobody_knows_is_read_in_pairs():
    assert list(lexicon.pairs("南部鉄")) == ["南部", "部鉄"]
    assert list(lexicon.pairs("南")) == ["南"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_filler_has_what_a_question_needs(language: str):
    table = lexicon.filler()[language]
    assert {
        "stop",
        "under",
        "over",
        "between",
        "cheap",
        "currency",
        "size",
        "sku",
    } <= table.keys()
    assert {"EUR", "USD", "INR", "JPY"} <= table["currency"].keys()


def test_small_words_are_known_as_they_are_written_and_folded():
    assert "the" in lexicon.small_spellings("en")
    assert "thé" not in lexicon.small_spellings("fr")
    assert "für" in lexicon.small_spellings("de")
    assert "fur" in lexicon.small_phrases("de")


def test_a_question_without_spaces_is_cut_at_phrases_that_ask():
    assert "アリマスカ" in lexicon.cut_question("ランプアリマスカ")
