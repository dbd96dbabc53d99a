"""What the sample remembers of a visitor: nothing, until they choose something."""

from flask.testing import FlaskClient


def test_looking_around_sets_no_cookie(browser: FlaskClient) -> None:
    assert "Set-Cookie" not in browser.get("/").headers


def test_consent_theme_and_settings_stay_with_the_browser(browser: FlaskClient) -> None:
    browser.get('/?consent=ask&theme=maelstrom&settings={"greeting":"Ahoy"}')

    later = browser.get("/cart").text
    assert 'data-consent="ask"' in later
    assert "data-consent-banner >" in later
    assert "maelstrom.css" in later
    assert "greeting='Ahoy'" in later
    assert browser.get('/?settings={"nothing":1}').status_code == 400
