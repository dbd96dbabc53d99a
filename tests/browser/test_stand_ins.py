"""The pretend admin around an app of a few lines: App Bridge and Polaris stand in as the real ones
are written down.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser.accessibility_scan import Scan
from tests.browser.framed_app import FramedApp
from tests.support.machine import free_port
from tests.support.pretend_shopify import AdminApi
from tests.support.processes import Program
from tests.support.running_app import SECRET
from tests.support.waiting import answers

SIZES = [{"width": 320, "height": 800}, {"width": 1280, "height": 800}]


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[FramedApp, AdminApi]]:
    app, port = FramedApp(), free_port()
    log = tmp_path_factory.mktemp("framed") / "shopify.log"
    program = Program.module(
        "backend.dev.shopify.fake_shopify", log, port=port, app=app.base, secret=SECRET
    )
    program.wait_ready(lambda: answers(f"http://127.0.0.1:{port}/sample/admin"))
    app.cdn = f"http://127.0.0.1:{port}"
    yield app, AdminApi(app.cdn)
    program.stop()
    app.close()


@pytest.fixture
def app(running: tuple[FramedApp, AdminApi]) -> FramedApp:
    app, admin = running
    admin.begins(installed=True, embed=True)
    app.refuse = 0
    app.authorizations.clear()
    app.opened.clear()
    return app


@pytest.fixture
def mira(
    app: FramedApp, new_context: Callable[..., BrowserContext]
) -> Callable[..., tuple[Page, Frame]]:
    """The page of the admin, and the app's in its frame."""

    def opens(**screen: object) -> tuple[Page, Frame]:
        page = new_context(reduced_motion="reduce", **screen).new_page()
        page.goto(f"{app.cdn}/admin/apps/flux-chat")
        expect(
            page.frame_locator("iframe").get_by_role("heading", name="Gallery")
        ).to_be_visible()
        [frame] = [frame for frame in page.frames if frame.url.startswith(app.base)]
        return page, frame

    return opens


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_axe_finds_nothing_in_any_element_or_around_them(mira, size):
    page, frame = mira(viewport=size)

    assert not Scan(frame).violations
    assert not Scan(page).violations
    assert frame.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_every_field_is_part_of_its_form(mira):
    _, frame = mira()
    contents = "Object.fromEntries(new FormData(document.forms[0]))"
    whole = {
        "name": "Tess",
        "words": "Hello",
        "days": "3",
        "tone": "warm",
        "on": "on",
        "way": "a",
        "q": "",
    }
    assert frame.evaluate(contents) == whole

    frame.get_by_label("Name").fill("Max")
    frame.get_by_label("Tone").select_option("Plain")
    frame.get_by_role("switch", name="Flows").check()
    frame.get_by_label("Second").check()
    frame.get_by_label("On", exact=True).uncheck()

    changed = {
        "name": "Max",
        "words": "Hello",
        "days": "3",
        "tone": "plain",
        "flows": "yes",
        "way": "b",
        "q": "",
    }
    assert frame.evaluate(contents) == changed
    frame.evaluate("document.forms[0].reset()")
    assert frame.evaluate(contents) == whole


def test_the_save_bar_comes_with_a_change_and_goes_when_it_is_undone_saved_or_discarded(
    mira,
):
    page, frame = mira()
    bar = page.get_by_role("region", name="Unsaved changes")
    frame.evaluate(
        "document.forms[0].addEventListener('submit', event => event.preventDefault())"
    )

    for undo in ("Tess", None):
        frame.get_by_label("Name").fill("Max")
        expect(bar).to_be_visible()
        if undo:
            frame.get_by_label("Name").fill(undo)
        else:
            bar.get_by_role("button", name="Save").click()
        expect(bar).to_be_hidden()

    frame.get_by_label("Name").fill("Mona")
    bar.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Go on").click()
    expect(bar).to_be_hidden()
    expect(frame.get_by_label("Name")).to_have_value("Tess")


def test_the_menu_asks_before_it_leaves_what_is_unsaved(mira):
    page, frame = mira()
    frame.get_by_label("Name").fill("Max")

    page.get_by_role("link", name="More").click()
    page.get_by_role("button", name="Stay").click()
    expect(frame.get_by_label("Name")).to_have_value("Max")
    page.get_by_role("link", name="More").click()
    page.get_by_role("button", name="Go on").click()

    expect(
        page.frame_locator("iframe").get_by_role("heading", name="More")
    ).to_be_visible()
    expect(page).to_have_url(re.compile("/admin/apps/flux-chat/more$"))
    expect(page.get_by_role("link", name="More")).to_have_attribute(
        "aria-current", "page"
    )


def test_a_page_may_follow_the_menu_by_itself(mira, app):
    page, frame = mira()
    frame.evaluate("""document.addEventListener('shopify:navigate', event => {
        event.preventDefault()
        window.wanted = event.target.getAttribute('href')
    })""")

    page.get_by_role("link", name="More").click()
    frame.wait_for_function("window.wanted")

    assert frame.evaluate("window.wanted") == "/more"
    assert len(app.opened) == 1


def test_requests_to_the_app_carry_an_id_token_and_others_do_not(mira, app):
    _, frame = mira()

    told = frame.evaluate("fetch('/signed').then(response => response.json())")

    assert told["authorization"].startswith("Bearer ey")
    frame.evaluate(
        "async cdn => { await fetch(cdn + '/shopifycloud/polaris.js') }", app.cdn
    )
    assert len(app.authorizations) == 1


def test_a_refused_request_goes_once_more_with_a_new_token(mira, app):
    _, frame = mira()
    app.refuse = 1

    assert frame.evaluate("fetch('/signed').then(response => response.status)") == 200
    first, second = app.authorizations
    assert first != second


def test_a_document_without_a_token_comes_back_with_one(mira, app):
    page, frame = mira()

    frame.evaluate("location.assign('/bounce?shopify-reload=%2Fmore%3Fa%3D1')")

    expect(
        page.frame_locator("iframe").get_by_role("heading", name="More")
    ).to_be_visible()
    page.wait_for_url("**/more?a=1")
    assert app.opened[-1].startswith("/more?a=1&id_token=ey")


def test_nobody_is_sent_to_another_site(mira, app):
    page, frame = mira()
    hops = len(page.frames)

    frame.evaluate("location.assign('/bounce?shopify-reload=%2F%2Fevil.example%2F')")

    expect(
        page.frame_locator("iframe").get_by_role("heading", name="More")
    ).to_be_visible()
    assert [frame.url.partition("/bounce")[0] for frame in page.frames[1:]] == [
        app.base
    ]
    assert len(page.frames) == hops


def test_the_theme_editor_and_toasts_are_the_admins(mira):
    page, frame = mira()

    assert (
        frame.evaluate("shopify.app.extensions()")[0]["activations"][0]["status"]
        == "active"
    )
    frame.evaluate("shopify.toast.show('Saved')")
    expect(page.get_by_role("status")).to_have_text("Saved")
    frame.evaluate("""() => {
        const link = document.createElement("a")
        link.href = "shopify://admin/themes/current/editor?context=apps"
        document.body.append(link)
        link.click()
    }""")
    expect(page.get_by_role("heading", name="Theme editor")).to_be_visible()


def test_an_app_that_is_opened_alone_goes_into_the_frame(app, page):
    page.goto(f"{app.base}/more")

    expect(
        page.frame_locator("iframe").get_by_role("heading", name="More")
    ).to_be_visible()
