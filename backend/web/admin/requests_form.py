"""What the page of requests reads from its address and its forms: which ones, where a page ends,
what has become of one, when to remind of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from backend.bounds import MOST_INTEGER, is_storable, read_number
from backend.errors import Invalid
from backend.flows.request_records import (
    BULK_ORDER,
    CALLBACK,
    MOST_OUTCOME_CHARACTERS,
    WAITING,
    RequestFilter,
    RequestState,
    Seen,
)
from backend.inbox.request_list import Place
from backend.shops.settings import Settings
from backend.web.admin.forms import Fields

PATH = "/admin/requests"
KINDS = (BULK_ORDER, CALLBACK)
# Views of the list, and the states that they show.
VIEWS = {
    "todo": WAITING,
    "due": WAITING,
    "new": RequestState.NEW.value,
    "tried": RequestState.TRIED.value,
    "done": RequestState.DONE.value,
    "all": "",
}
USUAL_VIEW = "todo"
ASKED = ("view", "kind", "assigned")
PLACE = re.compile(r"([0-9]{1,16})-([0-9a-f]{32})", re.ASCII)
USER_ID = re.compile(r"[0-9A-Za-z]{1,32}", re.ASCII)

NO_REMINDER, IN_AN_HOUR, TOMORROW, ON_A_DAY = "", "hour", "tomorrow", "date"
HOUR_MS = 3_600_000
# Reminders of a day come when it has begun for most.
MORNING = 9
LATEST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody says has become of a request."""

    is_done: bool
    text: str
    remind_at: int | None


def read_asked(fields: Fields) -> dict[str, str]:
    """What the page was asked for, and its links and forms ask for again. Raises Invalid."""
    texts = {name: fields.get(name, "").strip() for name in ASKED}
    asked = {name: text for name, text in texts.items() if text}

    is_known = (
        asked.get("view", USUAL_VIEW) in VIEWS
        and asked.get("kind", BULK_ORDER) in KINDS
        and asked.get("assigned", "me") == "me"
    )
    if not is_known:
        raise Invalid("There is no such list of requests.")
    return asked


def filter_of(asked: Mapping[str, str], user_id: str, now: int) -> RequestFilter:
    view = asked.get("view", USUAL_VIEW)
    is_mine = asked.get("assigned") == "me"
    return RequestFilter(
        kind=asked.get("kind", ""),
        state=VIEWS[view],
        staff_id=user_id if is_mine else "",
        due_by=now if view == "due" else None,
    )


def address_of(asked: Mapping[str, str], **more: str) -> str:
    fields = {**asked, **more}
    return f"{PATH}?{urlencode(fields)}" if fields else PATH


def read_place(fields: Fields) -> Place | None:
    """Where the page before ended, as `write_place` wrote it. Raises Invalid."""
    text = fields.get("after", "").strip()
    if not text:
        return None

    found = PLACE.fullmatch(text)
    if found is None:
        raise Invalid("There is no such page of the list.")
    return int(found[1]), found[2]


def write_place(place: Place) -> str:
    created_at, request_id = place
    return f"{created_at}-{request_id}"


def read_seen(fields: Fields, shop_id: int, request_id: str) -> Seen:
    """The version that the page showed. Raises Invalid."""
    version = read_number(fields.get("version", ""), MOST_INTEGER)
    if version is None:
        raise Invalid("This page is too old. Refresh it.")
    return Seen(shop_id, request_id, version)


def read_assignee(fields: Fields) -> str | None:
    """Of the staff, or None for nobody. Raises Invalid."""
    text = fields.get("staff", "").strip()
    if text and USER_ID.fullmatch(text) is None:
        raise Invalid("Select somebody of your team.")
    return text or None


def read_outcome(fields: Fields, chosen: Settings, now: int) -> Outcome:
    """Raises Invalid."""
    state = fields.get("state", "")
    if state not in (RequestState.TRIED, RequestState.DONE):
        raise Invalid("Select what has become of the request.")

    is_done = state == RequestState.DONE
    text = _read_text(fields.get("outcome", ""))
    remind_at = None if is_done else _read_reminder(fields, chosen, now)
    return Outcome(is_done, text, remind_at)


def _read_text(text: str) -> str:
    kept = text.replace("\r\n", "\n").strip()
    if len(kept) > MOST_OUTCOME_CHARACTERS:
        raise Invalid(
            f"An outcome may have up to {MOST_OUTCOME_CHARACTERS} characters."
        )
    if not is_storable(kept):
        raise Invalid("The outcome has characters that are no text.")
    return kept


def _read_reminder(fields: Fields, chosen: Settings, now: int) -> int | None:
    """In milliseconds. Days are those of the shop."""
    when = fields.get("remind", NO_REMINDER)
    if when == NO_REMINDER:
        return None
    if when == IN_AN_HOUR:
        return now + HOUR_MS

    today = chosen.local_time(now).date()
    if when == TOMORROW:
        return _morning_of(today + timedelta(days=1), chosen)
    if when == ON_A_DAY:
        day = _read_day(fields.get("remind_on", "").strip(), today)
        return _morning_of(day, chosen)
    raise Invalid("Select when you want to be reminded.")


def _read_day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid("Select a date for the reminder.") from None

    if not today < day <= date(LATEST_YEAR, 12, 31):
        raise Invalid("Select a date after today for the reminder.")
    return day


def _morning_of(day: date, chosen: Settings) -> int:
    zone = ZoneInfo(chosen.time_zone)
    at = datetime(day.year, day.month, day.day, MORNING, tzinfo=zone)
    return int(at.timestamp() * 1000)
