"""Words that may name a product."""

from backend.flows.phrases import is_describing, terms_of, wording_of


def test_small_words_say_nothing_of_a_product() -> None:
    wording = wording_of(("please", "send", "the", "rope", "basket"), ("en",))

    assert wording.content == ("rope", "basket")
    assert len(wording.said) == 5


def test_a_word_is_known_by_its_stem_and_its_meaning() -> None:
    sillas = terms_of("sillas", ("es", "en"))

    assert "sill" in sillas.literal
    assert sillas.meant & terms_of("chairs", ("en",)).meant


def test_a_compound_is_known_by_its_parts() -> None:
    assert "kupf" in terms_of("kupferlampe", ("de",)).literal


def test_a_colour_describes_and_a_thing_does_not() -> None:
    assert is_describing("green")
    assert not is_describing("sofa")
