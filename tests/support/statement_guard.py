"""Fails any statement that reads or writes a shop's rows without naming the shop."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, event

from backend.store.tables import metadata

# How a shop is found: these are reached before there is a shop to name.
DIRECTORY = {"shops", "storefronts"}
OF_A_SHOP = sorted(
    name
    for name, table in metadata.tables.items()
    if "shop_id" in table.c and name not in DIRECTORY
)
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


class ShopNotNamed(AssertionError):
    """The text is the statement."""


def guard(engines: Iterable[Engine]) -> None:
    """From now on: a statement that looks across shops says so by its execution option
    `across_shops`, or fails.
    """
    for engine in engines:
        event.listen(engine, "before_cursor_execute", _refuse_shopless)


@cache
def unnamed(statement: str) -> tuple[str, ...]:
    """The tables of a shop that the statement touches without saying whose rows it means."""
    if not statement.lstrip(" (").upper().startswith(VERBS):
        return ()
    return tuple(
        table
        for table in OF_A_SHOP
        if re.search(rf"\b{table}\b", statement) and not _names_shop(statement, table)
    )


def _names_shop(statement: str, table: str) -> bool:
    if inserted := re.search(rf"INSERT INTO {table} \(([^)]*)\)", statement):
        return "shop_id" in inserted[1]
    # SQLAlchemy qualifies every column of a condition; in a SET there is neither table nor space.
    return re.search(rf"\b{table}\.shop_id = ", statement) is not None


def _refuse_shopless(
    _connection: Connection, _cursor: Any, statement: str, *more: Any
) -> None:
    _parameters, context, _many = more
    allowed = context is None or context.execution_options.get("across_shops")
    if not allowed and unnamed(statement):
        raise ShopNotNamed(statement)
