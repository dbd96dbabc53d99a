"""Two versions side by side: what differs is marked, and nothing takes long."""

import time

from hypothesis import given
from hypothesis import strategies as st

from backend.posts.post_versions import Content
from backend.web.admin.posts_compare import (
    MOST_COMPARED,
    ComparedField,
    compare_versions,
)

TEXTS = st.text(alphabet="ab \n", max_size=60)
MOST_SECONDS = 5


def compare(before: str, after: str) -> ComparedField:
    return compare_versions(Content("A", before), Content("A", after))[1]


def marked(field: ComparedField) -> tuple[list[str], list[str]]:
    sides = (field.before, field.after)
    left, right = [[one.text for one in side if one.is_marked] for side in sides]
    return left, right


def test_only_the_words_that_differ_are_marked() -> None:
    found = compare("The blue mug is here", "The red mug is here")

    assert marked(found) == (["blue "], ["red "])
    assert found.differs


def test_what_is_the_same_is_marked_nowhere() -> None:
    assert not compare("The mug", "The mug").differs


def test_a_field_that_neither_has_is_left_out() -> None:
    with_tags = compare_versions(Content("A", "B", tags=("x",)), Content("A", "B"))

    assert [field.name for field in with_tags] == ["Title", "Text", "Tags"]


@given(TEXTS, TEXTS)
def test_no_letter_is_lost(before: str, after: str) -> None:
    found = compare(before, after) if before or after else None

    if found is not None and found.name == "Text":
        assert "".join(piece.text for piece in found.before) == before
        assert "".join(piece.text for piece in found.after) == after


def test_a_long_text_is_compared_by_lines_and_the_longest_as_a_whole() -> None:
    line = "word " * 50 + "\n"
    lines = line * (MOST_COMPARED // 25)

    by_lines = compare(lines, "first\n" + lines)
    as_a_whole = compare("\n".join("a" * 5_000), "\n".join("b" * 5_000))

    assert marked(by_lines) == ([], ["first\n"])
    assert len(as_a_whole.before) == 1


def test_the_longest_texts_take_no_time() -> None:
    began = time.monotonic()

    compare("a b " * 15_000, "b a " * 15_000)
    compare("a\n" * 1_900, "b\n" * 1_900)

    assert time.monotonic() - began < MOST_SECONDS
