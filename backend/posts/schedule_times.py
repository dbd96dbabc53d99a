"""When a post is to go out: read from what staff wrote, turned into a moment of the shop's clock,
and said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import regex

from backend.clock import clock_words
from backend.flows.time_reading import SaidTime, Unclear, understand
from backend.flows.time_words import (
    HOURS_OF_HALF_A_DAY,
    AmbiguousDate,
    Clock,
    cut,
)

DAY_MINUTES = 24 * 60
MINUTE_MS = 60_000
ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
# An hour that may be of both halves of the day is in the first from then on.
EARLIEST_HOUR = 7
NOON = Clock(
    HOURS_OF_HALF_A_DAY,
    0,
    True,
)
LONGEST_TEXT = 200
# As it is printed in French: "18 h 30".
SPACED_HOUR = regex.compile(r"(?<=\d)\s+h\s+(?=\d)")
LONGEST_AHEAD = timedelta(days=366)
# No clock is set forward by more.
LONGEST_GAP = 24 * 60


class InvalidTime(Exception):
    """A post cannot go out then; `say` tells staff why, and is all that may be shown."""

    def __init__(self, say: str) -> None:
        super().__init__(say)
        self.say = say


@dataclass(frozen=True, slots=True)
class LocalMoment:
    """A day of the shop's calendar; `minute` of that day is None where no hour was said."""

    day: date
    minute: int | None


@dataclass(frozen=True, slots=True)
class ScheduledTime:
    """Milliseconds, UTC; `note` is empty, or what staff should know of that hour."""

    at_ms: int
    note: str = ""


def read_moment(
    text: str,
    now: int,
    time_zone: str,
    language: str = "en",
) -> LocalMoment | None:
    """None, if it says no time, or several, or only a week. An hour without a day is the next one.
    `now` is in milliseconds, UTC. A day that is over is told as it was said.
    """
    here = datetime.fromtimestamp(now / 1000, ZoneInfo(time_zone))
    said = _understand(
        text,
        language,
        here.date(),
    )
    if said is None:
        return None

    if said.minutes is not None:
        then = _minutes_later(here, said.minutes)
        return LocalMoment(then.date(), _minute_of(then))
    if said.is_week:
        return None
    return _moment_of(said, here)


def to_utc(
    day: date,
    minute: int,
    time_zone: str,
    now: int,
) -> ScheduledTime:
    """When the shop's clock shows that `minute` of the day; of an hour that comes twice, the first.
    Raises InvalidTime for one that does not come, is over, or is more than a year ahead.
    """
    if not 0 <= minute < DAY_MINUTES:
        raise InvalidTime("Enter a time between 12:00 AM and 11:59 PM.")

    zone = ZoneInfo(time_zone)
    shown = datetime.combine(day, time(minute // 60, minute % 60))
    at = shown.replace(tzinfo=zone)
    if not _exists(at):
        raise InvalidTime(_told_gap(shown, zone))

    at_ms = _ms(at)
    if at_ms <= now:
        raise InvalidTime("That time is in the past. Choose a later one.")
    if at_ms - now > LONGEST_AHEAD.total_seconds() * 1000:
        raise InvalidTime("That time is more than a year ahead. Choose an earlier one.")
    return ScheduledTime(at_ms, _note(at))


def local_words(
    at_ms: int,
    time_zone: str,
) -> str:
    """As staff read it: "Dec 24, 4:54 PM"."""
    return _words(datetime.fromtimestamp(at_ms / 1000, ZoneInfo(time_zone)))


def note_of(
    at_ms: int,
    time_zone: str,
) -> str:
    """What staff should know of the hour that the shop's clock shows then; mostly nothing."""
    return _note(datetime.fromtimestamp(at_ms / 1000, ZoneInfo(time_zone)))


def _understand(
    text: str,
    language: str,
    today: date,
) -> SaidTime | None:
    try:
        written = SPACED_HOUR.sub("h", text[:LONGEST_TEXT])
        words, unknown = cut(written, language)
        return understand(
            words,
            unknown,
            today,
        )
    except (Unclear, AmbiguousDate, OverflowError):
        return None


def _minutes_later(
    here: datetime,
    minutes: int,
) -> datetime:
    """Of real time, also while the clock is being changed."""
    most = int(LONGEST_AHEAD / ONE_MINUTE) * 2
    later = here.astimezone(UTC) + timedelta(minutes=min(minutes, most))
    return later.astimezone(here.tzinfo)


def _moment_of(
    said: SaidTime,
    here: datetime,
) -> LocalMoment | None:
    clocks = said.clocks
    if len(clocks) > 1:
        return None
    if not clocks and said.parts == ("noon",):
        clocks = (NOON,)

    today = here.date()
    days = said.days or ((today,) if said.parts else ())
    if clocks:
        return _at_clock(
            clocks[0],
            said,
            days or (today, today + ONE_DAY),
            here,
        )
    return LocalMoment(days[0], None) if days else None


def _at_clock(
    clock: Clock,
    said: SaidTime,
    days: Sequence[date],
    here: datetime,
) -> LocalMoment:
    """The first that is still to come; else the first, so that whoever asks is told it is over."""
    moments = [
        LocalMoment(day, minute)
        for day in days
        for minute in _minutes_meant(clock, said.parts)
    ]
    coming = [moment for moment in moments if _is_coming(moment, here)]
    return (coming or moments)[0]


def _minutes_meant(
    clock: Clock,
    parts: Sequence[str],
) -> Sequence[int]:
    """Of the day, the likelier first: nine is in the morning, five in the afternoon."""
    early = (clock.hour * 60 + clock.minute) % DAY_MINUTES
    if clock.is_exact:
        return (early,)

    if clock.hour == HOURS_OF_HALF_A_DAY:
        is_midnight = "night" in parts
        return (0 if is_midnight else early,)

    late = early + HOURS_OF_HALF_A_DAY * 60
    if parts:
        return (early,) if parts[0] == "morning" else (late,)
    return (early, late) if clock.hour >= EARLIEST_HOUR else (late, early)


def _is_coming(
    moment: LocalMoment,
    here: datetime,
) -> bool:
    now = _minute_of(here)
    return (moment.day, moment.minute or 0) > (here.date(), now)


def _minute_of(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000


def _exists(at: datetime) -> bool:
    there_and_back = at.astimezone(UTC).astimezone(at.tzinfo)
    return there_and_back.replace(tzinfo=None) == at.replace(tzinfo=None)


def _told_gap(
    shown: datetime,
    zone: ZoneInfo,
) -> str:
    """The clock is set forward there; the next minute that it shows is named."""
    following = shown
    for _ in range(LONGEST_GAP):
        following += ONE_MINUTE
        if _exists(following.replace(tzinfo=zone)):
            break
    return (
        f"The clock is set forward then: {_words(shown)} does not come."
        f" The next time that does is {_words(following)}."
    )


def _note(at: datetime) -> str:
    second = at.replace(fold=1)
    if second.utcoffset() == at.utcoffset():
        return ""
    return f"The clock shows {_words(at)} twice that day. The first one is meant."


def _words(at: datetime) -> str:
    return f"{at:%b} {at.day}, {clock_words(at)}"
