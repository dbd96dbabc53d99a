"""Settings as a form: every field's text, read back into values or into a sentence beside the
field.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Concatenate, ParamSpec
from zoneinfo import available_timezones

from backend.bounds import is_storable, read_number
from backend.shops.opening_hours import ClosedDays, Opening
from backend.shops.settings import (
    ASKED,
    DEFAULTS,
    NO_ZONE,
    TONES,
    WEEKDAYS,
    Answered,
    PickupPlace,
    Settings,
)
from backend.web.admin.hours_form import (
    find_overlaps,
    read_date,
    read_last_date,
    read_openings,
    write_openings,
)

# Fields by name; a field of a list, such as `question`, comes once for each of its rows.
Form = Mapping[str, Sequence[str]]
Arguments = ParamSpec("Arguments")

UNITS = {
    "minutes": 60,
    "hours": 3_600,
    "days": 86_400,
}
LEAST_EXPIRY = 30 * UNITS["minutes"]
MOST_EXPIRY = 30 * UNITS["days"]
MOST_RETENTION_DAYS = 730
MOST_REPLIES = 1_000_000
LEAST_DOLLARS, MOST_DOLLARS = Decimal("0.01"), Decimal(100_000)
DOLLARS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,2})?", re.ASCII)
MOST_ROWS = 100
MOST_WHOLE = 999_999_999
MOST_LANGUAGES = 20
MOST_PIECES = 100_000
MOST_CLOSED_NAME = 80
CLOSED_COLUMNS = ("closed_first", "closed_last", "closed_name", "closed_yearly")
MOST_SILENT_MINUTES = 240
MOST_WAITING_DAYS = 90
USER_ID = re.compile(r"[0-9A-Za-z]{1,32}", re.ASCII)
# What a checkbox sends when it is checked; unchecked it sends nothing.
CHECKED = "on"
CHECKBOXES = ("rating", "ask_for_email", "bulk_orders", "callbacks", "delivery")


@dataclass(frozen=True, slots=True)
class Read:
    """A form that was sent. `settings` is there when no field has an error; errors are told by
    field.
    """

    settings: Settings | None
    errors: Mapping[str, str]


def read_settings(
    form: Form, most_messages_per_minute: int, shop_zone: str = NO_ZONE
) -> Read:
    """`most_messages_per_minute` is the operator's limit, which no shop may exceed; `shop_zone`
    holds where no time zone is chosen.
    """
    reading = _Reading(form, shop_zone)

    reading.read_field("assistant_name", _read_line, 40)
    reading.read_field("tone", _read_one_of, TONES)
    reading.read_field("welcome", _read_text, 500)
    reading.read_field("languages", _read_languages)

    reading.read_field("instructions", _read_text, 4_000)
    reading.read_form("questions", _read_questions)
    reading.read_field("knowledge", _read_text, 50_000)
    reading.read_form("pickup_places", _read_places)

    for name in CHECKBOXES:
        reading.read_field(name, _read_checkbox)
    reading.read_field("ask_phone", _read_one_of, ASKED)
    reading.read_field("ask_email", _read_one_of, ASKED)
    reading.read_field("least_pieces", _read_least_pieces)
    reading.read_field("requests_to", _read_user_id)

    reading.read_field("team_name", _read_line, 40)
    reading.read_field("time_zone", _read_time_zone, shop_zone)
    reading.read_form("hours", _read_hours)
    reading.read_form("closed_days", _read_closed_days)
    reading.read_field("away", _read_text, 500)
    reading.read_field(
        "silence_minutes", _read_between, DEFAULTS.silence_minutes, MOST_SILENT_MINUTES
    )
    reading.read_field(
        "waiting_days", _read_between, DEFAULTS.waiting_days, MOST_WAITING_DAYS
    )

    reading.read_form("expiry_seconds", _read_expiry)
    reading.read_field("retention_days", _read_count, MOST_RETENTION_DAYS)
    reading.read_field("messages_per_minute", _read_count, most_messages_per_minute)
    reading.read_field("replies_per_day", _read_count, MOST_REPLIES)
    reading.read_field("replies_per_month", _read_count, MOST_REPLIES)
    reading.read_field("dollars_per_day", _read_dollars)
    reading.read_field("dollars_per_month", _read_dollars)

    return reading.result()


class _Refused(ValueError):
    """Of a group of fields: which are wrong, and why."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__()
        self.errors = errors


class _Reading:
    """What has been read of a form so far: values by setting, errors by field."""

    def __init__(self, form: Form, shop_zone: str) -> None:
        self._form = form
        self._values: dict[str, Any] = {"shop_zone": shop_zone}
        self._errors: dict[str, str] = {}

    def read_field(
        self,
        name: str,
        parse: Callable[Concatenate[str, Arguments], Any],
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> None:
        """A setting that is one field."""
        text = _first(self._form, name)
        try:
            self._values[name] = parse(text, *arguments, **named)
        except ValueError as error:
            self._errors[name] = str(error)

    def read_form(self, name: str, parse: Callable[[Form], Any]) -> None:
        """A setting of several fields."""
        try:
            self._values[name] = parse(self._form)
        except _Refused as refused:
            self._errors |= refused.errors

    def result(self) -> Read:
        if self._errors:
            return Read(None, self._errors)

        settings = Settings(**self._values)
        return Read(settings, {})


def write_settings(settings: Settings) -> dict[str, list[str]]:
    """The form that says what the settings say: reading it gives them back."""
    count, unit = in_units(settings.expiry_seconds)
    form = {
        "assistant_name": [settings.assistant_name],
        "tone": [settings.tone],
        "welcome": [settings.welcome],
        "languages": [", ".join(settings.languages)],
        "instructions": [settings.instructions],
        "question": [row.question for row in settings.questions],
        "answer": [row.answer for row in settings.questions],
        "knowledge": [settings.knowledge],
        "pickup_name": [place.name for place in settings.pickup_places],
        "pickup_address": [place.address for place in settings.pickup_places],
        "pickup_hours": [place.hours for place in settings.pickup_places],
        "ask_phone": [settings.ask_phone],
        "ask_email": [settings.ask_email],
        "least_pieces": [str(settings.least_pieces)],
        "requests_to": [settings.requests_to],
        "team_name": [settings.team_name],
        "time_zone": [_write_time_zone(settings)],
        "closed_first": [closed.first for closed in settings.closed_days],
        "closed_last": [closed.last for closed in settings.closed_days],
        "closed_name": [closed.name for closed in settings.closed_days],
        "closed_yearly": [_write_yearly(closed) for closed in settings.closed_days],
        "away": [settings.away],
        "silence_minutes": [str(settings.silence_minutes)],
        "waiting_days": [str(settings.waiting_days)],
        "expiry_count": [count],
        "expiry_unit": [unit],
        "retention_days": [_write_count(settings.retention_days)],
        "messages_per_minute": [_write_count(settings.messages_per_minute)],
        "replies_per_day": [_write_count(settings.replies_per_day)],
        "replies_per_month": [_write_count(settings.replies_per_month)],
        "dollars_per_day": [_write_dollars(settings.dollars_per_day)],
        "dollars_per_month": [_write_dollars(settings.dollars_per_month)],
    }

    for day, openings in zip(WEEKDAYS, settings.hours, strict=True):
        form[f"hours_{day}"] = [write_openings(openings)]
    for name in CHECKBOXES:
        form[name] = [CHECKED] if getattr(settings, name) else []
    return form


def find_differences(form: Form, stored: Settings) -> dict[str, str]:
    """What is stored of every field of which the form says something else, by field."""
    found = {}
    for name, texts in write_settings(stored).items():
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


def _first(form: Form, name: str) -> str:
    texts = form.get(name, ())
    if not texts:
        return ""
    return texts[0].strip()


def _write_count(number: int | None) -> str:
    if number is None:
        return ""
    return str(number)


def _write_dollars(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return f"{amount:.2f}"


def _read_text(text: str, most: int) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not is_storable(text):
        raise ValueError("This has characters that are no text.")

    length = len(text)
    if length > most:
        raise ValueError(f"This may have up to {most:,} characters; it has {length:,}.")
    return text


def _read_line(text: str, most: int) -> str:
    words = _read_text(text, most).split()
    return " ".join(words)


def _read_count(text: str, most: int) -> int | None:
    if not text:
        return None

    number = _whole(text)
    if not 1 <= number <= most:
        raise ValueError(f"This must be a whole number from 1 to {most:,}, or blank.")
    return number


def _read_dollars(text: str) -> Decimal | None:
    """In whole cents."""
    if not text:
        return None

    amount = Decimal(text) if DOLLARS.fullmatch(text) else Decimal(0)
    if not LEAST_DOLLARS <= amount <= MOST_DOLLARS:
        raise ValueError(
            f"This must be an amount from {LEAST_DOLLARS} to {MOST_DOLLARS:,}, such as 12.50, or"
            " blank."
        )
    return amount


def _whole(text: str) -> int:
    """Zero, which no field allows, for what is no number; nor are digits by the hundred read as
    one.
    """
    number = read_number(text, MOST_WHOLE)
    return number or 0


def _read_one_of(text: str, words: Sequence[str]) -> str:
    if text not in words:
        choices = ", ".join(words)
        raise ValueError(f"Choose one of: {choices}.")
    return text


def _read_checkbox(text: str) -> bool:
    return bool(text)


def _read_least_pieces(text: str) -> int:
    """One, where nothing is said."""
    number = _whole(text) if text else 1
    if not 1 <= number <= MOST_PIECES:
        raise ValueError(f"This must be a whole number from 1 to {MOST_PIECES:,}.")
    return number


def _read_between(text: str, usual: int, most: int) -> int:
    """`usual`, where nothing is said."""
    number = _whole(text) if text else usual
    if not 1 <= number <= most:
        raise ValueError(f"This must be a whole number from 1 to {most:,}.")
    return number


def _read_user_id(text: str) -> str:
    """Blank for nobody."""
    if text and USER_ID.fullmatch(text) is None:
        raise ValueError("Select somebody of your team, or nobody.")
    return text


def _read_languages(text: str) -> tuple[str, ...]:
    parts = re.split(r"[,;\n،、]", text)
    lines = [_read_line(part, 40) for part in parts]

    languages = dict.fromkeys(line for line in lines if line)
    if len(languages) > MOST_LANGUAGES:
        raise ValueError(f"Name up to {MOST_LANGUAGES} languages.")
    return tuple(languages)


def _write_time_zone(settings: Settings) -> str:
    """Blank for the shop's own."""
    is_shops = settings.time_zone == settings.shop_zone
    return "" if is_shops else settings.time_zone


def _write_yearly(closed: ClosedDays) -> str:
    return CHECKED if closed.yearly else ""


def _read_time_zone(text: str, shop_zone: str) -> str:
    """Of nothing the shop's own."""
    if not text:
        return shop_zone
    if text not in available_timezones():
        raise ValueError(
            "Name a time zone as it is listed, such as Europe/Berlin or Asia/Kolkata."
        )
    return text


def _read_expiry(form: Form) -> int | None:
    count = _first(form, "expiry_count")
    if not count:
        return None

    unit = _first(form, "expiry_unit")
    seconds = _whole(count) * UNITS.get(unit, 0)
    if not LEAST_EXPIRY <= seconds <= MOST_EXPIRY:
        because = "Choose from 30 minutes to 30 days, or leave it blank."
        raise _Refused({"expiry_count": because})
    return seconds


def _read_questions(form: Form) -> tuple[Answered, ...]:
    columns = {
        "question": 300,
        "answer": 2_000,
    }
    rows = _read_rows(form, columns)
    return tuple(Answered(*row) for row in rows)


def _read_places(form: Form) -> tuple[PickupPlace, ...]:
    """Shoppers choose one by its name, so no two have the same."""
    columns = {
        "pickup_name": 80,
        "pickup_address": 300,
        "pickup_hours": 200,
    }
    rows = _read_rows(form, columns, optional={"pickup_hours"})
    places = tuple(PickupPlace(*row) for row in rows)

    names = [place.name for place in places]
    if len(set(names)) < len(names):
        raise _Refused({"pickup_name.0": "Two pickup locations have the same name."})
    return places


def _read_rows(
    form: Form,
    columns: Mapping[str, int],
    optional: Collection[str] = (),
) -> list[list[str]]:
    """Rows of which every column is filled but for the `optional` ones, by the most characters of
    each; rows of blanks are none. Errors are told by column and row, from 0.
    """
    errors: dict[str, str] = {}
    rows = []

    for number, row in enumerate(_rows_of(form, columns)):
        is_blank = not any(text.strip() for text in row)
        if is_blank:
            continue

        read = []
        for name, text in zip(columns, row, strict=True):
            parse = _read_text if name in optional else _read_filled
            try:
                read.append(parse(text, columns[name]))
            except ValueError as error:
                errors[f"{name}.{number}"] = str(error)
        rows.append(read)

    if len(rows) > MOST_ROWS:
        first, *_ = columns
        place = f"{first}.{MOST_ROWS}"
        errors.setdefault(place, f"There may be up to {MOST_ROWS} of these.")
    if errors:
        raise _Refused(errors)
    return rows


def _rows_of(form: Form, columns: Iterable[str]) -> list[tuple[str, ...]]:
    """A column that an older page does not send is blank."""
    texts = [form.get(name, ()) for name in columns]
    return list(zip_longest(*texts, fillvalue=""))


def _read_filled(text: str, most: int) -> str:
    read = _read_text(text, most)
    if not read:
        raise ValueError("Fill this in, or clear the whole row.")
    return read


def _read_hours(form: Form) -> tuple[tuple[Opening, ...], ...]:
    errors: dict[str, str] = {}
    week = []

    for day in WEEKDAYS:
        name = f"hours_{day}"
        text = _first(form, name)
        try:
            openings = read_openings(text)
            week.append(openings)
        except ValueError as error:
            errors[name] = str(error)

    if not errors:
        overlaps = find_overlaps(week, WEEKDAYS)
        errors = {f"hours_{day}": error for day, error in overlaps.items()}
    if errors:
        raise _Refused(errors)
    return tuple(week)


def _read_closed_days(form: Form) -> tuple[ClosedDays, ...]:
    errors: dict[str, str] = {}
    found = []

    for number, row in enumerate(_rows_of(form, CLOSED_COLUMNS)):
        *texts, _ = row
        if not any(text.strip() for text in texts):
            continue
        try:
            found.append(_read_closed_row(row))
        except _Refused as refused:
            errors |= {f"{name}.{number}": why for name, why in refused.errors.items()}

    if len(found) > MOST_ROWS:
        place = f"closed_first.{MOST_ROWS}"
        errors.setdefault(place, f"There may be up to {MOST_ROWS} of these.")
    if errors:
        raise _Refused(errors)
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
        named = _read_line(name, MOST_CLOSED_NAME)
    except ValueError as error:
        raise _Refused({place: str(error)}) from None

    return ClosedDays(begins.isoformat(), ends.isoformat(), named, bool(yearly))
