"""When people of a shop answer, by its own clock: hours of a week, also over midnight, and dates on
which nobody does.

A clock that is set back shows an hour twice, and the first one counts. A time that is left out when
it is set forward is the moment of the change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
ONE_DAY = timedelta(days=1)
# Who is away for longer than a year has nobody there.
MOST_DAYS_AHEAD = 400

# From and until, in minutes of the day on which it begins: 22:00–02:00 is (1320, 1560).
Opening = tuple[int, int]
WHOLE_DAY: Opening = (0, DAY_MINUTES)


class Span(NamedTuple):
    """From and until, in milliseconds; of a point in time both are the same."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """ISO dates, both included, of less than a year. Those that come `yearly` do so in every year,
    whichever was written; the 29th of February only where there is one.
    """

    first: str
    last: str
    name: str = ""
    yearly: bool = False

    def include(self, day: date) -> bool:
        asked = day.isoformat()
        if not self.yearly:
            return self.first <= asked <= self.last

        first, last, asked = _in_year(self.first), _in_year(self.last), _in_year(asked)
        if first <= last:
            return first <= asked <= last
        return asked >= first or asked <= last


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`days` are a week's, Monday first; none on any day means always. Nobody answers on
    `closed_days`: a night that would begin there does not, and one from the day before ends at
    midnight.
    """

    time_zone: str
    days: tuple[tuple[Opening, ...], ...]
    closed_days: tuple[ClosedDays, ...] = ()

    @property
    def are_kept(self) -> bool:
        return any(self.days)

    def local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(self.time_zone))

    def at_ms(self, day: date, minute: int) -> int:
        """When the shop's clock shows that minute of the day, or of the one after."""
        shown = datetime.combine(day, time()) + timedelta(minutes=minute)
        return 1000 * _first_second(shown, ZoneInfo(self.time_zone))

    def find_closed_days(self, day: date) -> ClosedDays | None:
        for closed in self.closed_days:
            if closed.include(day):
                return closed
        return None

    def openings(self, day: date) -> tuple[Opening, ...]:
        """Those that begin on that day."""
        if self.find_closed_days(day):
            return ()

        usual = self.days[day.weekday()] if self.are_kept else (WHOLE_DAY,)
        if self.find_closed_days(day + ONE_DAY):
            return tuple((start, min(end, DAY_MINUTES)) for start, end in usual)
        return usual

    def rest_of_night(self, day: date) -> tuple[Opening, ...]:
        """What is left for that day of a night that began the day before."""
        return tuple(
            (0, end - DAY_MINUTES)
            for _, end in self.openings(day - ONE_DAY)
            if end > DAY_MINUTES
        )

    def spans(self, day: date) -> Iterator[Span]:
        """Those that begin on that day; none where the clock leaves it out."""
        for start, end in self.openings(day):
            span = Span(self.at_ms(day, start), self.at_ms(day, end))
            if span.start_ms < span.end_ms:
                yield span

    def is_open(self, at_ms: int) -> bool:
        """Whether people of the shop answer at that time."""
        today = self.local(at_ms).date()
        for day in (today - ONE_DAY, today):
            for start, end in self.spans(day):
                if start <= at_ms < end:
                    return True
        return False

    def find_opening(self, at_ms: int) -> Span | None:
        """What is left of the opening then, or else the next one; None if there is none for a
        year.
        """
        # A night may have begun the day before.
        first = self.local(at_ms).date() - ONE_DAY
        for later in range(MOST_DAYS_AHEAD):
            for start, end in self.spans(first + timedelta(days=later)):
                if end > at_ms:
                    return Span(max(start, at_ms), end)
        return None

    def next_opening(self, at_ms: int) -> int | None:
        """From when on somebody is there: that moment itself, where somebody is there already."""
        found = self.find_opening(at_ms)
        return None if found is None else found.start_ms


def write_opening(opening: Opening) -> str:
    start, end = opening
    return f"{write_clock(start)}–{write_clock(end)}"


def write_clock(minute: int) -> str:
    """Of the day, which 24:00 ends, or of the one after."""
    shown = minute if minute <= DAY_MINUTES else minute - DAY_MINUTES
    return f"{shown // 60}:{shown % 60:02d}"


def _in_year(iso: str) -> str:
    """Month and day."""
    _, _, rest = iso.partition("-")
    return rest


def _first_second(shown: datetime, zone: ZoneInfo) -> int:
    """Since 1970, when the zone's clock first shows that."""
    usual = shown.replace(tzinfo=zone)
    by_old_clock = int(usual.timestamp())
    by_new_clock = int(usual.replace(fold=1).timestamp())

    if by_new_clock >= by_old_clock:
        return by_old_clock
    # It is never shown. One of the two lies before the change, the other one behind it.
    return _second_of_change(zone, by_new_clock, by_old_clock)


def _second_of_change(zone: ZoneInfo, before: int, after: int) -> int:
    offset = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, second: int) -> timedelta | None:
    return datetime.fromtimestamp(second, zone).utcoffset()
