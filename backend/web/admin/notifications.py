"""Whom the shop wants told of waiting shoppers: a page of settings, where each is added, changed,
tried and removed.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from backend.clock import now_ms
from backend.errors import NotFound
from backend.inbox import notification_targets, notifications, outbox
from backend.inbox.notification_targets import Target
from backend.shops.staff import Staff
from backend.store.encryption import Vault
from backend.web.admin import notification_words, notifications_form
from backend.web.admin.notifications_form import Form
from backend.web.admin.pages import settings_of
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import admin_only, services

admin_notifications = Blueprint("admin_notifications", __name__)

PATH = "/admin/settings/notifications"


@admin_notifications.get("/settings/notifications")
@admin_only
def show_notifications(staff: Staff) -> str:
    return _list_page(staff, notifications_form.new_form())


@admin_notifications.post("/settings/notifications")
@admin_only
def add_notification(staff: Staff) -> Response | tuple[str, int]:
    form = request.form.to_dict(flat=False)
    read = notifications_form.read_form(form, services().config.on_loopback)
    if read.chosen is None:
        return _list_page(staff, form, read.errors), 422

    notification_targets.add_target(services(), staff.shop.id, read.chosen)
    return redirect(PATH, 303)


@admin_notifications.get("/settings/notifications/<target_id>")
@admin_only
def show_notification(staff: Staff, target_id: str) -> str:
    target = _get_target(staff, target_id)
    return _edit_page(staff, target, notifications_form.write_form(target.chosen))


@admin_notifications.post("/settings/notifications/<target_id>")
@admin_only
def save_notification(staff: Staff, target_id: str) -> Response | tuple[str, int]:
    target = _get_target(staff, target_id)
    form = request.form.to_dict(flat=False)
    read = notifications_form.read_form(form, services().config.on_loopback)
    if read.chosen is None:
        return _edit_page(staff, target, form, read.errors), 422

    notification_targets.save_target(services(), staff.shop.id, target_id, read.chosen)
    return redirect(PATH, 303)


@admin_notifications.post("/settings/notifications/<target_id>/delete")
@admin_only
def delete_notification(staff: Staff, target_id: str) -> Response:
    notification_targets.delete_target(services(), staff.shop.id, target_id)
    return redirect(PATH, 303)


@admin_notifications.post("/settings/notifications/<target_id>/test")
@admin_only
def try_notification(staff: Staff, target_id: str) -> Response:
    """Sent while the page waits; what became of it stands beside the target."""
    notifications.try_target(services(), staff.shop.id, target_id)
    return redirect(f"{PATH}#n-{target_id}", 303)


def _get_target(staff: Staff, target_id: str) -> Target:
    """Raises NotFound."""
    vault = Vault(services().config.encryption_keys)
    with services().db.reading() as connection:
        target = notification_targets.find_target(
            connection, vault, staff.shop.id, target_id
        )
    if target is None:
        raise NotFound
    return target


def _list_page(
    staff: Staff, form: Form, errors: Mapping[str, str] | None = None
) -> str:
    """With what somebody typed, beside what is wrong with it."""
    vault = Vault(services().config.encryption_keys)
    with services().db.reading() as connection:
        targets = notification_targets.list_targets(connection, vault, staff.shop.id)
        stuck = outbox.count_stuck(connection, staff.shop.id)

    page = {"targets": targets, "stuck": stuck}
    return _render("admin/notifications.html", staff, form, errors, page)


def _edit_page(
    staff: Staff,
    target: Target,
    form: Form,
    errors: Mapping[str, str] | None = None,
) -> str:
    page = {"target": target, "asks_first": "remove" in request.args}
    return _render("admin/notification.html", staff, form, errors, page)


def _render(
    template: str,
    staff: Staff,
    form: Form,
    errors: Mapping[str, str] | None,
    page: Mapping[str, Any],
) -> str:
    config = services().config
    words = ReaderLabels(staff, settings_of(staff), now_ms())

    return render_template(
        template,
        staff=staff,
        form=form,
        errors=errors or {},
        theirs={},
        words=words,
        about=notification_words,
        has_mail=config.mail_server is not None,
        has_keys=bool(config.encryption_keys),
        types=notifications_form.TYPE_LABELS,
        type_of=notifications_form.type_of,
        times=notifications_form.times_of_day(),
        reasons=notifications_form.reason_fields(),
        **page,
    )
