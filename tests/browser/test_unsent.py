"""What is written is sent once: over reloads, lost answers and resets; its ticks only ever move
forward.
"""

import json

from playwright.sync_api import Request, expect

from backend.dev.storefront.sample_shop import DOMAIN
from tests.browser.shopper import Shopper, times_asked
from tests.support.scripted_model import ScriptedModel
from tests.support.storefronts import Storefront
from tests.support.waiting import wait_until

FORWARD = ["sending", "saved", "answered"]
OUTBOX = f"flux-chat/outbox-{DOMAIN}"
# Notes what the outbox holds at the moment when a reset sets out.
NOTE_OUTBOX_AT_RESET = f"""{{
  const {{ fetch }} = window
  window.fetch = (address, init) => {{
    if (String(address).endsWith("/reset")) window.keptAtReset = localStorage.getItem("{OUTBOX}")
    return fetch(address, init)
  }}
}}"""


def message_ids(ben: Shopper) -> list[str]:
    """Of every attempt to send, from now on."""
    ids: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/chat"):
            ids.append(json.loads(request.post_data or "{}")["messageId"])

    ben.browser.on("request", note)
    return ids


def test_a_message_whose_answer_got_lost_is_sent_with_the_same_id_after_a_reload(
    ben: Shopper, ai: ScriptedModel, storefront: Storefront
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ids = message_ids(ben)
    storefront.proxy("drop", at="answer")
    ben.opens_chat("/")
    ben.says("Help me")
    ben.sees("You’re offline")

    ben.page.reload()
    ben.has_read("Help me")
    attempts = len(ids)
    wait_until(
        lambda: ben.page.evaluate("1") and len(ids) > attempts,
        "sent again by the new page",
    )
    storefront.proxy()

    ben.has_read("Gladly.")
    assert len(set(ids)) == 1
    assert times_asked(ai, "Help me") == 1
    expect(ben.messages).to_have_count(2)
    assert ben.page.evaluate(f"localStorage.getItem('{OUTBOX}')") is None


def test_a_reset_forgets_what_was_not_sent_before_the_server_hears_of_it(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben.browser.add_init_script(NOTE_OUTBOX_AT_RESET)
    ben.opens_chat("/")
    ben.asks("Help me", "Gladly.")
    ben.page.route("**/apps/flux-chat/chat", lambda route: route.abort())
    ben.says("This is a secret")
    ben.sees("You’re offline")

    ben.button("Menu").click()
    ben.chat.get_by_role("menuitem", name="Reset chat").click()
    ben.button("Reset").click()
    expect(ben.messages).to_have_count(0)
    ben.page.unroute("**/apps/flux-chat/chat")
    ben.page.reload()
    ben.opens_chat()
    ben.asks("Help me again", "Gladly.")

    assert ben.page.evaluate("window.keptAtReset ?? null") is None
    assert times_asked(ai, "This is a secret") == 0
    expect(ben.messages).to_have_count(2)


def test_ticks_only_move_forward(
    ben: Shopper, ai: ScriptedModel, storefront: Storefront
) -> None:
    ai.will_say("To the left.", when="left", gap_ms=30)
    ai.will_say("To the right.", when="right", gap_ms=30)
    storefront.proxy("drop", at="answer")
    ben.opens_chat("/")
    ben.watches_the_ticks()
    ben.says("Go left")
    ben.sees("You’re offline")
    ben.says("Go right")
    storefront.proxy()

    ben.has_read("To the right.")
    expect(ben.messages.filter(has_text="Answered")).to_have_count(2)
    for states in ben.saw_of_the_ticks():
        assert states == [state for state in FORWARD if state in states]
        assert states[-1] == "answered"
