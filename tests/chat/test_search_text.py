"""How a text is compared, and numbers in it."""

import pytest

from backend.chat.search_text import number_key, search_text


@pytest.mark.parametrize(
    "text, compared",
    [
        ("", ""),
        ("A Lamp!", " a lamp"),
        ("KW-1042: größer?", " kw 1042 grosser"),
        ("注文番号1042の商品", " 注文番号 1042 ノ商品"),
        ("👍 ...", ""),
        ("2 of 10", " 2 of 10"),
        ("Ring (030) 901820.", " ring 030 901820 #02810903"),
        ("+49-30-901820", " 49 30 901820 #02810903"),
    ],
)
def test_words_stand_behind_blanks_and_numbers_from_their_end(
    text: str, compared: str
) -> None:
    assert search_text(text) == compared


@pytest.mark.parametrize(
    "one, other",
    [
        ("+49 30 901820", "030 901820"),
        ("0049 30 901820", "(030) 901820"),
        ("+49 (0)30 901820", "030/901820"),
        ("+1 212 555 0123", "(212) 555-0123"),
        ("+354 555 1234", "555 1234"),
        ("+39 06 6982 1234", "06 69821234"),
    ],
)
def test_a_number_is_one_from_wherever_it_is_dialled(one: str, other: str) -> None:
    assert number_key(one) == number_key(other)


def test_numbers_that_differ_stay_apart() -> None:
    assert number_key("+49 30 901820") != number_key("+49 30 901821")
    assert number_key("+0") == number_key("") == ""
