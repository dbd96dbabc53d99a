"""Drafts become lines of real goods."""

from backend.flows.open_lines import OpenLine
from backend.flows.order_lines import read_lines
from backend.store.database import Database
from tests.support.order_goods import shelf_of, told


def test_nothing_said_is_no_line(goods: Database) -> None:
    with shelf_of(goods) as shelf:
        found: list[OpenLine] = read_lines(shelf, [])

    assert found == []


def test_part_numbers_name_their_variants(goods: Database) -> None:
    assert told(goods, "12 ea. of ORD-7000 and ORD-7001") == [
        (12, "tidal-bath-towel", "White", ()),
        (12, "tidal-bath-towel", "Green", ()),
    ]


def test_the_second_part_number_has_no_number_of_its_own(goods: Database) -> None:
    assert told(goods, "12 ORD-7000 and ORD-7001")[1][3] == ("quantity",)


def test_a_row_whose_number_and_name_differ_is_asked_about(goods: Database) -> None:
    [row] = told(goods, "sku,item,qty\nORD-7000,Lighthouse Enamel Mug,5")

    assert row == (5, None, None, ("product",))


def test_each_of_two_colours_is_a_line(goods: Database) -> None:
    lines = told(goods, "5 each of tidal bath towel in white and green")

    assert [line[:3] for line in lines] == [
        (5, "tidal-bath-towel", "White"),
        (5, "tidal-bath-towel", "Green"),
    ]


def test_a_number_in_a_row_of_its_own_counts_what_follows_it(goods: Database) -> None:
    text = "Qty: 5, Item: Lighthouse Enamel Mug\nQty: 3, Item: Harbour Crew Tee, M"

    assert [line[0] for line in told(goods, text)] == [5, 3]


def test_what_the_shop_has_not_keeps_its_words(goods: Database) -> None:
    assert told(goods, "11 remote controls") == [(11, None, None, ("product",))]


def test_two_products_of_one_name_are_asked_about(goods: Database) -> None:
    [line] = told(goods, "3 sailor rope baskets")

    assert line == (3, None, None, ("product",))
