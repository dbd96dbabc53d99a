"""Takes the admin's pictures of docs/pictures anew, from the sample shop: `python -m
tests.browser.admin_pictures`.
"""

import re
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.admin_desk import AdminDesk
from tests.browser.take_pictures import MOST_BYTES, PICTURES
from tests.support.machine import CHROMIUM_FLAGS, chromium_path
from tests.support.people import Person
from tests.support.pretend_shopify import SHOP
from tests.support.whole_shop import WholeShop, open_for_pictures

SCREEN = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 375, "height": 812}}
# A morning at Tide & Timber; whoever has no number is a guest.
MORNING = [
    ("", "en", "How long does shipping take?"),
    ("7001", "en", "Do you have a bowl or a mug as a gift?"),
    ("", "de", "Wie lange dauert der Versand?"),
    ("", "en", "Is the Saltwind Throw made of wool?"),
    ("7003", "en", "Can I return the stool if it does not fit?"),
]
ORDERS = [
    (
        "I need 11 remote controls",
        "Anke Vollmer, +49 171 3920042, anke@example.com",
        "yes",
    ),
    ("Please call me back", "Ben Okoye, +44 7700 900461", "tomorrow morning"),
]
AGREED = "Yes, publish it"
# Each with how many posts the talk shows then; that it is published is told with one.
POSTS = [
    (1, "Create a post about our candles with a picture"),
    (2, "Make it shorter, please"),
    (3, AGREED),
    (5, "Write a post about the Dune towels with a picture"),
]
LAST = "Could somebody of your team help me choose between the two bowls?"


def morning(shop: WholeShop) -> None:
    """Answered by the model, but for the last, which waits for a person."""
    for customer, locale, words in MORNING:
        page = {
            "url": "https://tide-and-timber.example/products/tidepool-bowls",
            "title": "Tidepool Bowls",
        }
        Person(shop.app.base, SHOP, customer).says(
            words, locale=locale, page=page, wait=25
        )


def orders(shop: WholeShop) -> None:
    """Two forms that were filled in by writing."""
    for words in ORDERS:
        shopper = Person(shop.app.base, SHOP)
        for text in words:
            shopper.says(text, locale="en", wait=25)


def home(mira: AdminDesk, shop: WholeShop) -> None:
    mira.opens()
    expect(mira.app.get_by_text("On", exact=True)).to_be_visible()


def inbox(mira: AdminDesk, shop: WholeShop) -> None:
    mira.opens("/admin/inbox")
    expect(mira.conversations).to_have_count(len(MORNING) + len(ORDERS) + 1)


def conversation(mira: AdminDesk, shop: WholeShop) -> None:
    """Taken over, and half answered."""
    mira.opens("/admin/inbox")
    mira.conversations.first.click()
    mira.button("Assign to me").click()
    expect(mira.button("Return to assistant")).to_be_visible()
    mira.message.fill(
        "With pleasure! The small one holds a breakfast, the large one a salad for"
    )


def settings(mira: AdminDesk, shop: WholeShop) -> None:
    mira.opens("/admin/settings")
    mira.app.get_by_label("Name", exact=True).first.fill("Skipper")
    mira.app.get_by_label("Greeting", exact=True).fill(
        "Ahoy! What are you looking for?"
    )
    expect(mira.page.get_by_role("button", name="Save")).to_be_visible()


def requests(mira: AdminDesk, shop: WholeShop) -> None:
    mira.opens("/admin/requests")
    expect(mira.app.get_by_text("Lantern Remote Control")).to_be_visible()


def posts(mira: AdminDesk, shop: WholeShop) -> None:
    """Drafted with a picture, shortened, and published; another one is a draft."""
    mira.opens("/admin/posts")
    if mira.button("Grant access").count():
        mira.button("Grant access").click()
        mira.page.get_by_role("button", name="Go on").click()
        expect(mira.button("Grant access")).to_have_count(0)
    cards = mira.app.get_by_role("log").get_by_role("article")
    if cards.count():
        return

    for number, words in POSTS:
        mira.app.get_by_label("Message to the copilot").fill(words)
        mira.button("Send").click()
        expect(cards).to_have_count(number, timeout=30_000)
        if words == AGREED:
            cards.last.get_by_role("button", name="Publish").click()
            told = mira.app.get_by_text("is published.")
            expect(told).to_be_visible(timeout=30_000)
    expect(cards.last.locator("img")).to_be_visible(timeout=30_000)


def post(mira: AdminDesk, shop: WholeShop) -> None:
    """Two versions of one, side by side."""
    posts(mira, shop)
    mira.app.get_by_role("link", name=re.compile("^Open")).first.click()
    mira.app.get_by_text(re.compile(r"^Versions \(")).click()
    mira.app.get_by_text("Compare").first.click()
    expect(mira.app.locator("ins").first).to_be_visible()


STORIES: dict[str, Callable[[AdminDesk, WholeShop], None]] = {
    "admin-home": home,
    "admin-inbox": inbox,
    "admin-conversation": conversation,
    "admin-settings": settings,
    "admin-requests": requests,
    "admin-posts": posts,
    "admin-post": post,
    "admin-posts-phone": posts,
}


def take(name: str, browser: Browser, shop: WholeShop) -> None:
    size = PHONE if name.endswith("-phone") else SCREEN
    context = browser.new_context(reduced_motion="reduce", **size)  # type: ignore[arg-type]
    mira = AdminDesk(context.new_page(), shop.admin)
    STORIES[name](mira, shop)
    picture = mira.page.screenshot(path=PICTURES / f"{name}.png", caret="hide")
    if len(picture) > MOST_BYTES:
        sys.exit(f"{name}.png has {len(picture):,} bytes, more than {MOST_BYTES:,}.")
    context.close()


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with open_for_pictures() as shop, sync_playwright() as playwright:
        morning(shop)
        orders(shop)
        Person(shop.app.base, SHOP, "7002").says(LAST, wait=25)
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_FLAGS
        )
        for name in sys.argv[1:] or STORIES:
            take(name, browser, shop)
        browser.close()


if __name__ == "__main__":
    main()
