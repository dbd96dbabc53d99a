"""Quantities, before their goods or behind them."""

import pytest

from backend.flows.mention_kinds import Role, What
from backend.flows.mentions import find_mentions
from backend.flows.tokenizing import tokenize


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("12 mugs", 12),
        ("mugs x10", 10),
        ("10x mugs", 10),
        ("10 × mugs", 10),
        ("qty: 12", 12),
        ("Menge 5", 5),
        ("2 dozen mugs", 24),
        ("half a dozen mugs", 6),
        ("a couple of mugs", 2),
        ("ein Dutzend Tassen", 12),
        ("12 ea mugs", 12),
        ("a few mugs", None),
        ("ein paar Tassen", None),
        ("einige Tassen", None),
    ],
)
def test_a_quantity_is_read(text: str, quantity: int | None) -> None:
    mentions = find_mentions(tokenize(text), ("en", "de"))
    found = [each.value for each in mentions if each.what is What.QUANTITY]

    assert found == [quantity]


@pytest.mark.parametrize("text", ["5 days", "20 people", "3 Wochen", "200000 mugs"])
def test_what_no_shop_sells_is_not_counted(text: str) -> None:
    mentions = find_mentions(tokenize(text), ("en", "de"))

    assert not [each for each in mentions if each.what is What.QUANTITY]


def test_a_number_tells_on_which_side_its_goods_stand() -> None:
    [behind] = find_mentions(tokenize("x5"), ("en",))
    before, _ = find_mentions(tokenize("5x mugs"), ("en",))

    assert (behind.role, before.role) == (Role.BEHIND, Role.BEFORE)


def test_an_article_is_a_weak_one() -> None:
    one, _ = find_mentions(tokenize("eine Tasse"), ("de",))

    assert one.weak
