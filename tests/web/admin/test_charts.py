"""Bars of a fortnight, and the sentence that says the same to those who see none."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from backend.reports.period_report import Figures
from backend.web.admin.charts import HEIGHT, WIDTH, draw_chart

KINDS = [("answered", "Answered"), ("failed", "Failed")]


def days(*numbers: tuple[int, int]) -> list[Figures]:
    """One figure for each day: (answered, failed)."""
    empty: Any = Figures(date(2026, 11, 1))
    return [
        replace(
            empty,
            day=date(2026, 11, 1) + timedelta(place),
            answered=answered,
            failed=failed,
        )
        for place, (answered, failed) in enumerate(numbers)
    ]


def test_bars_stand_on_one_another_and_fill_the_height() -> None:
    chart = draw_chart("Replies", days((3, 1), (0, 0), (2, 0)), KINDS)

    first, second, third = chart.bars
    assert first.y + first.height == HEIGHT
    assert (second.x, second.y, second.y + second.height) == (first.x, 0, first.y)
    assert third.height == HEIGHT / 2
    assert [bar.kind for bar in chart.bars] == ["answered", "failed", "answered"]
    assert third.x + chart.bar_width <= WIDTH


def test_the_sentence_says_how_many_and_when_most() -> None:
    assert draw_chart("Replies", days((3, 1), (1_200, 0)), KINDS).said == (
        "1,204 in 2 days; most on Nov 2, 1,200."
    )
    assert (
        draw_chart("Replies", days((0, 0), (0, 0)), KINDS).said
        == "No data for this period"
    )
