"""The sample storefront as a browser meets it: pages in two languages, files, what
Shopify adds.
"""

import json
import re
from itertools import cycle, product
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from backend.dev.shopify.admin_execution import Viewer
from backend.dev.shopify.admin_stores import AdminStores
from backend.dev.storefront.sample_shop import LANGUAGES, catalog
from backend.dev.storefront.sample_visitor import THEMES
from backend.dev.storefront.storefront_pages import THEME

PRODUCTS = [each["url"] for each in catalog("en").products]
# Products have one template: one of them stands for it.
PATHS = [
    "/",
    "/cart",
    "/collections/all",
    "/search?q=linen",
    "/blogs/journal",
    PRODUCTS[0],
    *(
        thing["url"]
        for thing in (
            *catalog("en").collections,
            *catalog("en").pages,
            *catalog("en").policies,
            *catalog("en").articles,
        )
    ),
]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_there_in_every_language(browser: FlaskClient, path: str) -> None:
    for language in LANGUAGES:
        is_there(browser, path, language)


def test_every_product_is_there_each_in_the_next_language(browser: FlaskClient) -> None:
    for path, language in zip(PRODUCTS, cycle(LANGUAGES), strict=False):
        is_there(browser, path, language)


def is_there(browser: FlaskClient, path: str, language: str) -> None:
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


def test_a_text_has_no_translation_and_is_shown_in_english(
    browser: FlaskClient,
) -> None:
    for language in ("fr", "ja", "ar"):
        assert (
            "Where we ship" in browser.get(f"/{language}/policies/shipping-policy").text
        )
    assert "Wohin wir liefern" in browser.get("/de/policies/shipping-policy").text


def test_the_foot_of_every_page_leads_to_policies_and_journal(
    browser: FlaskClient,
) -> None:
    footer = browser.get("/de/").text.partition("<footer")[2]

    for thing in (*catalog("de").policies, catalog("de").blog):
        assert f'<a href="{thing["url"]}">{thing["title"]}</a>' in footer


def test_the_pictures_below_the_first_rows_load_when_they_are_seen(
    browser: FlaskClient,
) -> None:
    page = browser.get("/collections/all").text

    assert page.count('loading="eager"') == 8
    assert page.count('loading="lazy"') == len(catalog("en").products) - 8


def test_the_search_page_shows_what_matches(browser: FlaskClient) -> None:
    found = browser.get("/search?q=mugs").text
    assert "1 thing for “mugs”" in found
    assert "Harbour Mug" in found

    assert "Nothing here matches" in browser.get("/search?q=<b>spaceship").text
    assert "<b>spaceship" not in browser.get("/search?q=<b>spaceship").text
    assert "Nothing here matches" not in browser.get("/search").text


def test_a_product_of_two_options_offers_each_and_every_variant(
    browser: FlaskClient,
) -> None:
    page = browser.get("/products/slack-tide-duvet-cover").text

    for name in ("Size", "Colour"):
        assert f"<legend>{name}</legend>" in page
    assert page.count("data-option-value") == 4 + 3
    product = catalog("en").find_product("slack-tide-duvet-cover")
    assert product
    for variant in product["variants"]:
        assert f'value="{variant["id"]}"' in page
    assert page.count("(Sold out)") == 3


def test_the_address_chooses_the_variant(browser: FlaskClient) -> None:
    page = browser.get("/products/slack-tide-duvet-cover").text
    assert "ST-DUVET-01</span>" in page

    product = catalog("en").find_product("slack-tide-duvet-cover")
    assert product
    second = product["variants"][1]
    page = browser.get(f"/products/{product['handle']}?variant={second['id']}").text
    assert f"{second['sku']}</span>" in page
    assert re.search(r"<button[^>]*type=\"submit\" disabled>\s*Add to cart", page)


def test_a_subscription_asks_how_often(browser: FlaskClient) -> None:
    page = browser.get("/de/products/groundswell-coffee").text

    assert '<select name="selling_plan">' in page
    assert "Alle 4 Wochen" in page
    assert "selling_plan" not in browser.get("/products/harbour-mug").text


def test_every_file_that_a_page_names_is_served_and_may_be_kept(
    browser: FlaskClient,
) -> None:
    looks = [*product(PATHS, THEMES), *zip(PRODUCTS, cycle(THEMES), strict=False)]
    pages = "".join(
        browser.get(f"{path}{'&' if '?' in path else '?'}theme={theme}").text
        for path, theme in looks
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
        "/policies/nope",
        "/blogs/nope",
        "/blogs/nope/sleeping-in-linen",
        "/blogs/journal/nope",
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


def test_the_invoice_of_a_draft_order_is_there_for_whoever_has_its_address(
    browser: FlaskClient,
) -> None:
    stores = browser.application.extensions["admin_stores"]
    assert isinstance(stores, AdminStores)
    mugs = {"variantId": "gid://shopify/ProductVariant/810301", "quantity": 12}
    lamp = {"variantId": "gid://shopify/ProductVariant/810501", "quantity": 1}

    store = stores.of("tide.myshopify.com", "http://localhost")
    store.sell_all()
    drafts = store.drafts
    asked = {"tags": ["flux-1"], "lineItems": [mugs, lamp]}
    drafts.create(Viewer("write_draft_orders", "EUR"), {"input": asked})
    [draft] = drafts.records
    page = browser.get(draft["invoiceUrl"])

    assert page.status_code == 200
    assert "Invoice #D1" in page.text
    assert "<li>12 × Harbour Mug, Deep blue</li>" in page.text
    assert "<li>1 × Beacon Table Lamp</li>" in page.text
    assert "393.00 EUR" in page.text
    assert browser.get("/70001/invoices/guessed").status_code == 404
