"""When nobody is to be told: from and until a minute of the shop's day, also over midnight."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """In minutes of the day; the last minute is no longer quiet."""

    start: int
    end: int

    def has(self, minute: int) -> bool:
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


def next_allowed(at_ms: int, quiet: QuietHours | None, time_zone: str) -> int:
    """That very moment, or the end of the quiet hours that it is in; in milliseconds."""
    if quiet is None:
        return at_ms

    zone = ZoneInfo(time_zone)
    local = datetime.fromtimestamp(at_ms / 1000, zone)
    if not quiet.has(local.hour * 60 + local.minute):
        return at_ms
    return max(at_ms, _end_after(local, quiet.end))


def _end_after(local: datetime, minute: int) -> int:
    """By the clock on the wall: a night in which it is put forward is shorter."""
    ends = _at_minute(local, minute)
    if ends <= local:
        ends = _at_minute(local + timedelta(days=1), minute)
    # A time that the clock skips is the one just after.
    return int(ends.astimezone(UTC).timestamp() * 1000)


def _at_minute(local: datetime, minute: int) -> datetime:
    hour, rest = divmod(minute % DAY_MINUTES, 60)
    return local.replace(hour=hour, minute=rest, second=0, microsecond=0, fold=0)
