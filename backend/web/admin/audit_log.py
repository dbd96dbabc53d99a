"""The audit log's page: who has viewed, searched and exported what, and when."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from backend.clock import now_ms
from backend.errors import Invalid
from backend.inbox import audit_log
from backend.inbox.access_log import Access, AccessFilter, AccessPlace, What
from backend.shops.staff import Staff
from backend.web.admin.pages import settings_of
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import admin_only, services

admin_audit_log = Blueprint("admin_audit_log", __name__)

ADDRESS = "/admin/settings/audit-log"
USER = re.compile(r"[0-9]{0,32}", re.ASCII)
PLACE = re.compile(r"([0-9]{1,16})-([0-9a-f]{32})", re.ASCII)
# What somebody did: to one conversation, and to all that were found.
DEEDS = {
    What.READ: ("Viewed conversation", "Viewed conversations"),
    What.SEARCHED: ("Searched conversation", "Searched messages"),
    What.EXPORTED: ("Exported conversation", "Exported data"),
    What.HANDED_OVER: ("Handed over data", "Handed over data"),
    What.DELETED: ("Deleted conversation", "Deleted conversations"),
    What.NOTE_DELETED: ("Deleted internal note", "Deleted internal notes"),
}


@admin_audit_log.get("/settings/audit-log")
@admin_only
def show_audit_log(staff: Staff) -> str:
    user_id = _read_user(request.args)
    before = _read_place(request.args)
    chosen = settings_of(staff)

    page = audit_log.read_page(services(), staff.shop.id, AccessFilter(user_id), before)
    labels = ReaderLabels(staff, chosen, now_ms())

    return render_template(
        "admin/audit-log.html",
        staff=staff,
        words=labels,
        entries=page.entries,
        deed=describe_deed,
        who=lambda each: _capitalized(labels, each, page.names),
        people=[
            (member.user_id, labels.colleague(member.user_id, member.name))
            for member in page.members
        ],
        person=user_id,
        time_zone=chosen.time_zone,
        is_first=before is None,
        newest=_address_of(user_id),
        older=page.next and _address_of(user_id, page.next),
    )


def describe_deed(entry: Access) -> str:
    one, all_found = DEEDS[entry.what]
    return one if entry.conversation_id else all_found


def _capitalized(labels: ReaderLabels, entry: Access, names: Mapping[str, str]) -> str:
    """Names are as their people write them."""
    name = names.get(entry.user_id, "")
    words = labels.colleague(entry.user_id, name)
    return words if words == name else words.capitalize()


def _read_user(fields: Mapping[str, str]) -> str:
    """Raises Invalid."""
    user_id = fields.get("person", "")
    if USER.fullmatch(user_id) is None:
        raise Invalid("Select a person from the list.")
    return user_id


def _read_place(fields: Mapping[str, str]) -> AccessPlace | None:
    """Raises Invalid."""
    text = fields.get("before", "")
    if not text:
        return None

    found = PLACE.fullmatch(text)
    if found is None:
        raise Invalid("There is no such page of the list.")
    return AccessPlace(int(found[1]), found[2])


def _address_of(user_id: str, before: AccessPlace | None = None) -> str:
    fields = {
        "person": user_id,
        "before": f"{before.at}-{before.id}" if before else "",
    }
    asked = {name: text for name, text in fields.items() if text}
    return f"{ADDRESS}?{urlencode(asked)}" if asked else ADDRESS
