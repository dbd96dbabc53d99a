"""Bulk operations of the sample: a step further at each look, and ending as they were told to."""

import json

import pytest
from graphql import ExecutionResult, GraphQLError

from backend.dev.shopify.bulk_operations import (
    BulkOperations,
    is_denied,
    write_lines,
)

FOLDER = "http://127.0.0.1:9/stores/tide.myshopify.com/bulk"
LINES = ["1", "2", "3", "4", "5"]
NESTED = ExecutionResult(
    {
        "products": {
            "edges": [
                {
                    "node": {
                        "id": "p1",
                        "title": "Füße",
                        "variants": {"edges": [{"node": {"id": "v1"}}]},
                    }
                },
                {"node": {"id": "p2", "title": "", "variants": {"edges": []}}},
            ]
        }
    }
)


@pytest.mark.parametrize(
    "ending, status, error, file",
    [
        ("", "COMPLETED", None, "1\n2\n3\n4\n5\n"),
        ("partial", "FAILED", "TIMEOUT", "1\n2\n"),
        ("failed", "FAILED", "INTERNAL_SERVER_ERROR", None),
        ("denied", "FAILED", "ACCESS_DENIED", None),
    ],
)
def test_it_ends_as_it_was_told_to(
    ending: str, status: str, error: str | None, file: str | None
) -> None:
    operations = BulkOperations()
    started = operations.start(FOLDER, LINES, ending)
    operations.look_at(started.gid)

    ended = operations.look_at(started.gid)

    assert ended is not None
    assert (ended["status"], ended["errorCode"]) == (status, error)
    address = ended["url"] or ended["partialDataUrl"]
    assert bool(address) == (file is not None)
    if file is not None:
        assert address.startswith(FOLDER)
        assert started.read_file().decode() == file


def test_nothing_is_known_of_others() -> None:
    operations = BulkOperations()

    assert operations.look_at("gid://shopify/BulkOperation/1") is None
    assert operations.find("1") is None


def test_one_that_has_ended_is_not_open_any_more() -> None:
    operations = BulkOperations()
    started = operations.start(FOLDER, LINES, "")

    open_ones = []
    for _ in range(3):
        open_ones.append(operations.count_open())
        operations.look_at(started.gid)

    assert open_ones == [1, 1, 0]


def test_an_empty_file_has_no_address() -> None:
    operations = BulkOperations()
    started = operations.start(FOLDER, [], "")
    operations.look_at(started.gid)

    ended = operations.look_at(started.gid)

    assert ended is not None
    assert (ended["status"], ended["url"]) == ("COMPLETED", None)


@pytest.mark.parametrize(
    "grouped, order", [(True, ["p1", "v1", "p2"]), (False, ["p1", "p2", "v1"])]
)
def test_lists_within_things_become_lines_of_their_own(
    grouped: bool, order: list[str]
) -> None:
    lines = [json.loads(line) for line in write_lines(NESTED, grouped)]

    assert [line["id"] for line in lines] == order
    assert {line["id"]: line.get("__parentId") for line in lines} == {
        "p1": None,
        "p2": None,
        "v1": "p1",
    }
    assert lines[0] == {"id": "p1", "title": "Füße"}


def test_an_answer_without_a_list_has_no_lines() -> None:
    assert write_lines(ExecutionResult({"shop": {"id": "1"}}), grouped=True) == []
    assert write_lines(ExecutionResult(None), grouped=True) == []


def test_a_missing_scope_is_told_from_other_errors() -> None:
    denied = GraphQLError("no", extensions={"code": "ACCESS_DENIED"})

    assert is_denied(ExecutionResult(None, [denied]))
    assert not is_denied(ExecutionResult(None, [GraphQLError("other")]))
    assert not is_denied(ExecutionResult({}))
