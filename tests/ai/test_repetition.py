"""A reply that only repeats itself is noticed, wherever its pieces are cut; honest lists stay."""

import pytest

from backend.ai.repetition import MOST_PERIOD, TIMES, Repetition


def end_of(text: str, size: int) -> int | None:
    """Where it ends when it comes in pieces of so many characters."""
    repetition = Repetition()
    for start in range(0, len(text), size):
        end = repetition.end_within(text[start : start + size])
        if end is not None:
            return start + end
    return None


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_the_same_words_without_end_are_cut_after_so_many_rounds(size: int) -> None:
    text = "We have mugs. " + "again and " * 2 * TIMES

    end = end_of(text, size)

    assert end == end_of(text, len(text))
    assert end is not None
    assert TIMES - 2 <= text[:end].count("again") <= TIMES + 2


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"* Mug number {number}" for number in range(2_000)),
        "ha" * (TIMES // 2),
        ("x" * MOST_PERIOD + "y") * 2 * TIMES,
    ],
    ids=["a list", "a laugh", "longer than a period may be"],
)
def test_what_an_honest_reply_may_say_is_left_alone(text: str) -> None:
    assert end_of(text, 11) is None
