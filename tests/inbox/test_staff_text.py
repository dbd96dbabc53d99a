"""What staff write is kept as text, or refused with a sentence."""

import pytest

from backend.errors import Invalid
from backend.inbox.staff_text import find_fault, read_text


def test_text_is_kept_without_what_a_form_adds() -> None:
    assert read_text("  Three days.\r\nFour to Norway. \r\n", "A note", 80) == (
        "Three days.\nFour to Norway."
    )


@pytest.mark.parametrize(
    "text, fault",
    [
        ("", "Enter a note"),
        (" \r\n\u200b ", "Enter a note"),
        ("x" * 1_001, "A note can have up to 1,000 characters"),
        ("half a pair \ud800", "A note has characters that aren't text"),
        ("a\x00b", "A note has characters that aren't text"),
        ("x" * 1_000, ""),
        (" " + "x" * 1_000 + "\r\n", ""),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text: str, fault: str) -> None:
    assert find_fault(text, "A note", 1_000) == fault


def test_what_is_wrong_is_not_kept() -> None:
    with pytest.raises(Invalid, match="Enter a title"):
        read_text("  ", "A title", 80)
