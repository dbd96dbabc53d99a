"""The app's home: is the chat on, who waits for a person, and how today goes beside the days
before.
"""

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from backend.clock import now_ms
from backend.reports.overview import read_overview
from backend.shops import onboarding, proxy_paths
from backend.shops.staff import Staff
from backend.web.admin import charts
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import admin_only, services
from backend.web.hop_check import ONE_ADDRESS

admin_home = Blueprint("admin_home", __name__)

BLOCK = "chat-widget"
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
    now = now_ms()
    overview = read_overview(services(), staff.shop.id, now, alarm=ONE_ADDRESS)

    return render_template(
        "admin/home.html",
        staff=staff,
        words=ReaderLabels(staff, overview.saved.settings, now),
        today=overview.days[-1],
        charts=[
            charts.draw_chart(title, overview.days, kinds) for title, kinds in CHARTS
        ],
        waiting=overview.waiting,
        waiting_count=overview.waiting_count,
        has_one_address=overview.has_alarm,
        trusted_hops=services().config.trusted_hops,
        guides=not overview.is_welcomed,
        proxy_path=overview.proxy_path,
        usual_path=proxy_paths.DEFAULT_PATH,
        has_settings=overview.saved.version > 0,
        editor=editor_link(staff.shop.domain),
        lacking=overview.lacking_scopes,
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
