"""Takes the pictures of docs/pictures anew, from the sample shop: `python -m
tests.browser.take_pictures`.
"""

import json
import sys
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.shopper import PHONE, Shopper
from tests.support.machine import CHROMIUM_FLAGS, chromium_path
from tests.support.processes import ROOT
from tests.support.scripted_model import ScriptedModel
from tests.support.storefronts import Storefront
from tests.support.whole_shop import open_for_pictures

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 200_000
DESK: dict[str, object] = {"viewport": {"width": 1240, "height": 760}}
# The shop's own green, as its merchant would have chosen.
SETTINGS = quote(json.dumps({"accent": "#21484d"}))
HOME = f"/?settings={SETTINGS}"
POLICY = "Are returns free?", "Refund policy"
ORDER = "Hi, I need 11 remote controls and 6 beacon table lamps"
CONTACT = "Anke Vollmer, +49 171 3920042, anke@example.com"
QUESTION, ARABIC_QUESTION = "A gift under 40 euros", "هدية بأقل من 40 يورو"

Story = Callable[[Shopper, ScriptedModel], None]


def asks_for_a_page(ben: Shopper, question: str, page: str) -> None:
    ben.says(question)
    ben.sees(page)
    has_the_whole_reply(ben)


def asks_for_products(ben: Shopper, question: str) -> None:
    ben.says(question)
    expect(ben.chat.locator("flux-chat-card").first).to_be_visible()
    has_the_whole_reply(ben)


def has_the_whole_reply(ben: Shopper) -> None:
    expect(ben.chat.locator('[data-part="stop"]')).to_be_hidden()


def closed(ben: Shopper, ai: ScriptedModel) -> None:
    ben.visits(HOME)
    expect(ben.launcher).to_be_visible()


def welcome(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(HOME)


def streaming(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(HOME)
    asks_for_a_page(ben, *POLICY)
    ai.will_say(
        "With pleasure. The linen throw goes well with oak, and it gets softer with every wash,",
        when="linen",
        stall_after=12,
        gap_ms=0,
    )
    ben.says("Which linen throw goes with oak?")
    ben.sees("goes well with oak")


def finished(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(HOME)
    asks_for_a_page(ben, *POLICY)
    asks_for_products(ben, QUESTION)


def menu(ben: Shopper, ai: ScriptedModel) -> None:
    finished(ben, ai)
    ben.button("Menu").click()


def failed(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(HOME)
    asks_for_products(ben, QUESTION)
    ai.script(drop_after=3, text="The first of them is made of oak.")
    ben.says("Tell me more about the first one.")
    expect(ben.button("Try again")).to_be_visible()


def german(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(f"/de{HOME}")
    asks_for_a_page(ben, "Wie lange dauert der Versand?", "Shipping policy")


def arabic(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(f"/ar{HOME}")
    asks_for_products(ben, ARABIC_QUESTION)


def dark(ben: Shopper, ai: ScriptedModel) -> None:
    finished(ben, ai)


def order(ben: Shopper, ai: ScriptedModel) -> None:
    """What is asked of whoever orders many, up to the yes."""
    order_begun(ben, ai)
    ben.says(CONTACT)
    expect(ben.button("Confirm order")).to_be_visible()
    has_the_whole_reply(ben)


def order_begun(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(HOME)
    ben.says(ORDER)
    expect(ben.chat.get_by_label("Phone number")).to_be_visible()
    has_the_whole_reply(ben)


STORIES: dict[str, tuple[Story, dict[str, object]]] = {
    "closed": (closed, DESK),
    "welcome": (welcome, DESK),
    "streaming": (streaming, DESK),
    "finished": (finished, DESK),
    "menu": (menu, DESK),
    "failed": (failed, DESK),
    "phone": (finished, {**PHONE, "device_scale_factor": 2}),
    "german": (german, DESK),
    "arabic": (arabic, DESK),
    "order": (order, DESK),
    "order-phone": (order_begun, {**PHONE, "device_scale_factor": 2}),
    "dark": (dark, {**DESK, "color_scheme": "dark"}),
}


def take(
    name: str, browser: Browser, storefront: Storefront, model: ScriptedModel
) -> None:
    story, screen = STORIES[name]
    model.forgets()
    context = browser.new_context(reduced_motion="reduce", **screen)  # type: ignore[arg-type]
    ben = Shopper(context.new_page(), storefront)
    story(ben, model)
    picture = ben.page.screenshot(path=PICTURES / f"{name}.png", caret="hide")
    if len(picture) > MOST_BYTES:
        sys.exit(f"{name}.png has {len(picture):,} bytes, more than {MOST_BYTES:,}.")
    context.close()


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with open_for_pictures() as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_FLAGS
        )
        for name in sys.argv[1:] or STORIES:
            take(name, browser, shop.storefront, shop.model)
        browser.close()


if __name__ == "__main__":
    main()
