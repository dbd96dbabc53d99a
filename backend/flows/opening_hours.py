"""When people of a shop answer the phone, on its own clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from backend.shops.hours_text import describe_hours
from backend.shops.settings import Opening, Settings

# Where a shop keeps no hours, nobody means the night unless he says so.
DAYTIME: Opening = (8 * 60, 20 * 60)
WHOLE_DAY: Opening = (0, 24 * 60)
MOST_DAYS_CLOSED = 14


class Span(NamedTuple):
    """From and until, in milliseconds; of a point in time both are the same."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`days` are a week's, Monday first, in minutes of the day; none on any day means always."""

    time_zone: str
    days: tuple[tuple[Opening, ...], ...]

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(settings.time_zone, settings.hours)

    @property
    def are_kept(self) -> bool:
        return any(self.days)

    def local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(
            at_ms / 1000,
            ZoneInfo(self.time_zone),
        )

    def at_ms(
        self,
        day: date,
        minute: int,
    ) -> int:
        """Of a minute of the day by the shop's clock, whatever the season does to it."""
        midnight = datetime.combine(
            day,
            time(),
            ZoneInfo(self.time_zone),
        )
        return int((midnight + timedelta(minutes=minute)).timestamp() * 1000)

    def openings(self, day: date) -> tuple[Opening, ...]:
        if not self.are_kept:
            return (WHOLE_DAY,)
        return self.days[day.weekday()]

    def is_open(
        self,
        day: date,
        minute: int,
    ) -> bool:
        return any(start <= minute < end for start, end in self.openings(day))

    def spans(self, day: date) -> Iterator[Span]:
        for start, end in self.openings(day):
            yield Span(
                self.at_ms(day, start),
                self.at_ms(day, end),
            )

    def opening_from(self, at_ms: int) -> Span:
        """What is left of the opening then, or else the next one."""
        first = self.local(at_ms).date()
        for later in range(MOST_DAYS_CLOSED):
            for start, end in self.spans(first + timedelta(days=later)):
                if end > at_ms:
                    return Span(max(start, at_ms), end)
        return Span(at_ms, at_ms)

    def describe(self, language: str) -> str:
        """Empty, when no hours are kept."""
        settings = Settings(
            time_zone=self.time_zone,
            hours=self.days,
        )
        return describe_hours(settings, language) or ""
