"""What is there to read in a message, and what databases keep of it."""

import unicodedata

import pytest

from backend.chat.plain_text import is_blank, keepable, utf16_length

UNSEEN = [
    *(
        "",
        " ",
        "\n\t",
        "\u00a0",
        "\u3000",
        "\u2028",
        "\x00",
        "\x01",
        "\x1b",
        "\x7f",
        "\x85",
    ),
    *(
        "\u200b",
        "\u200c\u200d",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u200e\u200f",
        "\u202a\u202e",
        "\u2066\u2069",
        "\u061c",
    ),
    *(
        "\u3164",
        "\uffa0",
        "\u115f\u1160",
        "\u2800",
        "\u2800 \u2800",
        "\u034f",
        "\u17b4\u17b5",
        "\u180b",
        "\u180e",
    ),
    *(
        "\ufe0f",
        "\ufe00",
        "\U000e0100",
        "\U000e0001\U000e0020\U000e007f",
        "\U0001d173",
        "\U0001d159",
        "\ufffe",
        "\ufffc",
    ),
    *("\ufffd", "\ud83d", "\u200b\u3164 \n\u2800"),
]
SEEN = [
    "x",
    "٣",
    "你",
    "👍",
    "👩\u200d💻",
    "❤\ufe0f",
    "\u200bx",
    "?",
    ".",
    "‍a",
    "é",
    "🇩🇪",
    "￼x",
    "🏴\U000e0067\U000e007f",
]
# Unicode's own list of what shows nothing, as far as Unicode has assigned it.
DEFAULT_IGNORABLE = """
00ad 034f 061c 115f-1160 17b4-17b5 180b-180f 200b-200f 202a-202e 2060-206f 3164 fe00-fe0f feff ffa0
fff0-fff8 1bca0-1bca3 1d173-1d17a e0000-e0fff
"""


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_nobody_can_see_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", SEEN, ids=ascii)
def test_what_somebody_can_see_is_not(text: str) -> None:
    assert not is_blank(text)


def test_everything_that_unicode_calls_ignorable_is_blank() -> None:
    ranges = [
        [int(end, 16) for end in part.split("-")] for part in DEFAULT_IGNORABLE.split()
    ]
    ignorable = [
        chr(number)
        for first, *last in ranges
        for number in range(first, (last or [first])[0] + 1)
    ]

    assert not [hex(ord(one)) for one in ignorable if not is_blank(one)]


def test_letters_digits_and_marks_that_people_read_are_not_blank() -> None:
    seen = [
        chr(number)
        for number in range(0x3000)
        if unicodedata.category(chr(number)) in ("Lu", "Ll", "Nd", "Po", "Sc")
    ]

    assert len(seen) > 2_000
    assert not [hex(ord(one)) for one in seen if is_blank(one)]


def test_what_no_database_keeps_goes_and_the_rest_stays() -> None:
    assert keepable("a\x00b") == "ab"
    assert keepable("a\ud83db\ude00") == "a\ufffdb\ufffd"
    assert keepable("a\x01\t\n😀\u200b") == "a\x01\t\n😀\u200b"
    assert keepable(keepable("\x00\ud83d")) == keepable("\x00\ud83d")


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("mug", 3), ("größe", 5), ("mug 🫖", 6), ("नमस्ते", 6)]
)
def test_offsets_are_counted_as_browsers_count(text: str, length: int):
    assert utf16_length(text) == length
