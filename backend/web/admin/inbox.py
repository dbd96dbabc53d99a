"""The inbox: the list of conversations and its live changes, the search, and the replies that the
staff has saved.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request
from sqlalchemy import Row
from werkzeug.wrappers import Response as AnyResponse

from backend.clock import now_ms
from backend.errors import Invalid
from backend.inbox import access_log, conversation_list, notes, search
from backend.inbox.conversation_list import FOR_EVER, START, VIEWS, Place, Wanted
from backend.shops import settings
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store.open_requests import Held, Holder, Kind
from backend.web import responses
from backend.web.admin.strings import Words
from backend.web.guards import admin_only, client_address, services

admin_inbox = Blueprint("admin_inbox", __name__)

LONGEST_SEARCH = 200
WAIT_SECONDS = 8.0
PLACE = re.compile(r"[0-9]{1,16}-[0-9a-f]{32}", re.ASCII)
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
    asked = {
        name: request.args.get(name, "").strip()
        for name in ("view", "since", "until", "words", "after")
    }
    chosen = _chosen(staff)
    wanted, after = _wanted(asked, chosen), _place(asked["after"])
    words = Words(staff, chosen, now_ms())
    told = (
        _found(staff, wanted, asked["words"], after)
        if asked["words"]
        else _listed(staff, wanted, after)
    )
    with services().db.reading() as connection:
        waiting = conversation_list.count_wanted(connection, staff.shop.id)
    filters = {
        name: value for name, value in asked.items() if value and name != "after"
    }
    return render_template(
        "admin/inbox.html",
        staff=staff,
        words=words,
        views=[
            (name, NAMES[name], _address(filters | {"view": name})) for name in NAMES
        ],
        view=wanted.view,
        waiting_count=waiting,
        asked=asked,
        hours=chosen,
        is_open=chosen.is_open(now_ms()),
        is_first=after == START,
        older=told["next"] and _address(filters | {"after": _text(told["next"])}),
        newest=_address(filters),
        changes=f"/admin/inbox/changes?{urlencode(filters)}",
        **{name: value for name, value in told.items() if name != "next"},
    )


def _listed(staff: Staff, wanted: Wanted, after: Place) -> dict[str, Any]:
    page = conversation_list.read_page(services(), staff.shop.id, wanted, after)
    return {
        "rows": page.rows,
        "hits": {},
        "next": page.next,
        "version": page.version,
        "stopped": False,
    }


def _found(staff: Staff, wanted: Wanted, words: str, after: Place) -> dict[str, Any]:
    if len(words) > LONGEST_SEARCH:
        raise Invalid(f"A search may have up to {LONGEST_SEARCH} characters.")
    notes.within(words, "A search", LONGEST_SEARCH)
    found = search.search(services(), staff.shop.id, wanted, words, after)
    if after == START:
        access_log.note(services(), staff.shop.id, staff.user_id, "searched")
    rows: list[Row] = [hit.row for hit in found.hits]
    hits = {hit.row.id: hit for hit in found.hits}
    return {
        "rows": rows,
        "hits": hits,
        "next": found.next,
        "version": "",
        "stopped": found.stopped,
    }


def holding(staff: Staff) -> AbstractContextManager[Held]:
    """Inside the block a page of this person's waits for news. Raises TooManyOpen."""
    return services().open_requests.hold(
        Kind.POLL, Holder(staff.shop.id, client_address(), ("staff", staff.user_id))
    )


@admin_inbox.get("/inbox/changes")
@admin_only
def wait_for_change(staff: Staff) -> Response:
    """Answers when the newest page of the list is another than the one that was seen."""
    wanted = _wanted(
        {name: request.args.get(name, "") for name in ("view", "since", "until")},
        _chosen(staff),
    )
    seen = request.args.get("seen", "")
    with holding(staff) as held:
        version = conversation_list.wait_for_change(
            services(), staff.shop.id, wanted, seen, WAIT_SECONDS, held
        )
    return responses.as_json({"version": version})


@admin_inbox.get("/inbox/replies")
@admin_only
def show_replies(staff: Staff) -> str:
    return _replies(staff)


@admin_inbox.post("/inbox/replies")
@admin_only
def save_reply(staff: Staff) -> AnyResponse | tuple[str, int]:
    title, text = request.form.get("title", ""), request.form.get("text", "")
    if faults := notes.faults_of(title, text):
        return _replies(staff, title=title, text=text, errors=faults), 422
    notes.save_reply(services(), staff.shop.id, title, text)
    return redirect("/admin/inbox/replies", 303)


@admin_inbox.post("/inbox/replies/<reply_id>/delete")
@admin_only
def forget_reply(staff: Staff, reply_id: str) -> AnyResponse:
    notes.forget_reply(services(), staff.shop.id, reply_id)
    return redirect("/admin/inbox/replies", 303)


def _replies(staff: Staff, **typed: Any) -> str:
    with services().db.reading() as connection:
        kept = notes.list_replies(connection, staff.shop.id)
    return render_template(
        "admin/replies.html", staff=staff, replies=kept, **({"errors": {}} | typed)
    )


def _chosen(staff: Staff) -> Settings:
    with services().db.reading() as connection:
        return settings.load(connection, staff.shop.id).settings


def _wanted(asked: Mapping[str, str], chosen: Settings) -> Wanted:
    view = asked["view"] or ("all" if asked.get("words") else "open")
    if view not in VIEWS:
        raise Invalid("There is no such list of conversations.")
    zone = ZoneInfo(chosen.time_zone)
    since, until = _day(asked["since"]), _day(asked["until"])
    before = until and until + timedelta(days=1)
    return Wanted(
        view,
        _midnight(since, zone) if since else 0,
        _midnight(before, zone) if before else FOR_EVER,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("A day is written like 2026-11-30.") from None
    if day is not None and not 1970 <= day.year < 9999:
        raise Invalid("A day is written like 2026-11-30.")
    return day


def _midnight(day: date, zone: ZoneInfo) -> int:
    at = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    return int(at.timestamp() * 1000)


def _place(text: str) -> Place:
    """Where the page before ended, as `_text` wrote it."""
    if not text:
        return START
    if PLACE.fullmatch(text) is None:
        raise Invalid("There is no such page of the list.")
    at, _, last = text.partition("-")
    return Place(int(at), last)


def _text(place: Place) -> str:
    return f"{place.active_at}-{place.id}"


def _address(filters: Mapping[str, str]) -> str:
    return f"/admin/inbox?{urlencode(filters)}" if filters else "/admin/inbox"
