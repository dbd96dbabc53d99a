"""Products go into the database with what they are found by, and out of it with all of that."""

import random
from decimal import Decimal

import pytest

from backend.catalog import product_records
from backend.catalog.amounts import Bounds
from backend.catalog.product_records import Indexed
from backend.catalog.products import HIGHEST_PRICE, read_product
from backend.store.database import Database
from tests.support.catalog_index import Index, index_of, recount
from tests.support.small_catalogs import (
    FILL,
    MIRA,
    OTTO,
    Node,
    count,
    found,
    priced,
    put,
    small_goods,
    sold_out,
)

SOFA = priced(4, "Green Velvet Sofa", "899.00")
LAMP = priced(6, "Desk Lamp", "39.00", vendor="Lumora")


@pytest.fixture
def goods(db: Database) -> Database:
    """The small shop, which Mira and Otto both have."""
    for shop_id in (MIRA, OTTO):
        put(db, shop_id, *small_goods())
    return db


def remove(db: Database, *numbers: int, shop_id: int = MIRA) -> int:
    return db.write(product_records.remove_products, shop_id, numbers)


def within(
    db: Database, least: str | None, most: str | None, limit: int = 9
) -> list[int]:
    bounds = Bounds(least and Decimal(least), most and Decimal(most))  # type: ignore[arg-type]
    with db.reading() as connection:
        return product_records.list_within(connection, MIRA, bounds, limit)


def test_what_is_put_is_found(goods: Database) -> None:
    assert count(goods, MIRA) == 16
    assert found(goods, MIRA, "velvet sofa")[0] == "green-velvet-sofa"
    assert index_of(goods, MIRA) == recount(goods, MIRA)


def test_what_is_removed_leaves_nothing(goods: Database) -> None:
    everything = [int(node["id"].rpartition("/")[2]) for node in small_goods()]

    assert remove(goods, *everything, 777) == 16
    assert remove(goods, *everything) == 0

    assert index_of(goods, MIRA) == Index()
    assert found(goods, MIRA, "velvet sofa") == []
    assert count(goods, OTTO) == 16
    assert found(goods, OTTO, "velvet sofa")[0] == "green-velvet-sofa"


def test_a_changed_product_is_found_by_its_new_words_alone(goods: Database) -> None:
    put(goods, MIRA, SOFA | {"title": "Yellow Reading Chair", "handle": "chair"})

    assert found(goods, MIRA, "yellow chair")[0] == "chair"
    assert "chair" not in found(goods, MIRA, "velvet")
    assert count(goods, MIRA) == 16
    assert index_of(goods, MIRA) == recount(goods, MIRA)
    assert found(goods, OTTO, "velvet sofa")[0] == "green-velvet-sofa"


def test_a_product_that_comes_twice_at_once_is_put_as_it_came_last(
    db: Database,
) -> None:
    put(db, MIRA, SOFA, LAMP, SOFA | {"title": "Red Sofa", "handle": "red-sofa"})

    assert count(db, MIRA) == 2
    assert found(db, MIRA, "sofa") == ["red-sofa"]
    assert index_of(db, MIRA) == recount(db, MIRA)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_put_and_removed_the_counts_are_those_of_what_is_there(
    db: Database, seed: int
) -> None:
    drawn = random.Random(seed)
    for _ in range(25):
        if drawn.random() < 0.6:
            put(db, MIRA, *any_goods(drawn))
        else:
            remove(db, *drawn.sample(range(1, 30), 6))

    index = index_of(db, MIRA)
    assert index == recount(db, MIRA)
    assert not [uses for uses in index.terms.values() if uses < 1]
    assert index.postings


def any_goods(drawn: random.Random) -> list[Node]:
    """Some of the shop's, with each other's titles, tags and numbers."""
    goods = small_goods()

    return [
        drawn.choice(goods)
        | {
            "id": f"gid://shopify/Product/{number}",
            "title": f"{drawn.choice(goods)['title']} {drawn.choice('ABC')}",
            "tags": drawn.choice(goods)["tags"],
        }
        for number in drawn.sample(range(1, 30), 4)
    ]


def test_nothing_newer_is_written_over(db: Database) -> None:
    newer = SOFA | {"updatedAt": "2026-11-02T00:00:00Z"}
    put(db, MIRA, newer)
    same, older, unknown = newer, SOFA, LAMP

    with db.reading() as connection:
        indexed = [
            Indexed.from_product(read_product(each)) for each in (older, unknown)
        ]
        kept = product_records.keep_newer(connection, MIRA, indexed)
        again = [Indexed.from_product(read_product(same))]
        assert product_records.keep_newer(connection, MIRA, again) == again
        assert product_records.keep_newer(connection, OTTO, indexed) == indexed

    assert [each.product.title for each in kept] == ["Desk Lamp"]


def test_what_a_fill_has_not_met_is_listed(goods: Database) -> None:
    goods.write(product_records.mark_seen, MIRA, [4, 6], FILL + 1)

    with goods.reading() as connection:
        unseen = product_records.list_unseen(connection, MIRA, FILL + 1)
        of_this_fill = product_records.list_unseen(connection, MIRA, FILL)

    assert sorted(unseen) == [number for number in range(1, 17) if number not in (4, 6)]
    assert of_this_fill == []


def test_a_shop_is_emptied_a_slice_at_a_time(
    goods: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product_records, "SLICE", 10)

    went = [goods.write(product_records.remove_some, MIRA) for _ in range(3)]

    assert went == [10, 6, 0]
    assert index_of(goods, MIRA) == Index()
    assert count(goods, OTTO) == 16


def test_products_come_in_the_order_that_was_asked_for(goods: Database) -> None:
    with goods.reading() as connection:
        listed = product_records.list_products(connection, MIRA, [6, 777, 4])
        nothing = product_records.list_products(connection, 3, [6, 4])

    assert [product.number for product in listed] == [6, 4]
    assert nothing == []


def test_what_comes_back_is_what_was_put(db: Database) -> None:
    nodes = small_goods()
    put(db, MIRA, *nodes)

    with db.reading() as connection:
        for node in nodes:
            product = read_product(node)
            [stored] = product_records.list_products(connection, MIRA, [product.number])
            shown = product_records.list_shown(connection, MIRA, [product.number])

            assert stored == product
            assert shown == {product.number: product_records.write_shown(product)}


def test_a_handle_finds_a_product_of_its_own_shop(goods: Database) -> None:
    put(goods, OTTO, priced(99, "Ottos Mug", "5"))

    with goods.reading() as connection:
        miras = product_records.find_by_handles(
            connection, MIRA, ["desk-lamp", "ottos-mug", "desk-lamp"]
        )

    assert list(miras) == ["desk-lamp"]


def test_of_a_product_it_is_known_what_it_costs_and_whether_it_can_be_bought(
    db: Database,
) -> None:
    put(db, MIRA, SOFA, sold_out(LAMP))

    with db.reading() as connection:
        offers = product_records.list_offers(connection, MIRA, [4, 6, 777])

    assert offers[4].lowest == 899_000
    assert offers[4].highest == 899_000
    assert offers[4].available
    assert not offers[6].available
    assert 777 not in offers


def test_what_costs_as_much_is_listed_with_what_can_be_bought_first(
    db: Database,
) -> None:
    put(
        db,
        MIRA,
        sold_out(priced(1, "Cheap and gone", "5.00")),
        priced(2, "Cheap", "5.00"),
        priced(3, "Fair", "20.00"),
        priced(4, "Dear", "80.00"),
    )

    assert within(db, None, "20") == [2, 3, 1]
    assert within(db, "20", None) == [3, 4]
    assert within(db, "6", "30") == [3]
    assert within(db, None, "20", limit=1) == [2]
    assert within(db, "81", None) == []


def test_a_bound_may_have_more_figures_than_any_column(goods: Database) -> None:
    assert len(within(goods, None, "9" * 30, limit=20)) == 16
    assert within(goods, "9" * 30, None) == []
    assert int(HIGHEST_PRICE * 1000) < 2**63
