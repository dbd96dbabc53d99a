"""Shopify's search syntax for lists, as far as the app uses it: conditions that all have to hold,
and words of a title.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import eq, ge, gt, le, lt
from typing import Any

Record = dict[str, Any]
Compare = Callable[[Any, Any], bool]

TERM = re.compile(
    r"""(?:(?P<field>\w+):)?(?P<compare>>=|<=|>|<)?
    (?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>(?:\\.|[^'\\])*)'|(?P<bare>[^\s"']+))""",
    re.X,
)
ESCAPED = re.compile(r"\\(.)")
COMPARISONS: dict[str, Compare] = {
    "": eq,
    ">": gt,
    ">=": ge,
    "<": lt,
    "<=": le,
}
TIMES = {"updated_at": "updatedAt", "processed_at": "processedAt"}


class BadSearch(ValueError):
    """What the sample does not understand. Shopify ignores it, which nobody would notice."""


@dataclass(frozen=True)
class Condition:
    field: str
    compare: str
    value: str


def filter_records(records: Sequence[Record], query: str) -> list[Record]:
    """Those for which all of `query` holds. Raises BadSearch."""
    found = list(records)
    for condition in read_conditions(query):
        found = [record for record in found if _holds(record, condition)]
    return found


def read_conditions(query: str) -> list[Condition]:
    """Raises BadSearch."""
    found = []
    position = 0

    while position < len(query):
        if query[position].isspace():
            position += 1
            continue
        term = TERM.match(query, position)
        if term is None:
            raise BadSearch(f"The sample cannot read the search from {position} on.")
        position = term.end()
        condition = _read_term(term)
        if condition.field or condition.value != "AND":
            found.append(condition)
    return found


def _read_term(term: re.Match[str]) -> Condition:
    quoted = term["double"]
    if quoted is None:
        quoted = term["single"]

    value = term["bare"]
    if quoted is not None:
        value = ESCAPED.sub(r"\1", quoted)
    field = term["field"] or ""
    compare = term["compare"] or ""
    return Condition(field, compare, value)


def _holds(record: Record, condition: Condition) -> bool:
    name = condition.field
    if name in TIMES:
        return _is_then(record[TIMES[name]], condition)
    if name not in FIELDS:
        raise BadSearch(f"The sample does not search by {name}.")

    read_values = FIELDS[name]
    known = [value.casefold() for value in read_values(record)]
    wanted = condition.value.casefold()
    return any(_equals(value, wanted) for value in known)


def _is_then(known: str, condition: Condition) -> bool:
    compare = COMPARISONS[condition.compare]
    time = datetime.fromisoformat(known)
    wanted = _read_time(condition.value)
    return compare(time, wanted)


def _read_time(value: str) -> datetime:
    try:
        time = datetime.fromisoformat(value)
    except ValueError as error:
        raise BadSearch(f"{value} is no time.") from error

    if time.tzinfo is None:
        raise BadSearch(f"{value} has no time zone.")
    return time


def _equals(known: str, wanted: str) -> bool:
    """A star at the end leaves the rest open."""
    if wanted.endswith("*"):
        return known.startswith(wanted[:-1])
    return known == wanted


def _ids(record: Record) -> list[str]:
    gid = str(record["id"])
    _, _, number = gid.rpartition("/")
    return [gid, number]


def _states(record: Record) -> list[str]:
    return [str(record["status"])]


def _publications(record: Record) -> list[str]:
    return ["published" if record["publishedAt"] else "unpublished"]


def _titles(record: Record) -> list[str]:
    title = str(record["title"])
    return [title, *title.split()]


def _handles(record: Record) -> list[str]:
    return [str(record["handle"])]


def _tags(record: Record) -> list[str]:
    return list(record["tags"])


def _names(record: Record) -> list[str]:
    name = str(record["name"])
    return [name, name.removeprefix("#")]


def _emails(record: Record) -> list[str]:
    return [str(record["email"])]


def _filenames(record: Record) -> list[str]:
    return [str(record["filename"])]


def _customers(record: Record) -> list[str]:
    return [str(record["customerId"])]


FIELDS: dict[str, Callable[[Record], list[str]]] = {
    "": _titles,
    "customer_id": _customers,
    "email": _emails,
    "filename": _filenames,
    "handle": _handles,
    "id": _ids,
    "name": _names,
    "published_status": _publications,
    "status": _states,
    "tag": _tags,
    "title": _titles,
}
