"""A number and what it measures are found together."""

import pytest

from backend.assistant.clauses import read_clauses
from backend.assistant.number_spans import clock_values, find_spans
from backend.catalog.folding import fold


def units_in(text: str) -> list[tuple[str, str]]:
    """Each number with its unit, or with nothing."""
    spans = find_spans(read_clauses(fold(text)))
    return [
        (str(span.number.values[0]), span.unit.name if span.unit else "")
        for span in spans
        if not span.is_part
    ]


MEASURED = [
    ("29 €", [("29", "money")]),
    ("€29", [("29", "money")]),
    ("Rs. 500", [("500", "money")]),
    ("EUR: 29", [("29", "money")]),
    ("29,- €", [("29", "money")]),
    ("5k euros", [("5", "money")]),
    ("won 3 awards", [("3", "")]),
    ("50 %", [("50", "percent")]),
    ("%50", [("50", "percent")]),
    ("٪٥٠", [("50", "percent")]),
    ("3割引", [("3", "tenth")]),
    ("30-day", [("30", "day")]),
    ("3 short days", [("3", "day")]),
    ("3 of the days", [("3", "")]),
    ("خلال يومين", [("2", "day")]),
    ("9 am", [("9", "am")]),
    ("20 euros 30 days", [("20", "money"), ("30", "day")]),
    ("3–5 days", [("3", "day")]),
    ("30 or 60 days", [("30", "day"), ("60", "day")]),
    ("de 3 a 5 días", [("3", "day")]),
    ("€20–30", [("20", "money")]),
    ("a set of 2 – 29 €", [("1", ""), ("2", ""), ("29", "money")]),
    ("SAVE50", []),
    ("nur29€", [("29", "money")]),
    ("12月3日", [("12", "date"), ("3", "day")]),
]


@pytest.mark.parametrize(("text", "expected"), MEASURED)
def test_a_number_has_the_unit_that_belongs_to_it(text, expected):
    assert units_in(text) == expected


def test_a_range_has_two_ends():
    (first, second) = find_spans(read_clauses("3–5 days"))
    assert [int(value) for value in (*first.number.values, *first.upto)] == [3, 5]
    assert second.is_part


@pytest.mark.parametrize(
    ("hour", "minute", "half", "expected"),
    [
        (9, 0, "am", [540]),
        (12, 0, "am", [0]),
        (5, 30, "pm", [1050]),
        (17, 0, "", [1020]),
        (9, 0, "oclock", [540, 1260]),
        (25, 0, "", []),
        (9, 60, "", []),
    ],
)
def test_a_time_may_be_of_either_half_of_the_day(hour, minute, half, expected):
    assert [int(value) for value in clock_values(hour, minute, half)] == expected
