"""Conversations as files: what a filter finds, or one of them, streamed while it is read."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import gevent
from flask import Blueprint, Response, render_template, request

from backend.chat.turns import known_id
from backend.clock import now_ms
from backend.errors import Invalid, NotFound, TooManyMessages
from backend.exports import csv_export, json_export, pdf_export, reader, text_layout
from backend.exports.reader import Conversation, Wanted
from backend.shops import settings
from backend.shops.settings import Settings
from backend.shops.staff import Staff
from backend.store.limits import Limit
from backend.web.guards import admin_only, services

admin_export = Blueprint("admin_export", __name__)

TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}
# An export keeps a process busy for a while; chats of other shops go on beside it.
MOST_EXPORTS = Limit(10)
BLOCK = 64 * 1024
# After so much work at one stretch everybody else has a turn.
STRETCH_SECONDS = 0.01
LONGEST_SEARCH = 200


@admin_export.get("/export")
@admin_only
def show_export(staff: Staff) -> str:
    zone = _chosen(staff).time_zone
    return render_template(
        "admin/export.html", staff=staff, time_zone=zone, no_pdf=text_layout.missing()
    )


@admin_export.get("/export/file")
@admin_only
def export_many(staff: Staff) -> Response:
    asked, chosen = _read(), _chosen(staff)
    found = reader.read(services(), staff.shop.id, asked.wanted(chosen.time_zone))
    return _file(staff, chosen, asked.form, found, None)


@admin_export.get("/inbox/<conversation_id>/export")
@admin_only
def export_one(staff: Staff, conversation_id: str) -> Response:
    chosen = _chosen(staff)
    found = reader.read(
        services(), staff.shop.id, Wanted(conversation_id=known_id(conversation_id))
    )
    first = next(found, None)
    if first is None:
        raise NotFound
    return _file(staff, chosen, _form(), chain([first], found), conversation_id)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A filter as it was filled in; days are the shop's."""

    form: str
    since: date | None
    until: date | None
    status: str | None
    words: str

    def wanted(self, time_zone: str) -> Wanted:
        after = self.until and self.until + timedelta(days=1)
        zone = ZoneInfo(time_zone)
        return Wanted(
            _midnight(self.since, zone), _midnight(after, zone), self.status, self.words
        )


def _read() -> _Asked:
    status, words = (
        request.args.get("status", ""),
        request.args.get("words", "").strip(),
    )
    if status not in ("", *reader.STATUSES):
        raise Invalid("`status` must be open or closed, or blank for both.")
    if len(words) > LONGEST_SEARCH:
        raise Invalid(f"`words` may have up to {LONGEST_SEARCH} characters.")
    since, until = _day("since"), _day("until")
    if since and until and until < since:
        raise Invalid("`until` must not be before `since`.")
    return _Asked(_form(), since, until, status or None, words)


def _form() -> str:
    form = request.args.get("format", "json")
    if form not in TYPES:
        raise Invalid("`format` must be json, csv or pdf.")
    return form


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.max
    if day is not None and not 1970 <= day.year < 9999:
        raise Invalid(f"`{name}` must be a day such as 2026-11-30, or blank.")
    return day


def _midnight(day: date | None, zone: ZoneInfo) -> int | None:
    return (
        None
        if day is None
        else int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
    )


def _chosen(staff: Staff) -> Settings:
    with services().db.reading() as connection:
        return settings.load(connection, staff.shop.id).settings


def _file(
    staff: Staff,
    chosen: Settings,
    form: str,
    found: Iterable[Conversation],
    conversation_id: str | None,
) -> Response:
    limit = services().limits.refused([(f"export:{staff.shop.id}", MOST_EXPORTS)])
    if limit is not None:
        raise TooManyMessages(limit.left_of_window())
    pieces = _written(staff, chosen, form, found)
    reader.note(services(), staff.shop.id, staff.user_id, conversation_id)
    day = chosen.local_time(now_ms()).date().isoformat()
    name = f"{'conversation' if conversation_id else 'conversations'}-{day}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_fairly(pieces), headers=headers, content_type=TYPES[form])


def _written(
    staff: Staff, chosen: Settings, form: str, found: Iterable[Conversation]
) -> Iterator[bytes]:
    if form == "json":
        return json_export.written(staff.shop.domain, now_ms(), found)
    if form == "csv":
        return csv_export.written(found)
    return pdf_export.written(staff.shop.display_name, chosen, found)


def _fairly(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """In blocks worth a write, and never long without letting others work."""
    block, began = bytearray(), time.monotonic()
    for piece in pieces:
        block += piece
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
        if time.monotonic() - began > STRETCH_SECONDS:
            gevent.sleep(0)
            began = time.monotonic()
    yield bytes(block)
