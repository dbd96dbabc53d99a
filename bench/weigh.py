"""`make weigh`: what the widget costs a storefront's page, by Lighthouse on a phone, and how soon
one can type in it.

Each page with and without the widget in turns; written into docs/performance.md between marks of
its own, unless others were at work on the machine meanwhile.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench import host
from bench.report import DOCUMENT
from tests.support.machine import CHROMIUM_FLAGS, NODE, chromium_path
from tests.support.processes import ROOT
from tests.support.stores import Stores
from tests.support.whole_shop import whole_shop

BEGIN, END = (
    "<!-- written by make weigh: begin -->",
    "<!-- written by make weigh: end -->",
)
LIGHTHOUSE = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
ROUNDS, SLOWDOWN = 5, 4
MOST_OTHERS = 0.5
MOST_LOSS, MOST_BLOCKING_MS, MOST_SHIFT, MOST_OPENING_MS = 1.0, 30.0, 0.0, 100.0
# From the tap until the panel has been painted, with the focus in its text box.
TIME_OPENING = """element => new Promise(resolve => {
  const launcher = element.shadowRoot.querySelector('[data-part="launcher"]')
  const started = performance.now()
  element.addEventListener("flux-chat:open", () =>
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - started))),
    { once: true })
  launcher.click()
})"""


@dataclass(frozen=True)
class StorePage:
    """`weight` is its share in what Shopify makes of the three."""

    name: str
    path: str
    weight: float


PAGES = (
    StorePage("Home", "/", 0.17),
    StorePage("Product", "/products/tidepool-bowls", 0.40),
    StorePage("Collection", "/collections/all", 0.43),
)


@dataclass(frozen=True)
class Visit:
    """What Lighthouse says of one load: points of 100, blocked milliseconds, layout
    shift, bytes.
    """

    score: float
    blocking_ms: float
    shift: float
    size: float

    @classmethod
    def of_report(cls, report: bytes) -> "Visit":
        told = json.loads(report)
        names = ("total-blocking-time", "cumulative-layout-shift", "total-byte-weight")
        return cls(
            told["categories"]["performance"]["score"] * 100,
            *(number(told, name) for name in names),
        )

    @classmethod
    def median_of(cls, visits: list["Visit"]) -> "Visit":
        fields = ("score", "blocking_ms", "shift", "size")
        return cls(
            *(median(getattr(visit, field) for visit in visits) for field in fields)
        )


def number(report: dict, audit: str) -> float:
    return float(report["audits"][audit]["numericValue"])


def main() -> int:
    begun = time.monotonic()
    busy, own = host.busy_seconds(), host.own_seconds()

    with ExitStack() as stack:
        stores = Stores()
        stack.callback(stores.close)
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="flux-chat-"))
        )
        shop = stack.enter_context(whole_shop(stores.new("sqlite"), folder))
        pairs = {page: weigh(shop.storefront.url(page.path)) for page in PAGES}
        opening = opening_times(shop.storefront.url("/"))

    seconds = time.monotonic() - begun
    ours = host.own_seconds() - own
    others = (host.busy_seconds() - busy - ours) / seconds

    found = told(pairs, opening, others)
    sys.stdout.write("\n".join(found) + "\n")

    if others > MOST_OTHERS:
        sys.stdout.write(
            "VOID: the machine had other work to do. The document stays as it was.\n"
        )
        return 1

    write(found)
    is_too_much = any(is_heavy(*pair) for pair in pairs.values())
    return int(loss(pairs) > MOST_LOSS or is_too_much)


def weigh(address: str) -> tuple[Visit, Visit]:
    """Without the widget and with it, in turns; the first visit of all only warms the server up."""
    load(address)
    without, with_it = [], []
    for _ in range(ROUNDS):
        without.append(load(f"{address}?embed=off"))
        with_it.append(load(address))
    return Visit.median_of(without), Visit.median_of(with_it)


def load(address: str) -> Visit:
    flags = " ".join(["--headless=new", *CHROMIUM_FLAGS])
    options = [
        "--quiet",
        "--only-categories=performance",
        "--output=json",
        "--no-enable-error-reporting",
    ]

    command = [str(NODE), str(LIGHTHOUSE), address, *options, f"--chrome-flags={flags}"]
    environment = {**os.environ, "CHROME_PATH": chromium_path()}

    done = subprocess.run(command, env=environment, check=True, capture_output=True)
    return Visit.of_report(done.stdout)


def opening_times(address: str) -> dict[str, float]:
    """Of a first visit, with the files fetched while the pointer came near, and without that."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_FLAGS
        )
        found = {
            name: median(
                opening_time(browser, address, comes_near) for _ in range(ROUNDS)
            )
            for name, comes_near in (
                ("after the pointer came near", True),
                ("at once, nothing loaded yet", False),
            )
        }

        browser.close()
    return found


def opening_time(browser: Browser, address: str, comes_near: bool) -> float:
    page = browser.new_page()
    page.goto(address)

    page.context.new_cdp_session(page).send(
        "Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN}
    )

    widget = page.locator("flux-chat-widget")
    if comes_near:
        widget.get_by_role("button").hover()
        page.wait_for_load_state("networkidle")

    milliseconds: float = widget.evaluate(TIME_OPENING)
    page.context.close()
    return milliseconds


def told(
    pairs: dict[StorePage, tuple[Visit, Visit]],
    opening: dict[str, float],
    others: float,
) -> list[str]:
    about = host.described()
    times = " and ".join(
        f"{milliseconds:.0f} ms {name}" for name, milliseconds in opening.items()
    )

    return [
        (
            f"* {about['date']}, commit {about['commit']}, {about['machine']}. Other work on"
            f" it: {others:.0%} of a core."
        ),
        (
            f"* Lighthouse's mobile setting, medians of {ROUNDS} loads with and without the"
            " widget in turns."
        ),
        f"* Points lost, weighted: **{loss(pairs):.2f}** (at most {MOST_LOSS:g}).",
        (
            f"* From the tap until one can type, the processor at a quarter: {times} (at most"
            f" {MOST_OPENING_MS:g} ms)."
        ),
        "",
        (
            "| page | points without | with | blocking ms without | with | layout shift added |"
            " bytes added |"
        ),
        "| --- | --: | --: | --: | --: | --: | --: |",
        *(line(page, *pair) for page, pair in pairs.items()),
    ]


def loss(pairs: dict[StorePage, tuple[Visit, Visit]]) -> float:
    return sum(
        page.weight * (without.score - with_it.score)
        for page, (without, with_it) in pairs.items()
    )


def write(found: list[str]) -> None:
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text("\n".join([before + BEGIN, "", *found, "", END + after]))


def line(page: StorePage, without: Visit, with_it: Visit) -> str:
    cells = [
        f"{page.name} ({page.weight:.0%})",
        f"{without.score:.0f}",
        f"{with_it.score:.0f}",
        f"{without.blocking_ms:.0f}",
        f"{with_it.blocking_ms:.0f}",
        f"{with_it.shift - without.shift:.3f}",
        f"{with_it.size - without.size:,.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def is_heavy(without: Visit, with_it: Visit) -> bool:
    blocking, shift = (
        with_it.blocking_ms - without.blocking_ms,
        with_it.shift - without.shift,
    )
    return blocking > MOST_BLOCKING_MS or round(shift, 3) > MOST_SHIFT


if __name__ == "__main__":
    sys.exit(main())
