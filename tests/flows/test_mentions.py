"""What a message mentions, in its order."""

from backend.flows.mention_kinds import What
from backend.flows.mentions import find_mentions
from backend.flows.tokenizing import tokenize


def whats(text: str) -> list[What]:
    return [each.what for each in find_mentions(tokenize(text), ("en",))]


def test_a_line_has_a_quantity_words_and_a_size() -> None:
    assert whats("5 red mugs, size L") == [
        What.QUANTITY,
        What.WORD,
        What.WORD,
        What.BREAK,
        What.SPEC,
    ]


def test_what_joins_two_lines_is_told_from_what_parts_them() -> None:
    assert whats("mugs and tees & KBD-1215-US") == [
        What.WORD,
        What.JOIN,
        What.WORD,
        What.JOIN,
        What.CODE,
    ]


def test_ten_of_a_size_may_be_ten_metres() -> None:
    [ten] = find_mentions(tokenize("10 M"), ("en",))

    assert (ten.value, ten.unit) == (10, "m")
