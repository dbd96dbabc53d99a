"""Scopes as Shopify grants them, and the one API version."""

import tomllib

import pytest

from backend.shopify import scopes
from backend.shopify.api_version import API_VERSION, admin_path
from tests.support.processes import ROOT

SETTINGS = tomllib.loads((ROOT / "shopify.app.toml").read_text())


def test_the_file_for_shopify_asks_for_what_the_app_needs() -> None:
    assert SETTINGS["access_scopes"]["scopes"] == scopes.WANTED


def test_the_file_for_shopify_names_the_version_that_the_app_speaks() -> None:
    assert SETTINGS["webhooks"]["api_version"] == API_VERSION
    assert (
        admin_path("https://mira.myshopify.com")
        == f"https://mira.myshopify.com/admin/api/{API_VERSION}"
    )


@pytest.mark.parametrize(
    "granted, wanted, lacking",
    [
        ("write_app_proxy", "write_app_proxy", []),
        ("write_products, read_orders", "read_products", []),
        ("read_products", "write_products", ["write_products"]),
        ("unauthenticated_read_products", "read_products", ["read_products"]),
        ("customer_read_orders", "customer_read_orders", []),
        ("customer_write_orders", "customer_read_orders", ["customer_read_orders"]),
        ("", "write_app_proxy", ["write_app_proxy"]),
        ("not a scope,,é", "write_app_proxy", ["write_app_proxy"]),
        ("write_app_proxy", "", []),
    ],
)
def test_a_right_to_write_is_one_to_read_and_nothing_else_is_implied(
    granted: str, wanted: str, lacking: list[str]
) -> None:
    assert scopes.missing(granted, wanted) == lacking
    assert scopes.covers(granted, wanted) is not bool(lacking)
