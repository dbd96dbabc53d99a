"""Settings as forms, one a page: every field's text, read back into values or into a sentence
beside the field. What stands on other pages stays as it is stored.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import available_timezones

from backend.shops.languages import LANGUAGES
from backend.shops.opening_hours import ClosedDays, Opening
from backend.shops.settings import (
    ASKED,
    TONES,
    WEEKDAYS,
    Answered,
    Greeting,
    PickupPlace,
    Settings,
)
from backend.web.admin.form_fields import (
    CHECKED,
    MOST_ROWS,
    Form,
    Reading,
    Refused,
    read_checkbox,
    read_count,
    read_dollars,
    read_first,
    read_line,
    read_one_of,
    read_rows,
    read_text,
    read_whole,
    read_within,
    rows_of,
)
from backend.web.admin.hours_form import (
    find_overlaps,
    read_date,
    read_last_date,
    read_openings,
    write_openings,
)

Fields = dict[str, list[str]]

UNITS = {
    "minutes": 60,
    "hours": 3_600,
    "days": 86_400,
}
LEAST_EXPIRY = 30 * UNITS["minutes"]
MOST_EXPIRY = 30 * UNITS["days"]
MOST_RETENTION_DAYS = 730
MOST_REPLIES = 1_000_000
MOST_LANGUAGES = 20
MOST_WELCOME = 500
MOST_PIECES = 100_000
MOST_SILENCE_MINUTES, MOST_WAITING_DAYS = 240, 90
MOST_CLOSED_NAME = 80
CLOSED_COLUMNS = ("closed_first", "closed_last", "closed_name", "closed_yearly")
USER_ID = re.compile(r"[0-9A-Za-z]{1,32}", re.ASCII)
CHECKBOXES = ("bulk_orders", "callbacks", "delivery", "ask_for_email", "rating")


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the settings, shown and saved together. `read` is told the most messages a minute
    that the operator allows.
    """

    title: str
    path: str
    read: Callable[[Reading, int], None]
    write: Callable[[Settings], Fields]


@dataclass(frozen=True, slots=True)
class Read:
    """A form that was sent. `settings` is there when no field has an error; errors are told by
    field.
    """

    settings: Settings | None
    errors: Mapping[str, str]


def read_settings(
    page: Page, form: Form, stored: Settings, most_messages_per_minute: int
) -> Read:
    """What is stored, with what the page's form says. `most_messages_per_minute` is the operator's
    limit, which no shop may exceed.
    """
    reading = Reading(form)
    page.read(reading, most_messages_per_minute)

    if reading.errors:
        return Read(None, reading.errors)
    chosen = replace(stored, **reading.values)
    if not chosen.time_zone:
        chosen = replace(chosen, time_zone=stored.shop_zone)
    return Read(chosen, {})


def write_version(page: Page, stored: Settings) -> str:
    """Differs as soon as a field of the page does: who saves another page is in nobody's way."""
    told = json.dumps(page.write(stored), sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def find_differences(page: Page, form: Form, stored: Settings) -> dict[str, str]:
    """What is stored of every field of which the form says something else, by field."""
    found = {}
    for name, texts in page.write(stored).items():
        sent = [text.strip() for text in form.get(name, ())]
        typed = [text for text in sent if text]
        kept = [text for text in texts if text]
        if typed != kept:
            found[name] = _say_stored(name, texts)
    return found


def _say_stored(name: str, texts: Sequence[str]) -> str:
    if name in CHECKBOXES:
        return "on" if texts else "off"
    return "\n".join(texts)


def _read_assistant(reading: Reading, _: int) -> None:
    reading.read_field("assistant_name", read_line, 40)
    reading.read_field("tone", read_one_of, TONES)
    reading.read_field("welcome", read_text, MOST_WELCOME)
    reading.read_form("greetings", _read_greetings)
    reading.read_field("languages", _read_languages)
    reading.read_field("instructions", read_text, 4_000)

    for name in ("bulk_orders", "callbacks", "delivery"):
        reading.read_field(name, read_checkbox)
    reading.read_field("ask_phone", read_one_of, ASKED)
    reading.read_field("ask_email", read_one_of, ASKED)
    reading.read_field("least_pieces", read_within, MOST_PIECES, 1)
    reading.read_form("pickup_places", _read_places)


def _write_assistant(settings: Settings) -> Fields:
    return {
        "assistant_name": [settings.assistant_name],
        "tone": [settings.tone],
        "welcome": [settings.welcome],
        "greeting_language": [each.language for each in settings.greetings],
        "greeting": [each.text for each in settings.greetings],
        "languages": [", ".join(settings.languages)],
        "instructions": [settings.instructions],
        "bulk_orders": _write_checkbox(settings.bulk_orders),
        "callbacks": _write_checkbox(settings.callbacks),
        "delivery": _write_checkbox(settings.delivery),
        "ask_phone": [settings.ask_phone],
        "ask_email": [settings.ask_email],
        "least_pieces": [str(settings.least_pieces)],
        "pickup_name": [place.name for place in settings.pickup_places],
        "pickup_address": [place.address for place in settings.pickup_places],
        "pickup_hours": [place.hours for place in settings.pickup_places],
    }


def _read_knowledge(reading: Reading, _: int) -> None:
    reading.read_form("questions", _read_questions)
    reading.read_field("knowledge", read_text, 50_000)


def _write_knowledge(settings: Settings) -> Fields:
    return {
        "question": [row.question for row in settings.questions],
        "answer": [row.answer for row in settings.questions],
        "knowledge": [settings.knowledge],
    }


def _read_availability(reading: Reading, _: int) -> None:
    reading.read_field("time_zone", _read_time_zone)
    reading.read_form("hours", _read_hours)
    reading.read_form("closed_days", _read_closed_days)
    reading.read_field("away", read_text, 500)


def _write_availability(settings: Settings) -> Fields:
    closed_days = settings.closed_days
    form = {
        "time_zone": [_write_time_zone(settings)],
        "closed_first": [closed.first for closed in closed_days],
        "closed_last": [closed.last for closed in closed_days],
        "closed_name": [closed.name for closed in closed_days],
        "closed_yearly": [_write_yearly(closed) for closed in closed_days],
        "away": [settings.away],
    }
    for day, openings in zip(WEEKDAYS, settings.hours, strict=True):
        form[f"hours_{day}"] = [write_openings([each]) for each in openings]
    return form


def _read_team(reading: Reading, _: int) -> None:
    reading.read_field("team_name", read_line, 40)
    reading.read_field("requests_to", _read_user_id)
    reading.read_field("silence_minutes", read_within, MOST_SILENCE_MINUTES, 5)
    reading.read_field("waiting_days", read_within, MOST_WAITING_DAYS, 14)
    reading.read_field("ask_for_email", read_checkbox)
    reading.read_field("rating", read_checkbox)


def _write_team(settings: Settings) -> Fields:
    return {
        "team_name": [settings.team_name],
        "requests_to": [settings.requests_to],
        "silence_minutes": [str(settings.silence_minutes)],
        "waiting_days": [str(settings.waiting_days)],
        "ask_for_email": _write_checkbox(settings.ask_for_email),
        "rating": _write_checkbox(settings.rating),
    }


def _read_data(reading: Reading, most_messages_per_minute: int) -> None:
    reading.read_form("expiry_seconds", _read_expiry)
    reading.read_field("retention_days", read_count, MOST_RETENTION_DAYS)
    reading.read_field("messages_per_minute", read_count, most_messages_per_minute)
    reading.read_field("replies_per_day", read_count, MOST_REPLIES)
    reading.read_field("replies_per_month", read_count, MOST_REPLIES)
    reading.read_field("dollars_per_day", read_dollars)
    reading.read_field("dollars_per_month", read_dollars)


def _write_data(settings: Settings) -> Fields:
    count, unit = in_units(settings.expiry_seconds)
    return {
        "expiry_count": [count],
        "expiry_unit": [unit],
        "retention_days": [_write_count(settings.retention_days)],
        "messages_per_minute": [_write_count(settings.messages_per_minute)],
        "replies_per_day": [_write_count(settings.replies_per_day)],
        "replies_per_month": [_write_count(settings.replies_per_month)],
        "dollars_per_day": [_write_dollars(settings.dollars_per_day)],
        "dollars_per_month": [_write_dollars(settings.dollars_per_month)],
    }


ASSISTANT = "assistant"
# By the name of their template, in the order of their links.
PAGES = {
    ASSISTANT: Page("Assistant", "/admin/settings", _read_assistant, _write_assistant),
    "knowledge": Page(
        "Knowledge", "/admin/settings/knowledge", _read_knowledge, _write_knowledge
    ),
    "availability": Page(
        "Availability",
        "/admin/settings/availability",
        _read_availability,
        _write_availability,
    ),
    "team": Page("Team", "/admin/settings/team", _read_team, _write_team),
    "data": Page("Data", "/admin/settings/data", _read_data, _write_data),
}


def in_units(seconds: int | None) -> tuple[str, str]:
    """In the largest unit that divides it."""
    if seconds is None:
        return "", "hours"

    for unit in reversed(UNITS):
        count, rest = divmod(seconds, UNITS[unit])
        if rest == 0:
            return str(count), unit

    minutes = seconds // UNITS["minutes"]
    return str(minutes), "minutes"


def _write_checkbox(is_on: bool) -> list[str]:
    return [CHECKED] if is_on else []


def _write_count(number: int | None) -> str:
    if number is None:
        return ""
    return str(number)


def _write_dollars(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return f"{amount:.2f}"


def _read_user_id(text: str) -> str:
    """Blank for nobody."""
    if text and USER_ID.fullmatch(text) is None:
        raise ValueError("Select somebody of your team, or nobody.")
    return text


def _read_languages(text: str) -> tuple[str, ...]:
    parts = re.split(r"[,;\n،、]", text)
    lines = [read_line(part, 40) for part in parts]

    languages = dict.fromkeys(line for line in lines if line)
    if len(languages) > MOST_LANGUAGES:
        raise ValueError(f"Name up to {MOST_LANGUAGES} languages.")
    return tuple(languages)


def _read_greetings(form: Form) -> tuple[Greeting, ...]:
    """One a language. A row in which no greeting stands is none, whatever language it shows."""
    filled: dict[str, list[str]] = {"greeting_language": [], "greeting": []}
    languages, texts = form.get("greeting_language", ()), form.get("greeting", ())
    for language, text in zip(languages, texts, strict=False):
        filled["greeting_language"].append(language if text.strip() else "")
        filled["greeting"].append(text)

    rows = read_rows(filled, {"greeting_language": 10, "greeting": MOST_WELCOME})
    greetings = tuple(Greeting(*row) for row in rows)
    _refuse_languages([each.strip() for each in filled["greeting_language"]])
    return greetings


def _refuse_languages(languages: Sequence[str]) -> None:
    """Those that no store has, and those that were named in an earlier row."""
    errors = {}
    for number, language in enumerate(languages):
        place = f"greeting_language.{number}"
        if language and language not in LANGUAGES:
            errors[place] = "Select a language."
        elif language and language in languages[:number]:
            errors[place] = "This language has a greeting already."

    if errors:
        raise Refused(errors)


def _write_time_zone(settings: Settings) -> str:
    """Blank for the shop's own."""
    is_shops = settings.time_zone == settings.shop_zone
    return "" if is_shops else settings.time_zone


def _write_yearly(closed: ClosedDays) -> str:
    return CHECKED if closed.yearly else ""


def _read_time_zone(text: str) -> str:
    """Nothing, for the shop's own."""
    if text and text not in available_timezones():
        raise ValueError("Select a time zone.")
    return text


def _read_expiry(form: Form) -> int | None:
    count = read_first(form, "expiry_count")
    if not count:
        return None

    unit = read_first(form, "expiry_unit")
    seconds = read_whole(count) * UNITS.get(unit, 0)
    if not LEAST_EXPIRY <= seconds <= MOST_EXPIRY:
        because = "Choose from 30 minutes to 30 days, or leave it blank."
        raise Refused({"expiry_count": because})
    return seconds


def _read_questions(form: Form) -> tuple[Answered, ...]:
    columns = {
        "question": 300,
        "answer": 2_000,
    }
    rows = read_rows(form, columns)
    return tuple(Answered(*row) for row in rows)


def _read_places(form: Form) -> tuple[PickupPlace, ...]:
    """Shoppers choose one by its name, so no two have the same."""
    columns = {
        "pickup_name": 80,
        "pickup_address": 300,
        "pickup_hours": 200,
    }
    rows = read_rows(form, columns, optional={"pickup_hours"})
    places = tuple(PickupPlace(*row) for row in rows)

    names = [place.name for place in places]
    if len(set(names)) < len(names):
        raise Refused({"pickup_name.0": "Two pickup locations have the same name."})
    return places


def _read_hours(form: Form) -> tuple[tuple[Opening, ...], ...]:
    """A day has one text for each of its spans."""
    errors: dict[str, str] = {}
    week = []

    for day in WEEKDAYS:
        name = f"hours_{day}"
        text = ", ".join(form.get(name, ()))
        try:
            openings = read_openings(text)
            week.append(openings)
        except ValueError as error:
            errors[name] = str(error)

    if not errors:
        overlaps = find_overlaps(week, WEEKDAYS)
        errors = {f"hours_{day}": error for day, error in overlaps.items()}
    if errors:
        raise Refused(errors)
    return tuple(week)


def _read_closed_days(form: Form) -> tuple[ClosedDays, ...]:
    errors: dict[str, str] = {}
    found = []

    for number, row in enumerate(rows_of(form, CLOSED_COLUMNS)):
        *texts, _ = row
        if not any(text.strip() for text in texts):
            continue
        try:
            found.append(_read_closed_row(row))
        except Refused as refused:
            errors |= {f"{name}.{number}": why for name, why in refused.errors.items()}

    if len(found) > MOST_ROWS:
        place = f"closed_first.{MOST_ROWS}"
        errors.setdefault(place, f"There may be up to {MOST_ROWS} of these.")
    if errors:
        raise Refused(errors)
    return tuple(found)


def _read_closed_row(row: Sequence[str]) -> ClosedDays:
    """Without a last date it is one day."""
    first, last, name, yearly = (text.strip() for text in row)
    place = "closed_first"
    try:
        begins = read_date(first)
        place = "closed_last"
        ends = read_last_date(last, begins)
        place = "closed_name"
        named = read_line(name, MOST_CLOSED_NAME)
    except ValueError as error:
        raise Refused({place: str(error)}) from None

    return ClosedDays(begins.isoformat(), ends.isoformat(), named, bool(yearly))
