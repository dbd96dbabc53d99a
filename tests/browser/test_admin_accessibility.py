"""axe finds nothing on any page of the app in the admin, and everything works in a browser that
keeps nothing.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from backend.dev.dev_app import open_app
from tests.browser.accessibility_scan import Scan
from tests.browser.admin_desk import AdminDesk
from tests.support.people import Person
from tests.support.pretend_shopify import SHOP
from tests.support.waiting import wait_until
from tests.support.whole_shop import WholeShop

PHONE, DESKTOP = {"width": 320, "height": 800}, {"width": 1280, "height": 800}
PAGES = {
    "home": "",
    "inbox": "/admin/inbox",
    "nothing found": "/admin/inbox?words=nobody+said+this",
    "saved replies": "/admin/inbox/replies",
    "requests": "/admin/requests",
    "posts": "/admin/posts",
    "new post": "/admin/posts?panel=new",
    "Facebook Page": "/admin/posts?panel=connect",
    "export": "/admin/export",
    "settings": "/admin/settings",
    "knowledge": "/admin/settings/knowledge",
    "availability": "/admin/settings/availability",
    "team": "/admin/settings/team",
    "data": "/admin/settings/data",
    "notifications": "/admin/settings/notifications",
    "privacy": "/admin/privacy",
    "audit log": "/admin/settings/audit-log",
    "page not found": "/admin/nowhere",
}
# What the sample shop's model says above products.
ASKED, FOUND = "Do you have a bowl as a gift?", "Here is what I found"
# What axe leaves to people, and what people saw: in a frame it cannot know which heading comes
# before the first.
LOOKED_AT = {"heading-order"}
A_MINUTE_LATER = """() => {
  const now = Date.now
  Date.now = () => now() + 60_000
}"""
# As with third-party storage blocked: whoever reaches for it in a frame gets an error.
NOTHING_KEPT = """
const refuse = () => {
  throw new DOMException("Access is denied for this document.", "SecurityError")
}
if (window !== top) {
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
    Object.defineProperty(window, name, { get: refuse })
  }
  Object.defineProperty(Document.prototype, "cookie", { get: refuse, set: refuse })
}
"""


@pytest.fixture(scope="module", autouse=True)
def talks(tide: WholeShop) -> None:
    """Of a guest who was shown products, of Ana, who is signed in, and of a guest who wants a
    person.
    """
    open_app(tide.admin.base)
    guest = Person(tide.app.base, SHOP)
    wait_until(lambda: shows_products(guest), "its products")

    tide.model.will_say(
        "Two metres, with the cable.\\n\\n- It has a **plug**.", gap_ms=0
    )
    for words, customer in (
        ("How long is the cable?", "7001"),
        ("Is anybody there?", ""),
    ):
        Person(tide.app.base, SHOP, customer).says(words, wait=25)


def shows_products(guest: Person) -> bool:
    """Once the store's products have been read, the model finds them."""
    guest.says(ASKED, wait=25)
    said = guest.history().body["messages"][-1]
    return FOUND in said["text"] and bool(said["parts"])


def one_conversation(mira: AdminDesk) -> None:
    mira.opens("/admin/inbox")
    mira.conversations.first.click()
    expect(mira.app.get_by_text("Two metres, with the cable.").first).to_be_visible()


def shown_products(mira: AdminDesk) -> None:
    """As cards, with their pictures."""
    mira.opens("/admin/inbox")
    mira.conversations.filter(has_text=ASKED).first.click()
    pictures = mira.app.locator(".talk-card img")
    expect(pictures.first).to_have_js_property("complete", True)
    assert pictures.first.evaluate("picture => picture.naturalWidth") > 0

    link = mira.app.locator(".talk-card a").first
    expect(link).to_have_attribute("href", re.compile(f"^https://{SHOP}/products/"))
    expect(link).to_have_attribute("target", "_blank")


def refused_settings(mira: AdminDesk) -> None:
    mira.opens("/admin/settings/data")
    mira.app.get_by_label("Days until a closed conversation is deleted").fill("many")
    mira.page.get_by_role("button", name="Save").click()
    expect(mira.app.get_by_text("There is 1 error. Fix it to save.")).to_be_visible()


def one_post(mira: AdminDesk) -> None:
    """By hand, and then opened."""
    mira.opens("/admin/posts?panel=new")
    mira.app.get_by_label("Title").fill("Harbour mugs")
    mira.app.get_by_label("Text").fill("They are **back**.")
    mira.button("Save draft").click()
    expect(mira.app.get_by_role("article", name="Preview")).to_be_visible()


def edited_post(mira: AdminDesk) -> None:
    one_post(mira)
    mira.app.get_by_role("link", name="Edit").or_(mira.button("Edit")).first.click()
    expect(mira.app.get_by_role("group", name="Picture")).to_be_visible()


def compared_versions(mira: AdminDesk) -> None:
    edited_post(mira)
    mira.app.get_by_label("Title").fill("Harbour mugs, again")
    mira.button("Save").click()
    versions = re.compile("^Versions")
    mira.app.get_by_text(versions).first.click()
    mira.app.get_by_text("Compare").first.click()
    expect(mira.app.get_by_role("table", name="Differences")).to_be_visible()


def drafted_post(mira: AdminDesk) -> None:
    """By the copilot, with a picture."""
    mira.opens("/admin/posts")
    asking = mira.app.get_by_label("Message to the copilot")
    asking.fill("Create a post about lamps with a picture")
    mira.button("Send").click()
    picture = mira.app.locator(".post-card post-picture img").last
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)


STATES = (
    *(one_conversation, shown_products, refused_settings),
    *(edited_post, compared_versions, drafted_post),
)


def is_fine(mira: AdminDesk, width: int) -> None:
    found = Scan(mira.frame)
    assert not found.violations
    assert {finding.partition(":")[0] for finding in found.undecided} <= LOOKED_AT, (
        found.undecided
    )
    assert mira.frame.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing_on_a_page(
    desk: Callable[..., AdminDesk], path: str, size: dict[str, int]
) -> None:
    mira = desk(viewport=size, reduced_motion="reduce")
    mira.opens(path)

    is_fine(mira, size["width"])


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desk"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_a_state(
    desk: Callable[..., AdminDesk],
    state: Callable[[AdminDesk], None],
    size: dict[str, int],
) -> None:
    mira = desk(viewport=size, reduced_motion="reduce")
    state(mira)

    is_fine(mira, size["width"])


def test_everything_works_with_storage_and_cookies_blocked(
    desk: Callable[..., AdminDesk],
) -> None:
    mira = desk()
    mira.page.add_init_script(NOTHING_KEPT)
    set_cookies: list[str] = []
    mira.page.on(
        "response",
        lambda answer: set_cookies.extend(answer.headers.get("set-cookie", "").split()),
    )
    mira.opens()

    for name in ("Inbox", "Settings", "Export", "Privacy"):
        mira.goes_to(name)
    one_conversation(mira)

    assert not set_cookies
    assert not mira.page.context.cookies()


def test_an_id_token_that_has_ended_is_replaced_without_a_word(
    desk: Callable[..., AdminDesk], tide: WholeShop
) -> None:
    mira = desk()
    mira.opens("/admin/settings")
    # The token with which the page has asked how many wait is old by now.
    mira.frame.evaluate(A_MINUTE_LATER)
    refused: list[str] = []
    mira.page.on(
        "response",
        lambda answer: refused.append(answer.url) if answer.status == 401 else None,
    )
    tide.admin.begins(staleIdTokens=1)

    mira.goes_to("Export")

    assert len(refused) == 1


def test_a_document_that_comes_late_fetches_a_token_and_is_shown(
    desk: Callable[..., AdminDesk], tide: WholeShop
) -> None:
    tide.admin.begins(staleIdTokens=1)

    mira = desk()
    mira.opens("/admin/settings")

    expect(mira.heading("Settings")).to_be_visible()
    # The page tells the admin its address a moment after it is seen.
    expect(mira.page).to_have_url(re.compile("/admin/apps/flux-chat/admin/settings$"))
