"""The page of requests: the list of what shoppers have asked for in forms, what staff do with one,
and all of them as a file.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from backend.chat.turns import known_id
from backend.clock import now_ms
from backend.exports import export_file
from backend.flows import request_records
from backend.flows.request_records import Seen
from backend.inbox import request_list, request_orders
from backend.inbox.request_list import Place
from backend.shops.staff import Staff
from backend.web.admin import requests_form
from backend.web.admin.pages import settings_of
from backend.web.admin.request_words import NOTHING_HERE, VIEWS, RequestWords
from backend.web.admin.requests_form import USUAL_VIEW, address_of
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import admin_only, services

admin_requests = Blueprint("admin_requests", __name__)

CSV = "text/csv; charset=utf-8"


@admin_requests.get("/requests")
@admin_only
def show_requests(staff: Staff) -> str:
    now = now_ms()
    chosen = settings_of(staff)
    asked = requests_form.read_asked(request.args)
    before = requests_form.read_place(request.args)

    page = request_list.read_page(
        services(),
        staff.shop.id,
        requests_form.filter_of(asked, staff.user_id, now),
        now,
        before,
    )
    labels = ReaderLabels(staff, chosen, now)
    view = asked.get("view", USUAL_VIEW)

    return render_template(
        "admin/requests.html",
        staff=staff,
        words=labels,
        about=RequestWords(labels, page.members, chosen, now),
        rows=page.rows,
        counts={
            "todo": page.waiting,
            "due": page.due,
        },
        views=_list_views(asked),
        view=view,
        asked=asked,
        nothing=NOTHING_HERE.get(view, ""),
        is_first=before is None,
        newest=address_of(asked),
        older=_address_of_older(asked, page.next),
    )


def _list_views(asked: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Each with its words and its address."""
    return [
        (name, words, address_of(asked, view=name)) for name, words in VIEWS.items()
    ]


def _address_of_older(asked: Mapping[str, str], place: Place | None) -> str:
    """Blank on the last page."""
    if place is None:
        return ""
    after = requests_form.write_place(place)
    return address_of(asked, after=after)


@admin_requests.get("/requests/file")
@admin_only
def export_requests(staff: Staff) -> Response:
    """With all contact details; that they were exported is logged."""
    chosen = settings_of(staff)
    asked = requests_form.read_asked(request.args)
    wanted = requests_form.filter_of(asked, staff.user_id, now_ms())

    file = export_file.export_requests(services(), staff, chosen, wanted)
    named = f'attachment; filename="{file.name}"'
    return Response(
        file.pieces,
        headers={"Content-Disposition": named},
        content_type=CSV,
    )


@admin_requests.post("/requests/<request_id>/outcome")
@admin_only
def save_outcome(staff: Staff, request_id: str) -> AnyResponse:
    seen = _read_seen(staff, request_id)
    chosen = settings_of(staff)
    outcome = requests_form.read_outcome(request.form, chosen, now_ms())

    if outcome.is_done:
        request_records.mark_done(services(), seen, outcome.text)
        return _back()
    request_records.mark_tried(
        services(),
        seen,
        outcome.text,
        outcome.remind_at,
    )
    return _back()


@admin_requests.post("/requests/<request_id>/reopen")
@admin_only
def reopen(staff: Staff, request_id: str) -> AnyResponse:
    seen = _read_seen(staff, request_id)
    request_records.reopen(services(), seen)
    return _back()


@admin_requests.post("/requests/<request_id>/assign")
@admin_only
def assign(staff: Staff, request_id: str) -> AnyResponse:
    """To whom it was assigned before does not matter."""
    known = known_id(request_id)
    assignee = requests_form.read_assignee(request.form)

    request_list.assign(
        services(),
        staff.shop.id,
        known,
        assignee,
    )
    return _back()


@admin_requests.post("/requests/<request_id>/order")
@admin_only
def try_order_again(staff: Staff, request_id: str) -> AnyResponse:
    known = known_id(request_id)
    request_orders.try_again(services(), staff.shop.id, known)
    return _back()


def _read_seen(staff: Staff, request_id: str) -> Seen:
    known = known_id(request_id)
    return requests_form.read_seen(
        request.form,
        staff.shop.id,
        known,
    )


def _back() -> AnyResponse:
    """To the conversation beside which it stood, or to the same list."""
    conversation_id = request.form.get("conversation", "")
    if conversation_id:
        known = known_id(conversation_id)
        return redirect(f"/admin/inbox/{known}", 303)

    asked = requests_form.read_asked(request.form)
    return redirect(address_of(asked), 303)
