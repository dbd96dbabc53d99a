"""axe finds nothing, whatever the chat shows, in every theme, and nothing on the page that was not
there before.
"""

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import expect

from backend.dev.storefront.sample_visitor import THEMES
from tests.browser.accessibility_scan import Scan
from tests.browser.shopper import PHONE, Shopper
from tests.support.scripted_model import ScriptedModel

PAGE = "/pages/shipping"
RICH = (
    "# Sizes\n\n1. **Small** and [ours](/pages/shipping)\n2. `Large`\n\n> Quoted\n\n| a | b"
    " |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n---\n\nThat is all."
)
ARABIC = "نشحن إلى **كل مدينة** داخل ألمانيا. انظر [صفحة الشحن](/ar/pages/shipping)."
# What fades in has no contrast yet, so nothing here moves.
STILL = {"reduced_motion": "reduce"}
# What axe leaves to people, and what people saw: words below something else that lies over them for
# a while.
LOOKED_AT = {"menu": {"color-contrast"}, "reset": {"color-contrast"}}


class Walk:
    """One visit to a theme that shows the chat in one state after the other, and what axe finds in
    each.
    """

    def __init__(self, ben: Shopper, ai: ScriptedModel, theme: str) -> None:
        self.ben, self.ai = ben, ai
        self.found: dict[str, list[str]] = {}
        ai.script(status=500, when="Are you there?")
        ai.will_say(RICH, when="Which sizes", gap_ms=0)
        ai.will_say(ARABIC, when="متى", gap_ms=0)
        ai.will_say(
            "We have **three** sizes.\n\n- Small\n- Large",
            when="Count",
            stall_after=6,
            gap_ms=0,
        )
        ben.visits(f"{PAGE}?theme={theme}&embed=off")
        self.without = set(Scan(ben.page).violations)

    def looks(self, state: str, without: Sequence[str] = ()) -> None:
        """What the page has of its own is not ours to judge."""
        scan = Scan(self.ben.page, without)
        found = [finding for finding in scan.violations if finding not in self.without]
        undecided = scan.undecided_about_the_chat() - LOOKED_AT.get(state, set())
        if found or undecided:
            self.found[state] = [*found, *sorted(undecided)]

    def looks_in_every_light(self, state: str) -> None:
        self.looks(state)
        media = self.ben.page.emulate_media
        media(color_scheme="dark", **STILL)  # type: ignore[arg-type]
        self.looks(f"{state}, dark")
        media(color_scheme="light", forced_colors="active", **STILL)  # type: ignore[arg-type]
        # Words have the system's colors then, but the browser still tells axe those of the page.
        self.looks(f"{state}, forced colors", without=["color-contrast"])
        media(forced_colors="none", **STILL)  # type: ignore[arg-type]

    def opens(self, path: str = PAGE) -> None:
        self.ben.visits(path)
        expect(self.ben.launcher).to_be_visible()
        self.looks("closed")
        self.ben.opens_chat()

    def fails(self) -> None:
        self.ben.says("Are you there?")
        expect(self.ben.chat.get_by_role("alert")).not_to_be_empty()
        expect(self.ben.messages.first).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_any_state(
    shopper: Callable[..., Shopper], ai: ScriptedModel, theme: str
) -> None:
    ben = shopper(**STILL)
    walk = Walk(ben, ai, theme)

    walk.opens()
    walk.looks_in_every_light("open")
    ben.says("Count for me")
    ben.sees("Small")
    walk.looks("streaming")
    ben.button("Stop reply").click()
    expect(ben.messages.last).to_contain_text("Stopped", use_inner_text=True)
    walk.looks("stopped")
    ben.asks("Which sizes are there?", "That is all.")
    walk.looks_in_every_light("finished")
    walk.fails()
    walk.looks_in_every_light("error")

    ben.button("Menu").click()
    walk.looks("menu")
    ben.chat.get_by_role("menuitem", name="Reset chat").click()
    walk.looks("reset")
    ben.button("Cancel").click()
    ben.browser.set_offline(True)
    ben.says("Are you there?")
    ben.sees("You’re offline")
    walk.looks_in_every_light("offline")

    assert not walk.found


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_a_phone_with_a_banner_or_from_right_to_left(
    shopper: Callable[..., Shopper], ai: ScriptedModel, theme: str
) -> None:
    ben = shopper(**STILL, **PHONE)
    walk = Walk(ben, ai, theme)

    walk.opens()
    walk.looks("open on a phone")
    ben.asks("Which sizes are there?", "That is all.")
    walk.looks("finished on a phone")
    walk.fails()
    walk.looks("error on a phone")
    ben.page.set_viewport_size({"width": 1280, "height": 800})
    ben.button("Close chat").click()
    walk.opens(f"{PAGE}?consent=ask")
    walk.looks("consent")

    ben.page.evaluate(
        "for (const button of document.querySelectorAll('[data-consent=yes]')) button.click()"
    )
    ben.page.locator("[data-part=close]").click()
    walk.opens(f"/ar{PAGE}")
    ben.says("متى يصل؟")
    ben.sees("صفحة الشحن")
    walk.looks_in_every_light("right to left")

    assert not walk.found


@pytest.mark.parametrize(
    "accent", ["ffffff", "000000", "f2c94c", "777777", "ff5a5f", "21484d"]
)
def test_words_on_the_merchants_colour_can_be_read(
    shopper: Callable[..., Shopper], ai: ScriptedModel, accent: str
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben = shopper(**STILL)
    ben.opens_chat(f'{PAGE}?settings={{"accent":"%23{accent}"}}')
    ben.asks("Help me", "Gladly.")

    assert not Scan(ben.page).violations


@pytest.mark.parametrize("theme", THEMES)
def test_axe_says_about_the_page_what_it_said_without_the_chat(
    shopper: Callable[..., Shopper], theme: str
) -> None:
    ben = shopper(**STILL)
    ben.visits(f"/products/tidepool-bowls?theme={theme}&embed=off")
    before = Scan(ben.page)
    ben.visits("/products/tidepool-bowls")
    expect(ben.launcher).to_be_visible()
    after = Scan(ben.page)

    assert (after.violations, after.undecided) == (before.violations, before.undecided)


def test_axe_looks_inside_the_chat(ben: Shopper) -> None:
    ben.opens_chat(PAGE)
    ben.button("Send").evaluate("button => button.removeAttribute('aria-label')")

    assert [finding.partition(":")[0] for finding in Scan(ben.page).violations] == [
        "button-name"
    ]
