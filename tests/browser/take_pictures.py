"""Takes the pictures of docs/pictures anew, from the sample shop: `python -m
tests.browser.take_pictures`.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.shopper import PHONE, Shopper
from tests.support.machine import CHROMIUM_FLAGS, chromium_path, free_port
from tests.support.processes import ROOT, Program
from tests.support.running_app import SECRET, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.storefronts import Storefront
from tests.support.stores import Stores
from tests.support.waiting import answers

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 200_000
DESK: dict[str, object] = {"viewport": {"width": 1240, "height": 760}}
# The shop's own green, as its merchant would have chosen.
SETTINGS = quote(json.dumps({"accent": "#21484d"}))
HOME = f"/?settings={SETTINGS}"
POLICY, POLICY_FOUND = "What is your return policy?", "Refund policy"
QUESTION, FOUND = "A gift under 40 euros", "Here is what I found"

Story = Callable[[Shopper, ScriptedModel], None]


def closed(ben: Shopper, ai: ScriptedModel) -> None:
    ben.visits(HOME)
    expect(ben.launcher).to_be_visible()


def welcome(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(HOME)


def streaming(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(HOME)
    ben.asks(POLICY, POLICY_FOUND)
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
    ben.asks(POLICY, POLICY_FOUND)
    ben.asks(QUESTION, FOUND)
    expect(ben.chat.locator(".chat-card").first).to_be_visible()


def menu(ben: Shopper, ai: ScriptedModel) -> None:
    finished(ben, ai)
    ben.button("Menu").click()


def failed(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(HOME)
    ben.asks(QUESTION, FOUND)
    ai.script(drop_after=3, text="The first of them is made of oak.")
    ben.says("Tell me more about the first one.")
    expect(ben.button("Try again")).to_be_visible()


def german(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(f"/de{HOME}")
    ben.asks("Wie lange dauert der Versand?", "Shipping policy")


def arabic(ben: Shopper, ai: ScriptedModel) -> None:
    ben.opens_chat(f"/ar{HOME}")
    ben.asks("هدية بأقل من 40 يورو", "إليك")


def dark(ben: Shopper, ai: ScriptedModel) -> None:
    finished(ben, ai)


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
    "dark": (dark, {**DESK, "color_scheme": "dark"}),
}


@contextmanager
def sample_shop() -> Iterator[tuple[Storefront, ScriptedModel]]:
    """With the app and the model behind it."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="flux-chat-"))
        )
        stores = Stores()
        stack.callback(stores.close)

        def start(name: str, path: str, **options: object) -> str:
            port = free_port()
            program = Program.module(
                f"backend.dev.{name}", folder / f"{name}.log", port=port, **options
            )
            stack.callback(program.stop)
            program.wait_ready(lambda: answers(f"http://127.0.0.1:{port}{path}"))
            return f"http://127.0.0.1:{port}"

        model = ScriptedModel(start("model.fake_ai", "/calls"))
        settings = {"OPENAI_API_KEY": "key", "OPENAI_BASE_URL": f"{model.base}/v1"}
        app = RunningApp(stores.new("sqlite"), folder, **settings)
        stack.callback(app.close)
        app.start()
        yield (
            Storefront(start("shopify.fake_shopify", "/", app=app.base, secret=SECRET)),
            model,
        )


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
    with sample_shop() as (storefront, model), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_FLAGS
        )
        for name in STORIES:
            take(name, browser, storefront, model)
        browser.close()


if __name__ == "__main__":
    main()
