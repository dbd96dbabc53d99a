"""The inbox: the list of conversations and its live changes, and the search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from backend.clock import now_ms
from backend.inbox import conversation_list, search
from backend.inbox.conversation_list import (
    START,
    Cursor,
    InboxFilter,
    InboxRow,
    Waiting,
)
from backend.inbox.search import Hit
from backend.shops.staff import Staff
from backend.web import responses
from backend.web.admin import forms
from backend.web.admin.pages import WAIT_SECONDS, hold_open, settings_of
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import admin_only, services

admin_inbox = Blueprint("admin_inbox", __name__)

NAMES = {
    "open": "Open",
    "wanted": "Needs a person",
    "staff": "With a person",
    "unread": "Unread",
    "closed": "Ended",
    "all": "All",
}


@admin_inbox.get("/inbox")
@admin_only
def show_inbox(staff: Staff) -> str:
    chosen = settings_of(staff)
    wanted = forms.read_inbox_filter(request.args, chosen.time_zone)
    words = forms.read_search(request.args)
    after = forms.read_cursor(request.args)

    found = (
        _search_page(staff, wanted, words, after)
        if words
        else _list_page(staff, wanted, after)
    )
    with services().db.reading() as connection:
        waiting_count = conversation_list.count_needing_staff(connection, staff.shop.id)

    asked = _asked_fields()
    if found.instead:
        asked["words"] = found.instead
    return render_template(
        "admin/inbox.html",
        staff=staff,
        words=ReaderLabels(staff, chosen, now_ms()),
        views=[(name, NAMES[name], _address_of(asked, view=name)) for name in NAMES],
        view=wanted.view,
        waiting_count=waiting_count,
        asked=asked,
        mistyped=words if found.instead else "",
        hours=chosen,
        is_open=chosen.is_open(now_ms()),
        is_first=after == START,
        older=found.next and _address_of(asked, after=forms.write_cursor(found.next)),
        newest=_address_of(asked),
        changes=f"/admin/inbox/changes?{urlencode(asked)}",
        rows=found.rows,
        hits=found.hits,
        version=found.version,
        stopped=found.stopped,
    )


@admin_inbox.get("/inbox/changes")
@admin_only
def wait_for_change(staff: Staff) -> Response:
    """Answers when the newest page of the list is another than the one that was seen."""
    wanted = forms.read_inbox_filter(request.args, settings_of(staff).time_zone)
    seen = request.args.get("seen", "")

    with hold_open(staff) as held:
        waiting = Waiting(seen, WAIT_SECONDS, held)
        version = conversation_list.wait_for_change(
            services(), staff.shop.id, wanted, waiting
        )
    return responses.as_json({"version": version})


@dataclass(frozen=True, slots=True)
class _Listed:
    """A page of the list or of a search; `hits` are the search's, by conversation."""

    rows: Sequence[InboxRow]
    next: Cursor | None
    version: str = ""
    hits: Mapping[str, Hit] = field(default_factory=dict)
    stopped: bool = False
    instead: str = ""


def _list_page(staff: Staff, wanted: InboxFilter, after: Cursor) -> _Listed:
    page = conversation_list.read_page(services(), staff.shop.id, wanted, after)
    return _Listed(page.rows, page.next, page.version)


def _search_page(
    staff: Staff, wanted: InboxFilter, words: str, after: Cursor
) -> _Listed:
    found = search.search_as(services(), staff, wanted, words, after)
    return _Listed(
        rows=[hit.row for hit in found.hits],
        next=found.next,
        hits={hit.row.id: hit for hit in found.hits},
        stopped=found.stopped,
        instead=found.instead,
    )


def _asked_fields() -> dict[str, str]:
    """What the page was asked for, and its links ask for again."""
    fields = {
        name: request.args.get(name, "").strip()
        for name in ("view", "since", "until", "words")
    }
    return {name: text for name, text in fields.items() if text}


def _address_of(asked: Mapping[str, str], **more: str) -> str:
    fields = {**asked, **more}
    return f"/admin/inbox?{urlencode(fields)}" if fields else "/admin/inbox"
