"""What a browser says of its page is read as far as it makes sense."""

from typing import Any

import pytest

from backend.web.hints import read_locale, read_page

MUG = "https://tide.example/products/mug"
NO_PRODUCTS: list[Any] = [
    0,
    -1,
    1.5,
    True,
    2**63,
    10**300,
    float("inf"),
    "9" * 65,
    "4 2",
    "٤٢",
    "\ud83d",
    ["42"],
    {},
]
PAGES: list[tuple[Any, dict[str, str] | None]] = [
    (None, None),
    ("https://tide.example/", None),
    (5, None),
    ([{"url": MUG}], None),
    ({}, None),
    ({"url": None, "title": None, "productId": None}, None),
    (
        {"url": MUG, "title": "Mug", "productId": 42},
        {"url": MUG, "title": "Mug", "productId": "42"},
    ),
    ({"url": f"{MUG}?email=ana@tide.example&token=sesame#top"}, {"url": MUG}),
    ({"url": "https://ana:secret@tide.example/"}, {"url": "https://tide.example/"}),
    ({"url": "/products/mug?x=1"}, {"url": "/products/mug"}),
    ({"url": f"{MUG}?{'x' * 5_000}"}, {"url": MUG}),
    (
        {"url": "https://tide.example/\ud83d\x00mug"},
        {"url": "https://tide.example/ mug"},
    ),
    *(
        ({"url": url, "title": "Mug"}, {"title": "Mug"})
        for url in (
            *(
                "javascript:alert(1)",
                "data:text/html,x",
                "ftp://tide.example/mug",
                "about:blank",
                "blob:https://x/y",
            ),
            *(
                "https://",
                "https://ana@",
                "https://[",
                "//elsewhere.example/",
                "mug",
                "",
                5,
                True,
                ["x"],
                {"href": MUG},
            ),
        )
    ),
    ({"title": "Mug \ud83d"}, {"title": "Mug"}),
    ({"title": "\ude00Mug"}, {"title": "Mug"}),
    ({"title": "a\x00b\r\n\x1b c"}, {"title": "a b c"}),
    ({"title": "x" * 1_001}, {"title": "x" * 1_000}),
    ({"title": "😀" * 1_001}, {"title": "😀" * 1_000}),
    ({"title": ["Mug"], "url": MUG}, {"url": MUG}),
    ({"title": {"text": "Mug"}, "url": MUG}, {"url": MUG}),
    (
        {"productId": "gid://shopify/Product/42"},
        {"productId": "gid://shopify/Product/42"},
    ),
    ({"productId": 42.0}, {"productId": "42"}),
    *(({"productId": number, "url": MUG}, {"url": MUG}) for number in NO_PRODUCTS),
    ({"handle": "<b>", "title": "Mug", "more": [1]}, {"title": "Mug"}),
]
LOCALES: list[tuple[Any, str | None]] = [
    *((tag, tag) for tag in ("en", "zh_CN", "pt-BR", "zh-Hant-TW", "de-DE-1996")),
    (" de ", "de"),
    ("en-", "en"),
    ("de_AT.UTF-8", "de_AT"),
    ("ca_ES@valencia", "ca_ES"),
    *(
        (value, None)
        for value in (
            "",
            "x",
            "not a language",
            "e\x00n",
            "\ud83d",
            "C",
            5,
            True,
            None,
            ["en"],
            {"en": 1},
        )
    ),
    ("en-" + "x" * 5_000, "en"),
]


@pytest.mark.parametrize("said, kept", PAGES, ids=lambda value: ascii(value)[:60])
def test_a_page_is_read_as_far_as_it_makes_sense(
    said: Any, kept: dict[str, str] | None
) -> None:
    assert read_page(said) == kept


def test_a_long_address_is_cut_between_characters() -> None:
    page = read_page({"url": f"https://tide.example/{'%E2%98%83' * 1_000}?x=1"})

    assert page is not None
    assert 1_990 < len(page["url"]) <= 2_000
    assert page["url"].rpartition("%")[2] in ("E2", "98", "83")


@pytest.mark.parametrize("said, kept", LOCALES, ids=lambda value: ascii(value)[:60])
def test_a_locale_is_read_as_far_as_it_makes_sense(said: Any, kept: str | None) -> None:
    assert read_locale(said) == kept
