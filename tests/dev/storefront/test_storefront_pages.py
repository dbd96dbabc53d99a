"""The sample storefront as a browser meets it: pages in two languages, files, what
Shopify adds.
"""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from backend.dev.storefront.sample_shop import LANGUAGES, catalog
from backend.dev.storefront.sample_visitor import THEMES
from backend.dev.storefront.storefront_pages import THEME

PATHS = [
    "/",
    "/cart",
    "/collections/all",
    *(
        thing["url"]
        for thing in (
            *catalog("en").products,
            *catalog("en").collections,
            *catalog("en").pages,
        )
    ),
]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_every_language(browser: FlaskClient, path: str) -> None:
    for language in LANGUAGES:
        answer = browser.get(path if language == "en" else f"/{language}{path}")
        direction = "rtl" if language == "ar" else "ltr"

        assert answer.status_code == 200
        assert f'<html lang="{language}" dir="{direction}">' in answer.text
        assert "chat-widget.js" in answer.text.partition("<body")[0]
        assert "<flux-chat-widget" in answer.text.partition("<body")[2]


def test_every_language_has_every_word_of_the_theme() -> None:
    words = {
        path.name.partition(".")[0]: keys(json.loads(path.read_text()))
        for path in (THEME / "locales").iterdir()
    }

    assert words.keys() == LANGUAGES.keys()
    assert all(known == words["en"] for known in words.values())


def keys(words: dict[str, dict[str, str]]) -> set[str]:
    return {f"{section}.{name}" for section, named in words.items() for name in named}


def test_every_file_that_a_page_names_is_served_and_may_be_kept(
    browser: FlaskClient,
) -> None:
    pages = "".join(
        browser.get(f"{path}?theme={theme}").text for path in PATHS for theme in THEMES
    )
    addresses = set(re.findall(r'(?:src|href)="(/cdn/[^"]+)"', pages))

    assert {Path(address).suffix for address in addresses} == {".js", ".css", ".svg"}
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.mimetype in ("text/javascript", "text/css", "image/svg+xml")


def test_an_unknown_page_says_so_in_the_shops_own_words(browser: FlaskClient) -> None:
    for path in (
        "/nope",
        "/products/nope",
        "/collections/nope",
        "/pages/nope",
        "/cdn/shop/x/assets/nope.css",
    ):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "Washed away" in answer.text


def test_shopifys_globals_tell_shop_and_language(browser: FlaskClient) -> None:
    found = re.search(r"window\.Shopify = (.*?)</script>", browser.get("/de/").text)

    assert found
    shopify = json.loads(found[1])
    assert (shopify["shop"], shopify["locale"]) == ("flux-demo.myshopify.com", "de")
    assert shopify["routes"] == {"root": "/de/"}
    assert "designMode" not in shopify
    assert '"designMode": true' in browser.get("/?design_mode=1").text


def test_a_page_can_be_seen_without_the_app(browser: FlaskClient) -> None:
    assert "<flux-chat-widget" not in browser.get("/?embed=off").text


def test_products_and_search_speak_the_ajax_api(browser: FlaskClient) -> None:
    product = browser.get("/de/products/harbour-mug.js").json
    assert product
    assert (product["title"], product["price"], len(product["variants"])) == (
        "Becher Hafen",
        2200,
        3,
    )

    found = browser.get(
        "/search/suggest.json?q=linen&resources[type]=product&resources[limit]=1"
    ).json
    assert found
    assert [one["handle"] for one in found["resources"]["results"]["products"]] == [
        "saltwind-throw"
    ]
