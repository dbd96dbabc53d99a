"""A figure has one unit, and says what it is of."""

from datetime import date

import pytest

from backend.reports.people_report import PeopleFigures
from backend.reports.period_report import Figures, Restored
from backend.web.admin.home_words import (
    Figure,
    describe_period,
    describe_today,
    waited,
    write_duration,
)

MINUTE = 60_000


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (0, "0 s"),
        (59_999, "59 s"),
        (MINUTE, "1 min"),
        (59 * MINUTE, "59 min"),
        (60 * MINUTE, "1 h"),
        (80 * MINUTE, "1 h 20 min"),
        (1_445 * MINUTE, "1 d 5 min"),
        (1_565 * MINUTE, "1 d 2 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(length: int, words: str) -> None:
    assert write_duration(length) == words


def test_who_waits_since_a_moment_to_come_waits_no_time() -> None:
    assert waited(1_000, 0).words == "0 s"
    assert waited(0, 61_000).iso == "1970-01-01T00:00:00.000Z"


def test_the_model_is_told_in_money_or_in_tokens_and_never_in_both() -> None:
    day = Figures(date(2026, 11, 30), tokens_in=1_200, tokens_out=30)

    in_tokens = describe_today(day, None)
    in_money = describe_today(day, {"today": "$0.04", "month": "$1.20"})

    assert [each for each in in_tokens if "AI " in each.name[:3]] == [
        Figure("AI usage (tokens)", "1,230", "1,200 read, 30 written")
    ]
    assert [each for each in in_money if "AI " in each.name[:3]] == [
        Figure("AI cost", "$0.04", "$1.20 this month")
    ]


def test_figures_of_the_period_say_what_they_are_of() -> None:
    people = PeopleFigures(
        first_response=80 * MINUTE,
        handoffs=1,
        answered=1_250,
        settled=1_000,
        rated=4,
        liked=3,
    )

    figures = {each.name: each for each in describe_period(people, Restored(11, 12))}

    assert figures["First response time"].number == "1 h 20 min"
    assert figures["First response time"].more == "median of 1 reply by your team"
    resolved = figures["Resolved without a person"]
    assert (resolved.number, resolved.more) == ("80%", "1,000 of 1,250 conversations")
    assert figures["Returning shoppers"].more == "92% found their chat"
    assert figures["Satisfaction"].number == "75%"
    assert figures["Satisfaction"].more == "of 4 ratings"


def test_nothing_is_no_data_and_not_nought_percent() -> None:
    numbers = [each.number for each in describe_period(PeopleFigures(), Restored(0, 0))]

    assert numbers == ["No data", "No data", "0", "No data"]
