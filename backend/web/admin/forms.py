"""What pages of the admin read from queries and forms: days of the shop, what to find, where a page
of the list ends, who sends a reply.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.bounds import is_storable
from backend.errors import Invalid
from backend.exports import reader
from backend.exports.export_file import Format
from backend.exports.reader import ExportFilter
from backend.inbox import staff_text
from backend.inbox.conversation_list import (
    FOR_EVER,
    START,
    VIEWS,
    Cursor,
    InboxFilter,
)

Fields = Mapping[str, str]

LONGEST_SEARCH = 200
CURSOR = re.compile(r"[0-9]{1,16}-[0-9a-f]{32}", re.ASCII)
CLIENT_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class _Days:
    """The first and the last one, in the shop's zone; None where there is no end."""

    since: date | None
    until: date | None

    def in_ms(self, time_zone: str) -> tuple[int | None, int | None]:
        """From when, and before when."""
        zone = ZoneInfo(time_zone)
        since = None if self.since is None else _midnight(self.since, zone)
        if self.until is None:
            return since, None
        return since, _midnight(self.until + timedelta(days=1), zone)


def read_inbox_filter(fields: Fields, time_zone: str) -> InboxFilter:
    """Raises Invalid."""
    searched = _field(fields, "words")
    view = _field(fields, "view") or ("all" if searched else "open")
    if view not in VIEWS:
        raise Invalid("There is no such list of conversations.")

    refusal = "A day is written like 2026-11-30."
    days = _Days(
        _read_day(_field(fields, "since"), refusal),
        _read_day(_field(fields, "until"), refusal),
    )
    since, before = days.in_ms(time_zone)
    return InboxFilter(
        view, 0 if since is None else since, FOR_EVER if before is None else before
    )


def read_search(fields: Fields) -> str:
    """What is looked for in messages; empty when nothing is. Raises Invalid."""
    words = _field(fields, "words")
    if len(words) > LONGEST_SEARCH:
        raise Invalid(f"A search may have up to {LONGEST_SEARCH} characters.")
    return staff_text.read_text(words, "A search", LONGEST_SEARCH) if words else ""


def read_cursor(fields: Fields) -> Cursor:
    """Where the page before ended, as `write_cursor` wrote it. Raises Invalid."""
    text = _field(fields, "after")
    if not text:
        return START
    if CURSOR.fullmatch(text) is None:
        raise Invalid("There is no such page of the list.")

    active_at, _, id_ = text.partition("-")
    return Cursor(int(active_at), id_)


def write_cursor(cursor: Cursor) -> str:
    return f"{cursor.active_at}-{cursor.id}"


def read_export_filter(fields: Fields, time_zone: str) -> ExportFilter:
    """Raises Invalid."""
    status = fields.get("status", "")
    words = _field(fields, "words")
    if status not in ("", *reader.STATUSES):
        raise Invalid("Status must be open or closed, or empty for both.")
    if len(words) > LONGEST_SEARCH:
        raise Invalid(f"“Contains” can have up to {LONGEST_SEARCH} characters.")

    since, before = _read_export_days(fields).in_ms(time_zone)
    return ExportFilter(since, before, status or None, words)


def _read_export_days(fields: Fields) -> _Days:
    refusal = "{} must be a day such as 2026-11-30, or empty."
    since = _read_day(_field(fields, "since"), refusal.format("Start date"))
    until = _read_day(_field(fields, "until"), refusal.format("End date"))

    if since and until and until < since:
        raise Invalid("End date must be on or after start date.")
    return _Days(since, until)


def read_format(fields: Fields) -> Format:
    """Raises Invalid."""
    text = fields.get("format", Format.JSON)
    if text not in list(Format):
        raise Invalid("Format must be JSON, CSV or PDF.")
    return Format(text)


def read_client_id(fields: Fields) -> str:
    """It came with the page: sent twice, a reply is said once. Raises Invalid."""
    client_id = fields.get("client_id", "")
    if CLIENT_ID.fullmatch(client_id) is None:
        raise Invalid("This page is too old. Open the conversation once more.")
    return client_id


def read_instead_of(fields: Fields) -> str | None:
    """The colleague who has the conversation, as far as the page knew. Raises Invalid."""
    instead_of = fields.get("instead_of", "")
    if not is_storable(instead_of):
        raise Invalid("`instead_of` has characters that are no text.")
    return instead_of or None


def _read_day(text: str, refusal: str) -> date | None:
    if not text:
        return None

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(refusal) from None
    if not 1970 <= day.year < 9999:
        raise Invalid(refusal)
    return day


def _midnight(day: date, zone: ZoneInfo) -> int:
    at = datetime(day.year, day.month, day.day, tzinfo=zone)
    return int(at.timestamp() * 1000)


def _field(fields: Fields, name: str) -> str:
    return fields.get(name, "").strip()
