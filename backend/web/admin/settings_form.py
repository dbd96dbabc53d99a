"""Settings as a form: every field's text, read back into values or into a sentence beside the
field.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from backend.bounds import is_storable, read_number
from backend.shops.settings import (
    TONES,
    WEEKDAYS,
    Answered,
    Opening,
    PickupPlace,
    Settings,
)

# Fields by name; a field of a list, such as `question`, comes once for each of its rows.
Form = Mapping[str, Sequence[str]]

UNITS = {"minutes": 60, "hours": 3_600, "days": 86_400}
LEAST_EXPIRY, MOST_EXPIRY = 30 * UNITS["minutes"], 30 * UNITS["days"]
MOST_RETENTION_DAYS = 730
MOST_REPLIES = 1_000_000
MOST_ROWS = 100
MOST_WHOLE = 999_999_999
MOST_LANGUAGES = 20

OPENING = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII
)
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Read:
    """A form that was sent. `settings` is there when no field has an error; errors are told by
    field.
    """

    settings: Settings | None
    errors: Mapping[str, str]


def read(form: Form, most_messages_per_minute: int) -> Read:
    """`most_messages_per_minute` is the operator's limit, which no shop may exceed."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, parse in _parsers(form, most_messages_per_minute).items():
        try:
            values[name] = parse()
        except _Refused as refused:
            errors |= refused.errors
        except ValueError as error:
            errors[name] = str(error)
    return Read(None if errors else Settings(**values), errors)


class _Refused(ValueError):
    """Of a group of fields: which are wrong, and why."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__()
        self.errors = errors


def _parsers(form: Form, most_messages_per_minute: int) -> dict[str, Callable[[], Any]]:
    def text(name: str, most: int) -> Callable[[], str]:
        return lambda: _text(_first(form, name), most)

    def line(name: str, most: int) -> Callable[[], str]:
        return lambda: " ".join(_text(_first(form, name), most).split())

    def number(name: str, most: int) -> Callable[[], int | None]:
        return lambda: _number(_first(form, name), most)

    return {
        "assistant_name": line("assistant_name", 40),
        "tone": lambda: _one_of(_first(form, "tone"), TONES),
        "welcome": text("welcome", 500),
        "languages": lambda: _languages(_first(form, "languages")),
        "instructions": text("instructions", 4_000),
        "questions": lambda: _questions(form),
        "knowledge": text("knowledge", 50_000),
        "pickup_places": lambda: _places(form),
        "team_name": line("team_name", 40),
        "time_zone": lambda: _time_zone(_first(form, "time_zone")),
        "hours": lambda: _hours(form),
        "away": text("away", 500),
        "expiry_seconds": lambda: _expiry(
            _first(form, "expiry_count"), _first(form, "expiry_unit")
        ),
        "retention_days": number("retention_days", MOST_RETENTION_DAYS),
        "messages_per_minute": number("messages_per_minute", most_messages_per_minute),
        "replies_per_day": number("replies_per_day", MOST_REPLIES),
        "replies_per_month": number("replies_per_month", MOST_REPLIES),
        "bulk_order": lambda: bool(_first(form, "bulk_order")),
        "callback_request": lambda: bool(_first(form, "callback_request")),
    }


def write(settings: Settings) -> dict[str, list[str]]:
    """The form that says what the settings say: reading it gives them back."""
    it = settings
    count, unit = in_units(it.expiry_seconds)
    return {
        "assistant_name": [it.assistant_name],
        "tone": [it.tone],
        "welcome": [it.welcome],
        "languages": [", ".join(it.languages)],
        "instructions": [it.instructions],
        "question": [row.question for row in it.questions],
        "answer": [row.answer for row in it.questions],
        "knowledge": [it.knowledge],
        "pickup_name": [place.name for place in it.pickup_places],
        "pickup_address": [place.address for place in it.pickup_places],
        "team_name": [it.team_name],
        "time_zone": [it.time_zone],
        **{
            f"hours_{day}": [_said(openings)]
            for day, openings in zip(WEEKDAYS, it.hours, strict=True)
        },
        "away": [it.away],
        "expiry_count": [count],
        "expiry_unit": [unit],
        "retention_days": [_shown(it.retention_days)],
        "messages_per_minute": [_shown(it.messages_per_minute)],
        "replies_per_day": [_shown(it.replies_per_day)],
        "replies_per_month": [_shown(it.replies_per_month)],
        "bulk_order": ["on"] if it.bulk_order else [],
        "callback_request": ["on"] if it.callback_request else [],
    }


def _first(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "").strip()


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def _text(text: str, most: int) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not is_storable(text):
        raise ValueError("This has characters that are no text.")
    if len(text) > most:
        raise ValueError(
            f"This may have up to {most:,} characters; it has {len(text):,}."
        )
    return text


def _number(text: str, most: int) -> int | None:
    if not text:
        return None
    number = _whole(text)
    if not 1 <= number <= most:
        raise ValueError(f"This must be a whole number from 1 to {most:,}, or blank.")
    return number


def _whole(text: str) -> int:
    """Zero, which no field allows, for what is no number; nor are digits by the hundred read as
    one.
    """
    return read_number(text, MOST_WHOLE) or 0


def _one_of(text: str, words: Sequence[str]) -> str:
    if text not in words:
        raise ValueError(f"Choose one of: {', '.join(words)}.")
    return text


def _languages(text: str) -> tuple[str, ...]:
    named = tuple(
        dict.fromkeys(
            " ".join(_text(part, 40).split()) for part in re.split(r"[,;\n،、]", text)
        )
    )
    named = tuple(filter(None, named))
    if len(named) > MOST_LANGUAGES:
        raise ValueError(f"Name up to {MOST_LANGUAGES} languages.")
    return named


def _time_zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(
            "Name a time zone as it is listed, such as Europe/Berlin or Asia/Kolkata."
        )
    return text


def _expiry(count: str, unit: str) -> int | None:
    if not count:
        return None
    seconds = _whole(count) * UNITS.get(unit, 0)
    if not LEAST_EXPIRY <= seconds <= MOST_EXPIRY:
        raise _Refused(
            {"expiry_count": "Choose from 30 minutes to 30 days, or leave it blank."}
        )
    return seconds


def in_units(seconds: int | None) -> tuple[str, str]:
    """In the largest unit that divides it."""
    if seconds is None:
        return "", "hours"
    unit = next(
        (unit for unit in reversed(UNITS) if seconds % UNITS[unit] == 0), "minutes"
    )
    return str(seconds // UNITS[unit]), unit


def _questions(form: Form) -> tuple[Answered, ...]:
    return tuple(
        Answered(*row) for row in _rows(form, ("question", 300), ("answer", 2_000))
    )


def _places(form: Form) -> tuple[PickupPlace, ...]:
    return tuple(
        PickupPlace(*row)
        for row in _rows(form, ("pickup_name", 80), ("pickup_address", 300))
    )


def _rows(form: Form, *columns: tuple[str, int]) -> Iterable[tuple[str, ...]]:
    """Rows of which every column is filled; rows of blanks are none. Errors are told by column and
    row, from 0.
    """
    errors: dict[str, str] = {}
    rows = []
    for number, row in enumerate(
        zip(*(form.get(name, ()) for name, _ in columns), strict=False)
    ):
        if not any(text.strip() for text in row):
            continue
        read = []
        for (name, most), text in zip(columns, row, strict=True):
            try:
                read.append(_filled(text, most))
            except ValueError as error:
                errors[f"{name}.{number}"] = str(error)
        rows.append(tuple(read))
    if len(rows) > MOST_ROWS:
        errors.setdefault(
            f"{columns[0][0]}.{MOST_ROWS}", f"There may be up to {MOST_ROWS} of these."
        )
    if errors:
        raise _Refused(errors)
    return rows


def _filled(text: str, most: int) -> str:
    read = _text(text, most)
    if not read:
        raise ValueError("Fill this in, or clear the whole row.")
    return read


def _hours(form: Form) -> tuple[tuple[Opening, ...], ...]:
    errors: dict[str, str] = {}
    week = []
    for day in WEEKDAYS:
        try:
            week.append(_openings(_first(form, f"hours_{day}")))
        except ValueError as error:
            errors[f"hours_{day}"] = str(error)
    if errors:
        raise _Refused(errors)
    return tuple(week)


def _openings(text: str) -> tuple[Opening, ...]:
    found: list[Opening] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = OPENING.fullmatch(part)
        if match is None:
            raise ValueError(
                "Write times such as 9:00–12:30, 13:30–18:00; leave a closed day blank."
            )
        start, end = _minute(match[1], match[2]), _minute(match[3], match[4])
        if not start < end <= DAY_MINUTES or (found and start < found[-1][1]):
            raise ValueError(
                "Each time must end later than it begins, by 24:00, and come after the one before."
            )
        found.append((start, end))
    return tuple(found)


def _minute(hour: str, minute: str | None) -> int:
    if int(minute or 0) > 59:
        raise ValueError("An hour has minutes from 00 to 59.")
    return int(hour) * 60 + int(minute or 0)


def _said(openings: Iterable[Opening]) -> str:
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in openings)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def differences(form: Form, stored: Settings) -> dict[str, str]:
    """What is stored of every field of which the form says something else, by field."""
    return {
        name: "\n".join(texts)
        for name, texts in write(stored).items()
        if [text.strip() for text in form.get(name, ()) if text.strip()]
        != [text for text in texts if text]
    }
