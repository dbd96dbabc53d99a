"""The merchant's color for words counts where it can be read; else black or white, and a note in
the editor. What the app has written about itself comes before what the theme editor has.
"""

import json
import re

import pytest
from flask.testing import FlaskClient

from backend.dev.shopify.fake_shopify import create_storefront
from backend.dev.shopify.sample_metafields import INSTALLATION
from backend.dev.storefront.embed_block import EmbedBlock
from backend.dev.storefront.sample_shop import DOMAIN
from backend.dev.storefront.theme_liquid import color_contrast

APP = {
    "name": "Marina",
    "greeting": {"de": "Moin!", "pt": "Olá!", "default": "Ahoy!"},
    "languages": ["English", "Deutsch"],
}
THEME = {"title": "Ask Mira", "welcome": "Good day."}
BASE = "http://localhost"
NOTE = 'data-part="color-note"'


@pytest.fixture
def browser() -> FlaskClient:
    return create_storefront("http://127.0.0.1:9", "secret").test_client()


def page(browser: FlaskClient, accent: str, words: str, editing: bool = True) -> str:
    settings = json.dumps({"accent": accent, "accent_text": words})
    address = {"settings": settings} | ({"design_mode": "1"} if editing else {})
    return browser.get("/", query_string=address).text


@pytest.mark.parametrize(
    "accent, words",
    [("#21484d", "#fff3d6"), ("#1f2328", "#FFFFFF"), ("#757575", "#ffffff")],
)
def test_a_readable_color_is_kept(
    browser: FlaskClient, accent: str, words: str
) -> None:
    shown = page(browser, accent, words)
    assert f"--flux-chat-accent: {accent}; --flux-chat-accent-text: {words};" in shown
    assert NOTE not in shown


@pytest.mark.parametrize(
    "accent, words",
    [("#777777", "#ffffff"), ("#ff5a5f", "#ffffff"), ("#ffffff", "#fff3d6")],
)
def test_an_unreadable_one_gives_way_and_the_merchant_is_told(
    browser: FlaskClient, accent: str, words: str
) -> None:
    shown = page(browser, accent, words)
    assert "--flux-chat-accent-text:" not in shown
    assert NOTE in shown


def test_shoppers_see_the_readable_color_without_a_note(browser: FlaskClient) -> None:
    shown = page(browser, "#777777", "#ffffff", editing=False)
    assert "--flux-chat-accent-text:" not in shown
    assert NOTE not in shown


def test_no_color_for_words_needs_no_note(browser: FlaskClient) -> None:
    shown = page(browser, "#777777", "")
    assert "--flux-chat-accent-text:" not in shown
    assert NOTE not in shown


def test_the_filter_counts_as_wcag_does() -> None:
    assert color_contrast("#000000", "#ffffff") == 21.0
    assert color_contrast("#ffffff", "#767676") == 4.5


def write(browser: FlaskClient, value: object) -> None:
    """What the app writes about itself, as Shopify keeps it."""
    store = browser.application.extensions["admin_stores"].of(DOMAIN, BASE)
    written = {
        "ownerId": INSTALLATION,
        "namespace": "flux_chat",
        "key": "widget",
        "type": "json",
        "value": json.dumps(value),
    }
    answer = store.metafields.set_some(None, {"metafields": [written]})
    assert answer["userErrors"] == []


def words(browser: FlaskClient, path: str = "/", **theme: str) -> list[str]:
    """The title, the greeting and the line of languages, which may be missing."""
    shown = browser.get(path, query_string={"settings": json.dumps(theme)}).text
    found = [
        re.search(pattern, shown, re.DOTALL)
        for pattern in (
            r'id="chat-title"[^>]*>(.*?)</h2>',
            r'class="chat-welcome__words"[^>]*>(.*?)</p>',
            r'class="chat-welcome__languages"[^>]*>(.*?)</p>',
        )
    ]
    return [each[1].strip() for each in found if each]


def test_without_the_apps_words_the_themes_are_shown_and_else_ours(
    browser: FlaskClient,
) -> None:
    assert words(browser, **THEME) == ["Ask Mira", "Good day."]
    assert words(browser) == ["Chat with us", "Hello! What can I help you with?"]


@pytest.mark.parametrize(
    ("path", "greeting", "line"),
    [
        ("/", "Ahoy!", "Languages: English, Deutsch"),
        ("/de/", "Moin!", "Sprachen: English, Deutsch"),
        ("/fr/", "Ahoy!", "Langues : English, Deutsch"),
    ],
)
def test_the_apps_words_come_first_in_the_language_of_the_page(
    browser: FlaskClient, path: str, greeting: str, line: str
) -> None:
    write(browser, APP)

    assert words(browser, path, **THEME) == ["Marina", greeting, line]


def test_a_greeting_that_the_app_lacks_is_the_themes(browser: FlaskClient) -> None:
    write(browser, {"name": "", "greeting": {"fr": "Salut !"}, "languages": []})

    assert words(browser, **THEME) == ["Ask Mira", "Good day."]
    assert words(browser, "/fr/", **THEME) == ["Ask Mira", "Salut !"]


def test_a_region_has_the_greeting_of_its_language() -> None:
    metafields = {"flux_chat": {"widget": {"value": APP}}}
    page = {"request": {"locale": {"iso_code": "pt-BR"}, "page_type": "index"}}

    rendered = EmbedBlock().render("en", page, {}, metafields=metafields)

    assert "Olá!" in rendered.body


def test_the_apps_words_are_text(browser: FlaskClient) -> None:
    markup = "<img src=x onerror=alert(1)>"
    write(
        browser,
        {"name": markup, "greeting": {"default": markup}, "languages": [markup]},
    )

    shown = words(browser)

    assert len(shown) == 3
    assert all("&lt;img" in each and "<img" not in each for each in shown)
