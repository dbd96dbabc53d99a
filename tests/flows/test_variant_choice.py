"""Which variant is asked for, and what is asked back."""

from dataclasses import replace

from backend.flows.variant_choice import choose, settled
from backend.flows.variant_values import Said
from tests.support.order_goods import product_of

TOWEL, TUMBLER, MUG, BELL, SHOE = (product_of(number) for number in (7, 8, 3, 6, 2))


def said(words: str = "", *specs: str) -> Said:
    return Said(tuple(words.split()), specs)


def test_a_value_that_is_said_chooses_its_variant() -> None:
    choice = choose(TOWEL, said("green"))

    assert choice.variant
    assert (choice.variant.title, choice.asks) == ("Green", ())


def test_nothing_said_is_asked_about() -> None:
    assert choose(TOWEL, said()).asks == ("variant",)


def test_what_does_not_exist_is_asked_about() -> None:
    assert choose(TOWEL, said("pink")).asks == ("no_variant",)
    assert choose(TUMBLER, said("", "pack:12")).asks == ("no_variant",)
    assert choose(SHOE, said("", "size:47")).asks == ("no_variant",)


def test_a_product_without_options_has_one_variant() -> None:
    assert choose(MUG, said()).asks == ()
    assert choose(BELL, said()).asks == ("sold_out",)
    assert choose(MUG, said("", "pack:4")).asks == ("no_variant",)


def test_what_is_not_said_may_have_been_said_before() -> None:
    choice = choose(TOWEL, said(), said("white"))

    assert choice.variant
    assert choice.variant.title == "White"


def test_two_values_of_one_option_are_a_list() -> None:
    choice = choose(TOWEL, said("white and grey"))

    assert choice.is_list
    assert [each.title for each in choice.several] == ["White", "Grey"]


def test_a_part_number_settles_its_variant() -> None:
    assert settled(TOWEL.variants[0]).variant == TOWEL.variants[0]
    assert replace(settled(BELL.variants[0])).asks == ("sold_out",)
