"""The privacy page: what customers have asked the merchant for, what to hand over, and the proof of
what was done.
"""

from typing import Any

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from backend.clock import now_ms
from backend.exports import json_export
from backend.privacy import privacy_requests
from backend.privacy.privacy_requests import PrivacyRequest
from backend.shops import settings
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.web.guards import admin_only, services

admin_privacy = Blueprint("admin_privacy", __name__)

NAMES = {
    "customers/data_request": "Data request",
    "customers/redact": "Customer data erased",
}


@admin_privacy.get("/privacy")
@admin_only
def show_requests(staff: Staff) -> str:
    with services().db.reading() as connection:
        chosen = settings.load(connection, staff.shop.id).settings
    requests = privacy_requests.list_requests(services(), staff.shop.id)
    waiting = [
        _shown(row, chosen)
        | {"who": privacy_requests.describe_subject(services(), row)}
        for row in requests
        if row.is_waiting
    ]
    done = [_shown(row, chosen) for row in requests if row.done_at is not None]
    return render_template(
        "admin/privacy.html", staff=staff, waiting=waiting, done=done
    )


@admin_privacy.get("/privacy/<request_id>/file")
@admin_only
def download(staff: Staff, request_id: str) -> Response:
    found = privacy_requests.read_export(services(), staff, request_id)
    headers = {"Content-Disposition": 'attachment; filename="customer-data.json"'}
    pieces = json_export.write_json(staff.shop.domain, now_ms(), found)
    return Response(pieces, headers=headers, content_type="application/json")


@admin_privacy.post("/privacy/<request_id>/done")
@admin_only
def hand_over(staff: Staff, request_id: str) -> AnyResponse:
    privacy_requests.hand_over(services(), staff.shop.id, request_id)
    return redirect("/admin/privacy", 303)


def _shown(row: PrivacyRequest, chosen: Settings) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": NAMES.get(row.topic, row.topic),
        "asked": _day(chosen, row.requested_at),
        "due": _day(chosen, row.due_at),
        "done": _day(chosen, row.done_at) if row.done_at is not None else "",
        "messages": row.removed.get("messages", 0),
    }


def _day(chosen: Settings, at_ms: int) -> str:
    at = chosen.local_time(at_ms)
    return f"{at:%b} {at.day}, {at.year}"
