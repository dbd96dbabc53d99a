"""Times in answers: UTC, with milliseconds."""

from datetime import UTC, datetime

import pytest

from backend.clock import clock_words, iso, now_ms


@pytest.mark.parametrize(
    "at, said",
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_795_000_000_007, "2026-11-18T11:06:40.007Z"),
        (1_795_000_000_999, "2026-11-18T11:06:40.999Z"),
    ],
)
def test_milliseconds_are_written_as_they_are(at: int, said: str) -> None:
    assert iso(at) == said


@pytest.mark.parametrize(
    "hour, minute, said",
    [
        (0, 0, "12:00 AM"),
        (0, 5, "12:05 AM"),
        (9, 30, "9:30 AM"),
        (12, 0, "12:00 PM"),
        (16, 54, "4:54 PM"),
        (23, 59, "11:59 PM"),
    ],
)
def test_the_time_of_day_is_said_as_in_the_admin(
    hour: int, minute: int, said: str
) -> None:
    assert clock_words(datetime(2026, 11, 18, hour, minute, tzinfo=UTC)) == said


def test_now_is_the_systems_time() -> None:
    before = int(datetime.now(UTC).timestamp() * 1000)

    assert before <= now_ms() <= before + 60_000
