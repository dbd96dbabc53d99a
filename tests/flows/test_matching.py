"""Which product words name: one that clearly fits, or none."""

import pytest

from backend.flows.matching import Match, match
from backend.flows.phrases import wording_of
from tests.support.order_goods import product_of

GOODS = [product_of(number) for number in range(1, 9)]


def matched(said: str) -> Match:
    return match(wording_of(said.split(), ("en",)), GOODS, ("en",))


@pytest.mark.parametrize(
    ("said", "handle"),
    [
        ("harbour crew tee", "harbour-crew-tee"),
        ("harbour tees", "harbour-crew-tee"),
        ("enamel mugs", "lighthouse-enamel-mug"),
        ("tumblers", "seaglass-tumbler"),
    ],
)
def test_one_product_that_clearly_fits_is_taken(said: str, handle: str) -> None:
    product = matched(said).product

    assert product
    assert product.handle == handle


@pytest.mark.parametrize(
    "said",
    ["sailor rope basket", "rope basket", "lighthouse", "enamel teapot", "kayak"],
)
def test_several_that_fit_or_none_are_not(said: str) -> None:
    assert matched(said).product is None


def test_products_of_one_name_are_both_offered() -> None:
    assert [each.number for each in matched("sailor rope basket").fits] == [4, 5]


def test_two_titles_in_one_clause_are_asked_about() -> None:
    assert matched("lighthouse enamel mug seaglass tumbler").product is None
