"""Two readings of one order: what both say, or what the catalog bears out, is taken."""

from collections.abc import Sequence

from backend.flows.model_items import ModelItem
from backend.flows.order_reading import read_with
from backend.flows.orders import Line
from backend.flows.second_reading import compare
from backend.store.database import Database
from tests.support.order_goods import shelf_of

MUG, TOWEL, TEE = "lighthouse-enamel-mug", "tidal-bath-towel", "harbour-crew-tee"


def both(goods: Database, text: str, *items: ModelItem) -> Sequence[Line]:
    with shelf_of(goods) as shelf:
        return compare(shelf, read_with(shelf, text).lines, items)


def test_what_both_say_is_settled(goods: Database) -> None:
    said = "5 lighthouse enamel mugs"

    [line] = both(goods, said, ModelItem(said, 5, MUG))

    assert line.is_settled


def test_what_code_alone_has_found_is_kept(goods: Database) -> None:
    [line] = both(goods, "5 lighthouse enamel mugs")

    assert line.is_settled


def test_what_only_the_model_has_found_is_taken_where_the_words_name_it(
    goods: Database,
) -> None:
    item = ModelItem("lighthouse enamel mug: 7", 7, MUG)

    [line] = both(goods, "hello there", item)

    assert line.is_settled
    assert line.quantity == 7


def test_a_product_that_only_the_model_names_is_asked_about(goods: Database) -> None:
    [line] = both(goods, "5 kettles", ModelItem("5 kettles", 5, MUG))

    assert line.product is None
    assert line.asks == ("product",)
    assert line.candidates[0].product.handle == MUG


def test_where_two_products_fit_the_models_choice_is_no_proof(goods: Database) -> None:
    item = ModelItem("3 sailor rope baskets", 3, "sailor-rope-basket-1")

    [line] = both(goods, "3 sailor rope baskets", item)

    assert line.asks == ("product",)


def test_another_product_than_codes_is_asked_about(goods: Database) -> None:
    said = "5 lighthouse enamel mugs"

    [line] = both(goods, said, ModelItem(said, 5, TOWEL, variant="Green"))

    assert (line.product, line.asks) == (None, ("product",))
    assert [each.product.handle for each in line.candidates] == [MUG, TOWEL]


def test_another_quantity_is_asked_about(goods: Database) -> None:
    said = "5 lighthouse enamel mugs"

    [line] = both(goods, said, ModelItem(said, 50, MUG))

    assert (line.quantity, line.asks) == (None, ("quantity",))


def test_a_vague_number_stays_vague_whatever_the_model_says(goods: Database) -> None:
    said = "a few lighthouse enamel mugs"

    [line] = both(goods, said, ModelItem(said, 3, MUG))

    assert (line.quantity, line.asks) == (None, ("quantity",))


def test_another_variant_is_asked_about(goods: Database) -> None:
    said = "5 green tidal bath towels"

    [line] = both(goods, said, ModelItem(said, 5, TOWEL, variant="White"))

    assert (line.variant, line.asks) == (None, ("variant",))
    assert len(line.candidates) == 2
