"""Figures, their bars, and how they are printed."""

from evals.eval_rows import EvalRow, problems_of, table_of


def test_a_figure_is_met_from_its_bar_on() -> None:
    assert EvalRow("talks", 95, 100, 0.95).is_met
    assert not EvalRow("talks", 94, 100, 0.95).is_met


def test_of_nothing_nothing_is_met() -> None:
    assert not EvalRow("talks", 0, 0).is_met


def test_the_table_says_how_many_of_how_many() -> None:
    [line] = table_of([EvalRow("talks", 148, 152, 0.95)])

    assert line.split() == ["talks", "148", "of", "152", "97.4%", "bar", "95%", "met"]


def test_problems_stand_under_the_name_of_their_figure() -> None:
    rows = [EvalRow("good", 1, 1), EvalRow("bad", 0, 1, problems=["it broke"])]

    assert list(problems_of(rows)) == ["\nbad:", "  it broke"]
