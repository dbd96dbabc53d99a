"""The replies that the staff has saved: a page of their own, where they are written, edited and
deleted.
"""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from backend.inbox import reply_facts, reply_variables, saved_replies
from backend.shops.staff import Staff
from backend.web.admin.pages import settings_of
from backend.web.guards import admin_only, services

admin_replies = Blueprint("admin_replies", __name__)


@admin_replies.get("/inbox/replies")
@admin_only
def show_replies(staff: Staff) -> str:
    return _page(staff)


@admin_replies.post("/inbox/replies")
@admin_only
def save_reply(staff: Staff) -> Response | tuple[str, int]:
    title = request.form.get("title", "")
    text = request.form.get("text", "")
    if faults := saved_replies.find_faults(title, text):
        return _page(staff, title, text, faults), 422

    saved_replies.save_reply(services(), staff.shop.id, title, text)
    return redirect("/admin/inbox/replies", 303)


@admin_replies.post("/inbox/replies/<reply_id>/edit")
@admin_only
def edit_reply(staff: Staff, reply_id: str) -> Response:
    title = request.form.get("title", "")
    text = request.form.get("text", "")
    saved_replies.edit_reply(services(), staff.shop.id, reply_id, title, text)
    return redirect("/admin/inbox/replies", 303)


@admin_replies.post("/inbox/replies/<reply_id>/delete")
@admin_only
def delete_reply(staff: Staff, reply_id: str) -> Response:
    saved_replies.delete_reply(services(), staff.shop.id, reply_id)
    return redirect("/admin/inbox/replies", 303)


def _page(
    staff: Staff,
    title: str = "",
    text: str = "",
    errors: Mapping[str, str] | None = None,
) -> str:
    """With what somebody typed, beside what is wrong with it."""
    with services().db.reading() as connection:
        replies = saved_replies.list_replies(connection, staff.shop.id)
    chosen = settings_of(staff)

    return render_template(
        "admin/replies.html",
        staff=staff,
        replies=replies,
        unconfirmed=reply_facts.find_unconfirmed(
            services(), staff.shop, chosen, replies
        ),
        variables=reply_variables.NAMES,
        title=title,
        text=text,
        errors=errors or {},
    )
