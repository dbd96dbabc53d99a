"""Bulk operations of one shop: a document is run over everything, and its lines are kept as a
file.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from graphql import ExecutionResult

from backend.dev.shopify.sample_records import format_now, make_gid

Record = dict[str, Any]

# Shopify runs five of a shop's at once since 2026-01; here nobody can come to count on that.
MOST_OPEN = 1
# What each look at an operation finds.
FOLLOWED_BY = {"CREATED": "RUNNING", "RUNNING": "COMPLETED"}
# How the next one ends, by the name of the fault: Shopify's reason, and whether a part is there.
ENDINGS = {
    "failed": ("INTERNAL_SERVER_ERROR", False),
    "partial": ("TIMEOUT", True),
    "denied": ("ACCESS_DENIED", False),
}

COMPACT = (",", ":")

_numbers = count(720_001)


@dataclass
class BulkOperation:
    """`ending` is empty for one that goes well."""

    number: int
    address: str
    lines: Sequence[str]
    ending: str = ""
    status: str = "CREATED"
    created: str = field(default_factory=format_now)

    @property
    def gid(self) -> str:
        return make_gid("BulkOperation", self.number)

    @property
    def is_open(self) -> bool:
        return self.status in FOLLOWED_BY

    def advance(self) -> None:
        if not self.is_open:
            return
        self.status = FOLLOWED_BY[self.status]
        if self.status == "COMPLETED" and self.ending:
            self.status = "FAILED"

    def read_file(self) -> bytes:
        """All of it; of one that has failed the first half."""
        lines = self.lines
        if self.status == "FAILED":
            half = len(lines) // 2
            lines = lines[:half]

        text = "".join(f"{line}\n" for line in lines)
        return text.encode()

    def as_record(self) -> Record:
        """As Shopify tells it; an empty file has no address."""
        error, has_part = None, False
        if self.status == "FAILED":
            error, has_part = ENDINGS[self.ending]
        is_complete = self.status == "COMPLETED"
        file = self.read_file() if is_complete else b""
        lines = self.lines if is_complete else ()
        roots = sum("__parentId" not in line for line in lines)

        return {
            "__typename": "BulkOperation",
            "id": self.gid,
            "status": self.status,
            "errorCode": error,
            "objectCount": str(len(lines)),
            "rootObjectCount": str(roots),
            "fileSize": str(len(file)) if file else None,
            "url": self.address if file else None,
            "partialDataUrl": self.address if has_part else None,
            "createdAt": self.created,
            "completedAt": self.created if is_complete else None,
        }


class BulkOperations:
    """One shop's, by their ids."""

    def __init__(self) -> None:
        self._known: dict[str, BulkOperation] = {}

    def count_open(self) -> int:
        known = self._known.values()
        return sum(operation.is_open for operation in known)

    def start(
        self,
        folder: str,
        lines: Sequence[str],
        ending: str,
    ) -> BulkOperation:
        """The file will be below the address `folder`."""
        number = next(_numbers)
        address = f"{folder}/{number}.jsonl"
        operation = BulkOperation(number, address, lines, ending)
        self._known[operation.gid] = operation
        return operation

    def look_at(self, gid: str) -> Record | None:
        """Each look finds it one step further."""
        operation = self._known.get(gid)
        if operation is None:
            return None
        operation.advance()
        return operation.as_record()

    def find(self, number: str) -> BulkOperation | None:
        gid = make_gid("BulkOperation", number)
        return self._known.get(gid)


def write_lines(result: ExecutionResult, grouped: bool) -> list[str]:
    """Each thing of the one list that was asked for, and each of the lists in it, on a line of its
    own.

    In groups what belongs to a thing stands right below it; else all of that comes at the end.
    """
    own: list[str] = []
    others: list[str] = []
    connection = _only_list(result.data or {})

    for node in _nodes_of(connection):
        own.append(_write_line(node))
        children = own if grouped else others
        children += _write_children(node)
    return own + others


def is_denied(result: ExecutionResult) -> bool:
    errors = result.errors or ()
    extensions = [error.extensions or {} for error in errors]
    return any(each.get("code") == "ACCESS_DENIED" for each in extensions)


def user_error(code: str, message: str) -> Record:
    return {
        "code": code,
        "field": None,
        "message": message,
    }


def _only_list(data: Mapping[str, Any]) -> Record:
    for value in data.values():
        if _is_list(value):
            return dict(value)
    return {"edges": []}


def _is_list(value: Any) -> bool:
    return isinstance(value, dict) and "edges" in value


def _nodes_of(connection: Record) -> Iterator[Record]:
    for edge in connection["edges"]:
        yield edge["node"]


def _write_children(node: Record) -> Iterator[str]:
    above = {"__parentId": node["id"]}
    lists = [value for value in node.values() if _is_list(value)]

    for connection in lists:
        for child in _nodes_of(connection):
            yield _write_line(child | above)


def _write_line(node: Record) -> str:
    fields = {name: value for name, value in node.items() if not _is_list(value)}
    return json.dumps(fields, ensure_ascii=False, separators=COMPACT)
