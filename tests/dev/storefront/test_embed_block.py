"""The merchant's color for words counts where it can be read; else black or white, and a note in
the editor.
"""

import json

import pytest
from flask.testing import FlaskClient

from backend.dev.shopify.fake_shopify import create_storefront
from backend.dev.storefront.theme_liquid import color_contrast

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
