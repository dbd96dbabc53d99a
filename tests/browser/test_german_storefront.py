"""Below /de/ everything that the chat says is German."""

import json

from playwright.sync_api import expect

from tests.browser.shopper import Shopper
from tests.support.processes import ROOT
from tests.support.scripted_model import ScriptedModel

LOCALES = ROOT / "extensions" / "chat-widget" / "locales"


def words(name: str) -> set[str]:
    """All that the chat can say in a language."""
    sections = json.loads((LOCALES / name).read_text()).values()
    return {text for section in sections for text in section.values()}


def test_the_german_storefront_speaks_german(ben: Shopper) -> None:
    ben.visits("/de/")
    expect(ben.launcher).to_have_accessible_name("Chat öffnen")
    ben.opens_chat()

    expect(ben.chat).to_have_accessible_name("Chatten Sie mit uns")
    ben.says("Wie lange dauert der Versand?")

    ben.sees("Werktage")
    expect(ben.messages.last.get_by_role("link")).to_have_attribute("href", ben.address("/de/pages/shipping"))
    expect(ben.page.locator("chat-widget")).to_have_attribute("lang", "de")
    everything = ben.page.locator("chat-widget").evaluate("widget => widget.shadowRoot.innerHTML")
    only_english = words("en.default.json") - words("de.json")
    assert not [text for text in only_english if f">{text}<" in everything or f'"{text}"' in everything]


def test_what_goes_wrong_is_told_in_german(ben: Shopper, ai: ScriptedModel) -> None:
    ai.script(status=500)
    ben.opens_chat("/de/")

    ben.says("Ist da jemand?")

    expect(ben.chat.get_by_role("alert")).to_contain_text("Der Assistent kann gerade nicht antworten.")
    expect(ben.button("Noch einmal versuchen")).to_be_visible()
