"""Goods are looked for by number, by name and by handle."""

import pytest

from backend.flows.shelf import CatalogShelf
from backend.store.database import Database
from tests.support.order_goods import fill, order_goods, shelf_of
from tests.support.small_catalogs import MIRA, OTTO, put, sized


@pytest.fixture
def goods(db: Database) -> Database:
    fill(db)
    return db


def test_a_part_number_is_found_however_it_is_written(goods: Database) -> None:
    with shelf_of(goods) as shelf:
        found = shelf.find_numbered(["ord-7001", "ORD7001", "ORD-9999"])

    assert {code: each[0].product.number for code, each in found.items()} == {
        "ord-7001": 7,
        "ORD7001": 7,
    }
    variant = found["ord-7001"][0].variant
    assert variant
    assert variant.title == "Green"


def test_two_products_may_have_one_part_number(goods: Database) -> None:
    other = order_goods()[6] | {"id": "gid://shopify/Product/77"}
    put(goods, MIRA, other)

    with shelf_of(goods) as shelf:
        assert len(shelf.find_numbered(["ORD-7001"])["ORD-7001"]) == 2


def test_names_find_the_products_that_have_most_of_their_words(goods: Database) -> None:
    with shelf_of(goods) as shelf:
        named = shelf.find_named([("enamel", "mugs"), ("lighthose", "mug"), ()])

    assert [each[0].number for each in named.products[:2]] == [3, 3]
    assert list(named.products[2]) == []
    assert named.strange == {"lighthose"}


def test_another_shops_goods_are_not_found(goods: Database) -> None:
    put(goods, OTTO, sized(90, "Otto Secret Tee", "1.00", ["S"]))

    with goods.reading() as connection:
        shelf = CatalogShelf(connection, MIRA, ("en",))
        assert not shelf.find_numbered(["TTB-1090-S"])
        assert not shelf.find_handles(["otto-secret-tee"])
        assert not shelf.find_named([("secret",)]).products[0]
