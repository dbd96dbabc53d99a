"""The sample storefront as a browser meets it: pages in two languages, files, the cart, what
Shopify adds.
"""

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from backend.dev.shopify.fake_shopify import create_storefront
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


@pytest.fixture
def browser(tmp_path: Path) -> FlaskClient:
    """In front of a shop with an embed as small as can be."""
    files = {
        "blocks/chat-widget.liquid": (
            "<flux-chat-widget greeting='{{ block.settings.greeting }}'></flux-chat-widget>{%"
            ' schema %}{"name": "Chat", "target": "body", "javascript":'
            ' "chat-widget.js","settings": [{"type": "text", "id": "greeting", "label":'
            ' "Greeting", "default": "Hi"}]}{% endschema %}'
        ),
        "assets/chat-widget.js": "// The launcher.",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    return create_storefront("http://127.0.0.1:9", "secret", tmp_path).test_client()


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


def test_looking_around_sets_no_cookie(browser: FlaskClient) -> None:
    assert "Set-Cookie" not in browser.get("/").headers


def test_shopifys_globals_tell_shop_and_language(browser: FlaskClient) -> None:
    found = re.search(r"window\.Shopify = (.*?)</script>", browser.get("/de/").text)

    assert found
    shopify = json.loads(found[1])
    assert (shopify["shop"], shopify["locale"]) == ("flux-demo.myshopify.com", "de")
    assert shopify["routes"] == {"root": "/de/"}
    assert "designMode" not in shopify
    assert '"designMode": true' in browser.get("/?design_mode=1").text


def test_consent_theme_and_settings_stay_with_the_browser(browser: FlaskClient) -> None:
    browser.get('/?consent=ask&theme=maelstrom&settings={"greeting":"Ahoy"}')

    later = browser.get("/cart").text
    assert 'data-consent="ask"' in later
    assert "data-consent-banner >" in later
    assert "maelstrom.css" in later
    assert "greeting='Ahoy'" in later
    assert browser.get('/?settings={"nothing":1}').status_code == 400


def test_a_page_can_be_seen_without_the_app(browser: FlaskClient) -> None:
    assert "<flux-chat-widget" not in browser.get("/?embed=off").text


def test_the_cart_adds_changes_and_forgets(browser: FlaskClient) -> None:
    items = [
        {"id": 810301, "quantity": 2},
        {"id": 810301},
        {"id": 810801, "properties": {"_src": "chat"}},
    ]
    browser.post("/cart/add.js", json={"items": items})

    cart = browser.get("/cart.js").json
    assert cart
    assert [(item["variant_id"], item["quantity"]) for item in cart["items"]] == [
        (810301, 3),
        (810801, 1),
    ]
    assert (cart["total_price"], cart["item_count"]) == (3 * 2200 + 2800, 4)
    assert cart["items"][1]["properties"] == {"_src": "chat"}
    assert "Harbour Mug" in browser.get("/cart").text

    changed = browser.post(
        "/cart/change.js", json={"id": cart["items"][0]["key"], "quantity": 0}
    )
    assert changed.json
    assert changed.json["item_count"] == 1
    cleared = browser.post("/cart/clear.js").json
    assert cleared
    assert cleared["items"] == []


@pytest.mark.parametrize(
    ("item", "status"),
    [({"id": 810303}, 422), ({"id": 1}, 404), ({"id": "mug"}, 400), ({}, 400)],
)
def test_the_cart_refuses_what_cannot_be_bought(
    browser: FlaskClient, item: dict[str, object], status: int
) -> None:
    answer = browser.post("/cart/add.js", json={"items": [item]})

    assert answer.status_code == status
    assert answer.json
    assert answer.json["message"] == "Cart Error"


def test_a_form_leads_to_the_cart_of_its_language(browser: FlaskClient) -> None:
    answer = browser.post("/de/cart/add", data={"id": "810801"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/de/cart")
    assert "Kerze" in browser.get("/de/cart").text


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
