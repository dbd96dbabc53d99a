"""Figures and letters in one word."""

from backend.flows.quantity_codes import is_measure, pack_of, times_of


def test_how_often_is_read_before_and_behind() -> None:
    read = [times_of(text) for text in ("x10", "10x", "12pcs", "24stk", "a2", "kb12")]

    assert read == [10, 10, 12, 24, None, None]


def test_a_pack_is_no_quantity() -> None:
    read = [pack_of(text) for text in ("4er", "6-pack", "12pk", "4er-set", "x4")]

    assert read == [4, 6, 12, 4, None]


def test_a_measure_has_a_unit() -> None:
    assert all(map(is_measure, ("500g", "2kg", "1.5m", "40cm")))
    assert not any(map(is_measure, ("x5", "a2", "57aaa8c6")))
