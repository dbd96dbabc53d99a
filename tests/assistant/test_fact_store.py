"""Values are kept by kind, and asked for by kind."""

from decimal import Decimal

from backend.assistant.fact_store import FactStore, Reduction
from backend.assistant.measured_figures import Figure, Kind

THREE, FIVE, TEN = Decimal(3), Decimal(5), Decimal(10)
EUROS, DOLLARS = frozenset({"EUR"}), frozenset({"USD", "CAD"})


def store_of(*figures: Figure) -> FactStore:
    store = FactStore()
    for figure in figures:
        store.add(figure)
    return store


def test_a_value_is_of_one_kind():
    store = store_of(Figure(Kind.DAYS, (THREE,), 0))
    assert store.has(Kind.DAYS, [FIVE, THREE])
    assert not store.has(Kind.MONEY, [THREE])
    assert store.of(Kind.DAYS) == {THREE}


def test_a_range_is_known_as_it_is_or_by_ends_that_stood_alone():
    store = store_of(
        Figure(Kind.DAYS, (THREE,), 0, upto=(FIVE,)),
        Figure(Kind.DAYS, (TEN,), 0),
    )
    assert store.has_range(Kind.DAYS, THREE, FIVE)
    assert not store.has_range(Kind.DAYS, THREE, TEN)

    store.add(Figure(Kind.DAYS, (THREE,), 0))

    assert store.has_range(Kind.DAYS, THREE, TEN)


def test_money_is_known_in_its_currency_and_without_one_in_any():
    store = store_of(
        Figure(Kind.MONEY, (THREE,), 0, currencies=EUROS),
        Figure(Kind.MONEY, (FIVE,), 0),
    )
    assert store.has_money(THREE, EUROS)
    assert store.has_money(THREE, frozenset())
    assert not store.has_money(THREE, DOLLARS)
    assert store.has_money(FIVE, DOLLARS)
    assert not store.has_money(TEN, EUROS)
    assert set(store.amounts) == {THREE, FIVE}


def test_a_number_is_known_beside_its_words():
    store = store_of(Figure(Kind.NUMBER, (THREE,), 0, near=("lamps",)))
    assert store.has_beside(THREE, ["of", "lamps"])
    assert not store.has_beside(THREE, ["mugs"])


def test_a_reduction_knows_what_is_saved():
    assert Reduction(price=THREE, before=TEN).saved == 7
