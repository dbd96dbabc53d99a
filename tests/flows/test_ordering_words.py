"""The words around an order, by language."""

from backend.catalog.lexicon import LANGUAGES
from backend.flows import ordering_words
from backend.flows.ordering_words import PhraseSet, listed, phrase_of

KINDS = ("and", "units", "vague", "wanting", "other", "pack", "of", "single", "size")


def test_every_language_has_words_of_every_kind() -> None:
    for language in LANGUAGES:
        raw = ordering_words._raw(language)
        assert not [kind for kind in KINDS if not raw.get(kind)], language
        assert raw["headers"].keys() == ordering_words.values("headers").keys()


def test_the_longest_phrase_is_found_first() -> None:
    phrases = PhraseSet()
    phrases.add("a few")
    phrases.add("a few of the")

    assert phrases.length_at(phrase_of("a few of the mugs"), 0) == 4
    assert phrases.length_at(phrase_of("mugs"), 0) == 0


def test_phrases_of_all_languages_are_known_at_once() -> None:
    assert listed("wanting").is_in(phrase_of("wir brauchen Tassen"))
    assert listed("wanting").is_in(phrase_of("अदरक चाहिए"))
    assert "stk" in listed("units")


def test_a_number_word_is_of_the_first_language_that_has_it() -> None:
    hindi, _ = ordering_words.numbers(("hi", "en"))
    english, _ = ordering_words.numbers(("en",))

    assert hindi[("das",)] == 10
    assert ("das",) not in english


def test_a_pair_is_no_number() -> None:
    english, _ = ordering_words.numbers(("en",))

    assert ("pair",) not in english
    assert english[("couple",)] == 2
