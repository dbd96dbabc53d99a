"""A title as its words."""

from backend.flows.titles import all_terms, title_of, title_of_product
from tests.support.order_goods import product_of


def test_small_words_of_a_title_need_not_be_said() -> None:
    title = title_of("Basket of Bliss", "en")

    assert title.words == ("basket", "of", "bliss")
    assert title.needed == {0, 2}


def test_a_product_is_known_by_its_options_as_well() -> None:
    assert "green" in all_terms(product_of(7))
    assert title_of_product(product_of(7)).words == ("tidal", "bath", "towel")
