"""Opening hours of a day as people write them: 9:00–12:30, 13:30–18:00."""

import re
from collections.abc import Iterable

from backend.shops.settings import Opening

OPENING = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII
)
DAY_MINUTES = 24 * 60


def read_openings(text: str) -> tuple[Opening, ...]:
    """Those of one day; none when it is blank. Raises ValueError with the sentence to show."""
    found: list[Opening] = []
    for part in text.split(","):
        if not part.strip():
            continue

        opening = _read_opening(part.strip())
        if not _may_follow(opening, found):
            raise ValueError(
                "Each time must end later than it begins, by 24:00, and come after the one before."
            )
        found.append(opening)
    return tuple(found)


def write_openings(openings: Iterable[Opening]) -> str:
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in openings)


def _read_opening(text: str) -> Opening:
    match = OPENING.fullmatch(text)
    if match is None:
        raise ValueError(
            "Write times such as 9:00–12:30, 13:30–18:00; leave a closed day blank."
        )
    return _minute(match[1], match[2]), _minute(match[3], match[4])


def _may_follow(opening: Opening, found: list[Opening]) -> bool:
    start, end = opening
    if found and start < found[-1][1]:
        return False
    return start < end <= DAY_MINUTES


def _minute(hour: str, minute: str | None) -> int:
    minutes = int(minute or 0)
    if minutes > 59:
        raise ValueError("An hour has minutes from 00 to 59.")
    return int(hour) * 60 + minutes


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
