"""An excerpt marks each place in the text as it was written."""

import pytest

from backend.inbox.search_excerpts import Piece, pieces_of
from backend.inbox.search_terms import read_terms

LONG_BEFORE, LONG_BEHIND = "x " * 150, " y" * 150


@pytest.mark.parametrize(
    "text, words, pieces",
    [
        ("lamp", "lamp", [("lamp", True)]),
        ("none", "lamp", [("none", False)]),
        ("Two Lamps.", "lamp", [("Two ", False), ("Lamps", True), (".", False)]),
        (
            "blue, then a lamp",
            "lamp blue",
            [("blue", True), (", then a ", False), ("lamp", True)],
        ),
        ("Frau Müller", "muller", [("Frau ", False), ("Müller", True)]),
        (
            "注文番号1042の商品はいつ",
            "商品はい",
            [("注文番号1042の", False), ("商品はい", True), ("つ", False)],
        ),
        ("blue lamp, lamp", '"blue lamp"', [("blue", True), (" ", False)]),
        ("call +49-30-901820!", "030 901820", [("call ", False)]),
        ("Order 1042", "1042", [("Order ", False), ("1042", True)]),
        ("reordered red", "red", [("reordered ", False), ("red", True)]),
    ],
)
def test_each_place_is_a_piece(text: str, words: str, pieces: list[Piece]) -> None:
    found = pieces_of(text, read_terms(words))

    assert found[: len(pieces)] == pieces
    assert "".join(piece for piece, _ in found) == text


def test_a_number_is_marked_as_it_was_written() -> None:
    found = pieces_of("call +49-30-901820!", read_terms("(030) 901820"))

    assert found == [("call ", False), ("+49-30-901820", True), ("!", False)]


def test_a_long_text_is_cut_around_the_first_place() -> None:
    found = pieces_of(f"{LONG_BEFORE}lamp{LONG_BEHIND}", read_terms("lamp"))

    assert found[0] == ("…", False)
    assert found[2] == ("lamp", True)
    assert found[-1][0].endswith("…")
    assert len("".join(text for text, _ in found)) <= 182


def test_a_long_text_is_cut_where_most_of_the_words_are() -> None:
    text = f"A lamp. {LONG_BEFORE}A blue lamp."

    found = pieces_of(text, read_terms("lamp blue"))

    assert [text for text, is_hit in found if is_hit] == ["blue", "lamp"]


def test_what_was_looked_for_in_vain_is_cut_from_the_beginning() -> None:
    found = pieces_of(LONG_BEHIND, read_terms("lamp"))

    assert len(found) == 1
    assert found[0][0].endswith("…")
