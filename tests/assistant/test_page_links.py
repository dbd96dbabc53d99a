"""A page has one way to be written."""

import pytest

from backend.assistant.page_links import NOWHERE, Page, page_of

PAGES = [
    ("/products/lamp", Page("", "/products/lamp")),
    ("/products/lamp/", Page("", "/products/lamp")),
    ("/de-at/products/lamp", Page("", "/products/lamp")),
    ("/products/lamp?variant=1", Page("", "/products/lamp", "variant=1")),
    ("products/lamp", Page("", "/products/lamp")),
    ("#top", Page("", "/")),
    (
        "https://WWW.Tide.example/Products/L%61mp",
        Page("tide.example", "/products/lamp"),
    ),
    ("//evil.example/x", Page("evil.example", "/x")),
    ("evil.example/x", Page("evil.example", "/x")),
    ("mailto:Ana@X.example?subject=Hi", Page("mailto", "ana@x.example")),
    ("Ana@x.example", Page("mailto", "ana@x.example")),
    ("tel:+49 30 123", Page("tel", "+4930123")),
    ("https://tide.example@evil.example/", Page(NOWHERE, "/")),
    ("javascript:alert(1)", Page(NOWHERE, "")),
    ("https://[", Page(NOWHERE, "")),
]


@pytest.mark.parametrize(("target", "page"), PAGES)
def test_a_link_leads_to_one_page(target: str, page: Page):
    assert page_of(target) == page
