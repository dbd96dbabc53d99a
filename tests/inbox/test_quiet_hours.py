"""Nobody is told in their quiet hours, whatever the clock does meanwhile."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.inbox.quiet_hours import QuietHours, next_allowed

NIGHT, NOON = QuietHours(22 * 60, 7 * 60), QuietHours(12 * 60, 13 * 60 + 30)


def at(zone: str, text: str) -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return int(local.timestamp() * 1000)


@pytest.mark.parametrize(
    "quiet, zone, now, then",
    [
        (None, "UTC", "2026-03-02T23:00", "2026-03-02T23:00"),
        (NIGHT, "UTC", "2026-03-02T21:59", "2026-03-02T21:59"),
        (NIGHT, "UTC", "2026-03-02T22:00", "2026-03-03T07:00"),
        (NIGHT, "UTC", "2026-03-02T23:59", "2026-03-03T07:00"),
        (NIGHT, "UTC", "2026-03-03T00:00", "2026-03-03T07:00"),
        (NIGHT, "UTC", "2026-03-03T06:59", "2026-03-03T07:00"),
        (NIGHT, "UTC", "2026-03-03T07:00", "2026-03-03T07:00"),
        (NOON, "UTC", "2026-03-03T12:00", "2026-03-03T13:30"),
        (NOON, "UTC", "2026-03-03T13:29", "2026-03-03T13:30"),
        (NOON, "UTC", "2026-03-03T13:30", "2026-03-03T13:30"),
        (QuietHours(0, 60), "UTC", "2026-03-03T00:00", "2026-03-03T01:00"),
        (QuietHours(1380, 0), "UTC", "2026-03-03T23:30", "2026-03-04T00:00"),
        (NIGHT, "Asia/Kolkata", "2026-03-02T22:15", "2026-03-03T07:00"),
        (NIGHT, "Asia/Kathmandu", "2026-12-31T23:00", "2027-01-01T07:00"),
        # The night in which the clock is put forward, and that in which it is put back.
        (NIGHT, "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T07:00"),
        (NIGHT, "Europe/Berlin", "2026-10-24T23:00", "2026-10-25T07:00"),
        # Its end is skipped by the clock.
        (QuietHours(60, 150), "Europe/Berlin", "2026-03-29T01:30", "2026-03-29T03:30"),
    ],
)
def test_what_is_quiet_waits_for_its_end(
    quiet: QuietHours | None, zone: str, now: str, then: str
) -> None:
    assert next_allowed(at(zone, now), quiet, zone) == at(zone, then)
