"""Shopify's own schema of the Admin API, where a dump of it lies beside this checkout."""

import gzip
import json
from functools import cache

import pytest
from graphql import GraphQLSchema, build_client_schema

from tests.support.processes import ROOT

DUMP = ROOT.parent / "shared" / "data" / "shopify" / "admin_2026-04.json.gz"


def shopifys_schema() -> GraphQLSchema:
    """Skips the test where there is none."""
    if not DUMP.is_file():
        pytest.skip("Shopify's schema is not beside this checkout")
    return _read_schema()


@cache
def _read_schema() -> GraphQLSchema:
    with gzip.open(DUMP) as file:
        dump = json.load(file)
    # Shopify deprecates fields that an interface keeps, which is against the rules.
    return build_client_schema(dump["data"], assume_valid=True)
