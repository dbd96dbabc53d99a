"""The sample signs as Shopify publishes it, and the app believes it."""

import pytest

from backend.dev.shopify.proxy_signer import signature
from backend.shopify.signatures import verify_proxy

PUBLISHED = (
    "extra=1&extra=2&shop=shop-name.myshopify.com&logged_in_customer_id={customer}"
    "&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555"
)


@pytest.mark.parametrize(
    ("customer", "digest"),
    [
        ("1", "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"),
        ("", "e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb"),
    ],
)
def test_both_published_digests_come_out(customer: str, digest: str) -> None:
    assert signature(PUBLISHED.format(customer=customer), "hush") == digest


@pytest.mark.parametrize(
    "query",
    [
        "q=a+b%26c",
        "q=Größe",
        "q=%FF",
        "empty=&flag",
        "q=1&q=2",
        "a=%3D&b=%2C",
        "page=1&page2=2",
    ],
)
def test_the_app_believes_whatever_a_browser_had_in_its_address(query: str) -> None:
    query = (
        f"{query}&shop=flux-demo.myshopify.com&logged_in_customer_id=7"
        "&path_prefix=%2Fapps%2Fx&timestamp=1000"
    )
    query += f"&signature={signature(query, 'key')}"

    visit = verify_proxy(query.encode(), ["key"], now=1000)

    assert (visit.shop, visit.customer, visit.path_prefix) == (
        "flux-demo.myshopify.com",
        "7",
        "/apps/x",
    )
