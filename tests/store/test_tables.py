"""Every table at a glance: whose rows it has, and that they are found without reading all of it."""

import pytest
from sqlalchemy import Table, UniqueConstraint

from backend.store.tables import metadata

OF_A_SHOP = [table for table in metadata.sorted_tables if "shop_id" in table.c]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_rows_are_told_apart_by_a_key(table: Table) -> None:
    assert table.primary_key.columns


@pytest.mark.parametrize("table", OF_A_SHOP, ids=lambda table: table.name)
def test_rows_of_one_shop_are_found_by_a_key_or_an_index(table: Table) -> None:
    """Each list, each redaction and each statement asks for them."""
    unique = [
        constraint
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    keys = [table.primary_key.columns]
    keys += [constraint.columns for constraint in unique]
    keys += [index.columns for index in table.indexes]

    assert "shop_id" in {column.name for columns in keys for column in columns}
