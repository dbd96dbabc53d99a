"""The app's home: is the chat on, what the assistant knows, who waits for a person, and how today
goes beside the days before.
"""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from backend.catalog import sync
from backend.clock import now_ms
from backend.errors import TooManyMessages
from backend.reports.catalog_report import SCOPES
from backend.reports.overview import Overview, read_overview
from backend.reports.period_report import Restored
from backend.shops import onboarding, proxy_paths
from backend.shops.staff import Staff
from backend.store.limits import Limit
from backend.web.admin import charts, home_words, request_words, strings
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import admin_only, services
from backend.web.hop_check import ONE_ADDRESS

admin_home = Blueprint("admin_home", __name__)

BLOCK = "chat-widget"
# Reading a catalog is work for Shopify as well.
MOST_READS = Limit(times=6, seconds=600)
CHARTS = (
    ("New conversations", (("conversations", "New conversations"),)),
    (
        "Message outcomes",
        (
            ("answered", "Answered by assistant"),
            ("handed_over", "Handed to your team"),
            ("failed", "Failed"),
        ),
    ),
    ("Statements held back", (("held_back", "Statements held back"),)),
    ("Answered without the AI model", (("by_rules", "Answered without the AI model"),)),
)


@admin_home.get("/")
@admin_only
def show_home(staff: Staff) -> str:
    now = now_ms()
    overview = read_overview(services(), staff.shop.id, now, alarm=ONE_ADDRESS)
    spent = _write_spent(overview)
    restored = Restored.of(overview.days)

    return render_template(
        "admin/home.html",
        staff=staff,
        words=ReaderLabels(staff, overview.saved.settings, now),
        today=list(home_words.describe_today(overview.days[-1], spent)),
        period=list(home_words.describe_period(overview.people, restored)),
        charts=[
            charts.draw_chart(title, overview.days, kinds) for title, kinds in CHARTS
        ],
        waiting=overview.waiting,
        waiting_count=overview.waiting_count,
        reasons=home_words.REASONS,
        waited=lambda since: home_words.waited(since, now),
        has_one_address=overview.has_alarm,
        trusted_hops=services().config.trusted_hops,
        setup=overview.setup,
        proxy_path=overview.proxy_path,
        usual_path=proxy_paths.DEFAULT_PATH,
        editor=editor_link(staff.shop.domain),
        storefront=staff.shop.origin,
        requests=overview.requests,
        flows=[flow for flow in overview.flows if not flow.is_blank],
        flow_words=request_words,
        **_catalog_and_budgets(overview),
    )


def _catalog_and_budgets(overview: Overview) -> dict[str, Any]:
    """Scopes of the catalog are asked for in its own section, the others above the page."""
    catalog = overview.catalog
    warning = overview.budgets.warning

    return {
        "lacking": [name for name in overview.lacking_scopes if name not in SCOPES],
        "catalog": catalog,
        "catalog_has": strings.catalog_words(catalog),
        "catalog_reads": strings.reading_words(catalog),
        "catalog_failed": strings.failure_words(catalog),
        "budget": strings.budget_words(warning) if warning else None,
        "is_budget_reached": warning is not None and warning.is_reached,
    }


def _write_spent(overview: Overview) -> dict[str, str] | None:
    """What the model has cost, in dollars; None where its price is not known."""
    spent = overview.budgets.spent
    if spent is None:
        return None
    return {
        "today": strings.write_dollars(spent.today),
        "month": strings.write_dollars(spent.month),
    }


@admin_home.post("/admin/welcome/dismiss")
@admin_only
def dismiss_welcome(staff: Staff) -> Response:
    onboarding.dismiss(services(), staff.shop.id)
    return redirect("/", 303)


@admin_home.post("/admin/catalog/read")
@admin_only
def read_catalog(staff: Staff) -> Response:
    """Shopify is asked by a job; asked again meanwhile, it is the same one."""
    who = f"catalog_read:{staff.shop.id}"
    refusing = services().limits.refused([(who, MOST_READS)])
    if refusing is not None:
        raise TooManyMessages(refusing.left_of_window())

    sync.fill_later(services(), staff.shop.id)
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
