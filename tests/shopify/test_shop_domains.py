"""A shop's permanent domain, and what only looks like one."""

import pytest

from backend.shopify.shop_domains import is_shop_domain


@pytest.mark.parametrize("domain", ["tide.myshopify.com", "7-seas.myshopify.com"])
def test_a_permanent_domain_is_one(domain: str) -> None:
    assert is_shop_domain(domain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "myshopify.com",
        ".myshopify.com",
        "-tide.myshopify.com",
        "Tide.myshopify.com",
        "tide.myshopify.com\n",
        "tide.myshopify.com.example",
        "tide.myshopify.com/admin",
        "mira@tide.myshopify.com",
        "tide.evil.myshopify.com",
        "tïde.myshopify.com",
        "a" * 250 + ".myshopify.com",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_shop_domain(text)
