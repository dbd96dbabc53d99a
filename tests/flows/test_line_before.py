"""What is said of the goods that were named before."""

import pytest

from backend.store.database import Database
from tests.support.order_goods import told

TEE, SHOE, TOWEL = "harbour-crew-tee", "driftwood-running-shoe", "tidal-bath-towel"


def settled(goods: Database, text: str) -> list[tuple[int, str]]:
    lines = told(goods, text)
    assert not [line for line in lines if line[3]], lines
    return [(line[0], line[2]) for line in lines]


@pytest.mark.parametrize(
    "text",
    [
        "Harbour Crew Tee\nM x10\nL x8",
        "Harbour Crew Tee: 10 M, 8 L",
        "10 harbour crew tees in M and 8 in L",
        "18 harbour crew tees, 10 of them M and 8 L",
        "Harbour Crew Tee (M x10, L x8)",
    ],
)
def test_sizes_go_on_with_the_product_before(goods: Database, text: str) -> None:
    assert settled(goods, text) == [(10, "M"), (8, "L")]


@pytest.mark.parametrize(
    "text",
    [
        "Driftwood Running Shoe 38 x 5, 39 x 3",
        "Driftwood Running Shoe: 38 - 5, 39 - 3",
        "5 driftwood running shoes size 38 and 3 in 39",
    ],
)
def test_a_number_may_be_a_size(goods: Database, text: str) -> None:
    assert settled(goods, text) == [(5, "38"), (3, "39")]


def test_a_number_is_taken_back(goods: Database) -> None:
    assert settled(goods, "20 lighthouse enamel mugs. No, make that 30") == [(30, "")]


def test_the_same_number_in_packs_is_no_second_line(goods: Database) -> None:
    text = "60 seaglass tumblers, sets of 4 are fine so 15 sets"

    assert settled(goods, text) == [(15, "Set of 4")]


def test_goods_are_spoken_of_again(goods: Database) -> None:
    text = (
        "2 tidal bath towels white, 3 lighthouse enamel mugs, 4 of the tidal ones green"
    )

    assert settled(goods, text) == [(2, "White"), (3, ""), (4, "Green")]


def test_two_numbers_that_nobody_can_tell_apart_are_asked_about(
    goods: Database,
) -> None:
    [line] = told(goods, "5 lighthouse enamel mugs, 7")

    assert (line[0], line[3]) == (None, ("quantity",))
