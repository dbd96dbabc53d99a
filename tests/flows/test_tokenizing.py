"""A message as tokens."""

from backend.flows.tokenizing import Token, tokenize


def kinds(text: str) -> list[tuple[Token, str]]:
    return [(piece.kind, piece.text) for piece in tokenize(text)]


def test_part_numbers_keep_their_dashes_dots_and_slashes() -> None:
    for code in ("kbd-1215-us", "4909.blt-m", "sn2438/42", "57aaa8c6", "bp2810/blk"):
        assert kinds(code.upper()) == [(Token.CODE, code)]


def test_a_slash_between_two_lines_is_a_mark() -> None:
    assert (Token.MARK, "/") in kinds("20 spoons / 10 forks")


def test_numbers_of_all_scripts_and_notations_have_a_value() -> None:
    values = [piece.value for piece in tokenize("12 ٢٥ १० 1.500 1,200 2,5")]

    assert values == [12, 25, 10, 1500, 1200, None]


def test_sizes_with_two_numbers_are_one_token() -> None:
    assert kinds("39-42 50 x 50 cm") == [
        (Token.RANGE, "39-42"),
        (Token.DIMENSION, "50 x 50 cm"),
    ]


def test_what_is_written_without_spaces_is_cut() -> None:
    texts = [piece.text for piece in tokenize("マグを10個ください")]

    assert "10" in texts
    assert texts.index("10") == 2


def test_an_arabic_number_is_parted_from_its_and() -> None:
    assert [piece.text for piece in tokenize("وخمسة")] == ["و", "خمسه"]
