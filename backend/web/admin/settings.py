"""The pages of the settings: what the merchant may change, with errors beside the fields and
nobody's changes overwritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import (
    Blueprint,
    after_this_request,
    redirect,
    render_template,
    request,
)
from flask.wrappers import Response as AnyResponse
from werkzeug.wrappers import Response

from backend.assistant import budgets
from backend.chat.trial import MOST_CHARACTERS
from backend.errors import ChangedMeanwhile
from backend.shops import admin_access, directory, settings
from backend.shops.languages import LANGUAGES
from backend.shops.settings import WEEKDAYS, Saved, Settings
from backend.shops.staff import Staff, list_members, rename
from backend.web import embedded_auth
from backend.web.admin import settings_form, time_zones
from backend.web.admin.form_fields import Form, read_first
from backend.web.admin.settings_form import ASSISTANT, PAGES, Page
from backend.web.admin.strings import write_dollars
from backend.web.admin.widget_words import DEFAULT, WORDS
from backend.web.guards import admin_only, publish_widget_after, services

admin_settings = Blueprint("admin_settings", __name__)

# Of pages, by path.
NAMES = {page.path: name for name, page in PAGES.items()}
# Optional: without it a bulk order is a request, and no draft order.
DRAFT_ORDERS_SCOPE = "write_draft_orders"
ASKED_FOR = (
    ("required", "Required"),
    ("optional", "Optional"),
    ("off", "Don’t ask"),
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page is to show. `errors` and `theirs` are sentences by field: what is wrong, and what
    a colleague has stored meanwhile; without `theirs` nobody has.
    """

    name: str
    form: Form
    version: str
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] | None = None


@admin_settings.get("/settings")
@admin_settings.get("/settings/knowledge")
@admin_settings.get("/settings/availability")
@admin_settings.get("/settings/team")
@admin_settings.get("/settings/data")
@admin_only
def show_settings(staff: Staff) -> str:
    page_name = NAMES[request.path]
    page = PAGES[page_name]
    stored = _load(staff).settings

    form = page.write(stored) | {"own_name": [staff.name]}
    version = settings_form.write_version(page, stored)
    return _render(staff, stored, _Shown(page_name, form, version))


@admin_settings.post("/settings")
@admin_settings.post("/settings/knowledge")
@admin_settings.post("/settings/availability")
@admin_settings.post("/settings/team")
@admin_settings.post("/settings/data")
@admin_only
def save_settings(staff: Staff) -> Response | tuple[str, int]:
    page_name = NAMES[request.path]
    page = PAGES[page_name]
    form = request.form.to_dict(flat=False)
    saved = _load(staff)

    most = services().config.session_messages_per_minute
    read = settings_form.read_settings(page, form, saved.settings, most)
    if read.settings is None:
        version = read_first(form, "version")
        shown = _Shown(page_name, form, version, errors=read.errors)
        return _render(staff, saved.settings, shown), 422

    try:
        _save(staff, page, saved, read.settings)
    except ChangedMeanwhile:
        return _render_both(staff, page_name, form), 409

    if "own_name" in form:
        rename(services(), staff, read_first(form, "own_name").replace("\0", ""))
    if page_name == ASSISTANT:
        after_this_request(_publish)
    return redirect(f"{page.path}?saved", 303)


def _publish(response: AnyResponse) -> AnyResponse:
    id_token = embedded_auth.read_token(services().config)
    publish_widget_after(response, id_token, is_new=True)
    return response


def _save(staff: Staff, page: Page, saved: Saved, chosen: Settings) -> None:
    """Raises ChangedMeanwhile when the page was opened before a colleague changed what it shows."""
    version = settings_form.write_version(page, saved.settings)
    if request.form.get("version") != version:
        raise ChangedMeanwhile
    services().db.write(directory.save_settings, staff.shop.id, chosen, saved.version)


def _load(staff: Staff) -> Saved:
    with services().db.reading() as connection:
        return settings.load(connection, staff.shop.id)


def _render_both(staff: Staff, name: str, form: Form) -> str:
    """What somebody has typed, and beside it what a colleague has stored meanwhile."""
    page = PAGES[name]
    stored = _load(staff).settings

    theirs = settings_form.find_differences(page, form, stored)
    version = settings_form.write_version(page, stored)
    return _render(staff, stored, _Shown(name, form, version, theirs=theirs))


def _render(staff: Staff, stored: Settings, shown: _Shown) -> str:
    more = MORE.get(shown.name)

    return render_template(
        f"admin/settings_{shown.name}.html",
        staff=staff,
        page=PAGES[shown.name],
        form=shown.form,
        version=shown.version,
        errors=shown.errors,
        theirs=shown.theirs or {},
        has_changed=shown.theirs is not None,
        **(more(staff, stored, shown) if more else {}),
    )


def _for_assistant(staff: Staff, stored: Settings, shown: _Shown) -> dict[str, Any]:
    has_scope = admin_access.granted(services(), staff.shop.id, DRAFT_ORDERS_SCOPE)
    return {
        "asked_for": ASKED_FOR,
        "languages": LANGUAGES,
        "greeting_languages": [("", "Select a language"), *LANGUAGES.items()],
        "widget_words": WORDS,
        "default_language": DEFAULT,
        "most_characters": MOST_CHARACTERS,
        "draft_orders_scope": DRAFT_ORDERS_SCOPE,
        # While bulk orders are on, as they are stored, and could not become draft orders.
        "asks_for_scope": stored.bulk_orders and not has_scope,
    }


def _for_availability(staff: Staff, stored: Settings, shown: _Shown) -> dict[str, Any]:
    chosen = read_first(shown.form, "time_zone")
    return {
        "weekdays": WEEKDAYS,
        "zones": time_zones.group_zones(chosen, stored.shop_zone),
        "times": time_zones.list_times(),
    }


def _for_team(staff: Staff, stored: Settings, shown: _Shown) -> dict[str, Any]:
    return {"members": _list_members(staff, shown.form)}


def _for_data(staff: Staff, stored: Settings, shown: _Shown) -> dict[str, Any]:
    config = services().config
    _, most_of_reply = budgets.cost_of_reply(config)
    expiry = settings_form.in_units(config.session_expiry_seconds)
    return {
        "config": config,
        "standard_expiry": " ".join(expiry),
        "has_price": config.model_price is not None,
        "cost_of_reply": write_dollars(most_of_reply),
    }


# What else the template of a page is told.
MORE = {
    ASSISTANT: _for_assistant,
    "availability": _for_availability,
    "team": _for_team,
    "data": _for_data,
}


def _list_members(staff: Staff, form: Form) -> list[tuple[str, str]]:
    """To whom new requests may go, and who has been chosen, known or not."""
    with services().db.reading() as connection:
        known = list_members(connection, staff.shop.id)
    names = {member.user_id: member.name for member in known}
    for chosen in form.get("requests_to", ()):
        names.setdefault(chosen, "")

    named = [
        (user_id, name or f"Colleague {user_id}")
        for user_id, name in names.items()
        if user_id
    ]
    return [("", "Nobody"), *named]
