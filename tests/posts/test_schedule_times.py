"""When staff want a post to go out is read in four languages, and is right over daylight saving."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.posts.schedule_times import (
    InvalidTime,
    LocalMoment,
    local_words,
    read_moment,
    to_utc,
)

BERLIN = "Europe/Berlin"
# A Tuesday, 11:00 in Berlin.
NOW = 1_796_119_200_000
TODAY, TOMORROW, FRIDAY = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 4)


def ms(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1000  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "language", "day", "minute"),
    [
        ("on Friday at 9", "en", FRIDAY, 540),
        ("friday 9am", "en", FRIDAY, 540),
        ("tomorrow at 5", "en", TOMORROW, 1020),
        ("tomorrow at 5:30 am", "en", TOMORROW, 330),
        ("at 9", "en", TODAY, 1260),
        ("at noon", "en", TODAY, 720),
        ("tomorrow", "en", TOMORROW, None),
        ("December 24 at 4:54 pm", "en", date(2026, 12, 24), 1014),
        ("in two hours", "en", TODAY, 780),
        ("next monday at 10:00", "en", date(2026, 12, 7), 600),
        ("tonight at 8", "en", TODAY, 1200),
        ("für morgen 9 Uhr", "de", TOMORROW, 540),
        ("morgen früh um 8", "de", TOMORROW, 480),
        ("am Freitag um 17 Uhr", "de", FRIDAY, 1020),
        ("am 24.12. um 18:30", "de", date(2026, 12, 24), 1110),
        ("um halb zehn", "de", TODAY, 1290),
        ("demain à 9h", "fr", TOMORROW, 540),
        ("vendredi à 18 h 30", "fr", FRIDAY, 1110),
        ("demain à midi", "fr", TOMORROW, 720),
        ("mañana a las 9", "es", TOMORROW, 540),
        ("el viernes a las 9:30", "es", FRIDAY, 570),
        ("mañana por la mañana", "es", TOMORROW, None),
        ("mañana a las 8 de la tarde", "es", TOMORROW, 1200),
    ],
)
def test_a_moment_is_read(
    text: str, language: str, day: date, minute: int | None
) -> None:
    assert read_moment(text, NOW, BERLIN, language) == LocalMoment(day, minute)


@pytest.mark.parametrize(
    "text", ["", "please", "next week", "between 9 and 10", "12/5"]
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert read_moment(text, NOW, BERLIN) is None


def test_an_hour_means_the_shops_day_and_not_that_of_the_server() -> None:
    late = ms(2026, 12, 1, 23, 30)

    assert read_moment("today at 9", late, BERLIN) == LocalMoment(TOMORROW, 540)


def test_a_time_is_turned_into_utc() -> None:
    scheduled = to_utc(date(2026, 12, 24), 1014, BERLIN, NOW)

    assert scheduled.at_ms == ms(2026, 12, 24, 15, 54)
    assert scheduled.note == ""
    assert local_words(scheduled.at_ms, BERLIN) == "Dec 24, 4:54 PM"


def test_a_time_that_does_not_come_names_the_next_that_does() -> None:
    with pytest.raises(InvalidTime) as refused:
        to_utc(date(2027, 3, 28), 150, BERLIN, NOW)

    assert "Mar 28, 2:30 AM does not come" in refused.value.say
    assert "Mar 28, 3:00 AM" in refused.value.say


def test_a_time_that_comes_twice_is_the_first_and_says_so() -> None:
    scheduled = to_utc(date(2027, 10, 31), 150, BERLIN, NOW)

    assert scheduled.at_ms == ms(2027, 10, 31, 0, 30)
    assert "twice" in scheduled.note


def test_a_day_that_a_country_left_out_names_the_day_after() -> None:
    with pytest.raises(InvalidTime, match="Dec 31, 12:00 AM"):
        to_utc(date(2011, 12, 30), 600, "Pacific/Apia", ms(2011, 12, 1))


def test_what_is_over_or_far_ahead_is_refused() -> None:
    with pytest.raises(InvalidTime, match="past"):
        to_utc(TODAY, 660, BERLIN, NOW)
    with pytest.raises(InvalidTime, match="year"):
        to_utc(date(2027, 12, 24), 600, BERLIN, NOW)
    with pytest.raises(InvalidTime, match="between"):
        to_utc(TOMORROW, 1440, BERLIN, NOW)


@given(st.text(max_size=60), st.sampled_from(["en", "de", "fr", "es"]))
def test_no_text_breaks_the_reading(text: str, language: str) -> None:
    moment = read_moment(text, NOW, BERLIN, language)

    assert moment is None or moment.minute is None or 0 <= moment.minute < 1440


@given(
    st.dates(date(2026, 12, 3), date(2027, 11, 30)),
    st.integers(0, 1439),
    st.sampled_from(
        [BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
    ),
)
def test_the_shops_clock_shows_what_was_asked_for(
    day: date, minute: int, zone: str
) -> None:
    with suppress(InvalidTime):
        scheduled = to_utc(day, minute, zone, NOW)
        assert local_words(scheduled.at_ms, zone) == shown_as(day, minute)


def shown_as(day: date, minute: int) -> str:
    hour = minute // 60
    half = "AM" if hour < 12 else "PM"
    return f"{day:%b} {day.day}, {hour % 12 or 12}:{minute % 60:02d} {half}"
