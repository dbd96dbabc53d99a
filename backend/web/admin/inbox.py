"""The inbox: the list of conversations with its live changes and what is done to several of them,
and how many wait for a reply.
"""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from backend.clock import now_ms
from backend.inbox import bulk_close, conversation_list
from backend.inbox.conversation_list import Waiting
from backend.shops.staff import Staff
from backend.web import responses
from backend.web.admin import desk_list, forms
from backend.web.admin.desk_words import DeskWords, write_count
from backend.web.admin.pages import WAIT_SECONDS, hold_open, settings_of
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import admin_only, services

admin_inbox = Blueprint("admin_inbox", __name__)


@admin_inbox.get("/inbox")
@admin_only
def show_inbox(staff: Staff) -> str:
    chosen = settings_of(staff)
    now = now_ms()
    labels = ReaderLabels(staff, chosen, now)
    listed = desk_list.read_list(staff, chosen)

    return render_template(
        "admin/inbox.html",
        staff=staff,
        words=labels,
        desk=DeskWords(staff, labels, now),
        listed=listed,
        row=None,
        hours=chosen,
        is_open=chosen.is_open(now),
        changes=desk_list.address_of("/admin/inbox/changes", listed.asked),
        closed_count=forms.read_count(request.args, "closed"),
        left_count=forms.read_count(request.args, "left"),
    )


@admin_inbox.get("/inbox/changes")
@admin_only
def wait_for_change(staff: Staff) -> Response:
    """Answers when the newest page of the list is another than the one that was seen."""
    wanted = desk_list.read_wanted(staff, settings_of(staff))
    seen = request.args.get("seen", "")

    with hold_open(staff) as held:
        waiting = Waiting(seen, WAIT_SECONDS, held)
        version = conversation_list.wait_for_change(
            services(), staff.shop.id, wanted, waiting
        )
    return responses.as_json({"version": version})


@admin_inbox.get("/inbox/waiting")
@admin_only
def count_waiting(staff: Staff) -> Response:
    """How many need a reply, in words, and since when the last of them does."""
    with services().db.reading() as connection:
        count, latest = conversation_list.find_latest_need(connection, staff.shop.id)

    return responses.as_json({"count": write_count(count), "latest": latest or 0})


@admin_inbox.post("/inbox/close")
@admin_only
def close_chosen(staff: Staff) -> AnyResponse:
    chosen = forms.read_chosen(request.form.getlist("chosen"))
    outcome = bulk_close.close_many(services(), staff.shop.id, staff.user_id, chosen)

    told = {"closed": str(outcome.closed), "left": str(outcome.left)}
    asked = desk_list.asked_fields()
    return redirect(desk_list.address_of("/admin/inbox", {**asked, **told}), 303)
