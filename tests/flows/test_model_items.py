"""What a model says is looked up before anything of it is believed."""

import pytest

from backend.flows.model_items import CheckedItem, ModelItem, check_items
from backend.store.database import Database
from tests.support.order_goods import shelf_of


def checked(goods: Database, item: ModelItem) -> CheckedItem:
    with shelf_of(goods) as shelf:
        [found] = check_items(shelf, [item])
    return found


@pytest.mark.parametrize(
    "item",
    [
        ModelItem("5 lighthouse mugs", 5, handle="lighthouse-enamel-mug"),
        ModelItem("5 lighthouse mugs", 5, title="Lighthouse Enamel Mug"),
    ],
)
def test_a_product_is_known_by_its_handle_or_title(
    goods: Database, item: ModelItem
) -> None:
    found = checked(goods, item)

    assert found.product
    assert found.is_borne_out
    assert found.tells_quantity


def test_a_part_number_in_the_words_bears_its_product_out(goods: Database) -> None:
    assert checked(goods, ModelItem("ORD-7001 x 5", 5, sku="ORD-7001")).is_borne_out


def test_a_product_that_the_words_do_not_name_is_not_borne_out(goods: Database) -> None:
    kettle = ModelItem("5 kettles", 7, handle="lighthouse-enamel-mug")

    assert not checked(goods, kettle).is_borne_out
    assert not checked(goods, kettle).tells_quantity
    assert checked(goods, ModelItem("5 kettles", 5, handle="kettle")).product is None


def test_a_variant_is_known_by_its_title_or_by_the_words(goods: Database) -> None:
    handle = "tidal-bath-towel"
    by_title = checked(goods, ModelItem("5 towels", 5, handle, variant="Green"))
    by_words = checked(goods, ModelItem("5 grey towels", 5, handle))

    assert by_title.variant
    assert by_title.variant.title == "Green"
    assert by_words.variant
    assert by_words.variant.title == "Grey"
