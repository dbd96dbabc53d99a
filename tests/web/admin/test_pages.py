"""The admin's pages as documents: whose script comes first, what a browser may keep, what stands on
all of them.
"""

import re

import pytest

from tests.contract.database_hand import change
from tests.support.merchants import Merchant
from tests.support.running_app import CLIENT_ID, RunningApp
from tests.support.settings_pages import choose

POLICY = "Content-Security-Policy"
PAGES = (
    "/",
    "/admin/inbox",
    "/admin/inbox/replies",
    "/admin/requests",
    "/admin/posts",
    "/admin/settings",
    "/admin/settings/knowledge",
    "/admin/settings/availability",
    "/admin/settings/team",
    "/admin/settings/notifications",
    "/admin/settings/data",
    "/admin/export",
    "/admin/privacy",
    "/admin/settings/audit-log",
)

pytestmark = pytest.mark.parametrize("app", ["sqlite", "postgresql"], indirect=True)

SCRIPT = re.compile(rb"<script\b([^>]*)>(.*?)</script>", re.DOTALL)


@pytest.mark.parametrize("path", PAGES)
def test_app_bridge_is_the_first_script_and_none_stands_in_the_page(
    mira: Merchant, path: str
) -> None:
    page = mira.opens(path)

    assert page.status == 200
    scripts = SCRIPT.findall(page.content)
    assert b"/shopifycloud/app-bridge.js" in scripts[0][0]
    assert b"async" not in scripts[0][0]
    assert b"defer" not in scripts[0][0]
    assert not [words for _, words in scripts if words.strip()]
    assert (
        f'<meta name="shopify-api-key" content="{CLIENT_ID}">'.encode() in page.content
    )


@pytest.mark.parametrize("path", PAGES)
def test_only_the_shops_own_admin_may_frame_a_page(mira: Merchant, path: str) -> None:
    headers = mira.opens(path).headers

    assert f"frame-ancestors https://{mira.shop} " in headers["Content-Security-Policy"]
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    assert headers["Cache-Control"] == "no-store"


def test_the_menu_has_no_entry_for_home(mira: Merchant) -> None:
    page = mira.opens().content.decode()

    assert '<s-link href="/" rel="home">' in page
    assert re.findall(
        r'<s-link href="(/admin/\w+)">', page.partition("</s-app-nav>")[0]
    )


def test_files_are_kept_for_ever_under_an_address_that_changes_with_them(
    mira: Merchant, app: RunningApp
) -> None:
    (address,) = set(
        re.findall(
            r'src="(/static/[0-9a-f]+/admin\.js)"', mira.opens().content.decode()
        )
    )

    kept = app.get(address)
    assert (kept.status_code, kept.headers["Content-Type"]) == (
        200,
        "text/javascript; charset=utf-8",
    )
    assert "immutable" in kept.headers["Cache-Control"]
    of_another_version = app.get("/static/000000000000/admin.js")
    assert of_another_version.content == kept.content
    assert of_another_version.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name",
    ["nothing.js", "..%2fapp.py", "../app.py", "admin", "%2e%2e/config.py", "a%00.js"],
)
def test_nothing_else_is_served(app: RunningApp, name: str) -> None:
    assert app.get(f"/static/000000000000/{name}").status_code == 404


def test_every_script_that_is_imported_is_there(app: RunningApp) -> None:
    imported = re.findall(
        r'^import "\./([\w-]+\.js)"', app.get("/static/0/admin.js").text, re.MULTILINE
    )

    assert imported
    assert {app.get(f"/static/0/{name}").status_code for name in imported} == {200}


@pytest.mark.parametrize(
    "path",
    [
        "/admin/nowhere",
        "/admin/nowhere/at/all",
        f"/admin/inbox/{'0' * 32}",
        "/admin/inbox/x",
        f"/admin/requests/{'0' * 32}",
    ],
)
def test_a_page_that_is_not_there_is_told_with_the_menu_in_the_frame(
    mira: Merchant, path: str
) -> None:
    page = mira.opens(path)

    assert page.status == 404
    assert b"Page not found" in page.content
    assert b'href="/admin/inbox">Go to inbox<' in page.content
    assert b"<s-app-nav>" in page.content
    assert f"frame-ancestors https://{mira.shop} " in page.headers[POLICY]


def test_scripts_get_a_page_when_they_ask_for_one_and_else_an_error(
    mira: Merchant,
) -> None:
    asked = mira._signed(None)

    shown = mira._sent("GET", "/admin/nowhere", headers=asked | {"Accept": "text/html"})
    told = mira._sent("GET", "/admin/nowhere", headers=asked)

    assert (shown.status, told.status) == (404, 404)
    assert b"Page not found" in shown.content
    assert told.code == "not_found"


def test_a_mistake_of_ours_is_told_in_the_frame(
    app: RunningApp, mira: Merchant
) -> None:
    choose(mira, team_name="Tide")
    change(
        app,
        """UPDATE shop_settings SET chosen = '{"hours": "never"}' WHERE shop_id IN"""
        " (SELECT id FROM shops WHERE domain = :shop)",
        shop=mira.shop,
    )

    page = mira.opens("/admin/export")

    assert page.status == 500
    assert b"Something went wrong" in page.content
    assert b'href="/admin/export">Try again<' in page.content
    assert f"frame-ancestors https://{mira.shop} " in page.headers[POLICY]
