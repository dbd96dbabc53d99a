"""The sample answers a document from its records as Shopify does: its types, its pages, its
refusals.
"""

from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    parse,
)

from backend.dev.shopify.admin_execution import SCHEMA, Viewer, run_document
from tests.support.admin_schema import shopifys_schema

EVERYTHING = Viewer("read_products,read_content,read_orders,read_legal_policies", "EUR")
OURS = {
    name: kind for name, kind in SCHEMA.type_map.items() if not name.startswith("__")
}

# Of all countries and currencies: the sample takes any word.
LONG_LISTS = {"CountryCode", "CurrencyCode"}


def mug(number: int, **changed: Any) -> dict[str, Any]:
    variant = {
        "__typename": "ProductVariant",
        "id": f"gid://shopify/ProductVariant/{number}01",
        "price": "20.00",
        "compareAtPrice": None,
    }
    return {
        "__typename": "Product",
        "id": f"gid://shopify/Product/{number}",
        "title": f"Mug {number}",
        "description": "A mug for long mornings.",
        "updatedAt": f"2026-11-0{number}T08:00:00Z",
        "status": "ACTIVE",
        "publishedAt": "2026-11-01T08:00:00Z",
        "variants": [variant],
    } | changed


def ask(query: str, products: list[dict[str, Any]], **how: Any) -> ExecutionResult:
    roots = {"products": products, "product": lambda _, asked: products[0]}
    viewer = how.pop("viewer", EVERYTHING)
    return run_document(parse(query), how, roots, viewer)


def data_of(query: str, products: list[dict[str, Any]], **how: Any) -> Any:
    result = ask(query, products, **how)
    assert not result.errors
    return result.data


def message_of(result: ExecutionResult) -> str:
    assert result.errors
    return result.errors[0].message


PAGE = """query ($after: String) {
  products(first: 2, after: $after, sortKey: UPDATED_AT) {
    nodes { id }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def page_of(products: list[dict[str, Any]], after: str | None = None) -> Any:
    return data_of(PAGE, products, after=after)["products"]


def test_exactly_what_was_asked_for_is_answered() -> None:
    query = "{ products(first: 1) { nodes { id named: title } } }"

    [node] = data_of(query, [mug(1)])["products"]["nodes"]

    assert node == {"id": "gid://shopify/Product/1", "named": "Mug 1"}


def test_pages_follow_one_another_to_the_end() -> None:
    mugs = [mug(3), mug(1), mug(2)]

    first = page_of(mugs)
    second = page_of(mugs, first["pageInfo"]["endCursor"])

    ids = [node["id"][-1] for page in (first, second) for node in page["nodes"]]
    assert ids == ["1", "2", "3"]
    assert [edge["node"] for edge in first["edges"]] == first["nodes"]
    assert first["pageInfo"]["hasNextPage"]
    assert not second["pageInfo"]["hasNextPage"]
    assert second["pageInfo"]["hasPreviousPage"]


def test_a_cursor_is_good_for_a_list_that_has_changed_meanwhile() -> None:
    first = page_of([mug(1), mug(2), mug(3)])

    touched = mug(2, updatedAt="2026-11-09T08:00:00Z")
    second = page_of([mug(1), touched, mug(3)], first["pageInfo"]["endCursor"])

    assert [node["id"][-1] for node in second["nodes"]] == ["3", "2"]


def test_the_newest_may_come_first() -> None:
    query = """query ($after: String) {
      products(first: 1, after: $after, sortKey: UPDATED_AT, reverse: true) {
        nodes { id } pageInfo { endCursor }
      }
    }"""
    mugs = [mug(1), mug(2)]

    first = data_of(query, mugs)["products"]
    second = data_of(query, mugs, after=first["pageInfo"]["endCursor"])["products"]

    assert first["nodes"] == [{"id": "gid://shopify/Product/2"}]
    assert second["nodes"] == [{"id": "gid://shopify/Product/1"}]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("", "one of first or last"),
        ("(first: 0)", "from 1 to 250"),
        ("(first: 251)", "from 1 to 250"),
        ('(first: 1, after: "nonsense")', "Invalid cursor"),
        ('(first: 1, query: "colour:red")', "does not search by colour"),
    ],
)
def test_a_list_that_cannot_be_given_is_an_error(arguments: str, message: str) -> None:
    result = ask(f"{{ products{arguments} {{ nodes {{ id }} }} }}", [mug(1)])

    assert message in message_of(result)


def test_in_bulk_all_of_a_list_comes_at_once() -> None:
    viewer = Viewer("read_products", "EUR", in_bulk=True)

    data = data_of(
        "{ products { edges { node { id } } } }", [mug(1), mug(2)], viewer=viewer
    )

    assert len(data["products"]["edges"]) == 2


@pytest.mark.parametrize(
    "most, text",
    [
        (None, "A mug for long mornings."),
        (24, "A mug for long mornings."),
        (10, "A mug f..."),
    ],
)
def test_a_description_is_cut_as_it_was_asked_to(most: int | None, text: str) -> None:
    query = """query ($most: Int) {
      products(first: 1) { nodes { description(truncateAt: $most) } }
    }"""

    [node] = data_of(query, [mug(1)], most=most)["products"]["nodes"]

    assert node["description"] == text


@pytest.mark.parametrize(
    "country, money",
    [("DE", ("20.00", "EUR")), ("US", ("22.00", "USD")), ("GB", ("18.00", "GBP"))],
)
def test_prices_are_those_of_the_country(country: str, money: tuple[str, str]) -> None:
    query = """query ($country: CountryCode!) {
      products(first: 1) { nodes {
        contextualPricing(context: {country: $country}) {
          minVariantPricing { price { amount currencyCode } }
        }
        variants(first: 1) { nodes {
          contextualPricing(context: {country: $country}) {
            price { amount currencyCode } compareAtPrice { amount }
          }
        } }
      } }
    }"""

    [node] = data_of(query, [mug(1)], country=country)["products"]["nodes"]

    price = {"amount": money[0], "currencyCode": money[1]}
    assert node["contextualPricing"]["minVariantPricing"]["price"] == price
    [variant] = node["variants"]["nodes"]
    assert variant["contextualPricing"] == {"price": price, "compareAtPrice": None}


def test_a_list_without_its_scope_is_refused_by_the_scopes_name() -> None:
    viewer = Viewer("write_app_proxy", "EUR")

    result = ask("{ products(first: 1) { nodes { id } } }", [mug(1)], viewer=viewer)

    assert result.data is None
    [error] = result.errors or []
    assert (error.extensions or {})["code"] == "ACCESS_DENIED"
    assert "read_products" in (error.extensions or {})["requiredAccess"]
    assert error.path == ["products"]


def test_a_right_to_write_is_one_to_read() -> None:
    viewer = Viewer("write_products", "EUR")

    result = ask("{ products(first: 1) { nodes { id } } }", [mug(1)], viewer=viewer)

    assert not result.errors


def test_a_thing_found_by_its_id_needs_the_scope_of_its_kind() -> None:
    roots = {"node": lambda _, asked: mug(1)}
    query = parse('{ node(id: "1") { id } }')

    refused = run_document(query, {}, roots, Viewer("read_content", "EUR"))
    told = run_document(query, {}, roots, Viewer("read_products", "EUR"))

    assert "Access denied" in message_of(refused)
    assert refused.data == {"node": None}
    assert told.data == {"node": {"id": "gid://shopify/Product/1"}}


@pytest.mark.parametrize("name", sorted(OURS.keys() - LONG_LISTS))
def test_each_type_of_the_sample_is_one_of_shopifys(name: str) -> None:
    ours, theirs = OURS[name], shopifys_schema().type_map[name]

    assert type(ours) is type(theirs)
    if isinstance(ours, GraphQLEnumType):
        assert isinstance(theirs, GraphQLEnumType)
        assert ours.values.keys() <= theirs.values.keys()


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, kind in sorted(OURS.items())
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    ],
)
def test_each_field_of_the_sample_is_as_shopifys(name: str) -> None:
    ours, theirs = OURS[name], shopifys_schema().type_map[name]
    assert isinstance(ours, GraphQLObjectType | GraphQLInterfaceType)
    assert isinstance(theirs, GraphQLObjectType | GraphQLInterfaceType)

    for field, ours_is in ours.fields.items():
        assert not differences(ours_is, theirs.fields[field])


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, kind in sorted(OURS.items())
        if isinstance(kind, GraphQLInputObjectType)
    ],
)
def test_what_the_sample_takes_is_what_shopify_takes(name: str) -> None:
    ours, theirs = OURS[name], shopifys_schema().type_map[name]
    assert isinstance(ours, GraphQLInputObjectType)
    assert isinstance(theirs, GraphQLInputObjectType)

    for field, ours_is in ours.fields.items():
        assert str(ours_is.type) == str(theirs.fields[field].type)
        assert theirs.fields[field].deprecation_reason is None


def differences(ours: GraphQLField, theirs: GraphQLField) -> list[str]:
    """Another type, or an argument that Shopify does not take so."""
    found = []
    if str(ours.type) != str(theirs.type):
        found.append(f"{ours.type} for {theirs.type}")
    for name, argument in ours.args.items():
        if str(argument.type) != str(theirs.args[name].type):
            found.append(name)
    return found
