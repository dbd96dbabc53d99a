"""The settings page: what the merchant may change, with errors beside the fields and nobody's
changes overwritten.
"""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from backend.assistant import budgets
from backend.bounds import MOST_INTEGER
from backend.errors import ChangedMeanwhile
from backend.shops import admin_access, directory, settings
from backend.shops.settings import WEEKDAYS, Saved
from backend.shops.staff import Staff, list_members, rename
from backend.web.admin import settings_form
from backend.web.admin.settings_form import Form
from backend.web.admin.strings import write_dollars
from backend.web.guards import admin_only, services
from backend.web.requests import read_number_field

admin_settings = Blueprint("admin_settings", __name__)

# Optional: without it a bulk order is a request, and no draft order.
DRAFT_ORDERS_SCOPE = "write_draft_orders"
ASKED_FOR = (
    ("required", "Required"),
    ("optional", "Optional"),
    ("off", "Don’t ask"),
)


@admin_settings.get("/settings")
@admin_only
def show_settings(staff: Staff) -> str:
    saved = _stored(staff)
    form = settings_form.write_settings(saved.settings)
    form["own_name"] = [staff.name]
    return _page(staff, form, saved.version)


@admin_settings.post("/settings")
@admin_only
def save_settings(staff: Staff) -> Response | tuple[str, int]:
    form = request.form.to_dict(flat=False)
    seen = read_number_field("version", MOST_INTEGER - 1) or 0

    most = services().config.session_messages_per_minute
    shop_zone = _stored(staff).settings.shop_zone

    read = settings_form.read_settings(form, most, shop_zone)
    chosen = read.settings
    if chosen is None:
        return _page(staff, form, seen, errors=read.errors), 422

    try:
        services().db.write(directory.save_settings, staff.shop.id, chosen, seen)
    except ChangedMeanwhile:
        return _page_of_both(staff, form), 409
    rename(services(), staff, request.form.get("own_name", "").replace("\0", ""))
    return redirect("/admin/settings?saved", 303)


def _stored(staff: Staff) -> Saved:
    with services().db.reading() as connection:
        return settings.load(connection, staff.shop.id)


def _page_of_both(staff: Staff, form: Form) -> str:
    """What somebody has typed, and beside it what a colleague has stored meanwhile."""
    stored = _stored(staff)
    theirs = settings_form.find_differences(form, stored.settings)
    return _page(staff, form, stored.version, theirs=theirs)


def _page(
    staff: Staff,
    form: Form,
    version: int,
    errors: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> str:
    """`errors` and `theirs` are sentences by field: what is wrong, and what a colleague has stored
    meanwhile; without `theirs` nobody has.
    """
    config = services().config
    _, most_of_reply = budgets.cost_of_reply(config)

    return render_template(
        "admin/settings.html",
        staff=staff,
        form=form,
        version=version,
        config=config,
        weekdays=WEEKDAYS,
        shop_zone=_stored(staff).settings.shop_zone,
        standard_expiry=" ".join(settings_form.in_units(config.session_expiry_seconds)),
        errors=errors or {},
        theirs=theirs or {},
        has_changed=theirs is not None,
        has_price=config.model_price is not None,
        cost_of_reply=write_dollars(most_of_reply),
        asked_for=ASKED_FOR,
        members=_list_members(staff, form),
        draft_orders_scope=DRAFT_ORDERS_SCOPE,
        asks_for_scope=_lacks_draft_orders(staff),
    )


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


def _lacks_draft_orders(staff: Staff) -> bool:
    """Whether bulk orders are on, as they are stored, and could not become draft orders."""
    is_on = _stored(staff).settings.bulk_orders
    has_scope = admin_access.granted(services(), staff.shop.id, DRAFT_ORDERS_SCOPE)
    return is_on and not has_scope
