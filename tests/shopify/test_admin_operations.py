"""The documents for the Admin API are ones that Shopify takes, cheap enough, and keep what shoppers
must not see out of what they are told.
"""

import pytest
from graphql import (
    FieldNode,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
    specified_rules,
    validate,
)

from backend.dev.shopify.admin_execution import SCHEMA
from backend.dev.shopify.admin_search import read_conditions
from backend.dev.shopify.query_cost import estimate_points
from backend.shopify.admin_operations import document, list_names, quote_value
from tests.support.admin_schema import shopifys_schema

NEEDED = {
    "app_installation",
    "article_create",
    "article_update",
    "articles",
    "articles_by_tag",
    "blogs",
    "bulk_operation",
    "catalog_export",
    "changed_products",
    "draft_order_create",
    "draft_orders_by_tag",
    "file_by_id",
    "file_create",
    "file_delete",
    "files_by_name",
    "metafields_set",
    "orders",
    "pages",
    "policies",
    "product_by_id",
    "shop_facts",
    "shown_products",
    "staged_upload_create",
    "start_catalog_export",
    "variant_prices",
}
# A shop's bucket has twenty times as many points, and they are all that the app has for it.
CHEAP = 250
PUBLISHED = ["status:active", "published_status:published"]


def operation_of(name: str) -> OperationDefinitionNode:
    [definition] = parse(document(name)).definitions
    assert isinstance(definition, OperationDefinitionNode)
    return definition


def field_of(selections: SelectionSetNode | None, name: str) -> FieldNode:
    assert selections is not None
    [found] = [
        each
        for each in selections.selections
        if isinstance(each, FieldNode) and each.name.value == name
    ]
    return found


def fields_of_product(name: str, *path: str) -> list[str]:
    """As they are written, but for the variants, of which each document has its own part."""
    selections: SelectionSetNode | None = operation_of(name).selection_set
    for step in path:
        selections = field_of(selections, step).selection_set
    assert selections is not None
    written = [print_ast(each) for each in selections.selections]
    return [each for each in written if not each.startswith("variants")]


def fields_of_variant(name: str, *path: str) -> str:
    selections: SelectionSetNode | None = operation_of(name).selection_set
    for step in path:
        selections = field_of(selections, step).selection_set
    assert selections is not None
    return print_ast(selections)


def test_every_document_that_is_needed_has_its_file() -> None:
    assert set(list_names()) >= NEEDED


@pytest.mark.parametrize("name", list_names())
def test_shopify_knows_all_that_a_document_asks_for(name: str) -> None:
    schema = shopifys_schema()
    rules = [*specified_rules, NoDeprecatedCustomRule]

    assert not validate(schema, parse(document(name)), rules)


@pytest.mark.parametrize("name", list_names())
def test_the_sample_shop_answers_it(name: str) -> None:
    assert not validate(SCHEMA, parse(document(name)))


@pytest.mark.parametrize("name", sorted(NEEDED - {"catalog_export"}))
def test_no_document_takes_more_than_its_share(name: str) -> None:
    assert estimate_points(SCHEMA, parse(document(name)), {}) <= CHEAP


def test_what_is_sent_has_none_of_our_comments() -> None:
    assert "#" not in document("catalog_export")


@pytest.mark.parametrize("name", ["catalog_export", "pages", "articles"])
def test_what_shoppers_are_told_is_published(name: str) -> None:
    [root] = operation_of(name).selection_set.selections
    assert isinstance(root, FieldNode)
    [query] = [each for each in root.arguments or () if each.name.value == "query"]
    conditions = read_conditions(print_ast(query.value).strip('"'))

    written = [f"{each.field}:{each.value}" for each in conditions]
    wanted = PUBLISHED if name == "catalog_export" else PUBLISHED[1:]
    assert written == wanted


def test_one_reader_does_for_a_product_wherever_it_comes_from() -> None:
    exported = fields_of_product("catalog_export", "products", "edges", "node")

    assert fields_of_product("changed_products", "products", "nodes") == exported
    assert fields_of_product("product_by_id", "product") == exported
    for field in ("status", "onlineStoreUrl"):
        assert field in exported


def test_and_for_its_variants() -> None:
    exported = ("catalog_export", "products", "edges", "node", "variants", "edges")
    changed = ("changed_products", "products", "nodes", "variants", "nodes")
    single = ("product_by_id", "product", "variants", "nodes")

    variant = fields_of_variant(*exported, "node")

    assert fields_of_variant(*changed) == variant
    assert fields_of_variant(*single) == variant


def test_the_export_is_asked_for_in_groups() -> None:
    assert "groupObjects: true" in document("start_catalog_export")


def test_orders_leave_out_what_would_take_the_order_with_it() -> None:
    assert "statusPageUrl" not in document("orders")
    assert "email" not in document("orders")


def test_a_name_without_a_file_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="no_such_document"):
        document("no_such_document")


@pytest.mark.parametrize(
    "words", ['1" OR email:"b@example.com', "back\\slash", "AND", "a: (b)", ""]
)
def test_words_of_a_shopper_are_one_value_and_no_condition(words: str) -> None:
    query = f"name:{quote_value(words)} AND email:{quote_value('a@example.com')}"

    name, email = read_conditions(query)

    assert (name.field, name.value) == ("name", words)
    assert (email.field, email.value) == ("email", "a@example.com")
