"""The settings page: what the merchant may change, with errors beside the fields and nobody's
changes overwritten.
"""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from backend.assistant import budgets
from backend.bounds import MOST_INTEGER
from backend.errors import ChangedMeanwhile
from backend.shops import directory, settings
from backend.shops.settings import WEEKDAYS, Saved
from backend.shops.staff import Staff, rename
from backend.web.admin import settings_form
from backend.web.admin.settings_form import Form
from backend.web.admin.strings import write_dollars
from backend.web.guards import admin_only, services
from backend.web.requests import read_number_field

admin_settings = Blueprint("admin_settings", __name__)


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

    read = settings_form.read_settings(
        form, services().config.session_messages_per_minute
    )
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
        standard_expiry=" ".join(settings_form.in_units(config.session_expiry_seconds)),
        errors=errors or {},
        theirs=theirs or {},
        has_changed=theirs is not None,
        has_price=config.model_price is not None,
        cost_of_reply=write_dollars(most_of_reply),
    )
