"""`python -m bench.admin_weigh`: what a merchant waits for in the admin, at a quarter of the
processor.

LCP, CLS and INP of each page of the app, in its frame, with the sample's stand-ins for Shopify's
scripts; written into docs/performance.md between marks of its own.
"""

import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench import host
from bench.report import DOCUMENT
from tests.browser.admin_desk import AdminDesk
from tests.support.machine import CHROMIUM_FLAGS, chromium_path
from tests.support.people import Person
from tests.support.pretend_shopify import SHOP
from tests.support.stores import Stores
from tests.support.whole_shop import WholeShop, whole_shop

BEGIN = "<!-- written by python -m bench.admin_weigh: begin -->"
END = "<!-- written by python -m bench.admin_weigh: end -->"
ROUNDS, SLOWDOWN, CONVERSATIONS = 7, 4, 60
# Half of what Built for Shopify asks for: milliseconds, share of the screen, milliseconds.
AIMS = {"LCP": 1_250.0, "CLS": 0.02, "INP": 100.0}
MANY = {
    f"{who}_MESSAGES_PER_MINUTE": "100000" for who in ("SESSION", "ADDRESS", "SHOP")
}
# The entries that browsers themselves call by these names; an interaction is all events of one
# press.
WATCH = """
window.vitals = { LCP: 0, CLS: 0, INP: 0 }
const watch = (type, see, more) =>
  new PerformanceObserver(list => list.getEntries().forEach(see))
    .observe({ type, buffered: true, ...more })
watch("largest-contentful-paint", entry => { vitals.LCP = entry.startTime })
watch("layout-shift", entry => { if (!entry.hadRecentInput) vitals.CLS += entry.value })
watch("event", entry => {
        if (entry.interactionId) vitals.INP = Math.max(vitals.INP, entry.duration)
      },
      { durationThreshold: 16 })
"""
# Nothing is left to do but to wait for news, and what was drawn last has been told.
AT_REST = "new Promise(done => requestIdleCallback(() => setTimeout(done, 300), { timeout: 3000 }))"


@dataclass(frozen=True)
class Weighed:
    """A page of the app, and where it is below the app's own."""

    name: str
    path: str


def write_and_tab(desk: AdminDesk) -> None:
    """A word into the first field, where there is one, and five steps of the keyboard."""
    # A date's own field is the browser's: what it opens at a space is not ours to answer for.
    field = desk.app.locator("s-text-field, s-text-area, s-search-field").first
    if field.count():
        field.click()
        desk.page.keyboard.type("a word", delay=20)
    else:
        desk.app.get_by_role("heading", level=1).click()
    for _ in range(5):
        desk.page.keyboard.press("Tab", delay=20)


def main() -> None:
    begun, busy, own = time.monotonic(), host.busy_seconds(), host.own_seconds()
    rows = measure()
    seconds = time.monotonic() - begun
    others = max(0.0, host.busy_seconds() - busy - (host.own_seconds() - own)) / seconds
    write(rows, others)


def measure() -> dict[str, dict[str, float]]:
    """Page → figure → median."""
    with ExitStack() as stack:
        stores = Stores()
        stack.callback(stores.close)
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="flux-chat-"))
        )
        shop = stack.enter_context(
            whole_shop(stores.new("sqlite"), folder, None, **MANY)
        )
        fill(shop)

        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_FLAGS
        )
        rows = {page.name: weigh(browser, shop, page) for page in pages(browser, shop)}
        browser.close()
        return rows


def fill(shop: WholeShop) -> None:
    """A day's conversations, answered by the model."""
    shop.model.will_say(
        "Two metres, with the cable. The lampshade can be changed.", gap_ms=0
    )
    for number in range(CONVERSATIONS):
        Person(shop.app.base, SHOP).says(
            f"How long is the cable of lamp {number}?", wait=25
        )


def pages(browser: Browser, shop: WholeShop) -> list[Weighed]:
    """The pages of the app, one of them that of a conversation."""
    desk = AdminDesk(browser.new_page(), shop.admin)
    desk.opens("/admin/inbox")
    conversation = desk.conversations.first.get_attribute("href") or ""
    desk.page.close()

    places = {
        "Home": "",
        "Inbox": "/admin/inbox",
        "Conversation": conversation,
        "Export": "/admin/export",
        "Settings": "/admin/settings",
    }
    return [Weighed(name, path) for name, path in places.items()]


def weigh(browser: Browser, shop: WholeShop, page: Weighed) -> dict[str, float]:
    """The median of the rounds, each in a browser that has never been here."""
    rounds = [once(browser, shop, page.path) for _ in range(ROUNDS)]
    return {name: statistics.median(each[name] for each in rounds) for name in AIMS}


def once(browser: Browser, shop: WholeShop, path: str) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(WATCH)
    desk = AdminDesk(context.new_page(), shop.admin)
    slow_down(desk.page)
    desk.opens(path)

    desk.frame.evaluate(AT_REST)
    write_and_tab(desk)
    desk.frame.evaluate(AT_REST)

    found: dict[str, float] = desk.frame.evaluate("vitals")
    context.close()
    return found


def slow_down(page: Page) -> None:
    """The frame is of the same site, so that it is slowed with the page around it."""
    page.context.new_cdp_session(page).send(
        "Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN}
    )


def write(rows: dict[str, dict[str, float]], others: float) -> None:
    """`others` is how many cores worked for somebody else meanwhile; only with next to none are
    figures ours alone.
    """
    about = host.described()
    inside = [
        f"* {about['date']}, commit {about['commit']}, {about['machine']}.",
        (
            f"* Medians of {ROUNDS} first visits with the processor at a quarter,"
            f" {CONVERSATIONS} conversations."
        ),
        f"* Other work on the machine: {others:.0%} of a core.",
        "",
        f"| page | {' | '.join(f'{name} ≤ {aim:g}' for name, aim in AIMS.items())} |",
        f"| --- |{' --: |' * len(AIMS)}",
        *(
            f"| {name} | {' | '.join(shown(*pair) for pair in found.items())} |"
            for name, found in rows.items()
        ),
    ]

    sys.stdout.write("\n".join(inside) + "\n")

    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text("\n".join([before + BEGIN, "", *inside, "", END + after]))


def shown(name: str, value: float) -> str:
    """Milliseconds, or a share of the screen; bold where it is missed."""
    text = f"{value:.3f}" if name == "CLS" else f"{value:.0f} ms"
    return text if value <= AIMS[name] else f"**{text}**"


if __name__ == "__main__":
    main()
