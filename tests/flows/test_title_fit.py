"""How far words are a product's title."""

from backend.flows.phrases import wording_of
from backend.flows.title_cover import Hit
from backend.flows.title_fit import Fit, measure
from tests.support.order_goods import product_of


def fit(number: int, said: str) -> Fit:
    return measure(wording_of(said.split(), ("en",)), product_of(number), ("en",))


def test_a_whole_title_is_whole_whatever_stands_around_it() -> None:
    assert fit(3, "please lighthouse enamel mug thanks").is_whole
    assert not fit(3, "enamel mug").is_whole


def test_a_colour_that_the_product_has_is_no_word_of_its_name() -> None:
    assert fit(7, "green bath towel").has_all(Hit.LITERAL)
    assert not fit(3, "green enamel mug").has_all(Hit.LITERAL)


def test_a_thing_is_named_by_its_head_or_its_beginning() -> None:
    assert fit(3, "mug").names_thing
    assert fit(3, "lighthouse enamel").names_thing
    assert not fit(3, "lighthouse").names_thing


def test_what_stands_together_is_a_run() -> None:
    assert fit(3, "enamel mug").is_run
    assert not fit(3, "lighthouse mug").is_run
