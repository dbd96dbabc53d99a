"""What of a lie counts as seen."""

from evals.lying_model import LieFigures, list_seen


def test_a_needle_is_seen_where_it_stands() -> None:
    seen = list_seen(7, "screen", ["29", "x"], "It costs 29 €.")

    assert seen == ["lie 7: '29' on the screen: 'It costs 29 €.'"]
    assert list_seen(7, "screen", ["29"], "I cannot say.") == []


def test_a_lie_that_is_seen_twice_is_one_that_was_not_caught() -> None:
    seen = [
        *list_seen(1, "screen", ["29"], "29"),
        *list_seen(1, "export", ["29"], "29"),
    ]

    assert LieFigures(told=5, seen=seen).caught == 4
