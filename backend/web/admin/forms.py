"""What pages of the admin read from queries and forms: days of the shop, what to find, where a page
of the list ends, who sends a reply.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.bounds import is_storable
from backend.errors import Invalid
from backend.exports import reader
from backend.exports.export_file import Format
from backend.exports.reader import ExportFilter
from backend.inbox import staff_text
from backend.inbox.bulk_close import MOST_CHOSEN, ChosenTalk
from backend.inbox.conversation_list import (
    FOR_EVER,
    NEWEST,
    SORTS,
    START,
    VIEWS,
    Cursor,
    InboxFilter,
)
from backend.inbox.snoozing import SnoozeChoice

Fields = Mapping[str, str]

LONGEST_SEARCH = 200
LONGEST_LABEL = 40
LONGEST_COUNT = 4
CURSOR = re.compile(r"[0-9]{1,16}-[0-9a-f]{32}", re.ASCII)
CHOSEN = re.compile(r"([0-9a-f]{32})-([0-9]{1,9})", re.ASCII)
MEMBER = re.compile(r"[0-9]{1,32}", re.ASCII)
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


def read_inbox_filter(fields: Fields, time_zone: str, user_id: str = "") -> InboxFilter:
    """`user_id` is whose conversations are mine. Raises Invalid."""
    view = _field(fields, "view") or "all"
    sort = _field(fields, "sort") or NEWEST
    label = _field(fields, "label")
    if view not in VIEWS or sort not in SORTS:
        raise Invalid("There is no such list of conversations.")
    if len(label) > LONGEST_LABEL or not is_storable(label):
        raise Invalid("There is no such label.")

    refusal = "A day is written like 2026-11-30."
    days = _Days(
        _read_day(_field(fields, "since"), refusal),
        _read_day(_field(fields, "until"), refusal),
    )
    since, before = days.in_ms(time_zone)
    return InboxFilter(
        view,
        0 if since is None else since,
        FOR_EVER if before is None else before,
        user_id,
        label,
        sort,
    )


def read_search(fields: Fields) -> str:
    """What is looked for in messages; empty when nothing is. Raises Invalid."""
    words = _field(fields, "words")
    if len(words) > LONGEST_SEARCH:
        raise Invalid(f"A search can have up to {LONGEST_SEARCH} characters.")
    return staff_text.read_text(words, "A search", LONGEST_SEARCH) if words else ""


def read_cursor(fields: Fields, start: Cursor = START) -> Cursor:
    """Where the page before ended, as `write_cursor` wrote it; else where the list starts. Raises
    Invalid.
    """
    text = _field(fields, "after")
    if not text:
        return start
    if CURSOR.fullmatch(text) is None:
        raise Invalid("There is no such page of the list.")

    active_at, _, id_ = text.partition("-")
    return Cursor(int(active_at), id_)


def read_chosen(values: Sequence[str]) -> list[ChosenTalk]:
    """Rows of the list that were ticked, as they were then. Raises Invalid."""
    if not 1 <= len(values) <= MOST_CHOSEN:
        raise Invalid(f"Select between 1 and {MOST_CHOSEN} conversations.")

    chosen = []
    for value in values:
        found = CHOSEN.fullmatch(value)
        if found is None:
            raise Invalid("There is no such conversation.")
        chosen.append(ChosenTalk(found[1], int(found[2])))
    return chosen


def read_count(fields: Fields, name: str) -> int:
    """One that an address tells, such as how many were closed; 0 for what is none."""
    text = _field(fields, name)
    is_count = text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT
    return int(text) if is_count else 0


def read_snooze(fields: Fields) -> SnoozeChoice:
    """Raises Invalid."""
    text = _field(fields, "until")
    if text not in list(SnoozeChoice):
        raise Invalid("Choose how long to snooze it.")
    return SnoozeChoice(text)


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


def read_member(fields: Fields) -> str:
    """Somebody to whom a conversation is given, by Shopify's number. Raises Invalid."""
    text = _field(fields, "to")
    if MEMBER.fullmatch(text) is None:
        raise Invalid("Choose somebody of your team.")
    return text


def read_label(fields: Fields) -> str:
    """Raises Invalid."""
    text = _field(fields, "name")
    if not text or len(text) > LONGEST_LABEL or not is_storable(text):
        raise Invalid("There is no such label.")
    return text


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
