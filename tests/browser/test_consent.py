"""What the visitor has said about preferences decides where the browser remembers, from the first
message on.
"""

import pytest

from tests.browser.shopper import Shopper
from tests.support.scripted_model import ScriptedModel

NOTHING: dict[str, set[str]] = {"local": set(), "session": set(), "cookies": set()}
LASTING = {"local": {"session"}, "session": {"transport"}, "cookies": set()}
FOR_THIS_TAB = {"local": set(), "session": {"session", "transport"}, "cookies": set()}
# As Shopify's own script does when the visitor decides about some purposes and not about others.
ONLY_STATISTICS = (
    "Shopify.customerPrivacy.setTrackingConsent({ analytics: true, marketing: true })"
)


def decides(ben: Shopper, answer: str) -> None:
    ben.page.get_by_role("region", name="Privacy").get_by_role(
        "button", name=answer
    ).click()


def test_granted_the_browser_remembers_across_tabs(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben.opens_chat("/?consent=granted")
    assert ben.keeps() == NOTHING

    ben.asks("Help me", "Gladly.")

    assert ben.keeps() == LASTING
    again = ben.another_tab()
    again.opens_chat("/")
    again.has_read("Gladly.")


@pytest.mark.parametrize("consent", ["refused", "ask", "absent"])
def test_refused_undecided_or_unknown_only_the_tab_remembers(
    ben: Shopper, ai: ScriptedModel, consent: str
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben.opens_chat(f"/?consent={consent}")
    assert ben.keeps() == NOTHING

    ben.asks("Help me", "Gladly.")

    assert ben.keeps() == FOR_THIS_TAB
    ben.page.reload()
    ben.has_read("Gladly.")


def test_given_later_the_browser_remembers_from_then_on(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben.opens_chat("/?consent=ask")
    ben.asks("Help me", "Gladly.")
    ben.page.evaluate(ONLY_STATISTICS)
    assert ben.keeps() == FOR_THIS_TAB

    decides(ben, "Yes, remember")

    ben.page.wait_for_function("localStorage.length")
    assert ben.keeps() == LASTING
    again = ben.another_tab()
    again.opens_chat("/")
    again.has_read("Gladly.")


def test_withdrawn_in_the_middle_of_a_chat_nothing_lasts_and_the_chat_goes_on(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben.opens_chat("/?consent=granted")
    ben.asks("Help me", "Gladly.")
    ben.input.press_sequentially("And then")

    ben.page.get_by_role("button", name="Privacy settings").click()
    decides(ben, "No, thank you")

    ben.page.wait_for_function("localStorage.length === 0")
    assert ben.keeps()["cookies"] == set()
    ai.will_say("Always.", gap_ms=0)
    ben.asks("And then?", "Always.")
    assert ben.keeps() == FOR_THIS_TAB
    assert [said["role"] for said in ai.calls()[-1]["body"]["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    ben.page.reload()
    ben.has_read("Always.")
