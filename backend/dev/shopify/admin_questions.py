"""One question to the pretend Admin API, from its text to the body of the answer: read, checked,
paid for, run.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    parse,
    validate,
)

from backend.dev.shopify.admin_execution import SCHEMA, Viewer, run_document
from backend.dev.shopify.admin_stores import AdminStore
from backend.dev.shopify.query_cost import (
    MOST_POINTS,
    LeakyBucket,
    count_objects,
    estimate_points,
)

Record = dict[str, Any]
Variables = Mapping[str, Any]


def answer_question(
    store: AdminStore,
    viewer: Viewer,
    query: str,
    variables: Variables,
) -> Record:
    """What Shopify would answer, always with 200."""
    try:
        document = _read_document(query)
    except GraphQLError as error:
        return {"errors": [_as_mistake(error)]}

    points = estimate_points(SCHEMA, document, variables)
    if points > MOST_POINTS:
        message = f"Query cost is {points}, which exceeds the limit of {MOST_POINTS}."
        return {"errors": [_error(message, "MAX_COST_EXCEEDED")]}
    if not store.bucket.take(points):
        throttled = _error("Throttled", "THROTTLED")
        cost = _tell_cost(store.bucket, points, None)
        return {"errors": [throttled]} | cost

    roots = store.roots()
    result = run_document(document, variables, roots, viewer)
    objects = max(1, count_objects(result.data))
    actual = min(points, objects)
    store.bucket.give_back(points - actual)

    cost = _tell_cost(store.bucket, points, actual)
    return _build_body(result) | cost


def _read_document(query: str) -> DocumentNode:
    """Raises GraphQLError."""
    document = parse(query)
    mistakes = validate(SCHEMA, document)
    if mistakes:
        raise mistakes[0]
    return document


def _build_body(result: ExecutionResult) -> Record:
    body: Record = {"data": result.data}
    errors = [error.formatted for error in result.errors or ()]
    if errors:
        body["errors"] = errors
    return body


def _as_mistake(error: GraphQLError) -> Record:
    """Shopify knows more codes; nobody asks which."""
    coded = _error(error.message, "undefinedField")
    return {**error.formatted, **coded}


def _error(message: str, code: str) -> Record:
    extensions = {"code": code}
    return {"message": message, "extensions": extensions}


def _tell_cost(bucket: LeakyBucket, points: int, actual: int | None) -> Record:
    """What Shopify says below every answer: nothing was paid for one that was throttled."""
    status = {
        "maximumAvailable": bucket.maximum,
        "currentlyAvailable": int(bucket.available),
        "restoreRate": bucket.restore_rate,
    }
    cost = {
        "requestedQueryCost": points,
        "actualQueryCost": actual,
        "throttleStatus": status,
    }
    return {"extensions": {"cost": cost}}
