"""The app's home: is the chat on, who waits for a person, and how today goes beside the days
before.
"""

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from backend.clock import now_ms
from backend.inbox import conversation_list
from backend.reports import period_report
from backend.shops import directory, installation, onboarding, proxy_paths, settings
from backend.shops.staff import Staff
from backend.web.admin import charts
from backend.web.admin.strings import Words
from backend.web.guards import admin_only, services
from backend.web.hop_check import ONE_ADDRESS

admin_home = Blueprint("admin_home", __name__)

BLOCK = "chat-widget"
MOST_WAITING = 5
CHARTS = (
    ("Conversations", (("conversations", "Conversations"),)),
    (
        "How questions ended",
        (
            ("answered", "Answered by the assistant"),
            ("handed_over", "Taken by a person"),
            ("failed", "Failed"),
        ),
    ),
)


@admin_home.get("/")
@admin_only
def show_home(staff: Staff) -> str:
    now, shop_id = now_ms(), staff.shop.id
    with services().db.reading() as connection:
        saved = settings.load(connection, shop_id)
        waiting = conversation_list.list_wanted(connection, shop_id, MOST_WAITING)
        count = conversation_list.count_wanted(connection, shop_id)
        has_one_address = period_report.was_counted(
            connection, shop_id, ONE_ADDRESS, now
        )
        proxy_path = directory.find_proxy_path(connection, shop_id)
        is_welcomed = onboarding.is_dismissed(connection, shop_id)
        lacking = installation.lacking_scopes(connection, shop_id)
    days = period_report.read_days(services(), shop_id, saved.settings, now)
    return render_template(
        "admin/home.html",
        staff=staff,
        words=Words(staff, saved.settings, now),
        today=days[-1],
        charts=[charts.draw(title, days, kinds) for title, kinds in CHARTS],
        waiting=waiting,
        waiting_count=count,
        has_one_address=has_one_address,
        trusted_hops=services().config.trusted_hops,
        guides=not is_welcomed,
        proxy_path=proxy_path,
        usual_path=proxy_paths.DEFAULT_PATH,
        has_settings=saved.version > 0,
        editor=editor_link(staff.shop.domain),
        lacking=lacking,
    )


@admin_home.post("/admin/welcome/dismiss")
@admin_only
def dismiss_welcome(staff: Staff) -> Response:
    onboarding.dismiss(services(), staff.shop.id)
    return redirect("/", 303)


def editor_link(domain: str) -> str:
    """The theme editor with the chat switched on, and not saved yet."""
    client_id = services().config.shopify_api_key
    asked = {
        "context": "apps",
        "template": "index",
        "activateAppId": f"{client_id}/{BLOCK}",
    }
    return f"https://{domain}/admin/themes/current/editor?{urlencode(asked, safe='/')}"
