"""The widget is a guest in the store: what it loads and keeps, and when."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.shopper import Shopper
from tests.support.scripted_model import ScriptedModel

NOTHING: dict[str, set[str]] = {"local": set(), "session": set(), "cookies": set()}

BLOCK_STORAGE = """{
  const refuse = () => { throw new DOMException("blocked", "SecurityError") }
  for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, { get: refuse })
  Object.defineProperty(Document.prototype, "cookie", { get: refuse, set: refuse })
  navigator.locks.request = async () => refuse()
}"""


def paths_asked(browser: BrowserContext, do: Callable[[], object]) -> set[str]:
    """The requests of this browser while something is done, without the version in a file's
    address.
    """
    paths: set[str] = set()

    def note(path: str) -> None:
        paths.add(path.rpartition("/")[2] if path.startswith("/cdn/") else path)

    browser.on("request", lambda request: note(urlsplit(request.url).path))
    do()
    return paths


@pytest.mark.parametrize(
    "path", ["/", "/collections/all", "/products/tidepool-bowls", "/cart"]
)
def test_before_intent_a_page_costs_one_small_file_and_nothing_is_kept(
    shopper: Callable[..., Shopper], path: str
) -> None:
    ben, without = shopper(), shopper()

    asked = paths_asked(
        ben.browser, lambda: ben.page.goto(ben.address(path), wait_until="networkidle")
    )
    usual = paths_asked(
        without.browser,
        lambda: without.page.goto(
            without.address(f"{path}?embed=off"), wait_until="networkidle"
        ),
    )

    assert asked - usual == {"chat-widget.js"}
    assert usual <= asked
    assert ben.keeps() == NOTHING


def test_before_intent_nothing_on_the_page_moves(
    shopper: Callable[..., Shopper],
) -> None:
    ben, without = shopper(), shopper()
    ben.visits("/products/tidepool-bowls")
    without.visits("/products/tidepool-bowls?embed=off")
    expect(ben.launcher).to_be_visible()

    boxes = (
        "[...document.querySelectorAll('main *')].map(one =>"
        " JSON.stringify(one.getBoundingClientRect()))"
    )

    assert ben.page.evaluate(boxes) == without.page.evaluate(boxes)


def test_to_open_and_close_the_chat_is_not_yet_to_use_it(ben: Shopper) -> None:
    ben.opens_chat("/")
    ben.button("Close chat").click()
    ben.visits("/cart")

    expect(ben.launcher).to_have_attribute("aria-expanded", "false")
    assert ben.keeps() == NOTHING


def test_a_browser_that_blocks_storage_can_still_chat(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", when="Help", gap_ms=0)
    ai.will_say("Always.", when="Again", gap_ms=0)
    ben.browser.add_init_script(BLOCK_STORAGE)
    ben.opens_chat("/")

    ben.asks("Help me", "Gladly.")
    ben.asks("Again", "Always.")

    expect(ben.messages).to_have_count(4)
    assert [said["role"] for said in ai.calls()[-1]["body"]["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]


def test_where_local_storage_is_full_a_cookie_remembers(
    ben: Shopper, ai: ScriptedModel
) -> None:
    ai.will_say("Gladly.", gap_ms=0)
    ben.browser.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }"
    )
    ben.opens_chat("/")

    ben.asks("Help me", "Gladly.")

    assert ben.keeps()["cookies"] == {"session"}
    ben.page.reload()
    ben.opens_chat()
    ben.has_read("Gladly.")
