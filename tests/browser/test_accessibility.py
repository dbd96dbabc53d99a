"""axe finds nothing, whatever the chat shows, and nothing on the page around it that was not there before."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility_scan import Scan
from tests.browser.shopper import PHONE, Shopper
from tests.support.scripted_model import ScriptedModel

State = Callable[[Shopper, ScriptedModel], None]


def closed(ben: Shopper, ai: ScriptedModel) -> None:
    ben.visits("/products/tidepool-bowls")
    expect(ben.launcher).to_be_visible()


def welcome(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat("/products/tidepool-bowls")


def streaming(ben: Shopper, ai: ScriptedModel) -> None:
    ai.will_say("We have **three** sizes.\n\n- Small\n- Large", stall_after=6, gap_ms=0)
    welcome(ben, ai)
    ben.says("Which sizes are there?")
    ben.sees("Small")


def waiting(ben: Shopper, ai: ScriptedModel) -> None:
    ai.script(silent=True)
    welcome(ben, ai)
    ben.says("Which sizes are there?")
    expect(ben.button("Stop the answer")).to_be_visible()


def finished(ben: Shopper, ai: ScriptedModel) -> None:
    rich = (
        "# Sizes\n\n1. **Small** and [ours](/pages/shipping)\n2. `Large`\n\n> Quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    ai.will_say(f"{rich}\n\n```\ncode\n```\n\n---\n\nThat is all.", gap_ms=0)
    welcome(ben, ai)
    ben.asks("Which sizes are there?", "That is all.")


def stopped(ben: Shopper, ai: ScriptedModel) -> None:
    streaming(ben, ai)
    ben.button("Stop the answer").click()
    expect(ben.messages.last).to_contain_text("Incomplete", use_inner_text=True)


def failed(ben: Shopper, ai: ScriptedModel) -> None:
    ai.script(status=500)
    welcome(ben, ai)
    ben.says("Are you there?")
    expect(ben.button("Try again")).to_be_visible()


def offline(ben: Shopper, ai: ScriptedModel) -> None:
    finished(ben, ai)
    ben.browser.set_offline(True)
    ben.says("Are you there?")
    ben.sees("No connection")


def menu_open(ben: Shopper, ai: ScriptedModel) -> None:
    finished(ben, ai)
    ben.button("Menu").click()
    expect(ben.chat.get_by_role("menu")).to_be_visible()


def reset_asked(ben: Shopper, ai: ScriptedModel) -> None:
    menu_open(ben, ai)
    ben.chat.get_by_role("menuitem", name="Reset conversation").click()
    expect(ben.page.get_by_role("alertdialog")).to_be_visible()


def consent_asked(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat("/?consent=ask")


def in_german(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat("/de/")


STATES = [
    closed,
    welcome,
    waiting,
    streaming,
    finished,
    stopped,
    failed,
    offline,
    menu_open,
    reset_asked,
    consent_asked,
    in_german,
]
# What axe leaves to people, and what people saw: words below something else that lies over them for a while.
LOOKED_AT = {menu_open: {"color-contrast"}, reset_asked: {"color-contrast"}}


# What fades in has no contrast yet, so nothing here moves.
STILL = {"reduced_motion": "reduce"}


@pytest.fixture
def ben(shopper: Callable[..., Shopper]) -> Shopper:
    return shopper(**STILL)


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(ben: Shopper, ai: ScriptedModel, state: State) -> None:
    state(ben, ai)

    scan = Scan(ben.page)

    assert not scan.violations
    assert scan.undecided_rules <= LOOKED_AT.get(state, set())


@pytest.mark.parametrize("state", [welcome, finished, failed, reset_asked])
@pytest.mark.parametrize("screen", [PHONE, {"color_scheme": "dark"}], ids=["phone", "dark"])
def test_axe_finds_nothing_on_a_phone_or_in_the_dark(
    shopper: Callable[..., Shopper], ai: ScriptedModel, state: State, screen: dict[str, object]
) -> None:
    ben = shopper(**STILL, **screen)
    state(ben, ai)

    assert not Scan(ben.page).violations


@pytest.mark.parametrize("accent", ["ffffff", "000000", "f2c94c", "777777", "ff5a5f", "21484d"])
def test_words_on_the_merchants_colour_can_be_read(ben: Shopper, ai: ScriptedModel, accent: str) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben.opens_chat(f'/?settings={{"accent":"%23{accent}"}}')
    ben.asks("Help me", "Gladly.")

    assert not Scan(ben.page).violations


def test_nothing_moves_for_those_who_do_not_want_that(ben: Shopper, ai: ScriptedModel) -> None:
    waiting(ben, ai)

    assert ben.page.locator("chat-widget").evaluate("widget => widget.shadowRoot.getAnimations().length") == 0


def test_axe_says_about_the_page_what_it_said_without_the_chat(shopper: Callable[..., Shopper]) -> None:
    without, ben = shopper(), shopper()
    without.visits("/products/tidepool-bowls?embed=off")
    ben.visits("/products/tidepool-bowls")
    expect(ben.launcher).to_be_visible()
    before, after = Scan(without.page), Scan(ben.page)

    assert (after.violations, after.undecided) == (before.violations, before.undecided)


def test_axe_looks_inside_the_chat(ben: Shopper) -> None:
    ben.opens_chat("/")
    ben.button("Send").evaluate("button => button.removeAttribute('aria-label')")

    assert [finding.partition(":")[0] for finding in Scan(ben.page).violations] == ["button-name"]
