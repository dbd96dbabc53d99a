"""What columns can hold, asked of whatever comes from outside."""

import pytest

from backend.bounds import MOST_BIG_INTEGER, MOST_INTEGER, is_storable, read_number


@pytest.mark.parametrize("text", ["a\x00b", "\ud83c", "wave \udf0a"])
def test_what_no_database_keeps_is_not_storable(text: str) -> None:
    assert not is_storable(text)
    assert is_storable("🌊 Größe\n")


def test_a_number_is_plain_digits_up_to_its_bound() -> None:
    assert read_number("0", MOST_INTEGER) == 0
    assert read_number(str(MOST_BIG_INTEGER), MOST_BIG_INTEGER) == MOST_BIG_INTEGER


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", " 1", "1.0", "1e3", "٣", "²", "2147483648", "9" * 5_000]
)
def test_anything_else_is_no_number(text: str) -> None:
    assert read_number(text, MOST_INTEGER) is None
