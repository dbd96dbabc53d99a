"""Which words of a title were said."""

from collections.abc import Collection

from backend.flows.title_cover import Cover, Hit
from backend.flows.titles import title_of


def cover(title: str, said: str, strange: Collection[str] = ()) -> Cover:
    found = Cover(title_of(title, "en"), ("en",), frozenset(strange))
    found.take(said.split())
    return found


def test_words_are_said_as_they_are_or_in_another_form() -> None:
    assert cover("Lighthouse Enamel Mug", "enamel mugs").used == {"enamel", "mugs"}


def test_one_word_may_be_two_and_two_may_be_one() -> None:
    assert sorted(cover("Flip Flops", "flipflops").places) == [0, 1]
    assert 0 in cover("SkyBlue Soap", "sky blue soap").places


def test_a_mistyped_word_is_forgiven_where_the_shop_does_not_know_it() -> None:
    mistyped = cover("Tulip Bouquet", "tulip boquet", {"boquet"})

    assert mistyped.typos == 1
    assert len(mistyped.places) == 2
    assert not cover("Festive Bell", "festive ball").typos


def test_a_hit_says_how_well_a_word_is_met() -> None:
    assert Hit.MISS < Hit.FIELD < Hit.MEANT < Hit.TYPO < Hit.LITERAL
