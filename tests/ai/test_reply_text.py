"""What a shopper reads of a reply: no reasoning, no halves of characters, however it is cut."""

import pytest

from backend.ai.provider import TakeBack
from backend.ai.reply_text import CUT_MARK, MOST_CHARACTERS, ReplyText


def shown(*pieces: str) -> str:
    reply = ReplyText()
    said = [part for piece in pieces for part in reply.add(piece)] + reply.end()
    return "".join(part for part in said if not isinstance(part, TakeBack))


@pytest.mark.parametrize("size", [1, 2, 3, 1_000])
@pytest.mark.parametrize(
    "said, read",
    [
        ("<think>They want a mug.</think>\n\nWe have mugs.", "We have mugs."),
        ("Is 3 < 4? Yes.", "Is 3 < 4? Yes."),
        ("We have <b>mugs</b>.", "We have <b>mugs</b>."),
        ("A\x00B", "A�B"),
    ],
)
def test_reasoning_is_left_out_and_everything_else_is_not(
    said: str, read: str, size: int
) -> None:
    pieces = [said[start : start + size] for start in range(0, len(said), size)]

    assert shown(*pieces) == read


def test_halves_of_a_character_meet_across_pieces() -> None:
    wave = "🌊".encode("utf-16-le")
    first, second = (
        wave[half : half + 2].decode("utf-16-le", "surrogatepass") for half in (0, 2)
    )

    assert shown("High ", first, second, "!") == "High 🌊!"
    assert shown("High ", first) == "High �"


def test_a_reply_without_end_is_cut_and_says_so() -> None:
    reply = ReplyText()
    words = " ".join(str(number) for number in range(MOST_CHARACTERS))

    said = "".join(part for part in reply.add(words) if isinstance(part, str))

    assert reply.cut is not None
    assert len(said) == MOST_CHARACTERS + len(CUT_MARK)
