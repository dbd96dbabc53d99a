"""What a question costs, by the figures that Shopify has told people, and the bucket that pays."""

from typing import Any

import pytest
from graphql import parse, validate

from backend.dev.shopify.admin_execution import SCHEMA
from backend.dev.shopify.query_cost import (
    MAXIMUM,
    LeakyBucket,
    count_objects,
    estimate_points,
)


@pytest.mark.parametrize(
    "query, points",
    [
        ("{ shop { name } }", 1),
        ("{ shop { primaryDomain { host } } }", 2),
        ('{ product(id: "1") { id title } }', 1),
        ("{ products(first: 1) { nodes { id } } }", 3),
        ("{ products(first: 10) { nodes { id } } }", 6),
        ("{ products(first: 10) { edges { node { id } } } }", 6),
        ("{ products(first: 250) { nodes { id } pageInfo { endCursor } } }", 13),
        # Shopify has told 25 for 250 variants with one object in each.
        (
            '{ product(id: "1") { variants(first: 250) { nodes '
            "{ selectedOptions { name } } } } }",
            25,
        ),
        ('{ node(id: "1") { ... on Product { id featuredMedia { id } } } }', 2),
        ("query { ...most } fragment most on QueryRoot { shop { name } }", 1),
        (
            'mutation { bulkOperationRunQuery(query: "") { bulkOperation { id } } }',
            10,
        ),
    ],
)
def test_a_question_costs_what_shopify_says(query: str, points: int) -> None:
    document = parse(query)
    assert not validate(SCHEMA, document)

    assert estimate_points(SCHEMA, document, {}) == points


def test_a_size_may_be_a_value_beside_the_question() -> None:
    query = "query ($n: Int) { products(first: $n) { nodes { id } } }"

    assert estimate_points(SCHEMA, parse(query), {"n": 250}) == 13


def test_things_that_are_named_one_by_one_cost_as_many_times_as_much() -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    costs = [
        estimate_points(SCHEMA, parse(query), {"ids": ["1"] * many})
        for many in (0, 1, 50)
    ]

    assert costs == [1, 1, 50]


@pytest.mark.parametrize(
    "data, objects",
    [
        (None, 0),
        ({"shop": {"name": "Tide", "primaryDomain": {"host": "tide"}}}, 3),
        ({"products": {"nodes": [{"id": "1"}, {"id": "2"}]}}, 3),
        ({"products": {"pageInfo": {"hasNextPage": False}, "nodes": []}}, 1),
    ],
)
def test_in_the_end_it_costs_what_is_in_the_answer(data: Any, objects: int) -> None:
    assert count_objects(data) == objects


def test_a_bucket_pays_as_long_as_it_holds_enough_and_fills_again() -> None:
    now = [0.0]
    bucket = LeakyBucket(lambda: now[0])
    bucket.set(available=30, restore_rate=10)

    paid = [bucket.take(20), bucket.take(20)]
    now[0] += 1
    paid.append(bucket.take(20))
    bucket.give_back(15)
    paid.append(bucket.take(15))

    assert paid == [True, False, True, True]
    assert bucket.available == 0
    now[0] += 3_600
    assert bucket.available == MAXIMUM
