"""Opening hours as people write them, 9:00–12:30, 13:30–18:00 or 22:00–2:00, and the dates on which
a shop is closed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from backend.shops.opening_hours import (
    DAY_MINUTES,
    Opening,
    write_clock,
    write_opening,
)

OPENING = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII
)
DATE = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
# What is longer has meant the other half of the day.
LONGEST_NIGHT = 18 * 60
# What comes every year must end before it comes again.
MOST_CLOSED_DAYS = 365


def read_openings(text: str) -> tuple[Opening, ...]:
    """Those that begin on one day; none when it is blank. Raises ValueError with the sentence to
    show.
    """
    found: list[Opening] = []
    for part in text.split(","):
        if not part.strip():
            continue

        opening = _read_opening(part.strip())
        if found and opening[0] < found[-1][1]:
            raise ValueError(
                f"{write_opening(found[-1])} and {write_opening(opening)} overlap."
                " Write the earlier time first."
            )
        found.append(opening)
    return tuple(found)


def write_openings(openings: Iterable[Opening]) -> str:
    return ", ".join(map(write_opening, openings))


def find_overlaps(
    week: Sequence[Sequence[Opening]], names: Sequence[str]
) -> dict[str, str]:
    """What is wrong with days that begin before the night of the day before has ended, by their
    `names`. After the last day comes the first one.
    """
    found = {}
    for number, openings in enumerate(week):
        before = week[number - 1]
        rest = before[-1][1] - DAY_MINUTES if before else 0
        if openings and openings[0][0] < rest:
            day_before = names[number - 1].title()
            found[names[number]] = (
                f"The hours on {day_before} end at {write_clock(rest)} on this day."
                f" Start at {write_clock(rest)} or later."
            )
    return found


def read_date(text: str) -> date:
    """Raises ValueError with the sentence to show."""
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("Enter a date such as 2026-12-24.")


def read_last_date(text: str, first: date) -> date:
    """Where there is none, the first one. Raises ValueError with the sentence to show."""
    last = read_date(text) if text else first
    if last < first:
        raise ValueError("End date must be on or after start date.")
    if last - first >= timedelta(days=MOST_CLOSED_DAYS):
        raise ValueError(f"End date must be within {MOST_CLOSED_DAYS} days.")
    return last


def _read_opening(text: str) -> Opening:
    match = OPENING.fullmatch(text)
    if match is None:
        raise ValueError(
            "Write times such as 9:00–12:30, 13:30–18:00; leave a closed day blank."
        )

    start, end = _minute(match[1], match[2]), _minute(match[3], match[4])
    if start >= DAY_MINUTES or end > DAY_MINUTES:
        raise ValueError("A day has hours from 0:00 to 24:00.")
    if start == end:
        raise ValueError("Each time must end later than it begins.")
    if start < end:
        return start, end

    end += DAY_MINUTES
    if end - start > LONGEST_NIGHT:
        raise ValueError(
            "What passes midnight may last up to 18 hours. Write 9 in the evening as 21:00."
        )
    return start, end


def _minute(hour: str, minute: str | None) -> int:
    minutes = int(minute or 0)
    if minutes > 59:
        raise ValueError("An hour has minutes from 00 to 59.")
    return int(hour) * 60 + minutes
