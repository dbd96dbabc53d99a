"""The index alone: what has a term, how many have it, and which of them gain most."""

import random
from collections.abc import Collection

import pytest

from backend.catalog import postings
from backend.catalog.postings import Gain, Items, Place, Shelf, Wanted
from backend.catalog.term_keys import Posting
from backend.store.database import Database
from tests.support.catalog_index import index_of
from tests.support.small_catalogs import MIRA, OTTO

SOFA, OAK, RED, NOBODYS = 11, 12, 13, 99
MIRAS = Place(MIRA, Shelf.PRODUCTS)
OTTOS = Place(OTTO, Shelf.PRODUCTS)
PASSAGES = Place(MIRA, Shelf.PASSAGES)
GOODS = {
    1: [Posting(SOFA, 0), Posting(RED, 65)],
    2: [Posting(SOFA, 65), Posting(OAK, 0)],
    3: [Posting(OAK, 30), Posting(RED, 0)],
}
ONE_SOFA = {1: [Posting(SOFA, 0)]}


@pytest.fixture
def goods(db: Database) -> Database:
    """Mira's three products, with one of Otto's and one passage beside them."""
    db.write(postings.add, MIRAS, GOODS)
    db.write(postings.add, OTTOS, ONE_SOFA)
    db.write(postings.add, PASSAGES, ONE_SOFA)
    return db


def counted(db: Database, place: Place, *terms: int) -> dict[int, int]:
    with db.reading() as connection:
        return postings.count_items(connection, place, terms)


def best_of(db: Database, term: int, most: int) -> list[tuple[int, int]]:
    with db.reading() as connection:
        listed = postings.list_best(connection, MIRAS, term, most)
    return [(item, rank) for item, rank in listed]


def among(
    db: Database, terms: Collection[int], items: Collection[int]
) -> list[tuple[int, int, int]]:
    with db.reading() as connection:
        listed = postings.list_among(connection, MIRAS, terms, items)
    return sorted((term, item, rank) for term, item, rank in listed)


def top(db: Database, wanted: Wanted, most: int = 9, least: int = 0) -> list[int]:
    with db.reading() as connection:
        return postings.list_top(connection, MIRAS, wanted, most, least)


def test_how_many_have_a_term_is_known(goods: Database) -> None:
    assert counted(goods, MIRAS, SOFA, OAK, NOBODYS) == {SOFA: 2, OAK: 2}
    assert counted(goods, OTTOS, SOFA, OAK) == {SOFA: 1}
    assert counted(goods, PASSAGES, SOFA) == {SOFA: 1}
    assert counted(goods, MIRAS) == {}


def test_those_that_a_term_fits_best_come_first(goods: Database) -> None:
    assert best_of(goods, RED, most=9) == [(3, 0), (1, 65)]
    assert best_of(goods, RED, most=1) == [(3, 0)]


def test_all_that_have_a_term_are_listed(goods: Database) -> None:
    with goods.reading() as connection:
        listed = postings.list_all(connection, MIRAS, {OAK, RED})

    assert sorted(listed) == [
        (OAK, 2, 0),
        (OAK, 3, 30),
        (RED, 1, 65),
        (RED, 3, 0),
    ]


def test_of_some_items_alone_it_is_told_what_they_have(goods: Database) -> None:
    assert among(goods, {SOFA, RED}, {1, 3, 7}) == [
        (SOFA, 1, 0),
        (RED, 1, 65),
        (RED, 3, 0),
    ]
    assert among(goods, {SOFA}, []) == []


def test_of_terms_in_one_part_of_a_question_the_better_counts(goods: Database) -> None:
    gains = [Gain(SOFA, 0, 10), Gain(RED, 0, 10)]
    wanted = Wanted(gains, all_of={SOFA, OAK, RED})

    # 2000 for the first and the third, which have either term in full, and 1350 for the second.
    assert top(goods, wanted) == [1, 3, 2]
    assert top(goods, wanted, least=1_350) == [1, 3, 2]
    assert top(goods, wanted, least=1_351) == [1, 3]


def test_the_parts_of_a_question_are_added_up(goods: Database) -> None:
    gains = [Gain(SOFA, 0, 10), Gain(RED, 1, 10)]
    wanted = Wanted(gains, all_of={SOFA, OAK, RED})

    # 3350 for the first, which has both.
    assert top(goods, wanted, least=2_001) == [1]
    assert top(goods, wanted, least=3_351) == []


def test_only_candidates_are_looked_at(goods: Database) -> None:
    gains = [Gain(SOFA, 0, 10), Gain(RED, 1, 10)]

    assert top(goods, Wanted(gains, all_of={OAK})) == [3, 2]
    assert top(goods, Wanted(gains, among={2})) == [2]
    assert top(goods, Wanted(gains, all_of={NOBODYS}, among=[1])) == [1]
    assert top(goods, Wanted(gains)) == []
    assert top(goods, Wanted([], all_of={SOFA})) == []


def test_equals_come_in_the_order_of_their_numbers(db: Database) -> None:
    numbers = random.Random(3).sample(range(1, 2**62), 50)
    items = {number: [Posting(SOFA, 7)] for number in numbers}
    db.write(postings.add, MIRAS, items)

    wanted = Wanted([Gain(SOFA, 0, 5)], all_of={SOFA})

    assert top(db, wanted, most=20) == sorted(numbers)[:20]


def test_what_is_removed_leaves_no_posting_and_is_not_counted(goods: Database) -> None:
    ottos = index_of(goods, OTTO)
    some = {number: GOODS[number] for number in (1, 2)}

    goods.write(postings.remove, MIRAS, some)

    left = index_of(goods, MIRA)
    assert left.postings == {
        (Shelf.PRODUCTS, OAK, 30, 3),
        (Shelf.PRODUCTS, RED, 0, 3),
        (Shelf.PASSAGES, SOFA, 0, 1),
    }
    assert left.terms == {
        (Shelf.PRODUCTS, OAK): 1,
        (Shelf.PRODUCTS, RED): 1,
        (Shelf.PASSAGES, SOFA): 1,
    }
    assert index_of(goods, OTTO) == ottos


def test_nothing_is_added_and_removed_as_easily(db: Database) -> None:
    nothing: list[Items] = [{}, {5: []}]
    for items in nothing:
        db.write(postings.add, MIRAS, items)
        db.write(postings.remove, MIRAS, items)

    assert not index_of(db, MIRA).postings


def test_a_great_many_items_may_be_asked_about(db: Database) -> None:
    items = {number: [Posting(SOFA, 0)] for number in (37, 38)}
    db.write(postings.add, MIRAS, items)
    numbers = {number * 37 for number in range(40_000)}

    assert among(db, {SOFA}, numbers) == [(SOFA, 37, 0)]
