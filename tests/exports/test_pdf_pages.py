"""Long texts on paper: their lines are found in time, and nothing is lost where they are cut."""

import pytest

from backend.exports.pdf_pages import LONGEST_PIECE, MARGIN, Pages, pieces_of
from tests.support import nasty_texts

SHAPES = (
    "one long word",
    "short lines",
    "a line of blanks",
    "one row of backslashes",
    "a script without spaces",
)


def written(text: str) -> bytes:
    pages = Pages("Conversations of Tide", "Tide")
    pages.write(text)
    return pages.finish()


@pytest.mark.parametrize("name", SHAPES)
def test_four_times_the_text_takes_four_times_the_time(name: str) -> None:
    assert nasty_texts.is_linear(written, name)


@pytest.mark.parametrize("name", nasty_texts.SHAPES)
def test_pieces_are_the_whole_text_but_for_the_blanks_between_them(name: str) -> None:
    text = nasty_texts.nasty_text(name, 10_000)

    pieces = list(pieces_of(text))

    assert max(map(len, pieces)) <= LONGEST_PIECE
    assert [sign for sign in "".join(pieces) if not sign.isspace()] == [
        sign for sign in text if not sign.isspace()
    ]


def test_a_text_is_cut_at_a_lines_end_then_between_words_and_never_within_a_sign() -> (
    None
):
    family = "👩\u200d👩\u200d👧"

    assert list(pieces_of("short\n\nlines")) == ["short\n\nlines"]
    assert [
        len(piece) for piece in pieces_of("word " * 300 + "\n" + "word " * 300)
    ] == [1_500, 1_500]
    assert not any(
        piece.startswith("\u200d") or piece.endswith("\u200d")
        for piece in pieces_of(family * 1_000)
    )
    assert not any(
        piece.startswith("\u0301")
        for piece in pieces_of("e\u0301" * 3_000 + "x" + "e\u0301" * 3_000)
    )


def test_what_is_indented_is_narrower_and_the_rest_is_not() -> None:
    plain, indented = Pages("Tide", "Tide"), Pages("Tide", "Tide")
    plain.write("word " * 40)
    with indented.indented(60):
        indented.write("word " * 40)
    assert indented._down > plain._down

    before = indented._down
    indented.write("word " * 40)
    assert indented._down - before == plain._down - MARGIN
