"""What is done to a conversation without a word in it: assigned, snoozed, labelled, marked as
unread.
"""

from flask import Blueprint, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from backend.chat import conversations
from backend.chat.turns import known_id
from backend.errors import NotFound
from backend.inbox import handoff, labels, snoozing
from backend.shops.staff import Staff
from backend.web.admin import desk_list, forms
from backend.web.admin.conversation import Typed, back_to, render_page
from backend.web.admin.pages import settings_of
from backend.web.guards import admin_only, services

admin_triage = Blueprint("admin_triage", __name__)


@admin_triage.post("/inbox/<conversation_id>/assign")
@admin_only
def assign(staff: Staff, conversation_id: str) -> Response:
    """To anybody of the team, also away from a colleague."""
    to = forms.read_member(request.form)
    known = known_id(conversation_id)
    handoff.assign(services(), staff.shop.id, known, staff.user_id, to)
    return back_to(conversation_id)


@admin_triage.post("/inbox/<conversation_id>/snooze")
@admin_only
def snooze(staff: Staff, conversation_id: str) -> Response:
    choice = forms.read_snooze(request.form)
    snoozing.snooze(
        services(),
        staff.shop.id,
        known_id(conversation_id),
        choice,
        settings_of(staff),
    )
    return back_to(conversation_id)


@admin_triage.post("/inbox/<conversation_id>/wake")
@admin_only
def wake(staff: Staff, conversation_id: str) -> Response:
    snoozing.wake(services(), staff.shop.id, known_id(conversation_id))
    return back_to(conversation_id)


@admin_triage.post("/inbox/<conversation_id>/labels")
@admin_only
def add_label(staff: Staff, conversation_id: str) -> Response | tuple[str, int]:
    label = request.form.get("name", "")
    known = known_id(conversation_id)
    if fault := labels.find_fault(label):
        typed = Typed(errors={"label": fault})
        return render_page(staff, known, typed), 422

    labels.add_label(services(), staff.shop.id, known, label)
    return back_to(conversation_id)


@admin_triage.post("/inbox/<conversation_id>/labels/remove")
@admin_only
def remove_label(staff: Staff, conversation_id: str) -> Response:
    label = forms.read_label(request.form)
    known = known_id(conversation_id)
    _get_known(staff, known)
    labels.remove_label(services(), staff.shop.id, known, label)
    return back_to(conversation_id)


@admin_triage.post("/inbox/<conversation_id>/unread")
@admin_only
def mark_unread(staff: Staff, conversation_id: str) -> Response:
    """Leads to the list: on its own page it would be seen again."""
    known = known_id(conversation_id)
    services().db.write(_mark_unread, staff.shop.id, known)

    services().live.changed(known)
    return redirect(desk_list.address_of("/admin/inbox", desk_list.asked_fields()), 303)


def _mark_unread(connection: Connection, shop_id: int, known: str) -> None:
    if conversations.find(connection, shop_id, known) is None:
        raise NotFound
    conversations.mark_unread(connection, shop_id, known)


def _get_known(staff: Staff, known: str) -> None:
    """Raises NotFound."""
    with services().db.reading() as connection:
        if conversations.find(connection, staff.shop.id, known) is None:
            raise NotFound
