"""A message in clauses of one quantity each."""

from backend.flows.mentions import find_mentions
from backend.flows.order_clauses import Clause, split_clauses
from backend.flows.tokenizing import tokenize


def clauses(text: str) -> list[Clause]:
    return split_clauses(find_mentions(tokenize(text), ("en", "de", "hi")))


def counted(text: str) -> list[int | None]:
    found = [each.quantity for each in clauses(text)]
    return [each.value if each else None for each in found]


def test_and_parts_two_quantities_but_not_two_words_of_a_name() -> None:
    assert counted("5 cheese and salt sets and 6 mugs") == [5, 6]
    assert counted("cashews 4 packet aur almonds 6 packet") == [4, 6]


def test_quantities_in_a_row_stand_all_before_their_goods_or_all_behind() -> None:
    before = [each.mentions[0].text for each in clauses("5 mugs 6 tees")]
    behind = [each.mentions[0].text for each in clauses("mugs x5 tees x6")]

    assert before == ["5", "6"]
    assert behind == ["mugs", "tees"]


def test_what_is_said_of_an_earlier_order_orders_nothing() -> None:
    assert not counted("I ordered 12 mugs last week and three arrived broken")
    assert not counted("gibts Mengenrabatt ab 50 Stück?")
    assert counted("I need 50 mugs, is there a discount?") == [50]


def test_a_clause_knows_its_sentence() -> None:
    [asking] = clauses("do you have 20 mugs?")
    _, mending = clauses("no, make that 30")

    assert asking.asks
    assert not asking.wants
    assert mending.mends


def test_a_pair_beside_a_quantity_is_a_pack() -> None:
    [clause] = clauses("5 socks 3 pairs")

    assert [each.text for each in clause.mentions][-1] == "pairs:3"
