"""In every language of the storefront, everything that the chat says is in that language, and runs
its way.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from backend.dev.storefront.sample_shop import LANGUAGES
from tests.browser.shopper import LOCALES, Shopper, counted
from tests.support.scripted_model import ScriptedModel

# As a theme may have written it, before our script looks.
SET_LOCALE = """locale => addEventListener("DOMContentLoaded", () => {
  const widget = document.querySelector("flux-chat-widget")
  if (locale === null) widget.removeAttribute("locale")
  else widget.setAttribute("locale", locale)
}, { capture: true, once: true })"""
OTHERS = [language for language in LANGUAGES if language != "en"]


def words(language: str) -> dict[str, dict[str, str]]:
    sections: dict[str, dict[str, str]] = json.loads(
        (LOCALES / f"{language}.json").read_text()
    )
    return sections


def all_of(sections: dict[str, dict[str, str]]) -> set[str]:
    return {text for section in sections.values() for text in section.values()}


def box_of(part: Locator) -> Any:
    box = part.bounding_box()
    assert box
    return box


def test_links_in_a_german_reply_lead_to_german_pages(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Wenige Werktage: [Warenkorb](/de/cart).", when="Versand")
    ben.opens_chat("/de/")

    ben.says("Wie lange dauert der Versand?")

    ben.sees("Werktage")
    expect(ben.messages.last.get_by_role("link")).to_have_attribute(
        "href", ben.address("/de/cart")
    )


def test_arabic_runs_from_right_to_left_and_english_in_it_from_left_to_right(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("نشحن إلى **كل مدينة** في ألمانيا.", when="متى", gap_ms=0)
    ai.will_say("To every town.", when="How", gap_ms=0)
    ben.opens_chat("/ar/")

    ben.says("متى يصل؟")
    ben.sees("نشحن إلى كل مدينة")
    ben.asks("How long?", "To every town.")

    panel, send, close = (
        box_of(ben.chat),
        box_of(ben.button("إرسال")),
        box_of(ben.button("إغلاق الدردشة")),
    )
    middle = panel["x"] + panel["width"] / 2
    assert send["x"] < middle
    assert close["x"] < middle
    mine = box_of(ben.log.get_by_text("متى يصل؟", exact=True))
    assert mine["x"] + mine["width"] < panel["x"] + panel["width"] * 0.75
    text_of = (
        "element => getComputedStyle(element.closest('[dir]') ?? element).direction"
    )
    assert ben.log.get_by_text("To every town.", exact=True).evaluate(text_of) == "ltr"
    assert ben.log.get_by_text("نشحن إلى").evaluate(text_of) == "rtl"
    ben.page.reload()
    ben.sees("نشحن إلى كل مدينة")


@pytest.mark.parametrize(
    "locale",
    [
        "zh_CN",
        "",
        "en-",
        "x",
        "xx-invalid-subtag-too-long-to-be-one",
        "e\u0000n",
        "C",
        None,
    ],
)
def test_a_bad_locale_breaks_nothing(
    shopper: Callable[..., Shopper], ai: ScriptedModel, locale: str | None
) -> None:
    ai.script(chunks=20, gap_ms=30, when="Count")
    ben = shopper(accept_downloads=True)
    ben.page.add_init_script(f"({SET_LOCALE})({json.dumps(locale)})")
    ben.opens_chat("/")
    ben.says("Count for me")
    ben.reads_as_far_as("wf")

    ben.button("Close chat").click()

    expect(
        ben.page.get_by_role(
            "button", name=re.compile("^Open chat, new messages: [1一]$")
        )
    ).to_be_visible()
    ben.opens_chat()
    ben.has_read(counted(20))
    expect(ben.messages.locator("time").first).not_to_be_empty()
    ben.button("Menu").click()
    with ben.page.expect_download():
        ben.chat.get_by_role("menuitem", name="Download this chat").click()


# The last, because so many failures make the shop's breaker open.
@pytest.mark.parametrize("language", OTHERS)
def test_the_chat_speaks_the_language_of_the_page(
    ben: Shopper, ai: ScriptedModel, language: str
) -> None:
    say = words(language)
    ai.script(status=500)
    ben.visits(f"/{language}/pages/shipping")
    expect(ben.launcher).to_have_accessible_name(say["launcher"]["open"])
    widget = ben.page.locator("flux-chat-widget")
    expect(widget).to_have_attribute("lang", language)
    expect(widget).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")

    ben.opens_chat()
    expect(ben.chat).to_have_accessible_name(say["panel"]["title"])
    expect(ben.chat).to_have_accessible_description(say["panel"]["notice"])
    ben.sees(say["welcome"]["words"])
    ben.says("???")

    expect(ben.chat.get_by_role("alert")).to_have_text(say["problems"]["busy"])
    expect(ben.button(say["transcript"]["retry"])).to_be_visible()
    everything = widget.evaluate("widget => widget.shadowRoot.innerHTML")
    # An address is written from left to right in every language.
    only_english = all_of(words("en.default")) - all_of(say) - {"ltr"}
    assert not [
        text
        for text in only_english
        if f">{text}<" in everything or f'"{text}"' in everything
    ]
